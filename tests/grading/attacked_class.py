"""A class that is under attack, graded by `course grade`: what stands in its folder afterwards, and what was said."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from tests import programs
from tests.grading.attacks import square

if TYPE_CHECKING:
    from pathlib import Path

NAME = square.NAME
HONEST = ("aaa-honest", "lll-honest", "zzz-honest")
LIMITS = {"cell_seconds": 2, "notebook_seconds": 20, "notebook_cpu_seconds": 10, "memory": 2**30}
CONFIG = f"""
c = get_config()
c.CourseDirectory.course_id = "attacked"
c.Grading.hidden = ["chapters/*/exercises"]
c.Grading.aws = "course._offline:ExamAws"
c.Grading.limits = {LIMITS!r}
"""
ALL_GRADED, SOME_NOT_GRADED = 0, 3


@dataclass(frozen=True)
class AttackedClass:
    """A course folder with one assignment, `square`; `good` is the text of a submission whose answers are right."""

    root: Path
    good: str

    @classmethod
    def make(cls, root: Path) -> AttackedClass:
        """Make the course folder, with the secrets about it that attacks look for, and three honest submissions."""
        folder = root / "source" / NAME
        folder.mkdir(parents=True)
        nbformat.write(square.source_notebook(), folder / f"{NAME}.ipynb")
        (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
        (root / "canary-7415").write_text("beside the gradebook", encoding="utf-8")
        release = square.release_notebook()
        for cell in release.cells:
            cell.source = square.RIGHT.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        made = cls(root, nbformat.writes(release))
        programs.run("nbgrader", "generate_assignment", NAME, cwd=root, env=made.environment())
        for honest in HONEST:
            made.hand_in(honest, made.good.replace("return x * x", "return x * x  # canary-7414"))
        return made

    def hand_in(self, student: str, text: str | bytes) -> None:
        """Put a notebook into submitted/."""
        folder = self.root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(text.encode() if isinstance(text, str) else text)

    def environment(self) -> dict[str, str]:
        """Of an instructor who has secrets."""
        home = self.root.parent / "home"
        home.mkdir(exist_ok=True)
        (home / "canary-7413").write_text("in the grader's home", encoding="utf-8")
        return os.environ | {"HOME": str(home), "GRADER_SECRET": "canary-7412"}

    def grade(self) -> str:
        """Grade the class; return all that the command said."""
        done = programs.run("course", "grade", NAME, cwd=self.root, env=self.environment())
        assert done.returncode in {ALL_GRADED, SOME_NOT_GRADED}, done.stderr
        return done.stdout + done.stderr

    def record(self, student: str) -> dict[str, Any]:
        """What was recorded of a learner; empty where nothing was."""
        path = self.root / "autograded" / ".grading" / NAME / f"{student}.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return found

    def messages(self, student: str) -> list[str]:
        """What the failed cases of a learner say."""
        cells = self.record(student)["notebooks"][NAME]["cells"]
        return [case["message"] for cell in cells for case in cell["cases"] if case["message"]]

    def seconds(self, student: str) -> float:
        """How long a learner's notebook took."""
        return float(self.record(student)["notebooks"][NAME]["timing"]["all"])

    def autograded(self, student: str) -> str:
        """The text of a learner's autograded notebook."""
        return (self.root / "autograded" / student / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")

    def scores(self) -> dict[str, dict[str, float]]:
        """The gradebook's points, by learner and grade id."""
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            try:
                submissions = gradebook.assignment_submissions(NAME)
            except MissingEntry:
                return {}
            return {
                found.student.id: {grade.name: grade.score for grade in found.notebooks[0].grades}
                for found in submissions
            }
