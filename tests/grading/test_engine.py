"""Does a test mean here what it means in one kernel, and does it cost what it should where a notebook is broken?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade

from course.grading.engine import Engine, Known, Settings
from course.grading.processes.runner import NotGradedError
from course.grading.processes.sandbox import Sandbox
from course.grading.talk.job import Limits
from tests.grading.notebooks import POINTS, course, grade, honest, notebook, parts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from course.grading.engine import CellResult
    from tests.grading.notebooks import Part

HONEST = honest()
INTENDED = {"evens-warn"}
"""Where points differ on purpose: stock nbgrader takes all points for a warning on stderr."""
OTHER_WORDS = {"evens-inst", "evens-coro", "evens-grp", "evens-exc-ret"}
"""Where the same test fails in other words, since the answer is of no kind that can be handed over."""


@dataclass(frozen=True)
class Graded:
    """A notebook that was graded: its verdicts by test, and its cells."""

    verdicts: dict[str, CellResult]
    notebook: NotebookNode

    def score(self, name: str) -> float:
        """The points as nbgrader reads them in a test's outputs."""
        return float(determine_grade(self.cell(name))[0])

    def cell(self, name: str) -> Any:  # noqa: ANN401 - nbformat has no types
        (found,) = [cell for cell in self.notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name]
        return found

    def errors(self, name: str) -> list[tuple[str, str]]:
        return [(shown.ename, shown.evalue) for shown in self.cell(name).outputs if shown.output_type == "error"]

    def printed(self, name: str) -> str:
        return "".join(shown.text for shown in self.cell(name).outputs if shown.output_type == "stream")

    def messages(self, name: str) -> list[str]:
        return [case.message for case in self.verdicts[name].cases]


def stock(cells: Sequence[Part]) -> Graded:
    """Run a notebook as nbgrader does, in one kernel."""
    made = notebook(cells)
    with TemporaryDirectory() as folder:  # cells write files
        Execute(timeout=60).preprocess(made, {"metadata": {"path": folder}})
    return Graded({}, made)


def ours(cells: Sequence[Part], **settings: Any) -> Graded:  # noqa: ANN401 - those of Settings
    return Graded(*grade(cells, Settings(**settings)))


@pytest.fixture(scope="module")
def honest_ways() -> tuple[Graded, Graded]:
    """The honest answers, graded in one kernel and here."""
    cells = [cell for pair in HONEST.values() for cell in pair]
    return stock(cells), ours(cells)


@pytest.mark.parametrize("name", sorted(HONEST.keys() - INTENDED))
def test_as_in_one_kernel(honest_ways: tuple[Graded, Graded], name: str) -> None:
    """Does an honest answer earn what it earns in one kernel, and fail in the same words?"""
    expected, got = honest_ways

    assert got.score(name) == expected.score(name)
    assert got.verdicts[name].points == got.score(name)
    if name not in OTHER_WORDS:
        assert got.errors(name) == expected.errors(name)


# What a name means, what a test shows, what a verdict says

MEANINGS = parts("""
# %% plain
import math
# %% course same
def same(got, expected):
    return got == expected
# %% answer shadows
def len(of):
    return 9
sorted = assertion = None
math = "mine"
def same(got, expected):
    return True
def three():
    return 4
def mine(got, expected):
    return True
# -- solution
def three():
    return 3
# %% check builtins
assert len(sorted([2, 1])) == 2
# %% check imports
assert math.sqrt(4) == 2
# %% check helper
assert same(three(), 3), f"three() gave {three()}"
# %% check own
def mine(got, expected):
    return got == expected
assert mine(three(), 3)
# %% answer forges
def mine(got, expected):
    return True
# %% check earlier
assert mine(three(), 3), "an earlier test says what 'mine' is"
# %% answer result
mine = 7
# -- solution
mine = 6
# %% check given
assert mine == 6, f"mine is {mine}: it is an answer now"
# %% answer talk
def talk():
    print("the answer")
    display("a value")
    return 1
# -- solution
def talk():
    return 2
# %% check talks
print("before")
assert talk() == 2, "talk() gave 1"
# %% answer half
def half(number):
    return number // 2
def negative(number):
    return 1 - number
# -- solution
def half(number):
    return number / 2
def negative(number):
    return -number
# %% check cases
from course.grading.cases import case, score
@case(points=1)
def even():
    assert half(4) == 2
@case(points=1)
def odd():
    assert half(3) == 1.5, f"half(3) gave {half(3)}, expected 1.5"
@case(points=2)
def below():
    ### BEGIN HIDDEN TESTS
    assert negative(2) == -2
    ### END HIDDEN TESTS
score()
# %% answer Pile
class Pile(list):
    def add(self, item):
        self.append(item)
        return self
class Names:
    def __init__(self):
        self.first = "Bo"
# -- solution
class Pile(list):
    def add(self, item):
        self.append(item)
        return self
class Names:
    def __init__(self):
        self.first = "Bo"
# %% check needed
assert Pile().add(1).add(2) == [1, 2]
# %% check told beside
assert Names().first == "Bo"
# %% check forbidden apart
assert Names().first == "Bo"
# %% check beside-visible beside
assert half(3) == 1.5, "seen"
### BEGIN HIDDEN TESTS
assert half(5) == 2.5, "unseen"
### END HIDDEN TESTS
# %% check beside-hidden beside
assert half(4) == 2
### BEGIN HIDDEN TESTS
assert half(5) == 2.5, "unseen"
### END HIDDEN TESTS
# %% answer raises
class Odd(ValueError):
    pass
def raises(number):
    if number % 2:
        raise Odd("no, \'odd\'")
    return number
# -- solution
def raises(number):
    return number
# %% check message
raises(3)
""")


@pytest.fixture(scope="module")
def meanings() -> Graded:
    return ours(MEANINGS)


@pytest.mark.parametrize(
    ("name", "points"),
    {
        "builtins": POINTS,  # whatever a learner calls 'len'
        "imports": POINTS,
        "helper": 0,
        "own": 0,
        "earlier": 0,
        "given": 0,
    }.items(),
)
def test_names(meanings: Graded, name: str, points: float) -> None:
    """Do Python's own names, the course's modules and helpers and the tests' win, and then the learner's answers?"""
    assert meanings.score(name) == points
    assert not meanings.verdicts[name].weak


def test_what_an_answer_shows(meanings: Graded) -> None:
    """Does a test's cell show, in order, what the test prints and what the answer prints and displays?"""
    kinds = [shown.output_type for shown in meanings.cell("talks").outputs]

    assert meanings.printed("talks") == "before\nthe answer\n"
    assert kinds == ["stream", "display_data", "error"]
    assert meanings.messages("talks") == ["talk() gave 1"]


def test_cases(meanings: Graded) -> None:
    """Has each case of a cell its points and message, and the cell their sum, as nbgrader counts it too?"""
    cases = [
        (case.name, case.points, case.max_points, case.message, case.hidden)
        for case in meanings.verdicts["cases"].cases
    ]

    assert cases == [
        ("even", 1, 1, "", False),
        ("odd", 0, 1, "half(3) gave 1, expected 1.5", False),
        ("below", 0, 2, "A check failed.", False),
    ]
    assert meanings.score("cases") == meanings.verdicts["cases"].points == 1


@pytest.mark.parametrize(
    ("name", "points", "weak"),
    [("needed", POINTS, True), ("told", POINTS, True), ("forbidden", 0, False), ("builtins", POINTS, False)],
)
def test_beside_the_answer(meanings: Graded, name: str, points: float, weak: bool) -> None:  # noqa: FBT001 - a case
    """Does a test run beside the answer where the course's own solution needs that, or the course says so?"""
    assert meanings.score(name) == points
    assert meanings.verdicts[name].weak is weak


@pytest.mark.parametrize(("name", "message", "hidden"), [("visible", "seen", False), ("hidden", "unseen", True)])
def test_hidden_beside_the_answer(meanings: Graded, name: str, message: str, hidden: bool) -> None:  # noqa: FBT001 - as above
    """Is a failure in a hidden line known as such, also where the test runs beside the answer?"""
    (case,) = meanings.verdicts[f"beside-{name}"].cases

    assert (case.points, case.message, case.hidden) == (0, message, hidden)


def test_message_of_an_exception(meanings: Graded) -> None:
    """Does the learner read which exception it was, what it said, and at which line of theirs?"""
    assert meanings.errors("message") == [("Odd", "no, 'odd'")]
    assert meanings.messages("message") == ["Odd: no, 'odd' (at the line: raise Odd(\"no, 'odd'\"))"]


# What is no score

SCORES = parts("""
# %% answer number
import sys
def number():
    return float("nan")
def shown():
    sys.displayhook(4.0)
    return 7
def loud():
    print("careful", file=sys.stderr)
    return 1
def some():
    return 3
# -- solution
def number():
    return 4
def shown():
    return 1
def loud():
    return 1
def some():
    return 4
# %% check nan
number()
# %% check negative
some() - 5
# %% check displayed
assert shown() == 1, "shown() gave 7"
# %% check stderr
assert loud() == 1
# %% check partial
some()
# %% check text
str(some())
""")


@pytest.fixture(scope="module")
def scores() -> tuple[Graded, Graded, Graded]:
    return stock(SCORES), ours(SCORES, exact=True), ours(SCORES)


@pytest.mark.parametrize(
    ("name", "points", "message"),
    [
        ("nan", 0, "The test gave nan, which is no score from 0 to 4."),
        ("negative", 0, "The test gave -2, which is no score from 0 to 4."),
        ("displayed", 0, "shown() gave 7"),
        ("stderr", POINTS, ""),
        ("partial", 3, "It earned 3 of 4 points."),
        ("text", POINTS, ""),
    ],
)
def test_no_score(scores: tuple[Graded, Graded, Graded], name: str, points: float, message: str) -> None:
    """Does nothing but a score score, unless grading is to be exactly nbgrader's?"""
    expected, exact, usual = scores

    assert usual.score(name) == points
    assert usual.messages(name) == [message]
    assert exact.score(name) == expected.score(name)
    assert exact.verdicts[name].points == expected.score(name)


# Notebooks that break

BROKEN = parts("""
# %% answer start
kept = [1]
def spin():
    while True:
        pass
def leave():
    import os
    os._exit(0)
# -- solution
kept = [1]
def spin():
    return 1
def leave():
    return 1
# %% check first
kept.append(2)
assert kept == [1]
# %% answer stuck
print("on the way")
kept.append(3)
while True:
    pass
# -- solution
stuck = False
# %% check after-stuck
assert kept == [1], "what ran before is there again"
# %% check spins
assert spin() == 1
# %% check leaves
assert leave() == 1
# %% answer leaving
import os
os._exit(0)
# -- solution
left = False
# %% answer waits
def ready():
    return False
# -- solution
def ready():
    return True
# %% check waits-itself
while not ready():
    pass
# %% answer end
def fine():
    return len(kept)
# -- solution
def fine():
    return 1
# %% check last
assert fine() == 1
""")
SECONDS = 4


@pytest.fixture(scope="module")
def broken() -> Graded:
    return ours(BROKEN, limits=Limits(cell_seconds=SECONDS))


LOOP = f"did not end within {SECONDS} seconds: look for a loop that never stops"
GONE = "ended Python itself (the connection was closed): look for os._exit(), or for too much data at once"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("first", ""),
        ("after-stuck", ""),
        ("spins", f"Your code {LOOP}."),
        ("leaves", f"Your code {GONE}."),
        ("last", ""),
    ],
)
def test_tests_around_a_loss(broken: Graded, name: str, message: str) -> None:
    """Do tests keep their points when the answer to another one hangs or ends Python, and does it say what happened?"""
    assert broken.messages(name) == [message]
    assert broken.score(name) == (0 if message else POINTS)


def test_a_test_that_waits(broken: Graded) -> None:
    """Does a test end that would wait for an answer for ever?"""
    (message,) = broken.messages("waits-itself")

    assert message in {"The test did not end in time with your answer.", f"Your code {LOOP}."}
    assert broken.score("waits-itself") == 0


@pytest.mark.parametrize(("name", "text"), [("stuck", f"This cell {LOOP}"), ("leaving", f"This cell {GONE}")])
def test_a_cell_that_breaks(broken: Graded, name: str, text: str) -> None:
    """Does the learner's own cell say why it was stopped?"""
    assert broken.errors(name) == [("LearnerLost", text)]


def test_cells_are_numbered_as_in_a_kernel() -> None:
    """Is an empty cell without a number, and the next one numbered on?"""
    cells = parts("# %% plain\n1\n# %% plain\n\n# %% plain\n%%time\n2\n# %% check test\nassert True")
    expected, got = stock(cells), ours(cells)

    numbers = [cell.execution_count for cell in got.notebook.cells]
    assert numbers == [cell.execution_count for cell in expected.notebook.cells] == [1, None, 2, 3]


def test_engines_side_by_side_run_the_course_s_own_notebook_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is it run by one of them, though all begin together, and by the next one where that run fails?"""
    cells = parts("# %% answer two\ntwo = 2\n# -- solution\ntwo = 2\n# %% check test\nassert two == 2")
    runs: list[int] = []
    own = Engine._run_own  # noqa: SLF001 - what is counted

    def counted(engine: Engine) -> Known:
        runs.append(1)
        if len(runs) == 1:
            raise NotGradedError("the machine is out of memory")
        return own(engine)

    monkeypatch.setattr(Engine, "_run_own", counted)
    engines = [Engine(course(cells), Settings(), Sandbox(), found_out=tmp_path / "known") for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        running = [pool.submit(engine.run, notebook(cells), {}) for engine in engines]
        failed = [one for one in running if one.exception()]
    for engine in engines:
        engine.close()

    assert len(runs) == 2
    assert [str(one.exception()) for one in failed] == ["the machine is out of memory"]
    assert len({tuple(cell.points for cell in one.result().cells) for one in running if one not in failed}) == 1
