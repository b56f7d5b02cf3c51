"""The one error of every kind of lab."""

from __future__ import annotations

from course.errors import CourseError


class LabError(CourseError):
    """A lab that does not exist, or a change that it does not allow."""
