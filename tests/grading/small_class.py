"""A small class to grade in seconds: the assignment `square` without AWS, and learners with answers to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import text
from traitlets.config import Config

from course.errors import CourseError
from course.grading import grade
from course.grading.batch import Batch
from tests import programs
from tests.grading.attacks import square

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from course.grading.batch import Executor, Promise, Summary
    from course.grading.grade import Outcome, Task
    from course.grading.processes.sandbox import Sandbox

NAME = square.NAME
COURSE = "small"
RIGHT = square.RIGHT["square"]
NEAR = "def square(x):\n    return x * x + (x < 0)"
WRONG = "def square(x):\n    return x + 2"
STUB = ""
POINTS = {RIGHT: 20.0, NEAR: 9.0, WRONG: 0.0, STUB: 0.0}
"""What each answer earns, of 20."""
SECONDS = 120.0
"""How long a run over this class may take before a test gives up."""
TIME = "2026-11-24 12:00:00 UTC"

_WITHOUT_AWS = {"start": "import math", **dict.fromkeys(("make_queue-task", "make_queue", "make_queue-exists"), "")}
_TABLES = ("student", "submitted_assignment", "submitted_notebook", "grade", "comment")

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class SmallClass:
    """A course folder; its gradebook is at `url`, or where nbgrader has it."""

    root: Path
    url: str = ""

    @classmethod
    def make(cls, root: Path, url: str = "") -> SmallClass:
        """Make the course folder with the assignment generated, and nothing handed in."""
        made = cls(root, url)
        source = root / "source" / NAME / f"{NAME}.ipynb"
        source.parent.mkdir(parents=True)
        nbformat.write(_shortened(square.source_notebook()), source)
        lines = (f"c.CourseDirectory.{name} = {value!r}" for name, value in made.settings.items())
        (root / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines]), encoding="utf-8")
        folder = made.coursedir
        folder.assignment_id = NAME
        converter = GenerateAssignment(coursedir=folder, config=made.config)
        converter.log.setLevel("ERROR")
        converter.start()
        return made

    def copy(self, root: Path) -> SmallClass:
        """Copy all of it to another folder; a gradebook elsewhere stays the same."""
        shutil.copytree(self.root, root)
        return SmallClass(root, self.url)

    @property
    def settings(self) -> dict[str, str]:
        """What its nbgrader_config.py says of the course's folders."""
        return {"course_id": COURSE} | ({"db_url": self.url} if self.url else {})

    @property
    def config(self) -> Config:
        """Its configuration, for this process to stand elsewhere."""
        return Config({"CourseDirectory": {"root": str(self.root), **self.settings}})

    @property
    def coursedir(self) -> CourseDirectory:
        """Its folders."""
        return CourseDirectory(config=self.config)

    @property
    def records(self) -> Path:
        """Where the records are."""
        return self.root / "autograded" / ".grading" / NAME

    def hand_in(self, student: str, answer: str) -> None:
        """Put a notebook with this answer into submitted/; a second one takes the place of the first."""
        notebook = _shortened(square.release_notebook())
        for cell in notebook.cells:
            if cell.id == "square" and answer != STUB:
                cell.source = answer
        folder = self.root / "submitted" / student / NAME
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
        (folder / "timestamp.txt").write_text(TIME, encoding="utf-8")

    def hand_in_class(self, count: int) -> dict[str, float]:
        """Let so many learners hand in one of the answers each; return the points that they deserve."""
        answers = [list(POINTS)[number % len(POINTS)] for number in range(count)]
        names = [f"learner-{number}" for number in range(count)]
        for name, answer in zip(names, answers, strict=True):
            self.hand_in(name, answer)
        return {name: POINTS[answer] for name, answer in zip(names, answers, strict=True)}

    def grade(self, executor: Executor, **options: Any) -> Summary:  # noqa: ANN401 - those of Batch.run
        """Grade what is due."""
        with Batch(self.coursedir, NAME, self.config) as batch:
            return batch.run(executor, **options)

    def command(self, *options: str, **environment: str) -> dict[str, Any]:
        """What `subprocess` needs to run `course grade` here, and to read what it says."""
        return {
            "args": [sys.executable, "-m", "course.cli", "grade", NAME, *options],
            "cwd": self.root,
            "env": self._environment(environment),
            "text": True,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
        }

    def course_grade(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `course grade` here, as by hand."""
        env = self._environment(environment)
        return programs.run("course", "grade", NAME, *options, cwd=self.root, env=env, timeout=SECONDS)

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return os.environ | {"HOME": str(self.root)} | more

    def points(self) -> dict[str, float]:
        """The gradebook's points, by learner."""
        return {student: points for student, _, points in self.rows()["submissions"]}

    def rows(self) -> Rows:
        """Every row that grading writes, by table, with names in place of ids that are made up; and their numbers."""
        with Gradebook(self.coursedir.db_url, COURSE) as gradebook:
            found = gradebook.find_assignment(NAME).submissions
            books = [(submission.student.id, book) for submission in found for book in submission.notebooks]
            grades = [(who, row) for who, book in books for row in book.grades]
            comments = [(who, row) for who, book in books for row in book.comments]
            counted = [(table, gradebook.db.scalar(text(f"SELECT count(*) FROM {table}"))) for table in _TABLES]  # noqa: S608
            rows: Rows = {
                "students": [(student.id,) for student in gradebook.students],
                "submissions": [(each.student.id, each.timestamp, each.score) for each in found],
                "notebooks": [(who, book.name, book.late_submission_penalty) for who, book in books],
                "grades": [(w, g.name, g.auto_score, g.manual_score, g.needs_manual_grade) for w, g in grades],
                "comments": [(who, row.name, row.auto_comment, row.manual_comment) for who, row in comments],
                "counted": counted,
            }
            return {table: sorted(them) for table, them in rows.items()}

    def autograded(self) -> dict[str, bytes]:
        """Every file in autograded/ but the records, by its path."""
        root = self.root / "autograded"
        files = (path for path in root.rglob("*") if path.is_file() and self.records not in path.parents)
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@dataclass(slots=True)
class Here:
    """An executor that grades in this process, one after the other, unless it is `known` what comes of it."""

    known: dict[str, Outcome] = field(default_factory=dict)
    made: dict[str, Outcome] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    window: int = 1

    def check(self, box: Sandbox | None) -> None:
        """Nothing to check."""

    def submit(self, task: Task) -> Promise:
        """Grade it now."""
        self.tried.append(task.student)
        try:
            self.made[task.student] = self.known.get(task.student) or grade.grade(task)
        except CourseError as error:
            return _Broken(error)
        return _Kept(self.made[task.student])

    def wait(self, promises: Collection[Promise]) -> Collection[Promise]:
        """All of them are done."""
        return list(promises)


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    outcome: Outcome

    def result(self) -> Outcome:
        return self.outcome


@dataclass(frozen=True, slots=True, eq=False)
class _Broken:
    error: CourseError

    def result(self) -> Outcome:
        raise self.error


def _shortened(notebook: Any) -> Any:  # noqa: ANN401 - nbformat has no types
    """A notebook without AWS."""
    for cell in notebook.cells:
        cell.source = _WITHOUT_AWS.get(cell.id, cell.source)
    notebook.cells = [cell for cell in notebook.cells if cell.source]
    return notebook
