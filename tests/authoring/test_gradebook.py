"""Is a class's gradebook whole when a chapter changes under it?"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbgrader.api import Gradebook

from course.authoring.build import build
from course.authoring.gradebook import GradebookConflictError
from tests.authoring.conftest import quietly

if TYPE_CHECKING:
    from tests.authoring.conftest import Miniature

ANSWERS = {"alice": "return 2 * n", "bob": "return n + 2"}


def _url(miniature: Miniature) -> str:
    return f"sqlite:///{miniature.root}/gradebook.db"


def _scores(miniature: Miniature) -> dict[str, dict[str, float]]:
    with Gradebook(_url(miniature)) as gradebook:
        return {
            submission.student.id: {grade.name: grade.score for grade in submission.notebooks[0].grades}
            for submission in gradebook.assignment_submissions("mini")
        }


@pytest.fixture
def graded(miniature: Miniature) -> Miniature:
    """A class of two that was graded, with a comment and a manual score for Bob."""
    build(["mini"], miniature.root, say=quietly)
    miniature.nbgrader("generate_assignment", "mini", "--force")
    for student, answer in ANSWERS.items():
        notebook = nbformat.read(miniature.notebook("release"), as_version=4)
        cell = next(cell for cell in notebook.cells if cell.id == "double")
        cell.source = cell.source.replace("raise NotImplementedError()", answer)
        path = miniature.root / "submitted" / student / "mini" / "mini.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    miniature.nbgrader("autograde", "mini")
    with Gradebook(_url(miniature)) as gradebook:
        gradebook.find_grade("double-negative", "mini", "mini", "bob").manual_score = 1.5
        gradebook.find_comment("double", "mini", "mini", "bob").manual_comment = "Nearly."
        gradebook.db.commit()
    return miniature


def _change(miniature: Miniature) -> None:
    """Rename one case, add an exercise."""
    text = miniature.exercise.read_text(encoding="utf-8")
    miniature.exercise.write_text(text.replace("small", "three"), encoding="utf-8")
    shutil.copy(miniature.exercise, miniature.exercise.with_name("again.py"))
    miniature.edit(
        miniature.chapter / "chapter.md",
        "<!-- exercise: double -->",
        "<!-- exercise: double -->\n\n<!-- exercise: again -->",
    )


def test_class_under_a_changed_chapter(graded: Miniature) -> None:
    """Is the change refused, kept from the class, or taken into the gradebook without losing a grade?"""
    released = graded.notebook("release").read_bytes()
    before = _scores(graded)
    assert before == {
        "alice": {"double-small": 1.0, "double-negative": 2.0},
        "bob": {"double-small": 0.0, "double-negative": 1.5},
    }

    build(["mini"], graded.root, say=quietly)  # nothing has changed, so nothing is refused
    _change(graded)
    with pytest.raises(GradebookConflictError, match=r"2 submissions of 'mini'.*added: again, .*removed: double-small"):
        build(["mini"], graded.root, say=quietly)
    assert graded.notebook("release").read_bytes() == released

    said: list[str] = []
    build(["mini"], graded.root, keep=True, say=said.append)
    assert said == ["mini: left as the class knows it."]
    assert graded.notebook("release").read_bytes() == released

    build(["mini"], graded.root, regrade=True, say=said.append)
    assert "nbgrader autograde mini --force" in said[-1]
    assert _scores(graded)["bob"]["double-negative"] == 1.5
    with closing(sqlite3.connect(graded.root / "gradebook.db.before-regrade-1")) as backup:
        assert backup.execute("select count(*) from grade").fetchone() == (4,)

    graded.nbgrader("autograde", "mini", "--force")
    untried = {"again-three": 0.0, "again-negative": 0.0}
    assert _scores(graded) == {
        "alice": {"double-three": 1.0, "double-negative": 2.0, **untried},
        "bob": {"double-three": 0.0, "double-negative": 1.5, **untried},
    }
    with Gradebook(_url(graded)) as gradebook:
        assert gradebook.find_comment("double", "mini", "mini", "bob").comment == "Nearly."
    build(["mini"], graded.root, say=said.append)
    assert said[-1] == "mini: up to date."


def test_other_points(graded: Miniature) -> None:
    """Is a case that is worth something else named too?"""
    graded.edit(graded.exercise, "@case(points=2)", "@case(points=5)")
    with pytest.raises(GradebookConflictError, match="other points: double-negative"):
        build(["mini"], graded.root, say=quietly)
