"""Does the start page lead a learner on, and show what they have done?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from course import curriculum, questions
from course.study import home, progress, root
from course.study.result import CaseResult, ExerciseResult, Result
from course.study.start import start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markdown_it.token import Token

    from tests.study.small_course import Course


@pytest.fixture(autouse=True)
def _two_chapters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A curriculum of two chapters, of which one is built and has questions."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    chapters = (
        curriculum.Chapter("mini", "Mini | more", "What a queue does.", ("2.1",)),
        curriculum.Chapter("vpc", "VPC", "Your own network.", ("1.2",)),
    )
    monkeypatch.setattr(curriculum, "CHAPTERS", chapters)
    asked = [question(name) for name in ("one", "two", "three")]
    monkeypatch.setattr(questions, "load", {"mini": asked, "vpc": []}.__getitem__)


def question(name: str) -> questions.Question:
    options = tuple(questions.Option(text=letter, why="So.", correct=letter == "b") for letter in "abcd")
    return questions.Question(id=name, task="2.1", scenario="What?", decides="What", options=options)


def tokens() -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(home.text()):
        yield from token.children or [token]


def rows() -> list[list[str]]:
    """The cells of the table's body, as a reader sees them."""
    parsed = MarkdownIt("commonmark").enable("table").parse(home.text())
    cells = [after for before, after in pairwise(parsed) if before.type == "td_open"]
    texts = ["".join(child.content for child in cell.children or []) for cell in cells]
    return [texts[start : start + 4] for start in range(0, len(texts), 4)]


def test_before_all(course: Course) -> None:
    """Does the page show all chapters in order, with a link that leads to the learner's copy, before they begin?"""
    start("mini", say=lambda _: None)
    page = home.refresh()

    assert page == course.root / "work" / "start.md"
    assert rows() == [["Mini | more", "What a queue does.", "not checked yet", "none answered yet"]]
    assert "1. VPC (exam task 1.2; not written yet): Your own network." in home.text()
    links = [token.attrs["href"] for token in tokens() if token.type == "link_open"]
    assert [(page.parent / str(link)).is_file() for link in links] == [True, True]


@pytest.mark.usefixtures("course")
def test_what_the_learner_has_done() -> None:
    """Does the page show the points of the last check, and how many answers are right?"""
    cases = (CaseResult("a", "A?", 2, passed=True), CaseResult("b", "B?", 3, passed=False))
    progress.save_check("mini", Result("mini", (ExerciseResult("one", "One", cases),)))
    progress.save_answers("mini", {"one": 1, "two": 0, "three": 1})

    assert rows()[0][2:] == ["2 of 5 points", "2 of 3 right"]


def test_the_link_follows_a_fresh_copy(course: Course) -> None:
    """Does the link lead to the copy that was made last?"""
    for _ in range(2):
        start("mini", fresh=True, say=lambda _: None)

    assert "(mini-2/mini.ipynb)" in home.text()
    assert (course.root / "work" / "mini-2" / "mini.ipynb").is_file()


def test_it_speaks_chinese_too() -> None:
    """Is there a line for readers of Chinese?"""
    assert "用可以动手做的笔记本学习" in home.text()


def test_where_nothing_can_be_written(course: Course) -> None:
    """Is a page that cannot be written no reason to fail a check?"""
    (course.root / "work").write_text("in the way", encoding="utf-8")
    home.refresh()
    assert (course.root / "work").read_text(encoding="utf-8") == "in the way"


def test_outside_of_the_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is there no page where there is no course folder?"""
    monkeypatch.setattr(root, "PACKAGE", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert home.refresh() is None
    assert list(tmp_path.iterdir()) == []
