"""Lists and dictionaries of nothing but plain data: they cross whole, as JSON, in a small part of the time.

Plain data is what JSON gives back as it was: None, bools, finite floats, integers of 64 bits, text, and lists and
dictionaries (with text as keys) of these. Types are exact: of a subclass's instance, JSON would not tell.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import msgspec

from course.grading.talk._codec_types import Kind, Parts, checked

if TYPE_CHECKING:
    from course.grading.talk.codec import Reader, Writer

MOST_BYTES = 2 * 2**20
"""How long the JSON of such a value may be: what it becomes in memory may take some dozen times as much."""
MOST_ITEMS = 500_000
DEEPEST = 30

CONTAINERS = frozenset({list, dict})
_PLAIN = CONTAINERS | {type(None), bool, int, float, str}
_NUMBERS = frozenset({int, float})
_LOWEST, _HIGHEST = -(2**63), 2**64 - 1


def count(value: object) -> int:
    """How many values a list or dictionary holds, at every depth; 0 if it holds any that is not plain, or too much."""
    total, text, level = 0, 0, [value]
    for _ in range(DEEPEST):
        below: list[object] = []
        for each in level:
            held: Any = each if type(each) is list else each.values()  # type: ignore[attr-defined] # a dict
            kinds = set(map(type, held))
            if not kinds <= _PLAIN or (type(each) is dict and not set(map(type, each)) <= {str}):
                return 0
            text += sum(len(item) for item in held if type(item) is str) if str in kinds else 0
            text += sum(map(len, each)) if type(each) is dict else 0
            if kinds & _NUMBERS and not all(map(_is_plain_number, held)):
                return 0
            if kinds & CONTAINERS:
                below += [item for item in held if type(item) in CONTAINERS]
            total += len(held)
        if total > MOST_ITEMS or text > MOST_BYTES:
            return 0
        if not below:
            return total
        level = below
    return 0


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


def _is_plain_number(value: object) -> bool:
    if type(value) is float:
        return isfinite(value)
    return type(value) is not int or _LOWEST <= value <= _HIGHEST


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
