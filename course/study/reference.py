"""The notebook whose tests count: the course's own, with the hidden cases where they are at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from nbformat.v4 import to_notebook_json

from course.grading import assignment
from course.study import root
from course.study.cells import case_cells, titles_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.grading.assignment import CourseNotebook
    from course.study.cells import Cell


@dataclass(frozen=True, slots=True)
class Reference:
    """A chapter as its notebook has it: `tests` are its test cells, `titles` those of its exercises.

    `complete` tells that the tests have their hidden parts.
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
