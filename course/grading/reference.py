"""How a course's tests have to be asked, found out by the course's own solutions before any submission is graded.

A test is asked apart from the learner's code where the course's own solution passes it so. Where it does not, because
the test looks at what a function did to its arguments, or uses an object as only its own process can, the next weaker
way is taken, if the solution passes the test that way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from course.grading.job import Cell

Way = Literal["in_place", "same_process"]
"""What a test needs: the attribute of `Cell` that says so."""
Earned = list[float]
"""The points of each cell of a notebook, in their order; of one that is no test, 0."""

_PLAN: tuple[tuple[Way, bool], ...] = (("in_place", False), ("same_process", False), ("same_process", True))


def ways(
    cells: Sequence[Cell], best: Earned, earned: Callable[[Sequence[Cell]], Earned], settled: Collection[str]
) -> dict[str, Way]:
    """Return the tests that have to be asked in a weaker way, by grade id.

    `cells` are the course's, with solutions, and earned `best`; `earned` tries them again. A test in `settled` stays
    as it is. Last of all every test down to the last that fails is tried beside the solutions: a test may need what an
    earlier one defines.
    """
    found: dict[str, Way] = {}
    for way, with_earlier in _PLAN:
        tests = {n for n, cell in enumerate(cells) if cell.role == "test" and cell.grade_id not in settled}
        short = {n for n in tests if best[n] < cells[n].points}
        if not short:
            break
        asked = {n for n in tests if n <= max(short)} if with_earlier else short
        tried = [replace(cell, **{way: True}) if n in asked else cell for n, cell in enumerate(cells)]
        points = earned(tried)
        better = {n for n in short if points[n] > best[n]}
        changed = asked if with_earlier and better else better
        found |= {cells[n].grade_id: way for n in changed}
        cells = [tried[n] if n in changed else cell for n, cell in enumerate(cells)]
        best = [points[n] if n in changed else before for n, before in enumerate(best)]
    return found
