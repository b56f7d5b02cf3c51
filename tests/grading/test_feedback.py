"""Does a learner get to know what failed and why, and nothing that is hidden or that a page would run?"""

from __future__ import annotations

import base64
import re
from html import unescape
from typing import TYPE_CHECKING

import msgspec
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbgrader.converters import GenerateFeedback

from course.grading.command import course_folder
from course.grading.misconceptions import Found
from course.grading.notebooks.testcell import HIDDEN_MESSAGE, hidden_lines
from course.grading.pages.feedback import UNKNOWN_MESSAGE, UNSEEN
from course.grading.records import Record, Records
from course.grading.talk.job import Case
from tests.grading.attacks import square
from tests.grading.shown_class import WHY, ShownClass
from tests.grading.small_class import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PACKED = re.compile(r"(?:[A-Za-z0-9+/]{4}){6,}")
SMALL, PARTIAL = "Is the square of a number right?", "How near is it? Each unit off costs a point."


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> ShownClass:
    """A class that `course grade` graded, with everybody's feedback."""
    shown = ShownClass.make(tmp_path_factory.mktemp("ours") / "course")
    shown.run("course", "grade", NAME)
    shown.run("nbgrader", "generate_feedback", NAME)
    return shown


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> ShownClass:
    """A class that nbgrader's own Execute graded, with everybody's feedback: there are no records."""
    shown = ShownClass.make(tmp_path_factory.mktemp("stock") / "course", stock=True)
    shown.run("nbgrader", "autograde", NAME)
    shown.run("nbgrader", "generate_feedback", NAME)
    return shown


class Again:
    """Makes learners' feedback again, in this process."""

    def __init__(self, shown: ShownClass) -> None:
        self.shown = shown
        self.config, self._coursedir = course_folder()
        self.records = Records(self._coursedir, NAME)

    def feedback(self, learner: str) -> str:
        """Make a learner's feedback again and return what it says."""
        self._coursedir.student_id, self._coursedir.assignment_id = learner, NAME
        converter = GenerateFeedback(coursedir=self._coursedir, config=self.config)
        converter.force = True
        converter.start()
        return text(self.shown.page(learner))

    def with_record(self, record: Record) -> str:
        """Make a learner's feedback again with this record."""
        self.records.write(record)
        return self.feedback(record.student)


@pytest.fixture
def again(ours: ShownClass, monkeypatch: pytest.MonkeyPatch) -> Iterator[Again]:
    """To make feedback of `ours` again; all is as it was in the end."""
    monkeypatch.chdir(ours.root)
    again = Again(ours)
    kept = again.records.all()
    yield again
    for record in kept:
        again.records.write(record)


def text(page: Path) -> str:
    """What a page says, in one line."""
    found = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("body")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def record(shown: ShownClass, learner: str) -> Record:
    """A learner's record."""
    path = shown.root / "autograded" / ".grading" / NAME / f"{learner}.json"
    return msgspec.json.decode(path.read_bytes(), type=Record)


def secrets() -> list[str]:
    """Every line of a hidden test."""
    sources = [cell.source for cell in square.source_notebook().cells]
    return [
        source.splitlines()[number - 1].strip()
        for source in sources
        for number in sorted(hidden_lines(source))
        if len(source.splitlines()[number - 1].strip()) > len("continue")
    ]


def decoded(page: str) -> str:
    """All that a page holds: as it is, without its HTML's escapes and tags, and what stands in base64."""
    plain = unescape(page)
    packed = [base64.b64decode(found).decode("utf-8", "replace") for found in _PACKED.findall(plain)]
    return "\n".join([page, plain, re.sub(r"<[^>]*>", "", plain), *packed])


@pytest.mark.parametrize("graded", ["ours", "stock"])
def test_hidden_tests_are_nowhere(graded: str, request: pytest.FixtureRequest) -> None:
    """Is no line of a hidden test in any learner's feedback, though the graded notebooks are full of them?"""
    shown: ShownClass = request.getfixturevalue(graded)
    assert "canary-7411" in "".join(secrets())

    for learner in shown.learners:
        assert "canary-7411" in shown.autograded(learner).read_text(encoding="utf-8")
        page = decoded(shown.page(learner).read_text(encoding="utf-8"))
        assert [line for line in secrets() if line in page] == [], learner


def test_tests_stand_with_their_verdicts(ours: ShownClass) -> None:
    """Does every test show its visible part, what it asks, its points, and why it failed?"""
    for learner in ours.learners:
        page = text(ours.page(learner))
        assert "got = square( 2 )" in page.replace("square (", "square(")
        assert SMALL in page
        assert PARTIAL in page

    assert f"✔ passed , 10 of 10 points: {SMALL}" in text(ours.page("ann"))
    assert f"✘ failed , 0 of 10 points: {SMALL} square(2) gave 7, expected 4" in text(ours.page("bea"))
    assert f"✘ failed , 0 of 10 points: {SMALL} {HIDDEN_MESSAGE}" in text(ours.page("cem"))
    assert f"◐ partly , 9 of 10 points: {PARTIAL} It earned 9 of 10 points." in text(ours.page("cem"))
    assert "NotImplementedError" in text(ours.page("dan"))


def test_a_misconception_is_named_below_the_exercise(ours: ShownClass) -> None:
    """Is the known mistake named in its one sentence, after the last test, and only to who made it?"""
    page = text(ours.page("bea"))

    assert page.rindex(f"This looks like: {WHY}") > page.index(PARTIAL)
    assert WHY not in text(ours.page("ann"))
    assert WHY not in text(ours.page("dan"))


def test_a_doubtful_misconception_is_named_as_one(ours: ShownClass, again: Again) -> None:
    """Is 'maybe' said where another misconception has the same pattern, and where one is a test's own?"""
    found = Found(name="other", why="You may have added.", answer="square-small", tests=(), sure=False)
    page = again.with_record(msgspec.structs.replace(record(ours, "bea"), misconceptions={NAME: (found,)}))

    assert page.index(SMALL) < page.index("This may be it: You may have added.") < page.index(PARTIAL)


def test_what_was_put_right_is_said_first(ours: ShownClass) -> None:
    """Does a learner learn of the test that they deleted?"""
    page = text(ours.page("eve"))

    assert "The cell 'square-small' was deleted; the course's own was put back." in page
    assert page.index("was deleted") < page.index("Squares")
    assert "was deleted" not in text(ours.page("ann"))


def test_a_refused_submission_is_told(again: Again) -> None:
    """Does the page of an earlier submission say why the newest one is not graded?"""
    refused = Record(student="ann", assignment=NAME, graded=False, reason="the notebook is <b>empty</b>")

    assert "was not graded: the notebook is <b>empty</b>." in again.with_record(refused)


def test_a_record_of_another_run_is_not_believed(ours: ShownClass, again: Again) -> None:
    """Do the notebook's own outputs count where the record does not agree with them?"""
    page = again.with_record(msgspec.structs.replace(record(ours, "bea"), notebooks=record(ours, "ann").notebooks))

    assert f"✘ failed , 0 of 10 points: {SMALL} square(2) gave 7, expected 4" in page
    assert WHY not in page


def test_cases_that_are_hidden_have_no_name(ours: ShownClass, again: Again) -> None:
    """Does each case of a test have its line, and a hidden one neither its name nor its message?"""
    known = record(ours, "cem")
    result = known.notebooks[NAME]
    cases = (
        Case(name="small_numbers", points=0, max_points=4, message="square(1) gave 2"),
        Case(name="canary_name", points=0, max_points=6, message="canary message", hidden=True),
    )
    cells = (msgspec.structs.replace(result.cells[0], cases=cases), *result.cells[1:])
    page = again.with_record(
        msgspec.structs.replace(known, notebooks={NAME: msgspec.structs.replace(result, cells=cells)})
    )

    assert "0 of 4 points: small numbers square(1) gave 2" in page
    assert f"0 of 6 points: {UNSEEN}" in page
    assert "canary" not in page


def test_exact_keeps_to_nbgrader(ours: ShownClass, again: Again) -> None:
    """Does c.Grading.exact leave nbgrader's own feedback, hidden tests and all, and yet run nothing?"""
    again.config.Grading.exact = True
    page = again.feedback("eve")

    assert "canary-7411" in page
    assert HIDDEN_MESSAGE not in page
    assert not BeautifulSoup(ours.page("eve").read_text(encoding="utf-8"), "html.parser").find_all("script")


def test_without_records_the_outputs_must_do(stock: ShownClass) -> None:
    """Is what stock nbgrader graded told too: the message of a visible check, and none of a hidden one?"""
    assert f"✘ failed , 0 of 10 points: {SMALL} square(2) gave 7, expected 4" in text(stock.page("bea"))
    assert f"✘ failed , 0 of 10 points: {SMALL} {HIDDEN_MESSAGE}" in text(stock.page("cem"))
    assert "◐ partly , 9 of 10 points" in text(stock.page("cem"))


def test_an_error_from_nowhere_tells_nothing(stock: ShownClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the message of an error withheld when nobody can tell where it arose?"""
    path = stock.autograded("bea")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback, output.evalue = ["canary"], "canary"
    path.chmod(0o644)
    nbformat.write(notebook, path)
    monkeypatch.chdir(stock.root)
    page = Again(stock).feedback("bea")

    assert UNKNOWN_MESSAGE in page
    assert "canary" not in page
