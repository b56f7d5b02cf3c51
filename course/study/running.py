"""Running some cells of a learner's notebook, as the grading of a class runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.reference import needed, worse
from course.grading.talk import job
from course.grading.talk.job import Job
from course.study import verdict
from course.study.reference import AWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.processes.runner import Runner
    from course.grading.reference import Way
    from course.grading.talk.job import Limits, Ran
    from course.study.cells import Cell
    from course.study.reference import Reference
    from course.study.verdict import Verdict


class Run:
    """Runs cells of one notebook. `ways` are the tests, by grade id, that have to be asked in another way."""

    def __init__(
        self, runner: Runner, chapter: Reference, cells: Sequence[Cell], limits: Limits, stuck: set[str]
    ) -> None:
        """Take what is to run; `stuck` are the cells that are known to be lost whatever runs before them."""
        self.runner, self.ways = runner, dict[str, "Way"]()
        self._chapter, self._cells, self._limits, self._stuck = chapter, cells, limits, stuck

    def exercises(self, parts: Mapping[str, Sequence[int]]) -> dict[str, Verdict]:
        """Run the cells, by number, that some exercises depend on; return the verdicts."""
        numbers = sorted({number for part in parts.values() for number in part})
        ran = self._ran(numbers)
        lost = {self._cells[n].source for n in numbers if ran[n].lost and not self._cells[n].exercise}
        if not lost <= self._stuck:  # it may have missed what a cell does that was left out
            ran = self._ran(range(numbers[-1] + 1))
            self._stuck |= lost
        return {name: verdict.of(name, [(self._cells[n], ran[n]) for n in part]) for name, part in parts.items()}

    def ways_needed(self) -> dict[str, Way]:
        """Run the cells, which are solutions and their tests; return the tests that have to be asked in another way."""
        cells = [self._to_run(number) for number in range(len(self._cells))]
        settled = {cell.name for cell in self._chapter.course.cells if cell.same_process is not None}
        return needed(cells, self._outcomes(cells), self._outcomes, _points, settled)

    def _ran(self, numbers: Sequence[int]) -> dict[int, Ran]:
        cells = {number: self._to_run(number) for number in numbers}
        ran = dict(zip(cells, self._outcomes(list(cells.values())), strict=True))
        return ran | worse(cells, ran, self._outcomes, _points)

    def _outcomes(self, cells: Sequence[job.Cell]) -> list[Ran]:
        work = Job(
            cells=tuple(cells),
            limits=self._limits,
            imports=self._chapter.course.imports,
            modules=self._chapter.warmth.modules,
            aws=AWS,
        )
        return self.runner.run(work, {}).cells

    def _to_run(self, number: int) -> job.Cell:
        cell = self._cells[number]
        way = self.ways.get(cell.case)
        own = next((found for found in self._chapter.course.cells if cell.case and found.name == cell.case), None)
        return job.Cell(
            role="test" if cell.case else "learner",
            source=cell.source,
            number=number + 1,
            grade_id=cell.case,
            points=cell.points,
            same_process=way == "same_process" or bool(own and own.same_process),
            in_place=way == "in_place",
            gives=() if cell.case else self._chapter.gives.get(cell.exercise or cell.source, ()),
            answer=cell.exercise,
        )


def _points(cell: job.Cell, ran: Ran) -> float:
    return 0 if any(case.message for case in ran.cases) else cell.points
