"""The exercises behind a chapter's notebook: their hints and their bank of wrong answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.authoring import source
from course.grading.misconceptions import Misconception
from course.study import root

if TYPE_CHECKING:
    from course.authoring.source import Exercise


def exercises(slug: str) -> dict[str, Exercise]:
    """Return a chapter's exercises by name; none where they are not at hand, as in a class that has only the wheel."""
    folder = root.find()
    if folder is None or slug not in source.slugs(folder):
        return {}
    return {exercise.name: exercise for exercise in source.load(slug, folder).exercises}


def misconceptions(assignment: str, notebook: str) -> list[Misconception]:
    """Return the bank of a chapter as the grading of a class knows it: which tests of an answer each one fails."""
    return [
        Misconception(
            name=misconception.name,
            why=misconception.why,
            answer=name,
            tests=tuple(f"{name}-{case.name}" for case in exercise.cases),
            fails=tuple(f"{name}-{case}" for case in misconception.caught_by),
        )
        for name, exercise in (exercises(notebook) or exercises(assignment)).items()
        for misconception in exercise.misconceptions
    ]
