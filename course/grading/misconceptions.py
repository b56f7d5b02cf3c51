"""Which known misconception an answer looks like: the one that fails the very same tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.grading.engine import NotebookResult
    from course.grading.notebooks.assignment import CourseNotebook

MOST_NAMED = 2
"""With more misconceptions of the same pattern, naming them would be guessing."""


class Misconception(msgspec.Struct, frozen=True, kw_only=True):
    """A plausible wrong answer: its one-sentence explanation, and which of an answer's `tests` it `fails`.

    `answer` is the grade id of the solution cell.
    """

    name: str
    why: str
    answer: str
    tests: tuple[str, ...]
    fails: tuple[str, ...]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A misconception that an answer looks like. `sure` tells that no other known one has its pattern."""

    name: str
    why: str
    answer: str
    tests: tuple[str, ...]
    sure: bool = True


def find(result: NotebookResult, bank: Iterable[Misconception], course: CourseNotebook) -> tuple[Found, ...]:
    """Return the misconceptions that a notebook's verdicts look like, and those that a failed test names itself."""
    failed = {cell.name for cell in result.cells if cell.points < cell.max_points}
    alike: dict[str, list[Misconception]] = {}
    for known in bank:
        if result.answered(known.answer) and known.fails and failed.intersection(known.tests) == set(known.fails):
            alike.setdefault(known.answer, []).append(known)
    found = [
        Found(name=known.name, why=known.why, answer=answer, tests=known.fails, sure=len(several) == 1)
        for answer, several in alike.items()
        if len(several) <= MOST_NAMED
        for known in several
    ]
    found += [
        Found(name=cell.name, why=cell.misconception, answer=cell.name, tests=(cell.name,))
        for cell in course.cells
        if cell.misconception and cell.name in failed
    ]
    return tuple(found)
