"""Every demo of every chapter in a real JupyterLab: is it alive by the keyboard alone, and without a barrier?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships no types
from playwright.sync_api import Page, expect

from course.authoring.source import slugs
from tests.browser.conftest import ALL_HAVE_RUN, REPOSITORY, SHOW_ALL, Lab, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 90_000  # milliseconds: all demos are made one after the other
CALL = re.compile(r"demos\.\w+\(.*\)")
THEMES = ("JupyterLab Light", "JupyterLab Dark")

# What is wrong with a demo's controls: a slider without a track, a select that shows no option or cuts one off, a
# label that is cut off, a slider that a screen reader calls by another one's name.
_CONTROLS_WITHOUT_ROOM = """cell => {
    const wrong = [], pen = document.createElement("canvas").getContext("2d");
    for (const control of cell.querySelectorAll(".course-controls > .widget-inline-hbox")) {
        const label = control.querySelector(".widget-label"), name = control.textContent;
        if (label.scrollWidth > label.clientWidth + 1) wrong.push(`${name}: the label is cut off`);
        const track = control.querySelector(".noUi-target"), select = control.querySelector("select");
        if (track && track.clientWidth < 100) wrong.push(`${name}: a track of ${track.clientWidth} px`);
        const called = control.querySelector(".noUi-handle")?.getAttribute("aria-label") ?? label.textContent;
        if (called !== label.textContent) wrong.push(`${name}: called ${called}`);
        if (!select) continue;
        if (select.selectedIndex < 0) wrong.push(`${name}: no option is shown`);
        const arrow = 32, room = select.clientWidth - arrow;
        pen.font = getComputedStyle(select).font;
        for (const { text } of select.options) {
            if (pen.measureText(text).width > room) wrong.push(`${name}: ${text} is cut off`);
        }
    }
    return wrong;
}"""


def calls() -> list[str]:
    """The lines of all chapters that show a demo."""
    found: dict[str, None] = {}
    for slug in slugs(REPOSITORY):
        notebook = nbformat.read(REPOSITORY / "source" / slug / f"{slug}.ipynb", as_version=4)
        last = [cell.source.splitlines()[-1] for cell in notebook.cells if cell.cell_type == "code" and cell.source]
        found |= dict.fromkeys(line for line in last if CALL.fullmatch(line))
    return list(found)


CALLS = calls()


@pytest.fixture(scope="module")
def seen() -> Traffic:
    """What the page did."""
    return Traffic()


@pytest.fixture(scope="module")
def shown(lab: Lab, new_page: Callable[[Traffic], Page], seen: Traffic) -> Page:
    """A notebook that shows them all, run once."""
    page = new_page(seen)
    lab.write("demos.ipynb", "from course import demos", *CALLS)
    lab.open(page, "demos.ipynb", run=True)
    page.wait_for_function(ALL_HAVE_RUN, timeout=SECONDS)
    page.evaluate(SHOW_ALL)
    return page


@pytest.mark.parametrize("call", CALLS)
def test_it_is_alive(shown: Page, call: str) -> None:
    """Does it go from its start to its end and say so: a stage in its captions, a plot with its first slider?"""
    cell = shown.locator(".jp-CodeCell").nth(1 + CALLS.index(call))
    cell.locator(".course-stage, .widget-html img").first.wait_for()
    stage = cell.locator(".course-stage").filter(has=shown.locator(".stage-count"))  # the visualizer has a page too
    if stage.count():
        stage.focus()
        shown.keyboard.press("Home")
        expect(stage.locator(".stage-count")).to_have_text(re.compile("^1 /"))
        spoken = stage.locator("[aria-live=polite]")
        first = stage.locator(".stage-caption").inner_text()
        shown.keyboard.press("End")
        expect(spoken).not_to_have_text(first)
        expect(spoken).not_to_be_empty()
        return
    figure = cell.locator(".widget-html img")
    cell.locator(".noUi-handle").first.focus()
    shown.keyboard.press("Home")
    least = figure.get_attribute("src") or ""
    shown.keyboard.press("End")
    expect(figure).not_to_have_attribute("src", least)


@pytest.mark.parametrize("call", CALLS)
def test_its_controls_have_room(shown: Page, call: str) -> None:
    """Can each slider be moved and each choice be read, under a label that is whole?"""
    cell = shown.locator(".jp-CodeCell").nth(1 + CALLS.index(call))
    assert cell.evaluate(_CONTROLS_WITHOUT_ROOM) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_no_barrier(lab: Lab, shown: Page, theme: str) -> None:
    """Does axe-core find nothing serious in any of them, on white and on dark?"""
    lab.theme(shown, theme)
    results = Axe().run(shown, context=".jp-OutputArea-output")

    assert results.response["passes"]
    serious = [v for v in results.response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in serious] == []


@pytest.mark.usefixtures("shown")
def test_nothing_went_wrong_and_nobody_else_was_asked(seen: Traffic) -> None:
    """Was the console clean and every request one to this machine, in all of the above?"""
    assert seen.errors == []
    assert seen.hosts == {"127.0.0.1"}
