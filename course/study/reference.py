"""The notebook whose tests count: the course's own, with the hidden cases where they are at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from nbformat.v4 import to_notebook_json

from course.grading.notebooks import assignment
from course.grading.processes import warm
from course.grading.reference import gives
from course.study import root
from course.study.cells import Cell, case_cells, titles_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.grading.notebooks.assignment import CourseNotebook
    from course.grading.processes.warm import Warmth

AWS = "course._offline:ExamAws"
"""What answers AWS calls of exercises."""


@dataclass(frozen=True)  # with a place for what is worked out once
class Reference:
    """A chapter as its notebook has it: `tests` are its test cells, `titles` those of its exercises.

    `complete` tells that it is the one from source/: the tests have their hidden parts, and there are `solutions`.
    """

    course: CourseNotebook
    tests: tuple[Cell, ...]
    titles: Mapping[str, str]
    complete: bool

    @property
    def exercises(self) -> tuple[str, ...]:
        """The names of the exercises, in order."""
        return tuple(dict.fromkeys(test.exercise for test in self.tests))

    def tests_of(self, exercise: str) -> list[Cell]:
        """Return the test cells of one exercise."""
        return [test for test in self.tests if test.exercise == exercise]

    @cached_property
    def warmth(self) -> Warmth:
        """What has to be at hand to run its notebook quickly."""
        return warm.of(self.course.sources, AWS)

    @cached_property
    def gives(self) -> Mapping[str, tuple[str, ...]]:
        """The names that are the learner's from a cell on, by grade id or text."""
        return gives(self.course)

    @cached_property
    def solutions(self) -> dict[str, str]:
        """The course's own answers, by exercise."""
        return {cell.name: cell.source for cell in self.course.cells if self.complete and cell.solution}

    def solved(self, exercise: str) -> list[Cell]:
        """Return the course's own answer to an exercise and its tests; nothing where that is not at hand."""
        answer = self.solutions.get(exercise)
        return [] if answer is None else [Cell(answer, exercise), *self.tests_of(exercise)]


def find(slug: str) -> Reference | None:
    """Return the course's own notebook of a chapter; None where it is not at hand."""
    folder = root.find()
    for kind in ("source", "release"):
        path = folder / kind / slug / f"{slug}.ipynb" if folder else Path()
        if path.is_file():
            return _read(path, path.stat().st_mtime_ns, complete=kind == "source")
    return None


def made_of(content: bytes, *, complete: bool = False) -> Reference:
    """Take a notebook, the bytes of its file, for the reference."""
    notebook = to_notebook_json(msgspec.json.decode(content))
    course = assignment.of_notebook(notebook)
    return Reference(course, tuple(case_cells(course)), titles_of(notebook), complete)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, *, complete: bool) -> Reference:
    return made_of(path.read_bytes(), complete=complete)
