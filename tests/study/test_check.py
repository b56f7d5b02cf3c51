"""Does a check tell learners the truth about their work, and no more than they may know?"""

from __future__ import annotations

import contextlib
import html
import io
import os
import shutil
from typing import TYPE_CHECKING

import msgspec
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade
from rich.console import Console

from course.grading.notebooks.assignment import of_notebook
from course.grading.notebooks.submission import parse
from course.grading.processes import runner
from course.study import engine, progress, report, self_check
from course.study.button import CheckButton
from course.study.cells import lay
from course.study.result import CaseResult, Diagnosis, ExerciseResult, Result

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from tests.study.small_course import Course

SECONDS = 2.0


def fates(built: Course) -> dict[str, str]:
    """An answer to each exercise but one, each with its own fate."""
    return {
        "right": built.solution("right"),
        "rounds": built.misconception("rounds", "forgets_the_sign"),
        "loops": "def loops(n):\n    while True:\n        try:\n            pass\n        except BaseException: pass",
        "dies": "import os\n\ndef dies(n):\n    os._exit(3)",
        "broken": "def broken(n:\n    return",
        "noisy": "import sys\n\ndef noisy(n):\n    print('careful', file=sys.stderr)\n    return 2 * n",
        "raises": "def raises(n):\n    return n * twice",
        "caps": "def caps(n):\n    return max(-50, 2 * n)",
    }


@pytest.fixture(scope="module")
def checked(built: Course) -> Result:
    """The result of a notebook with all these fates, checked once for this file."""
    notebook = built.learner(fates(built), "while True:\n    pass")
    with contextlib.chdir(built.root):
        return self_check.run("mini", notebook, cell_seconds=SECONDS)


def exercise(result: Result, name: str) -> ExerciseResult:
    return {found.name: found for found in result.exercises}[name]


def messages(result: Result, name: str) -> list[str]:
    return [case.message for case in exercise(result, name).cases]


def test_each_exercise_has_its_own_points(checked: Result) -> None:
    """Do a loop without end, a dead kernel and a typing mistake cost nothing to the exercises beside them?"""
    assert {found.name: found.points for found in checked.exercises} == {
        "right": 3, "rounds": 1, "loops": 0, "dies": 0, "waits": 0, "broken": 0, "noisy": 3, "raises": 0, "caps": 1,
    }  # fmt: skip
    assert checked.max_points == 3 * 9
    assert [found.name for found in checked.exercises if not found.started] == ["waits"]
    assert checked.complete
    (notice,) = checked.notices
    assert notice.startswith("Your cell that begins 'while True:' did not end within 2 seconds")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("loops", "did not end within 2 seconds"),
        ("dies", "ended Python itself"),
        ("broken", "Your cell does not run: SyntaxError"),
        ("raises", "NameError: name 'twice' is not defined (at the line: return n * twice)"),
    ],
)
def test_each_failure_says_why(checked: Result, name: str, said: str) -> None:
    """Does each way to fail have a sentence that names it, on every case?"""
    assert [said in message for message in messages(checked, name)] == [True, True]


def test_what_is_hidden_stays_hidden(checked: Result) -> None:
    """Is a failure on hidden inputs told without a word of the hidden part, in whatever a front end gets?"""
    small, negative = exercise(checked, "caps").cases
    assert (small.passed, small.hidden, small.message) == (True, False, "")
    assert (negative.passed, negative.hidden, negative.message) == (False, True, engine.HIDDEN_MESSAGE)
    visible = exercise(checked, "rounds").cases[1]
    assert (visible.passed, visible.hidden) == (False, False)
    assert "expected -2" in visible.message
    text = msgspec.json.encode(checked).decode()
    assert "secret" not in text
    assert "-70" not in text


def test_a_misconception_is_recognised(checked: Result) -> None:
    """Is the misconception named whose failures are the learner's, with care where only the cases are the same, and
    none where the code merely broke?"""
    found = exercise(checked, "rounds").diagnosis
    assert found
    assert (found.misconception, found.exact) == ("forgets_the_sign", True)
    assert found.why == "You lost the sign."
    alike = exercise(checked, "caps").diagnosis
    assert alike
    assert (alike.misconception, alike.exact) == ("forgets_the_sign", False)
    assert [e.name for e in checked.exercises if e.diagnosis] == ["rounds", "caps"]


@pytest.mark.usefixtures("course")
def test_points_are_remembered(checked: Result) -> None:
    """Are the points of a check what progress shows, stubs included?"""
    progress.save_check("mini", checked)

    scores = progress.load().scores["mini"]
    assert scores["rounds"] == progress.Score(1, 3)
    assert scores["waits"] == progress.Score(0, 3, started=False)


def test_a_fresh_copy_starts_no_process(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a notebook that nobody has worked in told so at once, without running anything?"""
    monkeypatch.delattr(runner, "start")
    result = self_check.run("mini", course.learner({}))

    assert not any(found.started for found in result.exercises)
    assert result.points == 0
    assert result.max_points == 27


def test_without_the_hidden_cases(course: Course) -> None:
    """Does a class that has only the release get the visible cases, and is it told so?"""
    shutil.rmtree(course.root / "source")
    shutil.rmtree(course.root / "course")
    caps = "def right(n):\n    return max(-50, 2 * n)"
    result = self_check.run("mini", course.learner({"right": caps}))

    assert exercise(result, "right").points == 3
    assert not result.complete
    assert "Grading tries more inputs" in text_of(result)


SORTS = "def right(n):\n    n.sort()\n    return n"
KEEPS = "def right(n):\n    return sorted(n)"


@pytest.mark.parametrize(
    ("solution", "answer", "after", "passed"),
    [
        (KEEPS, KEEPS, [3, 1], True),
        (KEEPS, SORTS, [3, 1], False),
        (SORTS, SORTS, [1, 3], True),
        (SORTS, KEEPS, [1, 3], False),
    ],
)
def test_arguments(course: Course, solution: str, answer: str, after: list[int], passed: bool) -> None:  # noqa: FBT001 - a parameter
    """Does it count what an answer does to a list that it is given, as it does in the notebook itself?"""
    source = course.root / "source" / "mini" / "mini.ipynb"
    notebook = nbformat.read(source, as_version=4)
    test = f"given = [3, 1]\nassert right(given) == [1, 3]\nassert given == {after}, f'{{given}}'"
    texts = {"right": solution, "right-small": f"# Is it sorted? (1 point)\n{test}"}
    for cell in notebook.cells:
        cell.source = texts.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
    nbformat.write(notebook, source)
    result = self_check.run("mini", course.learner({"right": answer}))

    assert exercise(result, "right").cases[0].passed is passed


def test_helpers_keep_the_secret(course: Course) -> None:
    """Is a failure on hidden inputs hidden too where the visible part of a test has the function that tells of it?"""
    source = course.root / "source" / "mini" / "mini.ipynb"
    notebook = nbformat.read(source, as_version=4)
    helper = "def check(n):\n    assert right(n) == 2 * n, f'secret {n}'\n\n\ncheck(1)"
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "right-small":
            cell.source = f"# Is it? (1 point)\n{helper}\n### BEGIN HIDDEN TESTS\ncheck(-70)\n### END HIDDEN TESTS"
    nbformat.write(notebook, source)
    result = self_check.run("mini", course.learner({"right": "def right(n):\n    return max(-50, 2 * n)"}))

    small = exercise(result, "right").cases[0]
    assert (small.passed, small.hidden, small.message) == (False, True, engine.HIDDEN_MESSAGE)


def test_the_course_s_own_cases_count(course: Course) -> None:
    """Do test cells that a learner emptied, deleted or copied count as the course has them?"""
    wrong = course.misconception("right", "forgets_the_sign")
    path = course.learner({"right": wrong, "right-negative": "", "right-small": "assert True"})
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "right-small"]
    nbformat.write(notebook, path)

    result = self_check.run("mini", path)
    assert [case.passed for case in exercise(result, "right").cases] == [True, False]


def cell(name: str, role: str) -> NotebookNode:
    about = {"grade": role == "case", "solution": role == "answer", "grade_id": name, "points": 1}
    made: NotebookNode = new_code_cell(f"{name} = 1", metadata={"nbgrader": about} if role != "other" else {})
    return made


CELLS = [("e", "answer"), ("e-a", "case"), ("e-b", "case"), ("x", "other"), ("f", "answer"), ("f-a", "case")]


@given(kept=st.lists(st.sampled_from(CELLS), max_size=12))
def test_each_case_once(kept: list[tuple[str, str]]) -> None:
    """Whatever a learner deletes, copies or moves: does each case run once, and each of their cells in order?"""
    theirs_now = nbformat.writes(new_notebook(cells=[cell(*made) for made in kept]))
    laid = lay(parse(theirs_now.encode()), of_notebook(new_notebook(cells=[cell(*made) for made in CELLS])))

    assert sorted(found.case for found in laid if found.case) == ["e-a", "e-b", "f-a"]
    theirs = [f"{name} = 1" for name, role in kept if role != "case"]
    assert [found.source for found in laid if not found.case] == theirs


def test_the_points_are_nbgrader_s(built: Course, checked: Result) -> None:
    """Does each exercise earn what stock nbgrader pays for the same answer in a real kernel?

    But for text on standard error, which costs points there; and answers that end the kernel or never end.
    """
    answers = {name: answer for name, answer in fates(built).items() if name not in {"noisy", "loops", "dies"}}
    notebook = nbformat.read(built.root / "source" / "mini" / "mini.ipynb", as_version=4)
    about = {id(cell): cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells}
    notebook.cells = [cell for cell in notebook.cells if about[id(cell)].partition("-")[0] in answers]
    for cell in notebook.cells:
        cell.source = answers.get(about[id(cell)], cell.source)
    NotebookClient(notebook, allow_errors=True).execute()

    paid = dict.fromkeys(answers, 0.0)
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade and cell.cell_type == "code":
            paid[about[id(cell)].partition("-")[0]] += determine_grade(cell)[0]
    assert paid == {name: exercise(checked, name).points for name in answers}


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"cells": 3}'])
def test_a_file_that_is_no_notebook(course: Course, damage: str) -> None:
    """Is a damaged notebook a sentence that names the file?"""
    path = course.learner({})
    path.write_text(damage, encoding="utf-8")

    with pytest.raises(engine.NotebookError, match=r"mini\.ipynb cannot be read as a notebook"):
        engine.grade(path, "mini", cell_seconds=SECONDS)


@pytest.mark.usefixtures("course")
def test_a_notebook_of_something_else(tmp_path: Path) -> None:
    """Is a notebook without any of the chapter's exercises refused, with the way to a fresh copy?"""
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), tmp_path / "other.ipynb")

    with pytest.raises(engine.NotebookError, match=r"has no exercise of 'mini'.*course start mini"):
        engine.grade(tmp_path / "other.ipynb", "mini", cell_seconds=SECONDS)


def test_which_notebook(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is it the notebook of the current folder that is checked, else the one last saved in work/?"""
    with pytest.raises(self_check.NoNotebookError, match="course start mini"):
        self_check.find_notebook("mini")
    older, newer = course.learner({}), course.learner({}, name="mini-2")
    os.utime(older, (1, 1))
    assert self_check.find_notebook("mini") == newer
    monkeypatch.chdir(older.parent)
    assert self_check.find_notebook("mini") == older


def test_watching(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does each save bring a check, a damaged file a sentence, and a save during a check another one?"""
    notebook = course.learner({})
    checked: list[str] = []

    def run(_slug: str, path: Path) -> Result:
        checked.append(path.read_text(encoding="utf-8"))
        if checked[-1] == "damaged":
            raise engine.NotebookError("It is damaged.")
        if checked[-1] == "second":
            path.write_text("third", encoding="utf-8")
        return sample()

    monkeypatch.setattr(self_check, "run", run)
    watching = self_check.watch("mini", notebook)
    assert isinstance(next(watching), Result)
    for text in ("second", "third", "damaged"):
        if text != "third":
            notebook.write_text(text, encoding="utf-8")
        outcome = next(watching)
    assert checked[1:] == ["second", "third", "damaged"]
    assert str(outcome) == "It is damaged."


def text_of(result: Result) -> str:
    printed = io.StringIO()
    Console(file=printed, width=200).print(report.terminal(result))
    return printed.getvalue()


def sample() -> Result:
    cases = (CaseResult("a", "Is <b> & [red] kept?", 1, passed=False, message="f('<i>') gave [bold]"),)
    found = ExerciseResult("one", "First <one>", cases, diagnosis=Diagnosis("m", "You forgot <x>.", exact=True))
    return Result("mini", (found, ExerciseResult("two", "Second", cases, started=False)))


def test_the_report_says_it_in_words() -> None:
    """Can one read marks, points, message, misconception and the way to a hint without seeing a colour?"""
    for text in (text_of(sample()), html.unescape(report.html(sample()))):
        assert "✘" in text
        assert "failed" in text
        assert "0 of 1 point" in text
        assert "f('<i>') gave [bold]" in text
        assert "This looks like: You forgot <x>." in text
        assert "course hint mini one" in text
        assert "not started" in text
        assert "course hint mini two" not in text


def test_the_notebook_s_report_is_escaped() -> None:
    """Is nothing that a learner's code says taken for HTML?"""
    page = report.html(sample())
    assert "<i>" not in page
    assert "<x>" not in page
    assert "<one>" not in page


def test_the_button_checks_elsewhere(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the button come back at once, check the notebook that Jupyter names, and end with a report?"""
    notebook = course.learner({"right": course.solution("right")}, name="renamed")
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    button = CheckButton("mini")
    busy: list[bool] = []
    button.observe(lambda change: busy.append(change.new), names=["busy"])
    button.press(saved=True).join()

    assert busy == [True, False]
    assert button.status.startswith("Saved and checked at ")
    assert "3 of 27 points" in button.report


def test_the_button_has_a_sentence_for_what_goes_wrong(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a check that cannot be made a status, in the words of the command, and not a traceback?"""
    notebook = course.learner({})
    notebook.write_text("{", encoding="utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    button = CheckButton("mini")
    button.press().join()

    assert f"{notebook} cannot be read as a notebook" in button.status
    assert button.report == ""


def test_the_button_without_a_front_end() -> None:
    """Is the button a line of text that is the same each time, where nobody can press it?"""
    data, _ = CheckButton("mini")._repr_mimebundle_()
    assert data["text/plain"] == "Check my work: run this cell in JupyterLab, or type: course check mini"
