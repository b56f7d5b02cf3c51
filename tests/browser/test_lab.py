"""Does `course lab` open on the learner's start page, offline and undisturbed, and does the rest work from there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from course import curriculum
from course import lab as jupyterlab
from tests.browser.conftest import TOKEN, Lab, Traffic, running_lab
from tests.study.small_course import Course, make_course

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 60_000  # milliseconds: a busy machine starts kernels slowly
COPY = "work/mini/mini.ipynb"  # the learner's own


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this Jupyter keeps what it knows, such as whom it trusts."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Course:
    """A small course as `course lab` prepares it; its curriculum is the chapter `mini` and one that is not written."""
    root = tmp_path_factory.mktemp("small") / "course"
    chapters = (
        curriculum.Chapter("mini", "A miniature", "What a queue does.", ("2.1",)),
        curriculum.Chapter("vpc", "VPC", "Your own network.", ("1.2",)),
    )
    course = make_course(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curriculum, "CHAPTERS", chapters)
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        patch.chdir(root)
        jupyterlab.prepare(say=lambda _: None)
    return course


@pytest.fixture(scope="module")
def opened(small: Course, home: Path) -> Iterator[Lab]:
    """JupyterLab on that course."""
    with running_lab(home, small.root) as url:
        yield Lab(url, small.root)


def landed(page: Page, lab: Lab) -> Page:
    """Open the address that Jupyter prints, as a browser that was never here."""
    page.goto(f"{lab.url}/?token={TOKEN}")
    page.get_by_role("heading", name="AWS Solutions Architect Associate").wait_for(timeout=SECONDS)
    return page


def test_it_opens_on_the_start_page(opened: Lab, page: Page, traffic: Traffic) -> None:
    """Is the start page the first thing, rendered, without news and without a word to another machine?"""
    landed(page, opened)

    expect(page.get_by_role("row", name="A miniature")).to_contain_text("not checked yet")
    expect(page.get_by_role("listitem").filter(has_text="VPC")).to_contain_text("not written yet")
    expect(page.get_by_text("用可以动手做的笔记本学习")).to_be_visible()
    page.evaluate("() => window.jupyterapp.restored")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)
    assert page.evaluate("() => window.jupyterapp.hasPlugin('@jupyterlab/apputils-extension:announcements')") is False
    assert traffic.hosts == {"127.0.0.1"}
    assert traffic.errors == []


def test_a_chapter_opens_in_lab(opened: Lab, page: Page) -> None:
    """Does a chapter's link open the learner's own copy beside the start page, and not another browser tab?"""
    landed(page, opened)
    page.get_by_role("link", name="A miniature").first.click()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=SECONDS)

    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
    page.wait_for_url(f"{opened.url}/lab/tree/{COPY}", timeout=SECONDS)  # Lab names the address a moment later
    assert len(page.context.pages) == 1


def test_the_button_saves_and_checks(opened: Lab, small: Course, page: Page, traffic: Traffic) -> None:
    """Does the button, by keyboard alone, save what was typed, check it and announce the result?"""
    asks = "from course.study import check\ncheck('mini')"
    notebook = small.learner({"right": small.solution("right")}, asks, name="b")
    opened.open(page, "work/b/mini.ipynb", run=True)
    button = page.get_by_role("button", name="Check my work")
    button.wait_for(timeout=SECONDS)
    page.evaluate(
        """source => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            const cell = notebook.widgets.find(cell => cell.model.sharedModel.getSource().includes("def rounds"));
            cell.model.sharedModel.setSource(source);
        }""",
        small.misconception("rounds", "forgets_the_sign"),
    )
    button.focus()
    page.keyboard.press("Enter")
    status = page.locator(".course-check").get_by_role("status")
    expect(status).to_contain_text("Saved and checked at", timeout=SECONDS)

    report = page.get_by_role("region", name="Result of the check")
    expect(report).to_contain_text("4 of 27 points")
    expect(report).to_contain_text("This looks like: You lost the sign.")
    expect(button).to_be_focused()
    assert "abs(" in notebook.read_text(encoding="utf-8")
    assert traffic.errors == []


def test_stored_pictures_are_trusted(opened: Lab, small: Course, page: Page) -> None:
    """Does Jupyter trust the learner's copy before anything has run, and not just any notebook?"""
    opened.open(page, COPY)
    trusted = """async () => {
        const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
        await sessionContext.ready; // a Jupyter that is stopped while a kernel starts does not end
        return content.widgets.filter(cell => cell.model.type === "code").every(cell => cell.model.trusted);
    }"""

    assert page.evaluate(trusted)
    small.learner({}, "1 + 1", name="strange")
    opened.open(page, "work/strange/mini.ipynb")
    assert not page.evaluate(trusted)
