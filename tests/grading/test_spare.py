"""Are cells left out that show the same to everyone, and only those that nothing depends on?"""

from __future__ import annotations

import pytest

from course.grading.spare import spared
from course.grading.talk.job import Cell

DEMO, START, USE, COUNT = (
    "show()",
    "import json\nqueue = json.loads('[1]')",
    "print(queue)",
    "def count():\n    return len(queue)",
)
SHARED = {DEMO: "always", START: "unless used", USE: "unless used", COUNT: "unless used"}
DEFINES = "import json\nLIMIT = 5\n\n\ndef answer(url):\n    return json.dumps([url, LIMIT])"
TEST = 'for queue in ["a", "b"]:\n    assert answer(queue)'
ALL, NONE = {DEMO, START, USE, COUNT}, {DEMO}
CASES = {
    "an answer that only defines": ([DEFINES], TEST, ALL),
    "an answer that uses a name of the course's": (["def answer(url):\n    return queue"], TEST, {DEMO, USE, COUNT}),
    "one that uses it by another": (["def answer(url):\n    return count()"], TEST, {DEMO, USE}),
    "a test that asks for such a name": ([DEFINES], "assert count() == answer(1)", {DEMO, USE}),
    "a name that the learner gives another meaning": (["queue = 7"], TEST, NONE),
    "an import of the same name": (["import ujson as json"], TEST, {DEMO, USE, COUNT}),
    "a cell that acts": ([DEFINES, "make()"], TEST, NONE),
    "a magic": ([DEFINES, "%time 1"], TEST, NONE),
    "code that finds names": (["def answer(url):\n    return eval(url)"], TEST, NONE),
    "a cell that the learner changed": ([DEFINES, "print(queue, 1)"], TEST, NONE),
}


@pytest.mark.parametrize(("learners", "test", "expected"), CASES.values(), ids=CASES.keys())
def test_spared(learners: list[str], test: str, expected: set[str]) -> None:
    """Is just that left out which shows what it showed the course, whatever this learner wrote?"""
    texts = [("learner", text) for text in (DEMO, START, *learners, USE, COUNT)] + [("test", test)]
    cells = {n: Cell(role=role, source=text, number=n) for n, (role, text) in enumerate(texts, start=1)}  # type: ignore[arg-type]

    found = spared(cells, SHARED)  # type: ignore[arg-type]

    assert {cells[n].source for n in found} == expected


def test_what_is_not_known() -> None:
    """Is a cell run of which the course does not know what it shows, or that claims to be of the course's?"""
    cells = {
        1: Cell(role="learner", source=USE, number=1),
        2: Cell(role="course", source=DEMO, number=2),
        3: Cell(role="test", source=DEMO, number=3),
    }

    assert spared(cells, {DEMO: "always"}) == set()
