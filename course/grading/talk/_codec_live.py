"""What crosses only to somebody who is there to be asked: callables, iterators, and what one makes a list of at once.

An iterator is asked for one item after the other; a dictionary's view and a deque cross with all that they hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from course.grading.talk._codec_classes import CALLABLE
from course.grading.talk._codec_types import Kind, Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.grading.talk.codec import Reader, Writer


def kind_of(value: object) -> Kind | None:
    """How a value crosses to somebody who is there, if it does."""
    exact = type(value)
    if exact in _VIEWS:
        return _VIEWS[exact]
    if issubclass(exact, Iterator) and exact.__module__ in ("builtins", "itertools"):
        return _ITERATOR
    return CALLABLE if callable(value) else None


class _Remote:
    """An iterator whose items come from the other side, each as a tuple of one; an empty one is the end."""

    def __init__(self, step: Callable[[], object]) -> None:
        self._step = step

    def __iter__(self) -> _Remote:
        return self

    def __next__(self) -> object:
        found = self._step()
        if type(found) is tuple and len(found) == 1:
            return found[0]
        raise StopIteration


def _pack_iterator(writer: Writer, value: Iterator[object]) -> Parts:
    def step() -> tuple[object, ...]:
        for item in value:
            return (item,)
        return ()

    assert writer.export  # noqa: S101 - without it nobody is there
    return [writer.export(step)]


def _unpack_iterator(reader: Reader, _: type[Any], parts: Parts) -> object:
    (number,) = parts
    if reader.import_ is None or type(number) is not int:
        raise TypeError("An iterator cannot be used here.")
    step: Any = reader.import_(number, "next")
    return _Remote(step)


def _view(tag: str, exact: type, again: Callable[[list[Any]], object]) -> Kind:
    def pack(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a view
        writer.expect(items=len(value))
        return [writer.inside("[{}]", number, item) for number, item in enumerate(value)]

    def unpack(reader: Reader, _: type[Any], parts: Parts) -> object:
        return again([reader.unpack(part) for part in parts])

    return Kind(tag, exact, pack, unpack)


_ITERATOR = Kind("it", Iterator, _pack_iterator, _unpack_iterator)
_VIEWS: dict[type, Kind] = {
    type({}.keys()): _view("dk", type({}.keys()), lambda items: dict.fromkeys(items).keys()),
    type({}.values()): _view("dv", type({}.values()), lambda items: dict(enumerate(items)).values()),
    type({}.items()): _view("di", type({}.items()), lambda items: dict(items).items()),
    deque: _view("dq", deque, deque),
}
KINDS = (_ITERATOR, *_VIEWS.values())
