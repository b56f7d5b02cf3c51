"""Several behaviours in one test cell, each with its own points.

    from course.grading.cases import case, score

    @case(points=1)
    def small():
        assert double(1) == 2, f"double(1) gave {double(1)!r}, expected 2"

    @case(points=2)
    def negative():
        assert double(-1) == -2

    score()

A case runs where it stands. `score()`, the cell's last line, is the sum of the points, which nbgrader takes for
partial credit; graded by this package, each case keeps its own verdict and message too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.talk.job import Case

if TYPE_CHECKING:
    from collections.abc import Callable


class _Made:
    """The cases of the test cell that runs now, each with its line."""

    cases: list[tuple[Case, int]] = []  # noqa: RUF012 - one test cell at a time, in one process
    scored = False


def case(points: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Run a function as a case: it earns `points` when it raises nothing."""

    def run(function: Callable[[], object]) -> Callable[[], object]:
        if _Made.scored:
            taken()
        message, error = "", False
        try:
            function()
        except Exception as raised:  # noqa: BLE001 - a failed case, whatever it raises
            error = not isinstance(raised, AssertionError)
            message = f"{type(raised).__name__}: {raised}" if error else str(raised) or "A check failed."
        earned = 0 if message else points
        made = Case(name=function.__name__, points=earned, max_points=points, message=message, error=error)
        _Made.cases.append((made, function.__code__.co_firstlineno))
        return function

    return run


def score() -> float:
    """Return the points of this cell's cases together, after a line for each that failed."""
    for found, _ in _Made.cases:
        if found.message:
            print(f"{found.name}: {found.message}")  # noqa: T201 - what is read below the cell
    _Made.scored = True
    return float(sum(found.points for found, _ in _Made.cases))


def taken() -> list[tuple[Case, int]]:
    """Return the cases since the last call, each with the line on which it stands, and forget them."""
    made, _Made.cases, _Made.scored = _Made.cases, [], False
    return made
