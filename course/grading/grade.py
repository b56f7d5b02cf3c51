"""Grading one submission, from its files to what is kept of it: the one function that runs on every machine."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from nbgrader.preprocessors import IgnorePattern, LimitOutput
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from traitlets.config import Config

from course.grading import engines
from course.grading.engine import NotebookResult, Settings
from course.grading.notebooks import overlay, submission
from course.grading.notebooks.assignment import Assignment
from course.grading.notebooks.submission import RefusedError
from course.grading.processes.sandbox import Sandbox

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from course.grading.notebooks.writing import Writer

NO_RESPONSE = "No response."
"""nbgrader's own comment on an answer that was left as released."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A submission to grade: the learner's id and the files that were handed in, by relative path.

    `sandbox` is None where grading was told to do without.
    """

    student: str
    files: dict[str, bytes]
    assignment: Assignment
    settings: Settings
    sandbox: Sandbox | None


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one notebook.

    `content` is the autograded notebook; `scores` is what nbgrader calls auto_score, by grade id, None where a person
    has to grade; `comments` are nbgrader's automatic comments on answers.
    """

    content: bytes
    scores: dict[str, float | None]
    comments: dict[str, str | None]
    result: NotebookResult


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a submission: its notebooks by name, or in `refused` why none could be graded."""

    student: str
    notebooks: dict[str, Graded] = {}
    refused: str = ""


def grade(task: Task) -> Outcome:
    """Grade a submission. `NotGradedError` where the processes failed, `NoSandboxError` where there is no sandbox."""
    notebooks, room = {}, len(task.assignment.notebooks) + 1
    beside = {name: data for name, data in task.files.items() if not name.endswith(".ipynb")} | task.assignment.files
    try:
        for course in task.assignment.notebooks:
            content = task.files.get(f"{course.name}.ipynb")
            if content is not None:
                laid = overlay.lay(submission.parse(content), course)
                engine = engines.engine_for(course, task.settings, task.sandbox, task.assignment.files, room=room)
                result = engine.run(laid.notebook, beside, laid.notes)
                for shorten in (IgnorePattern, LimitOutput):  # as nbgrader has them behind its Execute
                    shorten(config=Config(task.settings.outputs))(laid.notebook, {})
                notebooks[course.name] = _kept(laid.notebook, result, engine.writer)
    except RefusedError as refused:
        return Outcome(student=task.student, refused=str(refused))
    if not notebooks:
        names = ", ".join(f"{course.name}.ipynb" for course in task.assignment.notebooks)
        return Outcome(student=task.student, refused=f"no notebook was handed in; expected {names}")
    return Outcome(student=task.student, notebooks=notebooks)


def close() -> None:
    """End this process's engines."""
    engines.close()


def _kept(notebook: NotebookNode, result: NotebookResult, writer: Writer) -> Graded:
    graded = [cell for cell in notebook.cells if is_grade(cell)]
    answers = [cell for cell in notebook.cells if is_solution(cell) or is_task(cell)]
    scores = {cell.metadata.nbgrader.grade_id: determine_grade(cell)[0] for cell in graded}
    comments = {
        cell.metadata.nbgrader.grade_id: None if is_task(cell) or _answered(cell) else NO_RESPONSE for cell in answers
    }
    written = {c.metadata.nbgrader.grade_id: _digest(c) for c in answers if c.cell_type == "code" and _answered(c)}
    result = msgspec.structs.replace(result, answers=written)
    return Graded(content=writer.write(notebook), scores=scores, comments=comments, result=result)


def _digest(cell: NotebookNode) -> str:
    """What tells one answer from another, but for white space and comments on lines of their own."""
    lines = (line.rstrip() for line in cell.source.splitlines())
    kept = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return sha256("\n".join(kept).encode("utf-8", "replace")).hexdigest()[:16]


def _answered(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("checksum") != compute_checksum(cell))
