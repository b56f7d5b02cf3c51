"""The demos of S3 security in a real JupyterLab: do they play there, and follow what is typed into them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from course import demos
from tests.browser.conftest import Lab, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("cors", "object_lock")


@pytest.fixture(scope="module")
def seen() -> Traffic:
    """What the notebook of this module did."""
    return Traffic()


@pytest.fixture(scope="module")
def notebook(lab: Lab, new_page: Callable[[Traffic], Page], seen: Traffic) -> Page:
    """A notebook with both demos, run once."""
    page = new_page(seen)
    lab.write("s3.ipynb", "from course import demos", *(f"demos.{name}()" for name in NAMES))
    lab.open(page, "s3.ipynb", run=True)
    last = getattr(demos, NAMES[-1])().scene.title
    page.get_by_role("group", name=f"Demo: {last}").wait_for(timeout=60_000)
    return page


@pytest.mark.parametrize("name", NAMES)
def test_a_demo_plays_to_its_last_frame(notebook: Page, name: str) -> None:
    """Is each frame's caption shown with its figures, from the first to the last?"""
    scene = getattr(demos, name)().scene
    stage = notebook.get_by_role("group", name=f"Demo: {scene.title}")
    stage.scroll_into_view_if_needed()
    stage.focus()
    notebook.keyboard.press("Home")
    for frame in scene.frames:
        expect(stage.locator(".stage-caption")).to_have_text(frame.caption)
        expect(stage.locator("dd")).to_have_text(list(frame.numbers.values()))
        notebook.keyboard.press("ArrowRight")


def test_a_wrong_rule_is_told_and_a_right_one_played(notebook: Page) -> None:
    """Does a configuration that S3 refuses show its sentence, and the repaired one a scene again?"""
    rules = notebook.get_by_label("CORS rules")
    rules.fill('[{"AllowedOrigins": ["*"], "AllowedMethods": ["OPTIONS"]}]')
    rules.press("Tab")
    expect(notebook.get_by_text("S3 takes no OPTIONS in AllowedMethods").first).to_be_visible()

    rules.fill('[{"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["*"]}]')
    rules.press("Tab")
    stage = notebook.get_by_role("group", name="Demo: A cross-origin request")
    stage.focus()
    notebook.keyboard.press("End")
    expect(stage.locator(".stage-caption")).to_contain_text("sees no ETag")


def test_nothing_went_wrong_and_nobody_was_asked(notebook: Page, seen: Traffic) -> None:
    """Is the console without errors, and was no host asked but Lab's own?"""
    assert notebook.title()
    assert seen.errors == []
    assert seen.hosts == {"127.0.0.1"}
