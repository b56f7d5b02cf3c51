"""Grading one learner's notebook: what `course check` and the notebook's button do, on the engine that grades classes.

It is the learner's own code on the learner's own machine, so it runs without a sandbox. An exercise whose verdict is
known is not run again: the verdict stands as long as the text of every cell that it depends on.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Self

import msgspec

from course.errors import CourseError
from course.grading.notebooks import submission
from course.grading.notebooks.testcell import HIDDEN_MESSAGE
from course.grading.processes import runner
from course.grading.talk.job import Limits
from course.study import reference, verdict
from course.study.cells import Cell, lay
from course.study.parts import part_of
from course.study.result import ExerciseResult, Result
from course.study.running import Run
from course.study.verdict import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from course.grading.processes.runner import Runner
    from course.grading.processes.warm import Warmth
    from course.grading.reference import Way
    from course.study.reference import Reference
    from course.study.result import CaseResult
    from course.study.verdict import Verdict

__all__ = ["HIDDEN_MESSAGE", "Grader", "NotebookError", "grade", "mark"]

MOST_KNOWN = 2_000
"""How many verdicts are remembered."""


class NotebookError(CourseError):
    """A file that cannot be graded as a notebook of the chapter."""


def grade(notebook: Path, slug: str, *, cell_seconds: float) -> Result:
    """Grade a learner's notebook of a chapter once, as `Grader.grade` does."""
    with Grader() as grader:
        return grader.grade(notebook, slug, cell_seconds=cell_seconds)


class Grader:
    """Grades notebooks, with warm processes from the second one on. A context manager: its end ends them."""

    def __init__(self) -> None:
        self._runner: Runner | None = None
        self._warmth: Warmth | None = None
        self._known: dict[bytes, Verdict] = {}
        self._ways: dict[bytes, dict[str, Way]] = {}
        self._stuck: set[str] = set()  # cells that are lost whatever runs before them

    def grade(self, notebook: Path, slug: str, *, cell_seconds: float) -> Result:
        """Grade a learner's notebook of a chapter; each cell may take `cell_seconds`.

        `NotebookError` when the file is no notebook or has none of the chapter's exercises. Whatever the
        learner's code does (loop for ever, end Python) is a failed case with a sentence, and costs the other
        exercises nothing. `NotGradedError` where the processes failed.
        """
        content = _read(notebook)
        try:
            learner = submission.parse(content)
            chapter = reference.find(slug) or reference.made_of(content)
        except submission.RefusedError as error:
            raise NotebookError(f"{notebook} cannot be read as a notebook ({error}).") from None
        cells = lay(learner, chapter.course)
        answered = {cell.exercise for cell in cells if not cell.case}
        if not answered.intersection(chapter.exercises):
            raise NotebookError(f"{notebook} has no exercise of '{slug}'; for a fresh copy: course start {slug}")
        stubs = {cell.exercise for cell in cells if cell.is_stub}
        waiting = {name for name in chapter.exercises if name in stubs or name not in answered}
        made = self._verdicts([c for c in cells if c.exercise not in waiting], chapter, cell_seconds)
        verdicts = made | {name: verdict.not_run(chapter.tests_of(name)) for name in waiting}
        exercises = tuple(
            ExerciseResult(name, chapter.titles.get(name, name), verdicts[name].cases, started=name not in waiting)
            for name in chapter.exercises
        )
        notices = dict.fromkeys(notice for found in made.values() for notice in found.notices)
        return Result(slug, exercises, chapter.complete, tuple(notices))

    def attempt(self, slug: str, exercise: str, answer: str, *, cell_seconds: float) -> tuple[CaseResult, ...]:
        """Grade an answer to one exercise of a chapter, the text of a cell, as if there were no other cells."""
        chapter = reference.find(slug)
        if chapter is None:
            return ()
        cells = [Cell(answer, exercise), *chapter.tests_of(exercise)]
        return self._verdicts(cells, chapter, cell_seconds)[exercise].cases

    def close(self) -> None:
        """End its processes."""
        if self._runner is not None:
            self._runner.close()
        self._runner = None

    def _verdicts(self, cells: Sequence[Cell], chapter: Reference, seconds: float) -> dict[str, Verdict]:
        """Return the verdict on each exercise; run those that are not known, side by side."""
        parts = {name: part_of(cells, name) for name in dict.fromkeys(cell.exercise for cell in cells if cell.case)}
        keys = {name: _digest([cells[n] for n in part], chapter, seconds) for name, part in parts.items()}
        known = {name: self._known[key] for name, key in keys.items() if key in self._known}
        new = {name: part for name, part in parts.items() if name not in known}
        if not new:
            return known
        run = Run(self._started(chapter), chapter, cells, _limits(seconds, len(cells)), self._stuck)
        made = self._side_by_side(run, new)
        failed = [name for name, found in made.items() if any(not case.passed for case in found.cases)]
        if ways := self._ways_of(failed, chapter, seconds):
            run.ways = ways
            made |= self._side_by_side(run, {name: new[name] for name in failed})
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known |= {keys[name]: found for name, found in made.items() if found.lasts}
        return known | made

    def _ways_of(self, exercises: Sequence[str], chapter: Reference, seconds: float) -> dict[str, Way]:
        """Return the tests that have to be asked in another way, as the course's own solutions show."""
        found: dict[str, Way] = {}
        for name in exercises:
            solved = chapter.solved(name)
            key = _digest(solved, chapter, seconds)
            if key not in self._ways:
                run = Run(self._started(chapter), chapter, solved, _limits(seconds, len(solved)), self._stuck)
                self._ways[key] = run.ways_needed() if solved else {}
            found |= self._ways[key]
        return found

    def _side_by_side(self, run: Run, parts: Mapping[str, Sequence[int]]) -> dict[str, Verdict]:
        names = list(parts)
        groups = [names[n :: run.runner.at_once] for n in range(min(len(names), run.runner.at_once))]
        with ThreadPoolExecutor(len(groups)) as threads:
            done = list(threads.map(lambda group: run.exercises({name: parts[name] for name in group}), groups))
        return {name: found for verdicts in done for name, found in verdicts.items()}

    def _started(self, chapter: Reference) -> Runner:
        """Return what runs a chapter's notebook, with what that imports at hand."""
        if self._runner is None or chapter.warmth != self._warmth:
            self.close()
            self._runner, self._warmth = runner.start(chapter.warmth, None), chapter.warmth
        return self._runner

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _read(notebook: Path) -> bytes:
    try:
        return notebook.read_bytes()
    except FileNotFoundError:
        raise NotebookError(f"There is no notebook {notebook}.") from None
    except OSError as error:
        raise NotebookError(f"{notebook} cannot be read as a notebook ({error.strerror}).") from None


def _digest(part: Sequence[Cell], chapter: Reference, seconds: float) -> bytes:
    """Return what tells one run from another."""
    texts = [(cell.source, cell.exercise, cell.case, cell.points) for cell in part]
    return sha256(msgspec.msgpack.encode([texts, chapter.course.imports, chapter.solutions, seconds])).digest()


def _limits(seconds: float, cells: int) -> Limits:
    """Limit each cell's time, and memory: what else there is belongs to the learner."""
    most = round(seconds * (cells + 1)) + 1
    return Limits(
        cell_seconds=seconds,
        cell_cpu_seconds=most,
        notebook_seconds=most,
        notebook_cpu_seconds=most,
        processes=100_000,
        replacements=cells,
    )
