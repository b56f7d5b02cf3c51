"""Does an exercise's verdict depend on no more and no less than what it is said to depend on?"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.study.cells import Cell
from course.study.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.builds(
    lambda text, x, y, n: text.format(x=x, y=y, n=n),
    st.sampled_from(
        [
            "{x} = {n}",
            "{x} = {y}",
            "{x} = [{n}]",
            "{x} += [{n}]",
            "{x}.append({n})",
            "{x} = {y} if {y} else {n}",
            "{x}: int = {n}",
            "{x}",
            "{x}()",
            "del {x}",
            "import math as {x}",
            "from string import digits as {x}",
            "from math import *",
            "def {x}():\n    return {y}",
            "def {x}(_={y}):\n    return {n}, _",
            "def {x}():\n    global {y}\n    {y} = {n}",
            "class {x}:\n    {y} = {n}\n    def show(self):\n        return {y}",
            "{y} = {n}\ndef {x}():\n    return {y}",
            "for {x} in {y}:\n    {y} = {n}",
            "if {x}:\n    {y} = {n}\nelse:\n    def {y}(): pass",
            "try:\n    {x} = {y}\nexcept NameError:\n    {x} = {n}",
            "while {x} is None:\n    {x} = {y} = {n}",
            "{x} = [{y} for {y} in [{n}]]",
            "%time {x} = {n}",
            "def {x}(:",
        ]
    ),
    NAMES,
    NAMES,
    st.integers(0, 9),
)
ANSWER = st.builds("def answer():\n    return {}, {}".format, NAMES, NAMES)
PLAIN = st.builds(lambda text, added: Cell(text, added=added), TEXTS, st.booleans())
OTHERS = st.one_of(
    st.builds(lambda text: Cell(text, "other"), TEXTS),
    st.builds(lambda name: Cell(f"import math as {name}\nassert other", "other", "other-t", 1), NAMES),
)
TEST = Cell("got = answer()\nassert got", "answer", "answer-t", 1)


def shown(value: object) -> object:
    """A value as a test would look at it: a function by what it gives."""
    for _ in range(5):
        if isinstance(value, tuple | list):
            return [shown(item) for item in value]
        if not callable(value):
            break
        value = value()
    return repr(value) if isinstance(value, int | str | float | None) else type(value).__name__


def outcome(cells: Iterable[Cell]) -> object:
    """Run cells one after the other, as a notebook does; return what the answer gives in the end."""
    namespace: dict[str, object] = {}
    for cell in cells:
        source = cell.source.partition("\nassert")[0] if cell.exercise == "other" else cell.source
        if cell == TEST:
            break
        with suppress(Exception):  # a cell of a notebook may fail
            exec(source.replace("%time", ""), namespace)  # noqa: S102 - made above
    try:
        return shown(namespace["answer"]())  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 - whatever the answer raises
        return f"{type(error).__name__}: {error}"


@given(
    before=st.lists(PLAIN | OTHERS, max_size=6),
    answer=ANSWER,
    between=st.lists(PLAIN | OTHERS, max_size=3),
    after=st.lists(PLAIN | OTHERS, max_size=2),
)
def test_the_rest_does_not_matter(
    before: Sequence[Cell], answer: str, between: Sequence[Cell], after: Sequence[Cell]
) -> None:
    """Does an answer give the same with the cells alone that it is said to depend on, as in the whole notebook?"""
    cells = [*before, Cell(answer, "answer"), *between, TEST, *after]
    part = part_of(cells, "answer")

    assert part == sorted(set(part))
    assert outcome(cells[n] for n in part) == outcome(cells)


ALONE = Cell("import json\n\ndef answer(n):\n    sqs = json.loads(n)\n    return [x for x in sqs]", "answer")


@pytest.mark.parametrize(
    ("other", "matters"),
    [
        (Cell("import json"), False),
        (Cell("sqs = 3\nx = 4"), False),
        (Cell("def helper(n):\n    return json", "other"), False),
        (Cell("print(json)"), False),
        (Cell("print(3)", added=True), True),
        (Cell("def mine(n):\n    return n", added=True), False),
        (Cell("%cd elsewhere", added=True), True),
        (Cell("def loads(:", "other"), False),
    ],
)
def test_little_matters(other: Cell, matters: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Is an answer that brings all it needs left in peace, whatever the course or another answer does before it?"""
    assert (0 in part_of([other, ALONE, TEST], "answer")) is matters


def test_a_helper_of_another_cell_matters() -> None:
    """Is a name followed from cell to cell: to who binds it, and to what that needs?"""
    cells = [
        Cell("import math", "other"),
        Cell("def half(n):\n    return math.floor(n / 2)"),
        Cell("def twice(n):\n    return 2 * n"),
        Cell("def answer(n):\n    return half(n)", "answer"),
        TEST,
    ]
    assert part_of(cells, "answer") == [0, 1, 3, 4]
