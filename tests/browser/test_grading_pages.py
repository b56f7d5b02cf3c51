"""Do the pages that show what learners handed in run nothing of it, in a real browser, and can the report be read?

The pages are feedback, Formgrader on the same class, and the report.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships no types
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect

from tests.browser.conftest import TOKEN, Traffic, running_lab
from tests.grading.attacks import square
from tests.grading.shown_class import ATTACKS, ShownClass
from tests.grading.small_class import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Dialog

HOSTILE = ("eve", *ATTACKS)
HOSTILE_ID = "<img src=x onerror=window.ran=30>"
SOME_NOT_GRADED = 3


@dataclass
class Watched:
    """A page, and what happened on it: `traffic` and the texts of dialogs."""

    page: Page
    traffic: Traffic
    dialogs: list[str] = field(default_factory=list)

    def show(self, url: str, login: str = "") -> Page:
        """Open an address, after a page to log in, and wait until nothing happens any more."""
        if login:
            self.page.goto(f"{login}/manage_assignments?token={TOKEN}")
        self.page.goto(url)
        self.page.wait_for_load_state("networkidle")
        return self.page

    @property
    def ran(self) -> object:
        """What ran, if anything did: every script of this class leaves a mark or a dialog."""
        return self.page.evaluate("window.ran") or self.dialogs


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> ShownClass:
    """A graded class with feedback and report, and with a learner whose id is HTML."""
    shown = ShownClass.make(tmp_path_factory.mktemp("shown") / "course")
    shown.hand_in(HOSTILE_ID, square.release_notebook())
    shown.run("course", "grade", NAME, code=SOME_NOT_GRADED)
    shown.run("nbgrader", "generate_feedback", NAME)
    shown.run("course", "report", NAME)
    return shown


@pytest.fixture(scope="module")
def formgrader(shown: ShownClass, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Formgrader; the learner whose id is HTML is in the gradebook, as stock grading would have it."""
    with Gradebook(f"sqlite:///{shown.root}/gradebook.db") as gradebook:
        gradebook.add_student(HOSTILE_ID)
    with running_lab(tmp_path_factory.mktemp("home"), shown.root) as url:
        yield f"{url}/formgrader"


@pytest.fixture
def watched(page: Page, traffic: Traffic) -> Watched:
    """A fresh page under watch."""
    found = Watched(page, traffic)

    def on_dialog(dialog: Dialog) -> None:
        found.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", on_dialog)
    return found


def submissions(shown: ShownClass) -> dict[str, str]:
    """The ids of the graded notebooks, by learner."""
    with Gradebook(f"sqlite:///{shown.root}/gradebook.db") as gradebook:
        return {found.student.id: found.notebooks[0].id for found in gradebook.assignment_submissions(NAME)}


@pytest.mark.parametrize("learner", HOSTILE)
def test_feedback_runs_nothing(shown: ShownClass, watched: Watched, learner: str) -> None:
    """Does a learner's page run nothing, ask nobody, and still show what was written?"""
    page = watched.show(shown.page(learner).as_uri())

    assert not watched.ran
    assert watched.traffic.errors == []
    assert watched.traffic.hosts == set()
    assert page.locator("script").count() == 0
    expect(page.get_by_text("Is the square of a number right?").first).to_be_visible()


@pytest.mark.parametrize("learner", HOSTILE)
def test_formgrader_runs_nothing(shown: ShownClass, formgrader: str, watched: Watched, learner: str) -> None:
    """Does the instructor see a submission, text and all, while nothing of it runs, on the page or on the server?"""
    page = watched.show(f"{formgrader}/submissions/{submissions(shown)[learner]}/", formgrader)

    assert not watched.ran
    assert watched.traffic.errors == []
    assert watched.traffic.hosts == {"127.0.0.1"}
    expect(page.get_by_text("canary-7411").first).to_be_visible()  # who grades may see hidden tests
    expect(page.locator("input.score").first).to_be_visible()
    expect(page.locator(".tabbable:focus")).to_be_attached()  # Formgrader's own script did its work
    assert not list(shown.root.parent.rglob("ran"))  # the file that eve's nbgrader_config.py writes
    assert not os.path.exists("ran")  # noqa: PTH110


def test_formgrader_shows_what_eve_wrote(shown: ShownClass, formgrader: str, watched: Watched) -> None:
    """Are her links and pictures without an address, and her outputs there as text?"""
    page = watched.show(f"{formgrader}/submissions/{submissions(shown)['eve']}/", formgrader)
    notebook = page.locator("#notebook-container")

    assert notebook.locator("a[href]").count() == 0
    assert [image.get_attribute("src") or "" for image in notebook.locator("img").all() if image.get_attribute("src")]
    assert all((image.get_attribute("src") or "data:").startswith("data:") for image in notebook.locator("img").all())
    expect(notebook.get_by_text("<script>window.ran = 20</script>").first).to_be_visible()
    expect(notebook.get_by_text("</pre><script>window.ran = 22</script>").first).to_be_visible()


def test_a_file_that_was_handed_in_runs_nothing(shown: ShownClass, formgrader: str, watched: Watched) -> None:
    """Is a page that a learner handed in shown without its scripts?"""
    page = watched.show(f"{formgrader}/submissions/{submissions(shown)['eve']}/evil.html", formgrader)

    assert page.title() != "evil"
    assert "document.title = 'evil'" in page.content()


@pytest.mark.parametrize(
    "view",
    [
        "manage_assignments",
        f"manage_submissions/{NAME}",
        "manage_students",
        f"manage_students/{quote(HOSTILE_ID)}",
        f"manage_students/{quote(HOSTILE_ID)}/{NAME}",
        "gradebook",
        f"gradebook/{NAME}",
        f"gradebook/{NAME}/{NAME}",
    ],
)
def test_a_learners_id_runs_nothing(formgrader: str, watched: Watched, view: str) -> None:
    """Is an id that is HTML shown as it is on each of Formgrader's pages?"""
    page = watched.show(f"{formgrader}/{view}", formgrader)

    assert not watched.ran
    assert page.locator("img[onerror]").count() == 0
    if view.startswith(("manage_submissions", "manage_students")):
        expect(page.get_by_text(HOSTILE_ID).first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_the_report_can_be_read_by_everybody(shown: ShownClass, watched: Watched, scheme: str, width: int) -> None:
    """Does axe-core find no barrier in the report, on paper-white and dark, wide and narrow, and does nothing run?"""
    watched.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    watched.page.set_viewport_size({"width": width, "height": 800})
    page = watched.show((shown.root / f"report-{NAME}.html").as_uri())
    # A page without scripts lets none in; axe-core is one.
    page.set_content(page.content().replace("http-equiv", "data-was"))
    results = Axe().run(page)

    assert results.response["violations"] == []
    assert len(results.response["passes"]) > len(HOSTILE)
    assert not watched.ran
    assert watched.traffic.errors == []
    assert watched.traffic.hosts == set()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_text(HOSTILE_ID)).to_be_visible()
