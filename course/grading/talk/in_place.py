"""What a function does to its arguments, when these are copies: noted where it runs, and done to the originals.

A caller's arguments hold objects that can change: lists, dictionaries, sets, arrays, dataclasses. Copies of them are
met in the same order on both sides, so one that is changed, put elsewhere or put into another is told by its number.
"""

from __future__ import annotations

import dataclasses
import sys
from collections import deque
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from course.grading.talk import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NEVER_CHANGE = frozenset({type(None), bool, int, float, str, bytes, Decimal})
State = tuple[Any, ...]
"""What an object holds, item by item: (True, an original's number), (None, such items of a tuple), or (False, item)."""


class Watched:
    """The arguments of a call, where the function runs; `encoded` is what they came as."""

    def __init__(self, args: tuple[object, ...], kwargs: dict[str, object], encoded: bytes) -> None:
        self._arguments, self._encoded = (args, kwargs), encoded
        self._objects = list(_objects(self._arguments))
        self._functions = any(callable(found) for found in self._objects)
        self._before = self._states(lambda _: 0) if self._functions else b""

    def changes(self, export: Callable[[Callable[..., object]], int]) -> bytes:
        """Return what the arguments hold now, for `change`; nothing if that is what they held, or cannot be sent."""
        if not self._objects or (not self._functions and self._as_they_came()):
            return b""
        after = self._states(export)
        return b"" if after == self._before else after

    def _as_they_came(self) -> bool:
        """Whether all hold what they held, and are the objects that they were: what is equal may be another one."""
        if any(now is not before for now, before in zip_longest(_objects(self._arguments), self._objects)):
            return False
        try:
            return codec.encode(self._arguments, lambda _: 0) == self._encoded
        except Exception:  # noqa: BLE001 - what the function put there may be anything
            return False

    def _states(self, export: Callable[[Callable[..., object]], int]) -> bytes:
        numbers = {id(found): number for number, found in enumerate(self._objects)}
        try:
            return codec.encode([_state(found, numbers) for found in self._objects], export) if self._objects else b""
        except Exception:  # noqa: BLE001 - what the function put there may be anything
            return b""


def change(args: tuple[object, ...], kwargs: dict[str, object], states: object) -> None:
    """Let the arguments of a call hold what the function's copies hold. Raises `ValueError` for states of others."""
    originals = list(_objects((args, kwargs)))
    if not isinstance(states, list) or len(states) != len(originals):
        raise ValueError("These are not the arguments.")
    try:
        held = [[_meant(told, originals) for told in state] for state in states]
        for original, items in zip(originals, held, strict=True):
            _hold(original, items)
    except (TypeError, ValueError, LookupError) as error:
        raise ValueError("These are not the arguments.") from error


def _objects(value: object) -> Iterator[Any]:
    """Yield the objects in a value that can change, and functions, outermost first; without end if it holds itself."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        items = each if isinstance(each, tuple) else _items(each)
        if items is not None and not isinstance(each, tuple):
            yield each
        waiting += [item for item in reversed(items or ()) if type(item) not in _NEVER_CHANGE]


def _state(found: object, numbers: dict[int, int]) -> State:
    return tuple(_told(item, numbers) for item in _items(found) or [])


def _told(item: object, numbers: dict[int, int]) -> State:
    if id(item) in numbers:
        return (True, numbers[id(item)])
    return (None, tuple(_told(each, numbers) for each in item)) if type(item) is tuple else (False, item)


def _meant(told: State, originals: list[Any]) -> object:
    known, item = told
    if known is None:
        return tuple(_meant(each, originals) for each in item)
    return originals[item] if known else item


def _items(found: Any) -> list[Any] | None:  # noqa: ANN401 - a value of any type
    """What an object holds, as `_hold` takes it; None of one that cannot change."""
    match found:
        case list() | deque():
            return list(found)
        case dict():
            return [*found.keys(), *found.values()]
        case set() | bytearray():
            return [frozenset(found) if isinstance(found, set) else bytes(found)]
    if (numpy := sys.modules.get("numpy")) and type(found) is numpy.ndarray:
        return [found.tobytes()]
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return [getattr(found, field.name, None) for field in dataclasses.fields(found)]
    return [] if callable(found) else None


def _hold(found: Any, items: list[Any]) -> None:  # noqa: ANN401 - as above
    match found:
        case list() | deque():
            found.clear()
            found.extend(items)
        case dict():
            half = len(items) // 2
            changed = dict(zip(items[:half], items[half:], strict=True))
            found.clear()
            found.update(changed)
        case set():
            found.clear()
            found.update(*items)
        case bytearray():
            found[:] = items[0]
        case _ if dataclasses.is_dataclass(found):
            for field, item in zip(dataclasses.fields(found), items, strict=True):
                object.__setattr__(found, field.name, item)
        case _ if items:
            found[...] = sys.modules["numpy"].frombuffer(items[0], found.dtype).reshape(found.shape)
