"""What came of an assignment for a whole class: points from nbgrader's gradebook, and the records of grading."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.api import BaseCell, Grade, Gradebook, Notebook, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select

from course.grading.notebooks import assignment
from course.grading.pages.feedback import question
from course.grading.records import Records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbgrader.coursedir import CourseDirectory

    from course.grading.notebooks.assignment import CourseNotebook
    from course.grading.records import Record

Key = tuple[str, str]
"""A graded cell: its notebook's name and its grade id."""


@dataclass(frozen=True, slots=True)
class Item:
    """A graded cell. `exercise` is the answer that it is about, `question` what its first comment line asks."""

    key: Key
    exercise: Key
    points: float
    question: str


@dataclass(slots=True)
class Learner:
    """A learner whose submission is in the gradebook: points by graded cell, and what was taken off for lateness.

    `by_hand` counts the cells that a person graded, `waiting` those that wait for one.
    """

    name: str
    points: dict[Key, float] = field(default_factory=dict)
    penalty: float = 0.0
    graded: bool = False
    by_hand: int = 0
    waiting: int = 0

    @property
    def score(self) -> float:
        """All points, less the penalty."""
        return max(0.0, sum(self.points.values()) - self.penalty)


@dataclass(frozen=True, slots=True)
class Results:
    """An assignment's results.

    `not_graded` says by learner why; `absent` are learners of the gradebook who handed in nothing.
    """

    assignment: str
    items: tuple[Item, ...]
    learners: tuple[Learner, ...]
    records: Mapping[str, Record]
    not_graded: Mapping[str, str]
    absent: tuple[str, ...]

    @property
    def max_score(self) -> float:
        """What can be earned."""
        return sum(item.points for item in self.items)


def load(coursedir: CourseDirectory, name: str) -> Results:
    """Read an assignment's results; `AssignmentError` where the gradebook does not have it."""
    with Gradebook(coursedir.db_url, coursedir.course_id or "default_course") as gradebook:
        known = assignment.load(gradebook, coursedir, name)
        learners = _learners(gradebook, name)
        everybody = set(gradebook.db.scalars(select(Student.id)))
    records = {record.student: record for record in Records(coursedir, name).all()}
    graded = tuple(learners[who] for who in sorted(learners) if learners[who].graded)
    not_graded = {who: record.reason for who, record in records.items() if not record.graded}
    handed_in = _handed_in(coursedir, name)
    done = {learner.name for learner in graded} | set(not_graded)
    not_graded |= dict.fromkeys(sorted(handed_in - done), "it was handed in, and grading has not come to it yet")
    return Results(
        assignment=name,
        items=tuple(item for notebook in known.notebooks for item in _items(notebook)),
        learners=graded,
        records=records,
        not_graded=dict(sorted(not_graded.items())),
        absent=tuple(sorted(everybody - done - handed_in)),
    )


def _learners(gradebook: Any, name: str) -> dict[str, Learner]:  # noqa: ANN401 - nbgrader has no types
    """The submissions that the gradebook has, by learner."""
    known = gradebook.find_assignment(name)
    found: dict[str, Learner] = {}
    submitted = (
        select(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(SubmittedAssignment.assignment_id == known.id)
    )
    for who, penalty in gradebook.db.execute(submitted):
        found.setdefault(who, Learner(who)).penalty += penalty or 0.0
    grades = (
        select(
            SubmittedAssignment.student_id,
            Notebook.name,
            BaseCell.name,
            Grade.score,
            Grade.auto_score,
            Grade.manual_score,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .where(SubmittedAssignment.assignment_id == known.id)
    )
    for who, notebook, cell, score, auto, manual, waiting in gradebook.db.execute(grades):
        learner = found[who]
        learner.points[notebook, cell] = float(score)
        learner.graded |= auto is not None or manual is not None
        learner.by_hand += manual is not None
        learner.waiting += bool(waiting)
    return found


def _items(notebook: CourseNotebook) -> list[Item]:
    """A notebook's graded cells in their order; a test belongs to the answer before it."""
    items = []
    answer = ""
    for cell in notebook.cells:
        if cell.solution or cell.task:
            answer = cell.name
        if cell.points is not None:
            exercise = answer or cell.name
            key = (notebook.name, cell.name)
            items.append(Item(key, (notebook.name, exercise), cell.points, question(cell.source)))
    return items


def _handed_in(coursedir: CourseDirectory, name: str) -> set[str]:
    """The learners who have a folder of the assignment in submitted/."""
    root = Path(coursedir.root)
    pattern = Path(coursedir.format_path(coursedir.submitted_directory, "*", name))
    if "*" not in pattern.parts:
        return set()
    at = pattern.parts.index("*")
    return {path.parts[at] for path in root.glob(os.path.relpath(pattern, root)) if path.is_dir()}
