"""Lists and dictionaries of nothing but plain data: they cross whole, as JSON, in a small part of the time.

Plain data is what JSON gives back as it was: None, bools, finite floats, integers of 64 bits, text, and lists and
dictionaries (with text as keys) of these. Types are exact: of a subclass's instance, JSON would not tell.
"""

from __future__ import annotations

from itertools import chain, compress, repeat
from math import isfinite
from operator import is_
from typing import TYPE_CHECKING, Any

import msgspec

from course.grading.talk._codec_types import Kind, Parts, checked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.grading.talk.codec import Reader, Writer

MOST_BYTES = 2 * 2**20
"""How long the JSON of such a value may be: what it becomes in memory may take some dozen times as much."""
MOST_ITEMS = 500_000
DEEPEST = 30

CONTAINERS = frozenset({list, dict})
_PLAIN = CONTAINERS | {type(None), bool, int, float, str}
_LOWEST, _HIGHEST = -(2**63), 2**64 - 1


def count(value: object) -> int:
    """How many values a list or dictionary holds, at every depth; 0 if it holds any that is not plain, or too much.

    All of one depth are looked at together, by functions that loop in C: that halves what records take.
    """
    total, text, level = 0, 0, _Level([value])
    for _ in range(DEEPEST):
        dictionaries = [*level.of(dict)]
        keys = [*chain.from_iterable(dictionaries)]
        level = _Level([*chain.from_iterable(level.of(list)), *chain.from_iterable(map(dict.values, dictionaries))])
        if not (level.kinds <= _PLAIN and set(map(type, keys)) <= {str} and _are_plain_numbers(level)):
            return 0
        total += len(level.values)
        text += sum(map(len, keys)) + sum(map(len, level.of(str)))
        if total > MOST_ITEMS or text > MOST_BYTES:
            return 0
        if level.kinds.isdisjoint(CONTAINERS):
            return total
    return 0


class _Level:
    """The values at one depth, with the types that they are of."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self._types = [*map(type, values)]
        self.kinds = set(self._types)

    def of(self, kind: type) -> Iterable[Any]:
        """Those of exactly this type."""
        if self.kinds == {kind}:
            return self.values
        return compress(self.values, map(is_, self._types, repeat(kind))) if kind in self.kinds else ()


def _are_plain_numbers(level: _Level) -> bool:
    integers = [*level.of(int)]
    fit = not integers or (min(integers) >= _LOWEST and max(integers) <= _HIGHEST)
    return fit and all(map(isfinite, level.of(float)))


def _pack(writer: Writer, value: object) -> Parts:
    """The JSON of a list or dictionary; nothing if it is not plain."""
    if not (items := count(value)):
        return []
    try:
        text = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate
        return []
    if len(text) > MOST_BYTES:
        return []
    writer.take(items=items, size=len(text))
    return [text]


def _unpack(_: Reader, __: type[Any], parts: Parts) -> object:
    (text,) = checked(parts, bytes)
    if len(text) > MOST_BYTES:
        raise ValueError("This JSON is too long.")
    value = msgspec.json.decode(text)
    if type(value) not in CONTAINERS or not count(value):
        raise TypeError("This JSON is no list or dictionary of plain data.")
    return value


PLAIN = Kind("json", object, _pack, _unpack)
KINDS = (PLAIN,)
