"""The values that cross between the learner's process and the examiner's: bytes that carry data, never code.

A value is written as a plain form, which msgpack turns into bytes: None, bools, numbers, text and bytes stand for
themselves, everything else is an array that begins with the tag of its kind. The kinds are a closed list. What a
learner's class does plays no part: an instance of it crosses as the data of the plain type that it derives from, or of
the dataclass or enum that it is, and arrives as a class of that name which behaves as Python made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from course.errors import CourseError
from course.grading.talk import (
    _codec_arrays,
    _codec_classes,
    _codec_live,
    _codec_plain,
    _codec_refusals,
    _codec_types,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.grading.talk._codec_types import Kind

LEARNERS = _codec_classes.LEARNERS
MAX_BYTES = 8 * 2**20
"""How large a message may be."""
MAX_DEPTH = 60
"""How many containers deep a value may stand in others."""
MAX_ITEMS = 1_000_000
"""How many elements all the arrays of a message may have together."""

_TABLES = (_codec_types.KINDS, _codec_plain.KINDS, _codec_classes.KINDS, _codec_arrays.KINDS, _codec_live.KINDS)
_BY_TAG = {kind.tag: kind for table in _TABLES for kind in table}
_OUTERMOST = 2
"""How many containers deep plain data is looked for: an argument of a call stands in two."""
_SCALARS = frozenset({int, float, str, bytes})
_SHOWN = frozenset({int, float, str, bytes, bool, type(None)})


class UnknownTypeError(CourseError):
    """A value of a type that does not cross: what it is, where it stands, what to hand in instead."""


class TooLargeError(CourseError):
    """A value that is larger, longer or deeper than what may cross."""


class MalformedError(CourseError):
    """Bytes that are no message of this codec."""


def encode(value: object, export: Callable[[Callable[..., object]], int] | None = None) -> bytes:
    """Write a value as bytes.

    `export` takes each callable that is met and gives the number by which the other side may call it; without it a
    callable, an iterator or a view does not cross. Raises UnknownTypeError and TooLargeError, with a sentence for
    whoever made the value.
    """
    data = msgspec.msgpack.encode(Writer(export).pack(value))
    if len(data) > MAX_BYTES:
        raise TooLargeError(_TOO_MANY_BYTES)
    return data


def decode(
    data: bytes,
    *,
    find_class: Callable[[str, str], type | None] | None = None,
    import_: Callable[[int, str], object] | None = None,
) -> Any:  # noqa: ANN401 - a value of any of the types that cross
    """Read a value from bytes, whoever wrote them.

    `find_class` gives the class of ours of that module and qualified name, if there is one, for dataclasses, enums and
    named tuples. `import_` makes the callable of a number and a name. Raises MalformedError, and nothing else.
    """
    try:
        _check_layout(data)
        return Reader(find_class, import_).unpack(msgspec.msgpack.decode(data))
    except Exception as error:  # whatever hostile bytes provoke is one thing to the caller
        raise MalformedError(f"What came back is no value that can be read ({type(error).__name__}).") from error


_TOO_MANY_ITEMS = f"The value has more than {MAX_ITEMS:,} items: return less of it."
_TOO_MANY_BYTES = f"The value is larger than {MAX_BYTES // 2**20} MiB: return less of it."
_TOO_DEEP = f"The value is nested more than {MAX_DEPTH} deep, or holds itself: return something flatter."


class Writer:
    """Turns one value into its plain form, and stops as soon as it is clear that the value is too large."""

    def __init__(self, export: Callable[[Callable[..., object]], int] | None) -> None:
        self.export = export
        self.classes: set[object] = set()
        self._path: list[tuple[str, object]] = []  # where the walk is, outermost first
        self._items = MAX_ITEMS - 1  # what is left of them
        self._bytes = MAX_BYTES

    def pack(self, value: object) -> object:
        """The plain form of a value."""
        exact = type(value)
        if value is None or exact is bool:
            return value
        if exact in _codec_plain.CONTAINERS and len(self._path) <= _OUTERMOST:
            plain = _codec_plain.PLAIN.pack(self, value)
            if plain:
                return [_codec_plain.PLAIN.tag, *plain]
        kind = self._kind(exact, value)
        parts = kind.pack(self, value)
        if exact in _SCALARS and type(parts[0]) is exact:
            return parts[0]
        parts.insert(0, kind.tag)
        items, size = len(parts), sum(len(part) for part in parts if type(part) is str or type(part) is bytes)
        self.take(items=items, size=size)
        return parts

    def inside(self, step: str, key: object, value: object) -> object:
        """The plain form of a value within the one that is being packed; `step` with `key` in it says where."""
        self._path.append((step, key))
        if len(self._path) > MAX_DEPTH:
            raise TooLargeError(_TOO_DEEP)
        plain = self.pack(value)
        self._path.pop()
        return plain

    def expect(self, *, items: int = 0, size: int = 0) -> None:
        """Stop if so much is more than there is room for."""
        if items > self._items:
            raise TooLargeError(_TOO_MANY_ITEMS)
        if size > self._bytes:
            raise TooLargeError(_TOO_MANY_BYTES)

    def take(self, *, items: int, size: int) -> None:
        """Count so much, or stop if there is no room for it."""
        self.expect(items=items, size=size)
        self._items -= items
        self._bytes -= size

    def refuse(self, noun: str, advice: str) -> NoReturn:
        """Say that such a value does not cross, and what to do."""
        raise UnknownTypeError(f"{noun} cannot be handed in: {advice}{self._place()}.")

    def too_large(self, noun: str) -> NoReturn:
        """Say that such a value is too large to cross."""
        raise TooLargeError(f"{noun} is too large to be handed in: return less of it{self._place()}.")

    def _kind(self, exact: type, value: object) -> Kind:
        kind = _codec_types.BY_TYPE.get(exact) or _codec_arrays.kind_of(exact) or _codec_classes.kind_of(exact)
        if kind is None and self.export is not None:
            kind = _codec_live.kind_of(value)
        if kind is None:
            self.refuse(*_codec_refusals.words(value))
        return kind

    def _place(self) -> str:
        path = "".join(step.format(_shown(key)) for step, key in self._path)
        return f" (it is at {path})" if path else ""


class Reader:
    """Turns one plain form, which may be anybody's, into its value. Raises whatever goes wrong."""

    def __init__(
        self, find_class: Callable[[str, str], type | None] | None, import_: Callable[[int, str], object] | None
    ) -> None:
        self.find_class = find_class
        self.import_ = import_
        self.classes: set[object] = set()

    def unpack(self, plain: object) -> Any:  # noqa: ANN401 - a value of any of the types that cross
        """The value of a plain form."""
        if not isinstance(plain, list):
            return plain
        tag, *parts = plain
        kind = _BY_TAG[tag]
        return kind.unpack(self, kind.type, parts)


def _shown(key: object) -> str:
    return repr(key)[:40] if type(key) in _SHOWN else "…"


# msgpack's first byte says what follows: so many bytes in all, a length and so many bytes, a length and so many items.
_SIZES = dict.fromkeys([*range(0x80), *range(0xE0, 0x100), 0xC0, 0xC2, 0xC3], 1)
_SIZES |= {0xA0 + length: 1 + length for length in range(32)}
_SIZES |= {0xCC: 2, 0xCD: 3, 0xCE: 5, 0xCF: 9, 0xD0: 2, 0xD1: 3, 0xD2: 5, 0xD3: 9, 0xCB: 9}
_BLOBS = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_ARRAYS = {0xDC: 2, 0xDD: 4} | dict.fromkeys(range(0x90, 0xA0), 0)


def _check_layout(data: bytes) -> None:
    """Refuse what is no tree of arrays and scalars within the limits, before anything is made of it."""
    if len(data) > MAX_BYTES:
        raise ValueError(_TOO_MANY_BYTES)
    position, items = 0, 1
    missing = [1]  # how many items each array that is open still lacks, outermost first
    while missing:
        if not missing[-1]:
            missing.pop()
            continue
        missing[-1] -= 1
        code = data[position]
        position += 1
        if size := _SIZES.get(code):
            position += size - 1
        elif width := _BLOBS.get(code):
            position += width + int.from_bytes(data[position : position + width])
        else:
            width = _ARRAYS[code]
            count = int.from_bytes(data[position : position + width]) if width else code & 0x0F
            position += width
            items += count
            missing.append(count)
            if items > MAX_ITEMS or len(missing) > MAX_DEPTH + 2:
                raise ValueError(_TOO_MANY_ITEMS)
