"""Can an instructor run a class with stock nbgrader, from the first release to the grades?"""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from nbgrader.api import Gradebook

from tests.grading.conftest import SLUG, Class, Learner, answer, learners

if TYPE_CHECKING:
    from course.authoring.source import Chapter

COMMENT = "Look at the redrive policy once more."


def _submit(classroom: Class, learner: Learner) -> None:
    home = classroom.home(learner)
    classroom.nbgrader("fetch_assignment", SLUG, cwd=home)
    answer(home / SLUG / f"{SLUG}.ipynb", learner)
    classroom.nbgrader("submit", SLUG, "--student", learner.name, cwd=home)


def _feedback(classroom: Class, learner: Learner) -> str:
    """Fetch a learner's feedback, and return it."""
    home = classroom.home(learner)
    classroom.nbgrader("fetch_feedback", SLUG, "--student", learner.name, cwd=home)
    (page,) = home.rglob(f"{SLUG}.html")
    return page.read_text(encoding="utf-8")


def _grade_by_hand(url: str, student: str, cell: str, points: float) -> None:
    with Gradebook(url) as gradebook:
        gradebook.find_grade(cell, SLUG, SLUG, student).manual_score = points
        gradebook.find_comment(cell.partition("-")[0], SLUG, SLUG, student).manual_comment = COMMENT
        gradebook.db.commit()


def test_class(classroom: Class, chapter: Chapter) -> None:
    """Does everybody get exactly the points that their answers deserve, and the feedback?"""
    url = f"sqlite:///{classroom.course}/gradebook.db"
    classroom.nbgrader("generate_assignment", SLUG)
    classroom.nbgrader("release_assignment", SLUG)
    everybody = learners(chapter)
    with ThreadPoolExecutor() as at_once:
        list(at_once.map(partial(_submit, classroom), everybody))
    classroom.nbgrader("collect", SLUG)
    classroom.nbgrader("autograde", SLUG)

    with Gradebook(url) as gradebook:
        for learner in everybody:
            notebook = gradebook.find_submission_notebook(SLUG, SLUG, learner.name)
            assert {grade.name: grade.score for grade in notebook.grades} == learner.points, learner.name
            assert not notebook.needs_manual_grade

    graded = f"{chapter.exercises[0].name}-{chapter.exercises[0].cases[0].name}"
    _grade_by_hand(url, "empty", graded, 0.5)
    classroom.nbgrader("generate_feedback", SLUG)
    classroom.nbgrader("release_feedback", SLUG)
    with ThreadPoolExecutor() as at_once:
        pages = list(at_once.map(partial(_feedback, classroom), everybody))
    assert [COMMENT in page for page in pages] == [learner.name == "empty" for learner in everybody]

    classroom.nbgrader("export")
    with (classroom.course / "grades.csv").open(encoding="utf-8") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    due = {learner.name: sum(learner.points.values()) for learner in everybody}
    assert exported == due | {"empty": 0.5}
