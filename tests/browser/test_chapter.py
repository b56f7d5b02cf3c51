"""Does a learner get through a real chapter in JupyterLab, as `course lab` opens it: run, play, answer, validate?

The tests are one way through one notebook, in their order; a chapter takes too long to run it for each.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from course import lab as jupyterlab
from course.authoring.source import load
from tests.browser.conftest import ALL_HAVE_RUN, REPOSITORY, Lab, Traffic, running_lab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from course.authoring.source import Chapter

SLUG = "messaging"
NOTEBOOK = f"work/{SLUG}/{SLUG}.ipynb"
SECONDS = 90_000  # milliseconds: a whole chapter runs, once in the page and once for each Validate

# The code cells of the open notebook: where they stand, what they are, and which errors they ended with.
_CODE_CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .map((cell, index) => ({
        index,
        source: cell.model.sharedModel.getSource(),
        about: cell.model.getMetadata("nbgrader") ?? {},
        count: cell.model.executionCount,
        errors: (cell.model.outputs?.toJSON() ?? [])
            .filter(output => output.output_type === "error").map(output => output.ename),
        code: cell.model.type === "code",
    }))
    .filter(cell => cell.code)"""
_SHOW = """async index => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, "center");
}"""
_ANSWER = """answers => {
    for (const cell of window.jupyterapp.shell.currentWidget.content.widgets) {
        const about = cell.model.getMetadata("nbgrader");
        if (about?.solution && answers[about.grade_id]) cell.model.sharedModel.setSource(answers[about.grade_id]);
    }
}"""


@dataclass(frozen=True)
class Cell:
    """A code cell of the open notebook: its index among all cells, its grade id, the count of its last run."""

    index: int
    source: str
    grade_id: str
    is_case: bool
    count: int | None
    errors: list[str]


@dataclass(frozen=True)
class Notebook:
    """The chapter, open in a page."""

    page: Page

    def cells(self) -> list[Cell]:
        """All code cells."""
        return [
            Cell(
                cell["index"],
                cell["source"],
                cell["about"].get("grade_id", ""),
                cell["about"].get("grade", False),
                cell["count"],
                cell["errors"],
            )
            for cell in self.page.evaluate(_CODE_CELLS)
        ]

    def find(self, start: str) -> list[Cell]:
        """The code cells whose grade id or source begins like that."""
        return [cell for cell in self.cells() if (cell.grade_id or cell.source).startswith(start)]

    def show(self, cell: Cell) -> Locator:
        """Scroll a cell into sight; JupyterLab only makes it then."""
        self.page.evaluate(_SHOW, cell.index)
        return self.page.locator(f".jp-Cell[data-windowed-list-index='{cell.index}']")

    def validate(self) -> str:
        """Press nbgrader's button, and return what its dialog says."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.get_by_role("dialog")
        dialog.wait_for(timeout=SECONDS)
        text = dialog.inner_text()
        dialog.get_by_role("button", name="Ok").click()
        return text


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    """The chapter as its authors wrote it, with solutions and misconceptions."""
    return load(SLUG, REPOSITORY)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a course with this chapter, prepared as `course lab` prepares it."""
    root, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    for folder in ("source", "release"):
        shutil.copytree(REPOSITORY / folder / SLUG, root / folder / SLUG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        patch.chdir(root)
        jupyterlab.prepare(say=lambda _: None)
    with running_lab(home, root) as url:
        yield Lab(url, root)


@pytest.fixture(scope="module")
def seen() -> Traffic:
    """What the page did, from the first test to the last."""
    return Traffic()


@pytest.fixture(scope="module")
def notebook(opened: Lab, new_page: Callable[[Traffic], Page], seen: Traffic) -> Notebook:
    """The learner's own copy, after Run All Cells of the menu."""
    page = new_page(seen)
    opened.open(page, NOTEBOOK)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    with suppress(PlaywrightTimeoutError):  # the first test says which cells did not run
        page.wait_for_function(ALL_HAVE_RUN, timeout=SECONDS)
    return Notebook(page)


@pytest.fixture(scope="module")
def mistaken(notebook: Notebook, chapter: Chapter) -> Notebook:
    """The same notebook after the learner typed a wrong answer to `shards_needed` and ran it and its cases."""
    exercise = chapter.exercise("shards_needed")
    wrong = next(m for m in exercise.misconceptions if m.name == "only_counts_records")
    editor = notebook.show(*[cell for cell in notebook.find(exercise.name) if not cell.is_case]).locator(".cm-content")
    editor.fill(wrong.source)  # at once: JupyterLab may take the focus to the cell that was just made active
    for _ in range(1 + len(exercise.cases)):
        notebook.page.keyboard.press("Shift+Enter")
    notebook.page.wait_for_function(ALL_HAVE_RUN, timeout=SECONDS)
    return notebook


def test_all_cells_run_without_any_answer(notebook: Notebook) -> None:
    """Does every cell run down to the last, with no error but that of each case, which finds no answer yet?"""
    cells = notebook.cells()
    cases = {cell.grade_id: ["NotImplementedError"] for cell in cells if cell.is_case}

    assert len(cases) > 30
    assert [cell.grade_id or cell.source for cell in cells if cell.count is None] == []
    assert {cell.grade_id or cell.source: cell.errors for cell in cells if cell.errors} == cases


def test_the_queue_plays(notebook: Notebook) -> None:
    """Does the first demo play at the press of its button, and stop?"""
    demo = notebook.show(*notebook.find("demos.queue_animation"))
    stage = demo.locator(".course-stage")
    expect(stage.locator(".stage-clock")).to_have_text("t = 0.0 s")
    first = stage.locator(".stage-caption").inner_text()

    stage.get_by_role("combobox", name="Speed").select_option("4")
    stage.get_by_role("button", name="Play").click()
    expect(stage.locator(".stage-clock")).not_to_have_text("t = 0.0 s", timeout=20_000)
    stage.get_by_role("button", name="Pause").click()
    expect(stage.locator(".stage-caption")).not_to_have_text(first)
    expect(stage.get_by_role("button", name="Play")).to_be_visible()


def test_the_keyboard_alone_steps_and_the_numbers_change(notebook: Notebook) -> None:
    """Does somebody without a mouse get from the cell to the queue, and see its numbers change?"""
    demo = notebook.show(*notebook.find("demos.queue_animation"))
    stage = demo.locator(".course-stage")
    numbers = stage.locator("dd")
    demo.focus()
    while not stage.evaluate("stage => stage === document.activeElement"):
        notebook.page.keyboard.press("Tab")
        assert demo.evaluate("demo => demo.contains(document.activeElement)"), "the focus went past the stage"
    notebook.page.keyboard.press("Home")
    expect(numbers).to_have_text(["0", "0", "0 s", "0", "0", "0", "0"])

    notebook.page.keyboard.press("ArrowRight")
    expect(stage.locator("[aria-live=polite]")).to_have_text("The producer sends message 1.")
    expect(numbers.first).to_have_text("1")
    notebook.page.keyboard.press("End")
    expect(numbers.first).to_have_text("0")
    expect(numbers.nth(3)).to_have_text("8")


def test_the_quiz_asks_and_explains(notebook: Notebook) -> None:
    """Is the quiz there, and does an answer bring an explanation of every option?"""
    quiz = notebook.show(*notebook.find("quiz(")).get_by_role("group", name="Quiz: messaging")
    options = quiz.get_by_role("radio")
    options.first.check()
    quiz.get_by_role("button", name="Check").click()

    expect(quiz.locator(".quiz-why")).to_have_count(options.count())
    expect(quiz.locator(".quiz-score")).to_contain_text("of 1 answered")


def test_a_wrong_answer_is_told_why(mistaken: Notebook) -> None:
    """Does the cell of the case that the mistake fails say call, answer, expectation and reason, and no other cell?"""
    fails, *passes = mistaken.find("shards_needed-")
    assert [cell.errors for cell in passes] == [[], []]
    assert fails.grade_id == "shards_needed-bytes_decide"
    expect(mistaken.show(fails).locator(".jp-OutputArea-output")).to_contain_text(
        "AssertionError: shards_needed(5.0, 200) gave 1, expected 5: at 1 MB/s a shard, 5 MB/s fill five shards"
    )


def test_validate_names_the_cells_that_fail(mistaken: Notebook) -> None:
    """Does nbgrader's Validate list the failed case of the wrong answer and those without one, but not the passed?"""
    said = mistaken.validate()

    assert said.count("The following cell failed:") == sum(cell.is_case for cell in mistaken.cells()) - 2
    assert "shards_needed(5.0, 200) gave 1, expected 5" in said
    assert "shards_needed(0.0, 0)" not in said


def test_validate_passes_the_solutions(mistaken: Notebook, chapter: Chapter) -> None:
    """Does Validate pass the notebook when every exercise is answered as its author does?"""
    mistaken.page.evaluate(_ANSWER, {exercise.name: exercise.solution for exercise in chapter.exercises})

    assert "Success! Your notebook passes all the tests." in mistaken.validate()


def test_demos_are_pictures_when_their_kernel_is_gone(notebook: Notebook, opened: Lab) -> None:
    """Does a chapter that was run, saved and opened another day show pictures, not widgets that nobody can find?"""
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    opened.open(notebook.page, NOTEBOOK)
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")

    picture = notebook.show(notebook.find("demos.")[0]).locator(".jp-RenderedSVG img")
    picture.wait_for()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 0
    expect(notebook.page.get_by_text("Error displaying widget")).to_have_count(0)
    saved = nbformat.read(opened.root / NOTEBOOK, as_version=4).cells
    shown = {cell.source: set(cell.outputs[0].data) for cell in saved if cell.source.startswith(("demos.", "check("))}
    assert shown.pop('check("messaging")') == {"text/plain"}
    assert set(map(frozenset, shown.values())) == {frozenset({"image/svg+xml", "text/plain"})}


@pytest.mark.usefixtures("notebook")
def test_nothing_went_wrong_and_nobody_else_was_asked(seen: Traffic) -> None:
    """Was the console clean and every request one to this machine, in all of the above?"""
    assert seen.errors == []
    assert seen.hosts == {"127.0.0.1"}
