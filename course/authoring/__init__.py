"""From a chapter's truth to its notebooks: what an exercise is, how it is built, what it must keep."""

from course.authoring.exercise import case, misconception

__all__ = ["case", "misconception"]
