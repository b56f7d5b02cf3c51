"""The CIDR visualizer in a real JupyterLab: typing, splitting and merging with keyboard and mouse, themes, barriers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships no types
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Lab, Traffic
from tests.browser.test_stage import LEAST_CONTRAST, cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHOTS = os.environ.get("COURSE_SHOTS", "")  # a folder where the tests leave pictures for a person to look at


@pytest.fixture(scope="module")
def seen() -> Traffic:
    """What the notebook of this module did."""
    return Traffic()


@pytest.fixture(scope="module")
def notebook(lab: Lab, new_page: Callable[[Traffic], Page], seen: Traffic) -> Page:
    """A notebook with the visualizer, run once."""
    page = new_page(seen)
    lab.write("cidr.ipynb", "from course import demos", "demos.cidr_visualizer()")
    lab.open(page, "cidr.ipynb", run=True)
    page.locator(".course-cidr svg").first.wait_for(timeout=60_000)
    return page


@pytest.fixture
def view(notebook: Page) -> Iterator[Locator]:
    """The visualizer, on a fresh plan of 10.0.0.0/16 in one block."""
    view = notebook.get_by_role("group", name="CIDR block, explained")
    type_block(notebook, "10.9.0.0/16")
    expect(view.locator(".stage-title")).to_have_text(
        "10.9.0.0/16", timeout=20_000
    )  # a fast typist's keys reach Python in part
    type_block(notebook, "10.0.0.0/16")
    expect(view.locator(".stage-title")).to_have_text("10.0.0.0/16")
    expect(blocks(view)).to_have_count(1)
    yield view
    notebook.emulate_media(reduced_motion="no-preference", color_scheme="light")


def type_block(page: Page, text: str) -> None:
    """Type a block into its field, in place of what is there."""
    field = page.get_by_label("CIDR block", exact=True)
    field.fill("")
    field.press_sequentially(text)


def blocks(view: Locator) -> Locator:
    """The plan's blocks, whole and split."""
    return view.locator("[data-block]")


def block(view: Locator, name: str) -> Locator:
    """One block of the plan."""
    return view.locator(f"[data-block='{name}']")


def spoken(view: Locator) -> Locator:
    """What a screen reader hears."""
    return view.locator("[aria-live=polite]")


def shoot(view: Locator, name: str) -> None:
    """Leave a picture, if somebody wants to look at it."""
    if SHOTS:
        view.screenshot(path=Path(SHOTS) / f"cidr-{name}.png")


def test_every_keystroke_is_answered(view: Locator, notebook: Page) -> None:
    """While a block is typed, does each key give the sentence on what is missing, and the last one the page?"""
    field, sentence = notebook.get_by_label("CIDR block", exact=True), view.locator(".stage-error")
    field.fill("")
    expect(sentence).to_contain_text("Type a block such as 10.0.0.0/16")
    sentences = []
    for typed in "10.0.0.0/2":
        before = sentence.inner_text()
        field.press_sequentially(typed)
        expect(sentence).not_to_have_text(before)
        sentences.append(sentence.inner_text())

    assert (
        sentences[1] == "An IPv4 address has four octets between dots, and 10 has 1: write 10.0.0.0 if the rest is 0."
    )
    assert "10.0.0.0 has no prefix length" in sentences[7]
    assert "The prefix length after the slash of 10.0.0.0/ is missing" in sentences[8]
    assert "10.0.0.0/2 has host bits set" in sentences[9]
    field.press_sequentially("4")
    expect(view.locator(".stage-title")).to_have_text("10.0.0.0/24")
    expect(view.locator(".stage-numbers dd")).to_have_text(["255.255.255.0", "10.0.0.0", "10.0.0.255", "256"])
    expect(view.locator(".cidr-reserved dt")).to_have_text(
        ["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.255"]
    )


def test_a_bad_block_gets_its_sentence_and_is_heard(view: Locator, notebook: Page) -> None:
    """Is the sentence shown in place of the page without a jump below, and spoken once the typing rests?"""
    height = view.bounding_box()
    type_block(notebook, "10.0.0.5/24")

    expect(view.locator(".stage-error")).to_contain_text("has host bits set: 10.0.0.5 is an address inside the block")
    expect(spoken(view)).to_contain_text("Write 10.0.0.0/24, as AWS does by itself,")
    expect(view.locator(".stage-title")).to_be_hidden()
    after = view.bounding_box()
    assert height
    assert after
    assert after["height"] == pytest.approx(height["height"], abs=1)
    shoot(view, "bad")


def test_network_and_host_bits_are_told_apart_without_colour(view: Locator) -> None:
    """Are there 16 solid network bits and 16 dashed host bits, and do words say so?"""
    network, host = view.locator(".cidr-bits .bit.network"), view.locator(".cidr-bits .bit.host")

    expect(network).to_have_count(17)  # one in the legend
    expect(host).to_have_count(17)
    dashes = [part.first.evaluate("bit => getComputedStyle(bit).strokeDasharray") for part in (network, host)]
    assert dashes[0] == "none" != dashes[1]
    expect(view.get_by_role("img", name="16 network bits, then 16 host bits")).to_be_visible()
    expect(view.locator(".cidr-bits")).to_contain_text("16 host bits: 2^16 = 65,536 addresses")


def test_the_keyboard_splits_and_merges(view: Locator, notebook: Page) -> None:
    """With Tab, Enter, arrows and M alone, can the plan be divided and put together, with every step heard?"""
    notebook.get_by_label("other blocks", exact=True).focus()
    notebook.keyboard.press("Tab")
    while not view.evaluate("view => Boolean(document.activeElement.dataset.block)"):
        notebook.keyboard.press("Tab")
    expect(block(view, "10.0.0.0/16")).to_be_focused()

    notebook.keyboard.press("Enter")
    expect(block(view, "10.0.0.0/17")).to_be_focused()
    expect(spoken(view)).to_contain_text("10.0.0.0/16 is now 10.0.0.0/17 and 10.0.128.0/17. Each leaves 32,763")
    notebook.keyboard.press("ArrowRight")
    expect(block(view, "10.0.128.0/17")).to_be_focused()
    expect(view.locator(".cidr-detail")).to_contain_text(
        "10.0.128.0/17: 10.0.128.0 to 10.0.255.255, 32,768 addresses, 32,763 for instances."
    )
    notebook.keyboard.press("Space")
    expect(block(view, "10.0.128.0/18")).to_be_focused()
    expect(blocks(view)).to_have_count(5)
    notebook.keyboard.press("Home")
    notebook.keyboard.press("m")
    expect(spoken(view)).to_have_text(
        "10.0.0.0/16 cannot be one again while 10.0.128.0/17 is split: merge that one first."
    )
    notebook.keyboard.press("End")
    notebook.keyboard.press("m")
    expect(block(view, "10.0.128.0/17")).to_be_focused()
    expect(spoken(view)).to_have_text("10.0.128.0/17 is one block again, with 32,763 addresses for instances.")
    notebook.keyboard.press("ArrowUp")
    notebook.keyboard.press("Enter")
    expect(blocks(view)).to_have_count(1)
    expect(block(view, "10.0.0.0/16")).to_be_focused()


def test_the_mouse_splits_and_merges(view: Locator) -> None:
    """Does a click split a block, a click on what was split undo it, and do the buttons do what they are called?"""
    block(view, "10.0.0.0/16").click()
    expect(blocks(view)).to_have_count(3)
    block(view, "10.0.128.0/17").click()
    expect(blocks(view)).to_have_count(5)
    shoot(view, "plan")
    view.get_by_role("button", name="Merge with its sibling").click()
    expect(blocks(view)).to_have_count(3)
    view.get_by_role("button", name="Split in two").click()
    expect(blocks(view)).to_have_count(5)
    block(view, "10.0.128.0/17").click()
    block(view, "10.0.0.0/16").click()
    expect(blocks(view)).to_have_count(1)
    expect(view.get_by_role("button", name="Merge with its sibling")).to_be_disabled()


def test_the_plan_is_to_scale(view: Locator) -> None:
    """Is a /18 drawn half as wide as a /17, and below it?"""
    block(view, "10.0.0.0/16").click()
    block(view, "10.0.0.0/17").click()
    expect(blocks(view)).to_have_count(5)
    half, quarter = (block(view, name).locator("rect").bounding_box() for name in ("10.0.128.0/17", "10.0.64.0/18"))

    assert half
    assert quarter
    assert half["width"] == pytest.approx(2 * quarter["width"], rel=0.03)
    assert quarter["y"] > half["y"]
    assert quarter["x"] + quarter["width"] == pytest.approx(half["x"], abs=4)


def test_the_focus_can_be_seen_on_a_block(view: Locator, notebook: Page) -> None:
    """Has the block with the keyboard's focus a thicker frame than it has without?"""
    frame = block(view, "10.0.0.0/16").locator("rect")
    before = frame.evaluate("rect => [getComputedStyle(rect).strokeWidth, getComputedStyle(rect).stroke]")
    view.get_by_role("button", name="Split in two").focus()
    notebook.keyboard.press("Shift+Tab")
    expect(block(view, "10.0.0.0/16")).to_be_focused()

    after = frame.evaluate("rect => [getComputedStyle(rect).strokeWidth, getComputedStyle(rect).stroke]")
    assert after[0] != before[0]
    assert after[1] != before[1]


def test_keys_do_not_reach_the_notebook(view: Locator, notebook: Page) -> None:
    """Does Lab keep its cells while M, Enter and the arrows are used on the plan?"""
    count = cells(notebook)
    block(view, "10.0.0.0/16").focus()
    for keys, left in ((("m", "Enter"), 3), (("ArrowUp", "ArrowDown", "Backspace"), 1)):
        for key in keys:
            notebook.keyboard.press(key)
        expect(blocks(view)).to_have_count(left)  # else the next key is for a block that is not there yet
    notebook.keyboard.press("Delete")
    view.get_by_role("button", name="Split in two").focus()
    notebook.keyboard.press("Enter")
    expect(blocks(view)).to_have_count(3)

    assert cells(notebook) == count
    assert notebook.locator(".jp-Notebook.jp-mod-editMode").count() == 0


def test_other_blocks_are_compared(view: Locator, notebook: Page) -> None:
    """Does each other block that is typed get its line: apart, overlapping, or not a block?"""
    notebook.get_by_label("other blocks", exact=True).fill("10.0.4.0/22, 10.1.0.0/16, 10.0.0.0/12")
    lines = view.get_by_role("list", name="Overlaps with other blocks").locator("li")

    expect(lines).to_have_count(5)
    expect(lines.nth(0)).to_contain_text("No. 10.0.4.0/22 lies inside 10.0.0.0/16")
    expect(lines.nth(1)).to_contain_text("Yes. 10.1.0.0/16 shares no address")
    expect(lines.nth(2)).to_contain_text("10.0.0.0/12 contains 10.0.0.0/16")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_no_barrier_in_any_theme(lab: Lab, view: Locator, notebook: Page, theme: str) -> None:
    """Does axe-core find nothing serious, and has all text the contrast that WCAG asks for?"""
    lab.theme(notebook, theme)
    block(view, "10.0.0.0/16").click()
    expect(blocks(view)).to_have_count(3)
    results = Axe().run(notebook, context=".course-cidr")

    assert [v for v in results.response["violations"] if v["impact"] in ("serious", "critical")] == []
    assert results.response["passes"]
    least = view.evaluate(LEAST_CONTRAST)
    assert 4.5 <= least["contrast"] <= 21, least
    shoot(view, theme.split()[1].lower())


def test_ipv6_and_a_narrow_page(view: Locator, notebook: Page) -> None:
    """Is an IPv6 block welcome, does a split give sixteen, and does a narrow page scroll what is wide?"""
    type_block(notebook, "2001:db8::/56")
    expect(view.locator(".stage-title")).to_have_text("2001:db8::/56")
    view.get_by_role("button", name="Split in sixteen").click()
    expect(blocks(view)).to_have_count(17)
    shoot(view, "ipv6")
    notebook.set_viewport_size({"width": 560, "height": 900})
    sticking = view.evaluate("view => view.scrollWidth - view.clientWidth")
    shoot(view, "narrow")
    notebook.set_viewport_size({"width": 1280, "height": 900})
    assert sticking <= 1


def test_the_play_of_the_exam_question_stands_below(view: Locator, notebook: Page) -> None:
    """Does the stage below answer how small a subnet for 29 instances can be?"""
    expect(view).to_be_visible()
    stage = notebook.get_by_role("group", name="Demo: How small a subnet for 29 instances?")
    stage.focus()
    notebook.keyboard.press("End")
    expect(stage.locator(".stage-caption")).to_contain_text(
        "29 + 5 = 34 addresses need the next power of two, 64: a /26."
    )
    shoot(stage, "sizing")


@pytest.mark.usefixtures("notebook")
def test_everything_works_offline_and_without_an_error(seen: Traffic) -> None:
    """Did the page ask no other host, and is its console clean?"""
    assert seen.hosts == {"127.0.0.1"}
    assert seen.errors == []
