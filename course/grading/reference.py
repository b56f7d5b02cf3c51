"""How a course's tests have to be asked, found out by the course's own solutions before any submission is graded.

A test is asked apart from the learner's code where the course's own solution passes it so. Where it does not, because
the test looks at what a function did to its arguments, or uses an object as only its own process can, the next weaker
way is taken, if the solution passes the test that way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from course.grading.notebooks.testcell import bound_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from course.grading.notebooks.assignment import CourseNotebook
    from course.grading.talk.job import Cell, Ran

    Run = Callable[[Sequence[Cell]], Sequence[Ran]]
    Points = Callable[[Cell, Ran], float]

Way = Literal["in_place", "same_process"]
"""What a test needs: the attribute of `Cell` that says so."""
Earned = list[float]
"""The points of each cell of a notebook, in their order; of one that is no test, 0."""

_PLAN: tuple[tuple[Way, bool], ...] = (("in_place", False), ("same_process", False), ("same_process", True))


def needed(
    cells: Sequence[Cell], ran: Sequence[Ran], run: Run, points: Points, settled: Collection[str]
) -> dict[str, Way]:
    """Return the tests that have to be asked in another way, by grade id; a test in `settled` stays as it is.

    `cells` are the course's, with solutions; `ran` is what came of them, and `run` tries them again. `points` says what
    a cell earned by what came of it; one that is no test earns 0.
    """
    best = [points(cell, outcome) for cell, outcome in zip(cells, ran, strict=True)]

    def earned(tried: Sequence[Cell]) -> Earned:
        return [points(cell, outcome) for cell, outcome in zip(tried, run(tried), strict=True)]

    found: dict[str, Way] = {}
    if changes := {n for n, outcome in enumerate(ran) if outcome.changed}:  # for these tests that is as it should be
        in_place = earned([replace(cell, in_place=n in changes) for n, cell in enumerate(cells)])
        found = {cells[n].grade_id: "in_place" for n in changes if in_place[n] >= best[n]}
    return found | ways(cells, best, earned, settled)


def worse(cells: Mapping[int, Cell], ran: Mapping[int, Ran], run: Run, points: Points) -> dict[int, Ran]:
    """Ask again where a function changed its arguments, with that done to the test's: return what is worse then."""
    doubtful = {n for n in ran if ran[n].changed}
    if not doubtful:
        return {}
    again = [replace(cell, in_place=cell.in_place or n in doubtful) for n, cell in cells.items()]
    second = dict(zip(cells, run(again), strict=True))
    return {n: second[n] for n in doubtful if points(cells[n], second[n]) < points(cells[n], ran[n])}


def gives(course: CourseNotebook) -> dict[str, tuple[str, ...]]:
    """Return the names that are the learner's from a cell on: those that the course's own cell in its place binds.

    They are by grade id, or by the text of a cell that nbgrader does not track.
    """
    texts = [(source, source) for source in course.untracked]
    texts += [(cell.name, cell.source) for cell in course.cells if cell.solution and cell.cell_type == "code"]
    texts += [(name, source) for name, source in course.solved if name]
    found: dict[str, set[str]] = {}
    for key, source in texts:
        found[key] = found.get(key, set()) | bound_names(source)
    return {key: tuple(sorted(names)) for key, names in found.items()}


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
