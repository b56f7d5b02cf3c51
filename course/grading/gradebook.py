"""The one writer of the gradebook: a submission is written whole, in one transaction, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nbgrader.api import Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from course.errors import CourseError
from course.grading.notebooks.assignment import Assignment, load

if TYPE_CHECKING:
    from datetime import datetime

    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from course.grading.grade import Graded, Outcome


@dataclass(frozen=True, slots=True)
class _Cells:
    """The gradebook's ids of a notebook, and of its cells by grade id."""

    notebook: str
    graded: dict[str, str]
    answers: dict[str, str]


class Writer:
    """Writes what came of submissions of one assignment into nbgrader's gradebook. A context manager."""

    def __init__(self, coursedir: CourseDirectory, name: str, config: Config) -> None:
        self._gradebook = _opened(coursedir)
        self._db = self._gradebook.db
        self.assignment: Assignment = load(self._gradebook, coursedir, name)
        known = self._gradebook.find_assignment(name)
        self._id = known.id
        self._cells = {
            notebook.name: _Cells(
                notebook.id,
                {cell.name: cell.id for cell in [*notebook.grade_cells, *notebook.task_cells]},
                {cell.name: cell.id for cell in [*notebook.solution_cells, *notebook.task_cells]},
            )
            for notebook in known.notebooks
        }
        self._penalties = AssignLatePenalties(config=config)
        self._penalties.init_plugin()

    def write(self, outcome: Outcome, timestamp: datetime | None) -> None:
        """Write one submission: points, comments, late penalty. Manual grades and comments of people stay."""
        try:
            submission = self._submission(outcome.student, timestamp)
            for notebook in self._db.scalars(select(SubmittedNotebook).filter_by(assignment_id=submission.id)):
                name = next(name for name, cells in self._cells.items() if cells.notebook == notebook.notebook_id)
                graded = outcome.notebooks.get(name)
                self._grades(notebook.id, self._cells[name], graded)
                if graded is not None:
                    self._comments(notebook.id, self._cells[name], graded)
                    self._db.flush()
                    self._db.refresh(notebook)
                    self._penalize(submission, notebook)
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    def close(self) -> None:
        """Let the gradebook go."""
        self._gradebook.close()
        self._gradebook.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _submission(self, student: str, timestamp: datetime | None) -> SubmittedAssignment:
        """Return the submission's row; make it, with a place for each grade and comment, where it is new."""
        if self._db.get(Student, student) is None:
            self._db.add(Student(id=student))
            self._db.flush()
        found = self._db.scalar(select(SubmittedAssignment).filter_by(assignment_id=self._id, student_id=student))
        if found is None:
            found = SubmittedAssignment(assignment_id=self._id, student_id=student)
            self._db.add(found)
            self._db.flush()
            for cells in self._cells.values():
                notebook = SubmittedNotebook(assignment_id=found.id, notebook_id=cells.notebook)
                self._db.add(notebook)
                self._db.flush()
                self._insert(Grade, notebook.id, cells.graded.values())
                self._insert(Comment, notebook.id, cells.answers.values())
        if timestamp is not None:
            found.timestamp = timestamp
        return found

    def _insert(self, row: Any, notebook: str, cells: Any) -> None:  # noqa: ANN401 - nbgrader has no types
        rows = [{"cell_id": cell, "notebook_id": notebook} for cell in cells]
        if rows:
            self._db.execute(insert(row), rows)

    def _grades(self, notebook: str, cells: _Cells, graded: Graded | None) -> None:
        """Set each grade's automatic score; of a notebook that was not handed in, nothing, as nbgrader has it."""
        rows = self._db.execute(select(Grade.id, Grade.cell_id, Grade.manual_score).filter_by(notebook_id=notebook))
        names = {cell: name for name, cell in cells.graded.items()}
        changes = []
        for row in rows:
            name = names[row.cell_id]
            if graded is None:
                changes.append({"id": row.id, "auto_score": 0, "needs_manual_grade": False})
            elif name in graded.scores:
                score = graded.scores[name]
                by_hand = row.manual_score is not None or score is None
                changes.append({"id": row.id, "auto_score": score, "needs_manual_grade": by_hand})
        if changes:
            self._db.execute(update(Grade), changes)

    def _comments(self, notebook: str, cells: _Cells, graded: Graded) -> None:
        rows = self._db.execute(select(Comment.id, Comment.cell_id).filter_by(notebook_id=notebook))
        names = {cell: name for name, cell in cells.answers.items()}
        changes = [
            {"id": row.id, "auto_comment": graded.comments[names[row.cell_id]]}
            for row in rows
            if names[row.cell_id] in graded.comments
        ]
        if changes:
            self._db.execute(update(Comment), changes)

    def _penalize(self, submission: SubmittedAssignment, notebook: SubmittedNotebook) -> None:
        """Set the late penalty as nbgrader's AssignLatePenalties does, by the plugin that is configured."""
        notebook.late_submission_penalty = None
        late = submission.total_seconds_late
        if late > 0:
            plugin = self._penalties.plugin_inst
            penalty = plugin.late_submission_penalty(submission.student_id, notebook.score, late)
            if penalty is not None:
                notebook.late_submission_penalty = self._penalties._check_late_penalty(notebook, penalty)  # noqa: SLF001 - nbgrader's own rule


def _opened(coursedir: CourseDirectory) -> Any:  # noqa: ANN401 - nbgrader has no types
    """Return the gradebook; `CourseError` where there is no such database, or no driver for it."""
    try:
        return Gradebook(coursedir.db_url, coursedir.course_id or "default_course")
    except (ImportError, SQLAlchemyError) as error:
        why = str(error).splitlines()[0]
        if isinstance(error, ImportError):
            why = f"{why}; for PostgreSQL: pip install 'course[postgresql]'"
        place = re.sub(r":[^:@/]*@", ":***@", coursedir.db_url)
        raise CourseError(f"The gradebook {place} cannot be opened: {why}") from None
