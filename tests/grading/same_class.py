"""One class, to be graded in several ways: a course folder for each way, and what stands there afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from course.authoring.source import load
from tests.grading import sampler
from tests.grading.conftest import ROOT, SLUG, Learner, answer, without_demos
from tests.grading.sampler_class import CLASS, DUE

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from course.authoring.source import Chapter

LATE_PENALTY = """
from nbgrader.plugins import BasePlugin

class Hourly(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600 / 24

c.AssignLatePenalties.plugin_class = Hourly
"""
_STOCK = re.compile(r"^(c\.Autograde\.autograde_preprocessors = \[.*?^\]|Validator\..*?)$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Folder:
    """A course folder."""

    root: Path

    def start(self, *commands: list[str]) -> subprocess.Popen[str]:
        """Start commands, one after the other, as an instructor in this folder."""
        script = " && ".join("'" + "' '".join(command) + "'" for command in commands)
        return subprocess.Popen(
            ["/bin/sh", "-c", script],
            cwd=self.root,
            env=os.environ | {"HOME": str(self.root), "JUPYTER_CONFIG_DIR": str(self.root / "jupyter")},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @property
    def coursedir(self) -> CourseDirectory:
        return CourseDirectory(root=str(self.root))

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root}/gradebook.db")

    def notebooks(self, stage: str, assignment: str, student: str) -> dict[str, NotebookNode]:
        """A learner's notebooks of a stage, such as 'autograded', by name."""
        folder = self.root / stage / student / assignment
        return {path.stem: nbformat.read(path, as_version=4) for path in folder.glob("*.ipynb")}

    def rows(self, assignment: str, student: str) -> list[dict[str, Any]]:
        """Every row of the gradebook about a submission, with names in place of ids."""
        with self.gradebook() as gradebook:
            found = gradebook.find_submission(assignment, student)
            rows = [{"timestamp": found.timestamp, "score": found.score, "late": found.total_seconds_late}]
            for book in found.notebooks:
                rows.append({"notebook": book.name} | {name: getattr(book, name) for name in _OF_NOTEBOOK})
                rows += [
                    {"grade": grade.name} | {name: getattr(grade, name) for name in _OF_GRADE} for grade in book.grades
                ]
                rows += [{"comment": c.name} | {name: getattr(c, name) for name in _OF_COMMENT} for c in book.comments]
        return sorted(rows, key=str)


_OF_NOTEBOOK = ("late_submission_penalty", "score", "max_score", "written_score", "task_score", "needs_manual_grade")
_OF_GRADE = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade", "max_score", "score")
_OF_COMMENT = ("auto_comment", "manual_comment")


def nbgrader(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("nbgrader")), *arguments]


def course(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "course.cli", *arguments]


def make(root: Path) -> Folder:
    """Make the folder in which everything is handed in, and nothing graded."""
    folder = Folder(root)
    shutil.copytree(ROOT / "source" / SLUG, root / "source" / SLUG)
    (root / "source" / sampler.NAME).mkdir()
    for name, notebook in sampler.source_notebooks().items():
        nbformat.write(notebook, root / "source" / sampler.NAME / f"{name}.ipynb")
    assignments = [{"name": sampler.NAME, "duedate": DUE}, {"name": SLUG}]
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(f"{config}{LATE_PENALTY}", encoding="utf-8")
    wait(folder.start(*(nbgrader("generate_assignment", assignment["name"]) for assignment in assignments)))
    with folder.gradebook() as gradebook:
        for assignment in assignments:
            gradebook.update_or_create_assignment(**assignment)
    _hand_in_samplers(root)
    _hand_in_chapters(root, load(SLUG, ROOT))
    return folder


def copy(folder: Folder, root: Path, *, stock: bool = False) -> Folder:
    """Copy everything; with `stock`, nbgrader's own lists of preprocessors take the place of ours."""
    shutil.copytree(folder.root, root)
    if stock:
        path = root / "nbgrader_config.py"
        path.write_text(_STOCK.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    return Folder(root)


def wait(*processes: subprocess.Popen[str]) -> None:
    """Wait until all are done, and all went well."""
    for process in processes:
        said, _ = process.communicate()
        assert process.returncode == 0, said


def by_hand(folder: Folder, student: str) -> None:
    """Grade and comment some cells of a learner by hand, as a person does in Formgrader."""
    with folder.gradebook() as gradebook:
        for book in gradebook.find_submission(sampler.NAME, student).notebooks:
            for number, grade in enumerate(sorted(book.grades, key=lambda found: found.name)):
                grade.manual_score = number if number % 3 == 0 else None
                grade.extra_credit = 0.5 if number % 4 == 0 else None
                grade.needs_manual_grade = False
            for comment in book.comments:
                comment.manual_comment = f"Look at {comment.name} again."
        gradebook.db.commit()


def submissions() -> list[tuple[str, str]]:
    """Return what is handed in, as assignment and learner; learners whose names begin with x make one half."""
    of_chapter = [(SLUG, learner.name) for learner in _chapter_learners(load(SLUG, ROOT))]
    return [*((sampler.NAME, student) for student in CLASS), *of_chapter]


def _hand_in_samplers(root: Path) -> None:
    for student, (work, when) in CLASS.items():
        fetched = {
            path.stem: nbformat.read(path, as_version=4) for path in (root / "release" / sampler.NAME).glob("*.ipynb")
        }
        folder = root / "submitted" / student / sampler.NAME
        folder.mkdir(parents=True)
        for name, notebook in work(fetched).items():
            nbformat.write(notebook, folder / f"{name}.ipynb")
        if when:
            (folder / "timestamp.txt").write_text(when, encoding="utf-8")


def _hand_in_chapters(root: Path, chapter: Chapter) -> None:
    for learner in _chapter_learners(chapter):
        path = root / "submitted" / learner.name / SLUG / f"{SLUG}.ipynb"
        path.parent.mkdir(parents=True)
        shutil.copy(root / "release" / SLUG / f"{SLUG}.ipynb", path)
        answer(path, learner)
        if learner.name.partition("-")[2] != "reference":
            nbformat.write(without_demos(nbformat.read(path, as_version=4)), path)  # one learner's are enough


def _chapter_learners(chapter: Chapter) -> list[Learner]:
    """The reference, one who answers nothing, and some with a misconception in each exercise, each time another."""
    solutions = {exercise.name: exercise.solution for exercise in chapter.exercises}
    found = [Learner("y-reference", solutions, {}), Learner("x-nothing", {}, {})]
    for number in range(min(len(exercise.misconceptions) for exercise in chapter.exercises)):
        wrong = {exercise.name: exercise.misconceptions[number].source for exercise in chapter.exercises}
        found.append(Learner(f"{'xy'[number % 2]}-mistaken-{number}", wrong, {}))
    return found
