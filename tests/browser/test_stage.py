"""The stage and the quiz in a real JupyterLab: what they show, what the keyboard does, what they leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships no types
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import TOKEN, Lab, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = "from tests.browser.stage_samples import demo, quiz\n"


@pytest.fixture(scope="module")
def seen() -> Traffic:
    """What the notebook of this module did."""
    return Traffic()


@pytest.fixture(scope="module")
def notebook(lab: Lab, new_page: Callable[[Traffic], Page], seen: Traffic) -> Page:
    """A notebook with two stages and a quiz, run once."""
    page = new_page(seen)
    lab.write("stage.ipynb", SOURCE + "first = demo('First')\nfirst", "second = demo('Second')\nsecond", "quiz()")
    lab.open(page, "stage.ipynb", run=True)
    page.locator(".course-quiz").wait_for(timeout=60_000)
    return page


@pytest.fixture
def stage(notebook: Page) -> Iterator[Locator]:
    """The first stage, at its first frame and with the focus."""
    stage = notebook.get_by_role("group", name="Demo: First")
    stage.focus()
    notebook.keyboard.press("Home")
    expect(caption(stage)).to_have_text("First: 0 sent.")
    yield stage
    notebook.emulate_media(reduced_motion="no-preference", color_scheme="light")


def caption(stage: Locator) -> Locator:
    """The caption as it is seen."""
    return stage.locator(".stage-caption")


def spoken(stage: Locator) -> Locator:
    """The caption as a screen reader hears it."""
    return stage.locator("[aria-live=polite]")


def token(stage: Locator, number: int) -> Locator:
    """A token of the drawing."""
    return stage.locator(f"[id$='-token-{number}']")


def cells(page: Page) -> int:
    """The number of cells in the notebook."""
    return page.locator(".jp-Notebook .jp-Cell").count()


def test_a_scene_is_drawn(stage: Locator) -> None:
    """Are picture, words, numbers, legend and time there, in a form that assistive technology reads?"""
    expect(stage.get_by_role("img", name="First in words.")).to_be_visible()
    expect(stage.locator("dt")).to_have_text(["sent", "left"])
    expect(stage.locator("dd")).to_have_text(["0", "3"])
    expect(stage.locator(".stage-legend li")).to_have_text(["a message", "not sent yet"])
    expect(stage.locator(".stage-clock")).to_have_text("t = 0.0 s")
    expect(token(stage, 0)).to_have_text("1")


def test_the_arrow_keys_step_and_numbers_change(stage: Locator, notebook: Page) -> None:
    """Do the arrows go forward and back, with numbers, badge, clock and the spoken caption?"""
    start = token(stage, 0).get_attribute("transform")
    notebook.keyboard.press("ArrowRight")

    expect(caption(stage)).to_have_text("First: 1 sent.")
    expect(spoken(stage)).to_have_text("First: 1 sent.")
    expect(stage.locator("dd")).to_have_text(["1", "2"])
    expect(stage.locator("svg .badge")).to_have_text(["1 waiting"])
    expect(stage.locator(".stage-clock")).to_have_text("t = 1.0 s")
    assert token(stage, 0).get_attribute("transform") != start

    notebook.keyboard.press("ArrowLeft")
    expect(spoken(stage)).to_have_text("First: 0 sent.")
    expect(token(stage, 0)).to_have_attribute("transform", start or "")


def test_home_and_end(stage: Locator, notebook: Page) -> None:
    """Do Home and End lead to the first and the last frame?"""
    notebook.keyboard.press("End")
    expect(spoken(stage)).to_have_text("First: 3 sent.")
    notebook.keyboard.press("Home")
    expect(spoken(stage)).to_have_text("First: 0 sent.")


def test_it_plays_to_the_end_and_stops(stage: Locator, notebook: Page) -> None:
    """Does the space bar play the scene to its last frame, and offer to play again?"""
    stage.get_by_role("combobox", name="Speed").select_option("4")
    stage.focus()
    notebook.keyboard.press("Space")

    expect(stage.get_by_role("button", name="Pause")).to_be_visible()
    expect(caption(stage)).to_have_text("First: 3 sent.", timeout=20_000)
    expect(stage.get_by_role("button", name="Play")).to_be_visible()
    expect(spoken(stage)).to_have_text("First: 3 sent.")
    notebook.keyboard.press("Space")
    expect(caption(stage)).to_have_text("First: 0 sent.")
    notebook.keyboard.press("Space")
    stage.get_by_role("combobox", name="Speed").select_option("1")


def test_pausing_a_journey_ends_it(stage: Locator, notebook: Page) -> None:
    """Does a token that was on its way when the learner paused stand where the numbers say it is?"""
    notebook.keyboard.press("ArrowRight")
    expect(spoken(stage)).to_have_text("First: 1 sent.")
    arrived = token(stage, 0).get_attribute("transform")
    notebook.keyboard.press("Home")
    notebook.keyboard.press("Space")
    notebook.keyboard.press("Space")

    expect(spoken(stage)).to_have_text("First: 1 sent.")
    expect(token(stage, 0)).to_have_attribute("transform", arrived or "")


def test_the_slider_scrubs(stage: Locator, notebook: Page) -> None:
    """Does the position slider move through the frames by keyboard, and say where it is?"""
    slider = stage.get_by_role("slider", name="Position")
    slider.focus()
    notebook.keyboard.press("ArrowRight")
    notebook.keyboard.press("ArrowRight")

    expect(caption(stage)).to_have_text("First: 2 sent.")
    expect(spoken(stage)).to_have_text("First: 2 sent.")
    expect(slider).to_have_attribute("aria-valuetext", "Frame 3 of 4, t = 2.0 s")
    expect(stage.locator(".stage-count")).to_have_text("3 / 4")


def test_the_buttons_do_what_they_are_called(stage: Locator) -> None:
    """Can everything be done with a mouse?"""
    stage.get_by_role("button", name="Step forward").click()
    expect(spoken(stage)).to_have_text("First: 1 sent.")
    stage.get_by_role("button", name="Step forward").click()
    stage.get_by_role("button", name="Step back").click()
    expect(spoken(stage)).to_have_text("First: 1 sent.")
    stage.get_by_role("button", name="Restart").click()
    expect(spoken(stage)).to_have_text("First: 0 sent.")


def test_tab_goes_through_the_controls_and_out(stage: Locator, notebook: Page) -> None:
    """Does the focus visit each control once and then leave the stage?"""
    names = []
    while stage.evaluate("stage => stage.contains(document.activeElement)"):
        names.append(stage.evaluate("() => document.activeElement.getAttribute('aria-label')"))
        notebook.keyboard.press("Tab")

    expected = ["Demo: First", "Restart", "Step back", "Play", "Step forward", "Position", "Speed"]
    assert names == expected


@pytest.mark.usefixtures("stage")
def test_the_focus_can_be_seen(notebook: Page) -> None:
    """Has the element with the keyboard's focus an outline?"""
    for _ in range(7):
        style = notebook.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"
        notebook.keyboard.press("Tab")


def test_keys_do_not_reach_the_notebook(stage: Locator, notebook: Page) -> None:
    """Does Lab stay in command mode on the same cell while the stage and its controls take keys?"""
    before = notebook.locator(".jp-Cell.jp-mod-active").get_attribute("data-windowed-list-index"), cells(notebook)
    for key in ("ArrowRight", "ArrowLeft", "End", "Home", "Space", "Space"):
        notebook.keyboard.press(key)
    stage.get_by_role("button", name="Step forward").focus()
    notebook.keyboard.press("Enter")
    expect(caption(stage)).not_to_have_text("First: 0 sent.")
    stage.get_by_role("slider", name="Position").focus()
    notebook.keyboard.press("ArrowDown")

    after = notebook.locator(".jp-Cell.jp-mod-active").get_attribute("data-windowed-list-index"), cells(notebook)
    assert after == before
    assert notebook.locator(".jp-Notebook.jp-mod-editMode").count() == 0


def test_two_stages_leave_each_other_alone(stage: Locator, notebook: Page) -> None:
    """Does the second stage keep its frame, its tokens and its ids while the first one moves?"""
    other = notebook.get_by_role("group", name="Demo: Second")
    before = other.inner_html()
    notebook.keyboard.press("End")
    expect(spoken(stage)).to_have_text("First: 3 sent.")

    assert other.inner_html() == before
    ids = notebook.locator(".course-stage [id]").evaluate_all("elements => elements.map(element => element.id)")
    assert len(ids) == len(set(ids)) > 0


def test_reduced_motion_switches_at_once(stage: Locator, notebook: Page) -> None:
    """Does nothing travel for people who asked for less motion?"""
    notebook.emulate_media(reduced_motion="reduce")
    seen = stage.evaluate(
        """async stage => {
            const token = stage.querySelector("[id$='-token-0']");
            const transforms = new Set();
            const watch = new MutationObserver(() => transforms.add(token.getAttribute("transform")));
            watch.observe(token, { attributes: true });
            stage.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
            for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
            watch.disconnect();
            return transforms.size;
        }"""
    )

    assert seen == 1
    expect(spoken(stage)).to_have_text("First: 1 sent.")
    assert stage.locator(".stage-viewport > svg").evaluate("svg => getComputedStyle(svg).animationName") == "none"


def test_with_motion_a_token_travels_along_the_edge(stage: Locator) -> None:
    """Does a token pass through places between its old and its new one, without a message to the kernel for each?"""
    places = stage.evaluate(
        """async stage => {
            const token = stage.querySelector("[id$='-token-0']");
            const places = new Set();
            const watch = new MutationObserver(() => places.add(token.getAttribute("transform")));
            watch.observe(token, { attributes: true });
            stage.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
            const caption = stage.querySelector("[aria-live=polite]");
            while (caption.textContent !== "First: 1 sent.") await new Promise(requestAnimationFrame);
            watch.disconnect();
            return places.size;
        }"""
    )

    assert places > 3


def test_a_control_changes_the_scene_and_the_stage_goes_on(stage: Locator, notebook: Page) -> None:
    """Does the stage show the same moment of the new scene, and a sentence where there is none?"""
    control = notebook.locator(".widget-slider").first
    handle = control.locator(".noUi-handle")
    notebook.keyboard.press("ArrowRight")
    expect(spoken(stage)).to_have_text("First: 1 sent.")
    handle.focus()
    notebook.keyboard.press("ArrowRight")
    expect(stage.locator("dd")).to_have_text(["1", "3"])

    handle.focus()
    notebook.keyboard.press("ArrowRight")
    expect(stage.get_by_role("alert")).to_have_text("The queue of this demo holds four messages: choose fewer.")
    expect(caption(stage)).to_be_hidden()

    notebook.keyboard.press("ArrowLeft")
    notebook.keyboard.press("ArrowLeft")
    expect(stage.locator("dd")).to_have_text(["1", "2"])
    stage.focus()
    notebook.keyboard.press("ArrowRight")
    expect(spoken(stage)).to_have_text("First: 2 sent.")


def test_the_keyboard_alone_answers_a_question(notebook: Page) -> None:
    """Can a question be read, answered, understood and left without a mouse, and are the keys kept from Lab?"""
    quiz = notebook.get_by_role("group", name="Quiz: samples")
    count = cells(notebook)
    quiz.get_by_role("radio").first.focus()
    notebook.keyboard.press("Enter")
    expect(quiz.locator("[aria-live=polite]")).to_have_text("Choose an answer first.")
    notebook.keyboard.press("a")
    notebook.keyboard.press("ArrowDown")
    notebook.keyboard.press("ArrowDown")
    expect(quiz.get_by_role("radio").nth(2)).to_be_checked()
    notebook.keyboard.press("Enter")

    expect(quiz.locator("[aria-live=polite]")).to_contain_text("Not right: the answer is B.")
    expect(quiz.locator(".quiz-why")).to_have_text(
        [
            "✗ Wrong: Explanation 1.",
            "✓ Right: Explanation 2.",
            "✗ Wrong, your answer: Explanation 3.",
            "✗ Wrong: Explanation 4.",
        ]
    )
    expect(quiz.locator("mark")).to_have_text("the least effort")
    expect(quiz.get_by_role("button", name="Next")).to_be_focused()

    notebook.keyboard.press("Enter")
    expect(quiz.get_by_role("heading", name="Question 2 of 2")).to_be_focused()
    notebook.keyboard.press("b")
    notebook.keyboard.press("Enter")
    expect(quiz.locator("[aria-live=polite]")).to_contain_text("Right.")
    expect(quiz.locator("mark code")).to_have_text("FIFO")
    expect(quiz.locator(".quiz-score")).to_have_text("1 right of 2 answered")
    assert cells(notebook) == count


def test_answers_are_there_after_the_cell_ran_again(notebook: Page) -> None:
    """Does a quiz that is made anew know what was answered, and can it start over?"""
    quiz = notebook.get_by_role("group", name="Quiz: samples")
    expect(quiz.locator(".quiz-score")).to_have_text("1 right of 2 answered")
    notebook.evaluate(
        """() => {
            const panel = window.jupyterapp.shell.currentWidget;
            panel.content.activeCellIndex = panel.content.widgets.length - 1;
            panel.content.mode = "command";
            return window.jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )
    expect(quiz.get_by_role("button", name="Question 1, answered wrong")).to_be_visible()
    expect(quiz.get_by_role("button", name="Question 2, answered right")).to_be_visible()

    quiz.get_by_role("button", name="Start over").click()
    expect(quiz.get_by_role("heading", name="Question 1 of 2")).to_be_focused()
    expect(quiz.locator(".quiz-score")).to_have_text("2 questions")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("shown", [".course-stage", ".course-quiz"])
def test_axe_finds_no_barrier(lab: Lab, notebook: Page, theme: str, shown: str) -> None:
    """Does axe-core find nothing serious in stage and quiz, in both themes, a question answered or not?"""
    lab.theme(notebook, theme)
    results = Axe().run(notebook, context=shown)

    serious = [v for v in results.response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []
    assert results.response["passes"]


# The least contrast of any text with what lies behind it; painting both resolves mixed and half-transparent colours,
# which axe-core leaves undecided.
LEAST_CONTRAST = """root => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const paint = colours => {
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = colours => paint(colours).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const grounds = element => {
        const behind = [];
        for (let e = element; e; e = e.parentElement) behind.unshift(getComputedStyle(e).backgroundColor);
        return behind;
    };
    const card = root.querySelector(".card");
    let least = { contrast: Infinity };
    for (const element of root.querySelectorAll("*")) {
        const own = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!own || element.closest(":disabled, option, .gone") || !element.getClientRects().length) continue;
        const svg = element instanceof SVGElement;
        const style = getComputedStyle(element);
        const before = svg ? element.previousElementSibling : null;
        const token = before?.matches(".outline, rect") && before;
        const ground = grounds(element);
        if (svg && (token || card)) ground.push(getComputedStyle(token || card).fill);
        const pair = [luminance(ground), luminance([...ground, svg ? style.fill : style.color])];
        const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        if (contrast < least.contrast) least = { contrast, text: element.textContent, name: element.className };
    }
    return least;
}"""


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("shown", [".course-stage", ".course-quiz"])
def test_all_text_stands_out(lab: Lab, notebook: Page, theme: str, shown: str) -> None:
    """Has every text of stage and quiz WCAG's contrast of 4.5 to 1, in both themes?"""
    lab.theme(notebook, theme)
    quiz = notebook.get_by_role("group", name="Quiz: samples")
    if quiz.get_by_role("button", name="Check").is_visible():
        quiz.get_by_role("radio").first.check()
        quiz.get_by_role("button", name="Check").click()
    least = notebook.locator(shown).first.evaluate(LEAST_CONTRAST)

    assert 4.5 <= least["contrast"] <= 21, least


def test_lab_exports_what_a_reader_without_a_kernel_sees(lab: Lab, notebook: Page) -> None:
    """Does Lab's own export to HTML show a demo's picture with its words, and say that a quiz stood there?"""
    notebook.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    exported = notebook.request.get(f"{lab.url}/nbconvert/html/stage.ipynb?token={TOKEN}").text()

    assert '<img alt="First in words." src="data:image/svg+xml;base64,' in exported
    assert "2 questions. Run this cell to answer them" in exported


@pytest.mark.usefixtures("notebook")
def test_everything_works_offline_and_without_an_error(seen: Traffic) -> None:
    """Did the page ask no other host, and is its console clean?"""
    assert seen.hosts == {"127.0.0.1"}
    assert seen.errors == []
