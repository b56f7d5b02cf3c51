"""Is only that run again which a change can have changed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from course.grading.processes import runner
from course.study import diagnosis
from course.study.engine import Grader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.study.result import Result
    from tests.study.small_course import Course

SECONDS = 4.0
ANSWERS = ("right", "rounds", "caps")


class Watched:
    """A grader, and which exercises and other cells it has run since one looked last."""

    def __init__(self, grader: Grader) -> None:
        self.grader = grader
        self.ran: list[str] = []

    def grade(self, course: Course, answers: Mapping[str, str], *more: str) -> tuple[Result, list[str]]:
        """Grade a notebook; return what was run for it too."""
        result = self.grader.grade(course.learner(answers, *more), "mini", cell_seconds=SECONDS)
        ran, self.ran[:] = sorted(set(self.ran)), []
        return result, ran


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    """A grader with warm processes, for this file."""
    start = runner.start
    with Grader() as grader, pytest.MonkeyPatch.context() as patch:
        found = Watched(grader)

        def watching(*arguments: Any) -> Any:  # noqa: ANN401 - passed on
            made = start(*arguments)
            run = made.run

            def noting(job: Any, files: Any) -> Any:  # noqa: ANN401 - passed on
                found.ran.extend(cell.answer or cell.source for cell in job.cells)
                return run(job, files)

            made.run = noting  # type: ignore[method-assign]
            return made

        patch.setattr(runner, "start", watching)
        yield found


def test_what_is_known_is_not_run(course: Course, watched: Watched) -> None:
    """Are verdicts kept while the text is the same, and only that exercise run whose text has changed?"""
    answers = {name: course.solution(name) for name in ANSWERS}
    first, ran = watched.grade(course, answers)
    assert ran == sorted(ANSWERS)
    assert watched.grade(course, answers) == (first, [])
    answers["caps"] = "def caps(n):\n    return max(-50, 2 * n)"
    edited, ran = watched.grade(course, answers)
    assert ran == ["caps"]
    assert [found.points for found in edited.exercises if found.started] == [3, 3, 1]
    assert watched.grade(course, answers | {"caps": course.solution("caps")}) == (first, [])


def test_what_an_answer_uses_counts(course: Course, watched: Watched) -> None:
    """Is an answer run again when a helper changes that it uses, but not for a cell that only defines another name?"""
    answers = {"right": "def right(n):\n    return twice(n)", "rounds": course.solution("rounds")}
    watched.grade(course, answers, "def twice(n):\n    return 2 * n")
    result, ran = watched.grade(course, answers, "def twice(n):\n    return 3 * n")
    assert ran == ["def twice(n):\n    return 3 * n", "right"]
    assert [found.points for found in result.exercises if found.started] == [0, 3]
    assert watched.grade(course, answers, "def twice(n):\n    return 3 * n", "def thrice(n): pass") == (result, [])


def test_what_does_more_than_define_counts(course: Course, watched: Watched) -> None:
    """Does a cell of the learner's own that acts count for every answer behind it?"""
    answers = {"right": course.solution("right"), "rounds": course.solution("rounds")}
    act = "import builtins\nbuiltins.abs = None"
    watched.grade(course, answers)
    _, ran = watched.grade(course, answers, act)
    assert ran == [act, "right", "rounds"]


def test_a_lost_process_is_tried_again(course: Course, watched: Watched) -> None:
    """Is an answer that ended Python run again, since that may have been the machine's fault?"""
    answers = {"right": course.solution("right"), "dies": "import os\n\ndef dies(n):\n    os._exit(3)"}
    result, _ = watched.grade(course, answers)
    again, ran = watched.grade(course, answers)
    assert ran == ["dies"]
    assert again == result


def test_a_cell_is_not_blamed_for_what_was_left_out(course: Course, watched: Watched) -> None:
    """Does a cell that waits for what an earlier cell did get that cell too, before anybody says that it never ends?"""
    waits = "import os\nif not os.path.exists('done'):\n    os._exit(1)"
    notebook = nbformat.read(course.root / "source" / "mini" / "mini.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("open('done', 'w').close()"))
    nbformat.write(notebook, course.root / "source" / "mini" / "mini.ipynb")
    result, ran = watched.grade(course, {"right": course.solution("right")}, "open('done', 'w').close()", waits)

    assert "open('done', 'w').close()" in ran
    assert result.notices == ()
    assert result.points == 3


def test_a_diagnosis_is_made_once(course: Course, watched: Watched) -> None:
    """Are the misconceptions that an answer is compared with run once, and named by the same words?"""
    answers = {"right": course.misconception("right", "forgets_the_sign")}
    result, _ = watched.grade(course, answers)

    def diagnosed() -> Result:
        return diagnosis.diagnose(
            result, lambda name, answer: watched.grader.attempt("mini", name, answer, cell_seconds=SECONDS)
        )

    first = diagnosed()
    assert [found.diagnosis.misconception for found in first.exercises if found.diagnosis] == ["forgets_the_sign"]
    assert first.exercises[0].diagnosis or any(found.diagnosis and found.diagnosis.exact for found in first.exercises)
    watched.ran.clear()
    assert diagnosed() == first
    assert watched.ran == []
