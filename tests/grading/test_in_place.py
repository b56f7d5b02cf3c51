"""Is what a function does to copies of its arguments done to the originals, as if it had been given these?"""

from __future__ import annotations

import copy
import dataclasses
from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course.grading.talk import codec, in_place

Step = tuple[int, int, int]


@dataclasses.dataclass
class Box:
    left: Any
    right: Any = None


LEAVES = st.integers(0, 9) | st.sampled_from(["a", None])
VALUES = st.recursive(
    LEAVES
    | st.sets(st.integers(0, 9), max_size=3)
    | st.binary(max_size=3).map(bytearray)
    | st.builds(np.arange, st.just(3)),  # a new one each time: what stands in a value twice, crosses as two
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(deque)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        | st.builds(Box, inner, inner)
    ),
    max_leaves=8,
)
ARGUMENTS = st.lists(VALUES, min_size=1, max_size=3).map(lambda values: copy.deepcopy(tuple(values)))
PROGRAMS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=6)


def held(value: Any) -> list[Any]:  # noqa: ANN401 - a value of any type, here and below
    """What a value holds directly."""
    match value:
        case list() | deque() | tuple():
            return list(value)
        case dict():
            return list(value.values())
        case Box():
            return [value.left, value.right]
    return []


def changeable(value: object) -> list[Any]:
    """Every object in a value that can change, each once, outermost first."""
    found: list[Any] = []
    waiting = [value]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, list | deque | dict | set | bytearray | Box | np.ndarray):
            if any(each is other for other in found):
                continue
            found.append(each)
        waiting.extend(held(each))
    return found


def change(arguments: tuple[Any, ...], program: list[Step]) -> None:
    """Be a function that does these steps to what it was given: to which object, what, and with which other one."""
    objects = changeable(arguments)
    for which, what, other in program:
        if objects:
            new = [other, [other], objects[other % len(objects)]][other % 3]
            _step(objects[which % len(objects)], what, new, other)


def _step(found: Any, what: int, new: object, number: int) -> None:  # noqa: ANN401 - as above
    match found:
        case list() | deque():
            _alter(found, what % 4, new)
        case dict():
            found["abcd"[number % 4]] = found.pop("a", new) if what % 2 else new
        case set():
            found ^= {number}
        case bytearray():
            found.append(number)
        case Box():
            found.left, found.right = found.right, new
        case np.ndarray():
            found[number % 3] = what


def _alter(found: list[object] | deque[object], what: int, new: object) -> None:
    match what:
        case 0:
            found.append(new)
        case 1:
            found.reverse()
        case 2:
            found.insert(0, new)
        case _:
            found.clear()


def shape(value: object) -> object:
    """What a value is, with a number for each object: what is twice in it, is told from what is equal."""
    numbers: dict[int, int] = {}

    def of(each: Any) -> object:  # noqa: ANN401 - as above
        if isinstance(each, list | deque | dict | set | bytearray | Box | np.ndarray):
            if id(each) in numbers:
                return ("again", numbers[id(each)])
            numbers[id(each)] = len(numbers)
        match each:
            case dict():
                return ("dict", [(key, of(item)) for key, item in each.items()])
            case set():
                return sorted(each)
            case np.ndarray():
                return ("array", each.tolist())
            case list() | deque() | tuple() | Box():
                return (type(each).__name__, [of(item) for item in held(each)])
        return each

    return of(value)


def crossed(value: object) -> Any:  # noqa: ANN401 - as above
    """A copy of a value, as it is on the other side."""
    return read(codec.encode(value, lambda _: 0))


def read(data: bytes) -> Any:  # noqa: ANN401 - as above
    """What bytes of the codec mean, to somebody who has the class too."""
    return codec.decode(data, find_class=lambda _, name: {"Box": Box}.get(name))


def watch(arguments: tuple[Any, ...]) -> in_place.Watched:
    """Watch the arguments of a call."""
    return in_place.Watched(arguments, {}, codec.encode((arguments, {}), lambda _: 0))


@given(ARGUMENTS, PROGRAMS)
@example((Box([0], [0]),), [(0, 0, 2)])  # one of two equal lists takes the other's place
def test_as_if_it_had_the_originals(arguments: tuple[Any, ...], program: list[Step]) -> None:
    """Are the originals afterwards what they would be if the function had been called with them?"""
    expected, copies = copy.deepcopy(arguments), crossed(arguments)
    change(expected, program)
    watched = watch(copies)
    change(copies, program)
    if told := watched.changes(lambda _: 0):
        in_place.change(arguments, {}, read(told))

    assert shape(arguments) == shape(expected)


@given(ARGUMENTS)
def test_nothing_is_told(arguments: tuple[Any, ...]) -> None:
    """Is nothing told of a function that changes nothing?"""
    assert watch(crossed(arguments)).changes(lambda _: 0) == b""


@pytest.mark.parametrize(
    "states",
    [None, [], [()], [((True, 7),)], [((True, "x"),)], [((1, 2, 3),)], [((False, 1),), ((False, 2),)], [[1, 2]], [5]],
)
def test_states_of_something_else(states: object) -> None:
    """Is what a process makes up refused, and never anything but a `ValueError`?"""
    with pytest.raises(ValueError, match="not the arguments"):
        in_place.change(({1: bytearray(b"a")},), {}, states)
