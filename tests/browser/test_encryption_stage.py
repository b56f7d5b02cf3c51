"""The demos of encryption in a real JupyterLab: do they play there, follow their controls, and need no network?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from course import demos
from course.demos import encryption
from course.demos.encryption_replication import SSE_KMS, replication_scene
from tests.browser.conftest import Lab, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = (
    "encryption_flows",
    "envelope_encryption",
    "s3_encryption",
    "snapshot_sharing",
    "multi_region_keys",
    "encrypted_replication",
)


@pytest.fixture(scope="module")
def seen() -> Traffic:
    """What the notebook of this module did."""
    return Traffic()


@pytest.fixture(scope="module")
def notebook(lab: Lab, new_page: Callable[[Traffic], Page], seen: Traffic) -> Page:
    """A notebook with all of these demos, run once."""
    page = new_page(seen)
    lab.write("encryption.ipynb", "from course import demos", *(f"demos.{name}()" for name in NAMES))
    lab.open(page, "encryption.ipynb", run=True)
    last = getattr(demos, NAMES[-1])().scene.title
    page.get_by_role("group", name=f"Demo: {last}").wait_for(timeout=60_000)
    return page


@pytest.mark.parametrize("name", NAMES)
def test_a_demo_plays_to_its_last_frame(notebook: Page, name: str) -> None:
    """Is each frame's caption shown as it comes, from the first to the last, and forward again after one back?"""
    scene = getattr(demos, name)().scene
    stage = notebook.get_by_role("group", name=f"Demo: {scene.title}")
    stage.scroll_into_view_if_needed()
    stage.focus()
    notebook.keyboard.press("Home")
    for frame in scene.frames:
        expect(stage.locator(".stage-caption")).to_have_text(frame.caption)
        expect(stage.locator("dd")).to_have_text(list(frame.numbers.values()))
        notebook.keyboard.press("ArrowRight")
    notebook.keyboard.press("ArrowLeft")
    expect(stage.locator(".stage-caption")).to_have_text(scene.frames[-2].caption)


def test_the_scene_follows_the_controls(notebook: Page) -> None:
    """Does another kind of encryption, and another permission, bring another scene?"""
    notebook.get_by_label("encryption", exact=True).first.select_option(encryption.CLIENT_SIDE)
    stage = notebook.get_by_role("group", name=f"Demo: Encryption {encryption.CLIENT_SIDE}")
    expect(stage).to_be_visible()

    replication = notebook.get_by_role("group", name=f"Demo: Replication of an object under {SSE_KMS}")
    notebook.get_by_label("role: kms:Encrypt, target's key").check()
    replication.focus()
    notebook.keyboard.press("End")
    wanted = replication_scene(SSE_KMS, selected=True, may_decrypt=True, may_encrypt=True)
    expect(replication.locator(".stage-caption")).to_have_text(wanted.frames[-1].caption)


def test_nothing_went_wrong_and_nobody_was_asked(notebook: Page, seen: Traffic) -> None:
    """Is the console without errors, and was no host asked but Lab's own?"""
    assert notebook.title()
    assert seen.errors == []
    assert seen.hosts == {"127.0.0.1"}
