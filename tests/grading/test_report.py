"""Does the report tell an instructor what is true of the class, on a page that runs nothing?"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import correlation, fmean
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from course import cli
from course.errors import CourseError
from course.grading.engine import CellResult, NotebookResult
from course.grading.grade import Graded, Outcome
from course.grading.gradebook import Writer
from course.grading.misconceptions import Found
from course.grading.pages import items, report, results
from course.grading.pages.items import FEWEST, SEVERAL
from course.grading.pages.results import Item, Learner, Results
from course.grading.records import Record, Records
from course.grading.talk.job import Case
from tests.grading.small_class import COURSE, NAME, RIGHT, SmallClass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GRADES = ("square-small", "square-partial")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
QUESTIONS = ("adds", "subtracts", "multiplies")  # of the exercises `sum`, `sum` and `product`, 1, 3 and 2 points
ITEMS = tuple(
    Item(("book", name), ("book", exercise), points, f"Is it right that it {name}?")
    for name, exercise, points in zip(QUESTIONS, ("sum", "sum", "product"), (1.0, 3.0, 2.0), strict=True)
)


def a_class(points: Sequence[Sequence[float]], **of_records: Mapping[str, object]) -> Results:
    """A class with these points for each learner's three cells, and records that differ as told, by learner."""
    names = [f"learner-{n:04}" for n in range(len(points))]
    learners = [
        Learner(name, dict(zip([i.key for i in ITEMS], p, strict=True)), graded=True)
        for name, p in zip(names, points, strict=True)
    ]
    records = {
        name: a_record(name, p, **of_records.get(name.replace("-", "_"), {}))
        for name, p in zip(names, points, strict=True)
    }
    return Results("book", ITEMS, tuple(learners), records, {}, ())


def a_record(name: str, points: Sequence[float], **differs: object) -> Record:
    """A learner's record with a case for each cell; `differs` are fields of the record, or of its notebook."""
    of_book = {key: value for key, value in differs.items() if key in NotebookResult.__struct_fields__}
    others = {key: value for key, value in differs.items() if key not in of_book}
    cells = tuple(
        CellResult(
            name=item.key[1],
            points=earned,
            max_points=item.points,
            cases=(Case(name=item.key[1], points=earned, max_points=item.points),),
        )
        for item, earned in zip(ITEMS, points, strict=True)
    )
    book = NotebookResult(**{"name": "book", "cells": cells, **of_book})  # type: ignore[arg-type] # fields as told
    return Record(**{"student": name, "assignment": "book", "notebooks": {"book": book}, **others})  # type: ignore[arg-type]


def soup(found: Results) -> BeautifulSoup:
    """The report."""
    return BeautifulSoup(report.page(found), "html.parser")


def rows(page: BeautifulSoup, caption: str) -> list[list[str]]:
    """The rows of the table of this caption."""
    table = next(table for table in page.find_all("table") if table.caption and table.caption.get_text() == caption)
    assert table.tbody
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")
    ]


POINTS = st.lists(
    st.tuples(*(st.sampled_from([0.0, item.points / 2, item.points]) for item in ITEMS)), min_size=1, max_size=30
)


@given(POINTS)
def test_figures_are_those_of_item_analysis(points: list[tuple[float, ...]]) -> None:
    """Are difficulty and discrimination the mean share of points, and the item-rest correlation of the textbook?"""
    for found, places in zip(items.by_exercise(a_class(points)), ([0, 1], [2]), strict=True):
        earned = [sum(p[n] for n in places) for p in points]
        rest = [sum(p) - here for p, here in zip(points, earned, strict=True)]

        assert found.mean == pytest.approx(fmean(earned) / found.points)
        assert found.full == earned.count(found.points)
        if len(points) < FEWEST:
            assert (found.discrimination, found.why_not) == (None, "too few")
        elif len(set(earned)) == 1 or len(set(rest)) == 1:
            assert (found.discrimination, found.why_not) == (None, "all alike")
        else:
            assert found.discrimination == pytest.approx(correlation(earned, rest), abs=1e-9)


def test_cases_of_one_cell_have_their_own_figures() -> None:
    """Is each case of a test cell of several a line of its own, by the verdicts of the records?"""
    found = a_class([(1, 3, 2)] * 4)
    for number, record in enumerate(found.records.values()):
        both = (Case(name="small", points=1, max_points=1), Case(name="large", points=2 * (number < 1), max_points=2))
        book = record.notebooks["book"]
        cell = CellResult(name="subtracts", points=3, max_points=3, cases=both)
        record.notebooks["book"] = NotebookResult(name="book", cells=(book.cells[0], cell, book.cells[2]))

    told = {(case.name, case.question): (case.points, case.mean, case.full) for case in items.by_case(found)}
    asks = ITEMS[1].question

    assert told["subtracts", f"{asks} (small)"] == (1, 1.0, 4)
    assert told["subtracts", f"{asks} (large)"] == (2, 0.25, 1)
    assert told["adds", ITEMS[0].question] == (1, 1.0, 4)


def test_misconceptions_are_counted_with_who() -> None:
    """Are learners counted by misconception, the unsure ones apart, the most frequent first?"""
    rare = Found(name="rare", why="You are rare.", answer="sum", tests=())
    often = Found(name="often", why=f"You {SCRIPT}.", answer="product", tests=())
    maybe = Found(name="often", why=often.why, answer="product", tests=(), sure=False)
    seen = {"learner_0000": [rare, often], "learner_0001": [often], "learner_0003": [maybe]}
    found = a_class([(0, 0, 0)] * 4, **{who: {"misconceptions": {"book": tuple(each)}} for who, each in seen.items()})

    assert rows(soup(found), "Misconceptions by number of learners") == [
        ["often in product", f"You {SCRIPT}.", "3", "learner-0000, learner-0001; maybe learner-0003"],
        ["rare in sum", "You are rare.", "1", "learner-0000"],
    ]


@given(st.lists(st.lists(st.integers(0, 1), min_size=5, max_size=5), max_size=6))
def test_same_answers_are_those_of_whole_submissions(answers: list[list[int]]) -> None:
    """Are exactly those told together who have the same answers, all of them, and several?"""
    written = [{str(n): f"{n}-{digit}" for n, digit in enumerate(digits) if n < 2 or digit} for digits in answers]
    names = [f"learner_{n:04}" for n in range(len(answers))]
    found = a_class(
        [(0, 0, 0)] * len(answers), **{name: {"answers": a} for name, a in zip(names, written, strict=True)}
    )
    told = {frozenset(each.learners): each.answers for each in items.alike(found.records.values())}

    same = {
        frozenset(name.replace("_", "-") for name, other in zip(names, written, strict=True) if other == mine): len(
            mine
        )
        for mine in written
        if len(mine) >= SEVERAL and written.count(mine) > 1
    }
    assert told == same


def test_same_answers_accuse_nobody() -> None:
    """Is it a hint that names learners, and says that it proves nothing?"""
    answers = {"answers": dict.fromkeys("abc", "same")}
    page = soup(a_class([(0, 0, 0)] * 3, learner_0000=answers, learner_0002=answers))

    assert rows(page, "Learners whose answers are all the same") == [["learner-0000, learner-0002", "3"]]
    assert "A hint, not a finding." in page.get_text()


def test_what_went_wrong_is_told() -> None:
    """Are lost processes, late tests, weaker tests, notes, missing submissions and missing sandboxes on the page?"""
    lost = CellResult(name="adds", points=0, max_points=1, cases=(), lost="ended Python itself")
    case = Case(
        name="product", points=0, max_points=2, message="The test did not end in time with your answer.", error=True
    )
    late = CellResult(name="multiplies", points=0, max_points=2, cases=(case,), weak=True)
    found = a_class(
        [(0, 0, 0)] * 2,
        learner_0000={"cells": (lost, late), "notes": (f"The cell '{SCRIPT}' was moved.",)},
        learner_0001={"sandboxed": False},
    )
    found = Results(found.assignment, ITEMS, found.learners, found.records, {SCRIPT: f"not JSON: {SCRIPT}"}, ("zoe",))
    page = soup(found)
    text = " ".join(page.get_text().split())

    assert rows(page, "Tests in which a learner's code was stopped") == [
        ["learner-0000", "adds", "ended Python itself"],
        ["learner-0000", "multiplies", "did not end in time"],
    ]
    assert rows(page, "Notes by learner") == [["learner-0000", f"The cell '{SCRIPT}' was moved."]]
    assert rows(page, "What was handed in and not graded") == [[SCRIPT, f"not JSON: {SCRIPT}"]]
    assert "1 of 2 submissions ran without a sandbox." in text
    assert "1 of the gradebook's learners handed in nothing: zoe." in text
    assert "multiplies in book" not in text  # the notebook goes without saying where it is the assignment's
    assert [str(item.get_text()).strip() for item in page.select("#weak ~ ul li")] == ["multiplies"]


@pytest.mark.parametrize("learners", [0, 1, 1000])
def test_the_page_stands_alone(learners: int) -> None:
    """Is it one accessible file without scripts, in a sane size, for nobody, for one and for a thousand?"""
    found = Found(name=SCRIPT, why=SCRIPT, answer=SCRIPT, tests=())
    points = [(n % 2, 3 * (n % 3 == 0), n % 5 / 2) for n in range(learners)]
    told = {f"learner_{n:04}": {"misconceptions": {"book": (found,)}, "notes": (SCRIPT,)} for n in range(learners)}
    text = report.page(a_class(points, **told))
    page = BeautifulSoup(text, "html.parser")

    assert len(text) < 2_000_000
    assert page.find_all(["script", "iframe", "link", "object"]) == []
    assert [tag for tag in page.find_all(name=True) if any(name.startswith("on") for name in tag.attrs)] == []
    assert all(str(tag["href"]).startswith("#") for tag in page.find_all(href=True))
    assert all(str(tag["src"]).startswith("data:image/svg+xml;base64,") and tag["alt"] for tag in page.find_all("img"))
    assert re.search(r"https?://(?!www\.w3\.org/)", text) is None
    levels = [int(heading.name[1]) for heading in page.find_all(re.compile(r"h\d"))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(table.caption and table.thead for table in page.find_all("table"))
    assert all(head.get("scope") in {"row", "col"} for head in page.find_all("th"))
    for figure in page.find_all("figure"):
        following = figure.find_next_sibling()
        assert following is not None
        assert following.table
    assert len(page.find_all("figure")) == (3 if learners else 0)
    if learners:
        assert len(rows(page, "Scores by learner")) == learners
        assert sum(int(row[1]) for row in rows(page, "Learners by score")) == learners


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """A class in nbgrader's gradebook: graded, late and graded by hand, waiting, refused, new and absent learners."""
    found = SmallClass.make(tmp_path_factory.mktemp("report") / "course")
    graded = Graded(
        content=b"", scores=dict.fromkeys(GRADES, 7.5), comments={}, result=NotebookResult(name=NAME, cells=())
    )
    with Writer(found.coursedir, NAME, found.config) as writer:
        for student in ("graded", "late", "waiting"):
            writer.write(Outcome(student=student, notebooks={NAME: graded}), None)
    with Gradebook(found.coursedir.db_url, COURSE) as gradebook:
        gradebook.add_student("absent")
        gradebook.find_submission_notebook(NAME, NAME, "late").late_submission_penalty = 3.0
        by_hand = gradebook.find_grade(GRADES[0], NAME, NAME, "late")
        by_hand.manual_score, by_hand.extra_credit = 9.0, 0.5
        gradebook.find_grade(GRADES[1], NAME, NAME, "waiting").needs_manual_grade = True
        gradebook.db.commit()
    found.hand_in("new", RIGHT)
    refused = Record(student="broken", assignment=NAME, graded=False, reason="the notebook is empty")
    Records(found.coursedir, NAME).write(refused)
    return found


def test_scores_are_the_gradebooks(small: SmallClass) -> None:
    """Are scores, penalties and manual grades those that nbgrader itself gives, and is everybody accounted for?"""
    found = results.load(small.coursedir, NAME)

    with Gradebook(small.coursedir.db_url, COURSE) as gradebook:
        for learner in found.learners:
            submission = gradebook.find_submission(NAME, learner.name)
            assert sum(learner.points.values()) == submission.score
            assert learner.score == submission.score - submission.late_submission_penalty
        assert found.max_score == gradebook.find_assignment(NAME).max_score
    assert [(one.name, one.score, one.by_hand, one.waiting) for one in found.learners] == [
        ("graded", 15.0, 0, 0),
        ("late", 14.0, 1, 0),
        ("waiting", 15.0, 0, 1),
    ]
    assert list(found.not_graded) == ["broken", "new"]
    assert found.absent == ("absent",)
    assert [item.key[1] for item in found.items] == list(GRADES)


def test_the_command_writes_the_page(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does `course report` write the page where it says, and into a file of one's choice?"""
    monkeypatch.chdir(small.root)
    usual = CliRunner().invoke(cli.app, ["report", NAME])
    chosen = CliRunner().invoke(cli.app, ["report", NAME, "--output", "there.html"])

    assert usual.output.strip() == str(small.root / f"report-{NAME}.html")
    assert "waiting" in (small.root / f"report-{NAME}.html").read_text(encoding="utf-8")
    assert chosen.output.strip() == "there.html"
    assert (small.root / "there.html").is_file()


def test_an_unknown_assignment_is_a_sentence(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is it said what to do when the gradebook does not have the assignment, or there is no course?"""
    monkeypatch.chdir(small.root)
    unknown = CliRunner().invoke(cli.app, ["report", "nothing"])
    monkeypatch.chdir(small.root / "source")
    nowhere = CliRunner().invoke(cli.app, ["report", NAME])

    assert isinstance(unknown.exception, CourseError)
    assert "nbgrader generate_assignment nothing" in str(unknown.exception)
    assert isinstance(nowhere.exception, CourseError)
    assert "nbgrader_config.py" in str(nowhere.exception)
