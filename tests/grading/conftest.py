"""A class on this machine: made-up learners, an instructor's course folder and an exchange."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from course.authoring.source import Chapter, load
from tests import programs

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
SLUG = "messaging"


@dataclass(frozen=True)
class Learner:
    """Somebody with an answer to each exercise; without one, the stub stays. `points` by grade id is what is right."""

    name: str
    answers: dict[str, str]
    points: dict[str, float]


def learners(chapter: Chapter) -> list[Learner]:
    """One who answers each exercise by its first misconception, and an empty one.

    Everybody else is in `same_class`, and each misconception in `course verify`; this is about nbgrader's rounds.
    """
    cases = {f"{e.name}-{case.name}": float(case.points) for e in chapter.exercises for case in e.cases}
    return [_mistaken(chapter, cases), Learner("empty", {}, dict.fromkeys(cases, 0.0))]


def _mistaken(chapter: Chapter, cases: dict[str, float]) -> Learner:
    chosen = {e.name: e.misconceptions[0] for e in chapter.exercises}
    failed = {f"{name}-{case}" for name, misconception in chosen.items() for case in misconception.caught_by}
    points = {name: 0.0 if name in failed else worth for name, worth in cases.items()}
    return Learner("mistaken", {name: m.source for name, m in chosen.items()}, points)


@dataclass(frozen=True)
class Class:
    """An instructor's folder, an exchange, and a folder for each learner."""

    folder: Path

    @property
    def course(self) -> Path:
        return self.folder / "course"

    def home(self, learner: Learner) -> Path:
        """Where a learner works."""
        path = self.folder / "learners" / learner.name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def nbgrader(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run a stock nbgrader command as the instructor, or in a learner's folder; return what it logged."""
        where = cwd or self.course
        environment = os.environ | {"JUPYTER_CONFIG_DIR": str(self.folder / "jupyter"), "HOME": str(where)}
        run = programs.run("nbgrader", *arguments, cwd=where, env=environment)
        assert run.returncode == 0, f"nbgrader {' '.join(arguments)}\n{run.stderr}"
        return run.stderr


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return load(SLUG, ROOT)


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A class with the messaging chapter in source/ but for its demos, which `same_class` has; nothing released yet."""
    classroom = Class(tmp_path_factory.mktemp("class"))
    exchange = classroom.folder / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    source = classroom.course / "source" / SLUG / f"{SLUG}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(without_demos(nbformat.read(ROOT / "source" / SLUG / f"{SLUG}.ipynb", as_version=4)), source)
    shutil.copy(ROOT / "nbgrader_config.py", classroom.course)
    (classroom.folder / "jupyter").mkdir()
    (classroom.folder / "jupyter" / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.Exchange.root = "{exchange}"\nc.CourseDirectory.course_id = "aws-saa"\n',
        encoding="utf-8",
    )
    return classroom


def without_demos(notebook: NotebookNode) -> NotebookNode:
    """Delete what only shows something."""
    notebook.cells = [
        cell for cell in notebook.cells if cell.metadata.get("grading", {}).get("shown_to_all") != "always"
    ]
    return notebook


def answer(path: Path, learner: Learner) -> None:
    """Write a learner's answers into their notebook."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution") and about["grade_id"] in learner.answers:
            cell.source = learner.answers[about["grade_id"]]
    nbformat.write(notebook, path)
