"""A small course to study: one chapter whose exercises are copies of the miniature course's `double`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from course.authoring.build import build
from course.authoring.source import read_exercise

if TYPE_CHECKING:
    from collections.abc import Mapping

TESTS = Path(__file__).parents[1]
EXERCISES = ("right", "rounds", "loops", "dies", "waits", "broken", "noisy", "raises", "caps")


@dataclass(frozen=True)
class Course:
    """A course folder with the chapter `mini`, built; exercise `right` asks for a function `right`, and so on."""

    root: Path

    @property
    def release(self) -> Path:
        return self.root / "release" / "mini" / "mini.ipynb"

    @property
    def exercises(self) -> Path:
        return self.root / "course" / "chapters" / "mini" / "exercises"

    def solution(self, exercise: str) -> str:
        return read_exercise(self.exercises / f"{exercise}.py").solution

    def misconception(self, exercise: str, name: str) -> str:
        found = read_exercise(self.exercises / f"{exercise}.py").misconceptions
        return {misconception.name: misconception.source for misconception in found}[name]

    def learner(self, answers: Mapping[str, str], *more: str, name: str = "mini") -> Path:
        """Write a learner's notebook: the release with answers in place of stubs, and more cells before all."""
        notebook = nbformat.read(self.release, as_version=4)
        for cell in notebook.cells:
            cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
        notebook.cells = [*map(nbformat.v4.new_code_cell, more), *notebook.cells]
        path = self.root / "work" / name / "mini.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path


def make_course(root: Path) -> Course:
    """Make and build the small course in an empty folder."""
    shutil.copytree(TESTS / "authoring" / "miniature", root, dirs_exist_ok=True)
    shutil.copy(TESTS.parent / "nbgrader_config.py", root)
    course = Course(root)
    double = (course.exercises / "double.py").read_text(encoding="utf-8")
    (course.exercises / "double.py").unlink()
    for name in EXERCISES:
        (course.exercises / f"{name}.py").write_text(double.replace("double", name), encoding="utf-8")
    prose = course.exercises.with_name("chapter.md")
    marks = "\n\n".join(f"<!-- exercise: {name} -->" for name in EXERCISES)
    text = prose.read_text(encoding="utf-8").replace("<!-- exercise: double -->", marks)
    prose.write_text(text, encoding="utf-8")
    build(["mini"], root, say=lambda _: None)
    return course
