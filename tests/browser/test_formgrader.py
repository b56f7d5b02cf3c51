"""Does an instructor get from the source notebook to scores and feedback by Formgrader's buttons alone?

The tests are one way through one small course, in their order.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Locator, Page, expect

from course.authoring.build import build
from course.authoring.source import load
from tests.browser.conftest import REPOSITORY, TOKEN, Traffic, running_lab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 60_000  # milliseconds: nbgrader runs a notebook while the page waits
# The miniature's exercise `double` has two cases, `small` for 1 point and `negative` for 2.
ANSWERS = {"alice": None, "bob": "forgets_the_sign"}  # the misconception, or None for the solution
SCORES = {"alice": {"double-small": 1.0, "double-negative": 2.0}, "bob": {"double-small": 1.0, "double-negative": 0.0}}


@dataclass(frozen=True)
class Formgrader:
    """Formgrader on the course in `root`, open in a page."""

    page: Page
    url: str
    root: Path

    def open(self, view: str) -> None:
        """Go to a view of Formgrader, such as 'manage_assignments'."""
        self.page.goto(f"{self.url}/formgrader/{view}?token={TOKEN}")

    def row(self, name: str) -> Locator:
        """The row of an assignment or of a learner."""
        return self.page.locator("#main-table tr").filter(has=self.page.get_by_text(name, exact=True))

    def press(self, name: str, button: str) -> str:
        """Press a button (the class of its cell) in a row, and return what the dialog says when it is done."""
        self.row(name).locator(f".{button} a").click()
        dialog = self.page.locator(".modal-dialog")
        dialog.wait_for(timeout=SECONDS)
        text = dialog.inner_text()
        dialog.get_by_role("button").last.click()
        dialog.wait_for(state="hidden")
        return text

    @property
    def gradebook(self) -> str:
        """The address of the course's gradebook."""
        return f"sqlite:///{self.root}/gradebook.db"


@pytest.fixture(scope="module")
def seen() -> Traffic:
    """What the page did, from the first test to the last."""
    return Traffic()


@pytest.fixture(scope="module")
def formgrader(
    tmp_path_factory: pytest.TempPathFactory, new_page: Callable[[Traffic], Page], seen: Traffic
) -> Iterator[Formgrader]:
    """Formgrader on the miniature course, whose source/ is built and whose release/ is empty."""
    root = tmp_path_factory.mktemp("class") / "course"
    shutil.copytree(REPOSITORY / "tests" / "authoring" / "miniature", root)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    build(["mini"], root, say=lambda _: None)
    shutil.rmtree(root / "release" / "mini")
    with running_lab(tmp_path_factory.mktemp("home"), root) as url:
        yield Formgrader(new_page(seen), url, root)


def submit(root: Path, learner: str, misconception: str | None) -> None:
    """Put a learner's notebook where nbgrader collects them: the release with an answer in place of the stub."""
    exercise = load("mini", root).exercise("double")
    wrong = {m.name: m.source for m in exercise.misconceptions}
    notebook = nbformat.read(root / "release" / "mini" / "mini.ipynb", as_version=4)
    cell = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "double")
    cell.source = wrong[misconception] if misconception else exercise.solution
    path = root / "submitted" / learner / "mini" / "mini.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def test_generate_makes_the_learners_version(formgrader: Formgrader) -> None:
    """Does Generate make a release without solution and hidden tests, by the course's own nbgrader_config.py?"""
    formgrader.open("manage_assignments")
    said = formgrader.press("mini", "assign")

    assert "Successfully created the student version of 'mini'" in said
    released = formgrader.root / "release" / "mini" / "mini.ipynb"
    text = released.read_text(encoding="utf-8")
    assert "NotImplementedError" in text
    assert "a secret line" not in text
    assert "the secret line" not in text
    assert "image/svg+xml" in text  # stock nbgrader would clear the demo's picture
    expect(formgrader.row("mini").locator(".preview a")).to_be_visible()


def test_autograde_scores_each_learner(formgrader: Formgrader) -> None:
    """Do two submissions get the scores that their answers earn, on the page and in the gradebook?"""
    for learner, misconception in ANSWERS.items():
        submit(formgrader.root, learner, misconception)
    formgrader.open("manage_assignments")
    formgrader.row("mini").locator(".num-submissions a").click()
    for learner, scores in SCORES.items():
        expect(formgrader.row(learner)).to_contain_text("needs autograding")
        said = formgrader.press(learner, "autograde")
        assert f"Successfully autograded 'mini' for student '{learner}'." in said
        expect(formgrader.row(learner).locator(".score")).to_have_text(f"{sum(scores.values()):g} / 3")

    with Gradebook(formgrader.gradebook) as gradebook:
        graded = {
            submission.student.id: {grade.name: grade.score for grade in submission.notebooks[0].grades}
            for submission in gradebook.assignment_submissions("mini")
        }
    assert graded == SCORES


def test_feedback_is_written_for_each_learner(formgrader: Formgrader) -> None:
    """Does Generate Feedback write a page per learner, with the score and the message of the case that failed?"""
    formgrader.open("manage_assignments")
    said = formgrader.press("mini", "generate-feedback")

    assert "Successfully generated feedback of 'mini'" in said
    for learner, scores in SCORES.items():
        feedback = (formgrader.root / "feedback" / learner / "mini" / "mini.html").read_text(encoding="utf-8")
        assert f"(Score: {sum(scores.values())} / 3.0)" in feedback
        assert ("double(-1) gave 2, expected -2: twice minus one" in feedback) is (learner == "bob")


@pytest.mark.usefixtures("formgrader")
def test_nothing_went_wrong_and_nobody_else_was_asked(seen: Traffic) -> None:
    """Was the console clean and every request one to this machine, in all of the above?"""
    assert seen.errors == []
    assert seen.hosts == {"127.0.0.1"}
