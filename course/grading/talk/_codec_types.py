"""The plain types whose values cross, one row each: how a value becomes parts, and how parts become a value.

To pack, a value is read by the methods of the plain type itself, so that a learner's subclass has no say in it.
To unpack, parts are taken for hostile: each is checked before it is used, and what raises makes the message malformed.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

if TYPE_CHECKING:
    from course.grading.talk.codec import Reader, Writer

MAX_TEXT = 10_000
"""How many characters a value may take that is written as text, such as a Decimal or a path."""
MAX_RANGE = 10_000_000
"""How many numbers a range may have: whoever walks it pays for them."""

Parts = list[Any]
Pack = Callable[["Writer", Any], Parts]
Unpack = Callable[["Reader", type[Any], Parts], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """How the values of one type cross: `unpack` makes, from what `pack` gave, a value of the class it is told."""

    tag: str
    type: type[Any]
    pack: Pack
    unpack: Unpack


def checked(parts: Parts, *types: type) -> Parts:
    """The parts, if they are of exactly these types."""
    if [type(part) for part in parts] != list(types):
        raise TypeError("The parts are of other types.")
    return parts


def short(text: object, limit: int = MAX_TEXT) -> str:
    """The text, if it is one and not too long."""
    if type(text) is not str or len(text) > limit:
        raise TypeError("This is no short text.")
    return text


def _scalar(base: type[Any], read: Callable[[Any], Any], tag: str) -> Kind:
    def unpack(_: Reader, cls: type[Any], parts: Parts) -> object:
        return cls(*checked(parts, base))

    return Kind(tag, base, lambda _, value: [read(value)], unpack)


def _pack_int(writer: Writer, value: int) -> Parts:
    number = int.__index__(value)
    writer.expect(size=number.bit_length() // 4)
    return [number if -(2**63) <= number < 2**64 else f"{number:x}"]


def _unpack_int(_: Reader, cls: type[Any], parts: Parts) -> object:
    (number,) = parts
    return cls(int(number, 16) if isinstance(number, str) else checked(parts, int)[0])


def _pack_str(writer: Writer, value: str) -> Parts:
    text = str.__str__(value)
    writer.expect(size=len(text))
    try:
        text.encode()
    except UnicodeEncodeError:
        return [text.encode(errors="surrogatepass")]
    return [text]


def _unpack_str(_: Reader, cls: type[Any], parts: Parts) -> object:
    (text,) = parts
    return cls(text.decode(errors="surrogatepass") if isinstance(text, bytes) else checked(parts, str)[0])


def _pack_bytearray(writer: Writer, value: bytearray) -> Parts:
    writer.expect(size=bytearray.__len__(value))
    return [bytes(memoryview(value))]


def _unpack_bytearray(_: Reader, cls: type[Any], parts: Parts) -> object:
    return cls(*checked(parts, bytes))


def _pack_complex(_: Writer, value: complex) -> Parts:
    number = complex.__complex__(value)
    return [number.real, number.imag]


def _unpack_complex(_: Reader, cls: type[Any], parts: Parts) -> object:
    return cls(*checked(parts, float, float))


def _items(base: type[Any], tag: str, step: str) -> Kind:
    def pack(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a value of any type
        writer.expect(items=base.__len__(value))
        parts = [writer.inside(step, number, item) for number, item in enumerate(base.__iter__(value))]
        if base is set or base is frozenset:  # equal sets are equal bytes, in whatever order each process has them
            parts.sort(key=msgspec.msgpack.encode)
        return parts

    def unpack(reader: Reader, cls: type[Any], parts: Parts) -> object:
        if base is list or base is tuple:
            return cls([reader.unpack(part) for part in parts])
        made: set[object] = set()
        for part in parts:  # one by one: keys that all hash alike take long, and an alarm must be able to ring
            made.add(reader.unpack(part))
        return cls(made)

    return Kind(tag, base, pack, unpack)


def _pack_dict(writer: Writer, value: dict[object, object]) -> Parts:
    writer.expect(items=2 * dict.__len__(value))
    parts: Parts = []
    items: Any = OrderedDict.items if issubclass(type(value), OrderedDict) else dict.items  # each has its own order
    for number, (key, item) in enumerate(items(value)):
        parts.append(writer.inside(".keys()[{}]", number, key))
        parts.append(writer.inside("[{}]", key, item))
    return parts


def _unpack_dict(reader: Reader, cls: type[Any], parts: Parts) -> object:
    values = [reader.unpack(part) for part in parts]
    made = {key: value for key, value in zip(values[::2], values[1::2], strict=True)}  # noqa: C416 - one by one, as in a set
    return made if cls is dict else cls(made)


def _hex(writer: Writer, base: type, *numbers: int) -> Parts:
    if max(number.bit_length() for number in numbers) > MAX_TEXT:
        writer.too_large(f"A {base.__name__} of such long numbers")
    return [f"{number:x}" for number in numbers]


def _unhex(parts: Parts, count: int) -> list[int]:
    return [int(short(part), 16) for part in checked(parts, *[str] * count)]


def _pack_range(writer: Writer, value: range) -> Parts:
    if value[MAX_RANGE:]:
        writer.too_large(f"A range of more than {MAX_RANGE:,} numbers")
    return _hex(writer, range, value.start, value.stop, value.step)


def _unpack_range(_: Reader, cls: type[Any], parts: Parts) -> object:
    made = cls(*_unhex(parts, 3))
    if made[MAX_RANGE:]:
        raise ValueError("This range is too long.")
    return made


def _pack_fraction(writer: Writer, value: Fraction) -> Parts:
    return _hex(writer, Fraction, *Fraction.as_integer_ratio(value))


def _unpack_fraction(_: Reader, cls: type[Any], parts: Parts) -> object:
    return cls(*_unhex(parts, 2))


def _text(base: Any, tag: str) -> Kind:  # noqa: ANN401 - a value of any type
    """A type whose values are what its constructor reads from their text."""

    def pack(writer: Writer, value: Any) -> Parts:  # noqa: ANN401 - a value of any type
        text = base.__str__(value)
        if len(text) > MAX_TEXT:
            writer.too_large(f"A {base.__name__} of {len(text):,} characters")
        return _pack_str(writer, text)

    def unpack(reader: Reader, cls: type[Any], parts: Parts) -> object:
        return cls(short(_unpack_str(reader, str, parts)))

    return Kind(tag, base, pack, unpack)


def _pack_date(_: Writer, value: date) -> Parts:
    return [date.toordinal(value)]


def _unpack_date(_: Reader, cls: type[Any], parts: Parts) -> object:
    return cls.fromordinal(*checked(parts, int))


def _pack_time(writer: Writer, value: time) -> Parts:
    own = datetime.combine(date.min, value).timetz()
    zone = _zone(writer, own, lambda: time.utcoffset(own))
    return [own.hour, own.minute, own.second, own.microsecond, own.fold, zone]


def _unpack_time(reader: Reader, cls: type[Any], parts: Parts) -> object:
    *numbers, fold, zone = parts
    return cls(*checked(numbers, *[int] * 4), fold=fold, tzinfo=reader.unpack(zone))


def _pack_datetime(writer: Writer, value: datetime) -> Parts:
    own = datetime.combine(datetime.date(value), datetime.timetz(value))
    zone = _zone(writer, own, lambda: datetime.utcoffset(own))
    return [own.year, own.month, own.day, own.hour, own.minute, own.second, own.microsecond, own.fold, zone]


def _unpack_datetime(reader: Reader, cls: type[Any], parts: Parts) -> object:
    *numbers, fold, zone = parts
    return cls(*checked(numbers, *[int] * 7), fold=fold, tzinfo=reader.unpack(zone))


def _zone(writer: Writer, value: datetime | time, offset: Callable[[], timedelta | None]) -> object:
    zone = value.tzinfo
    if zone is None:
        return None
    if not (type(zone) is timezone or (type(zone) is ZoneInfo and zone.key)):
        # such as dateutil's, which is what boto3 answers with: the moment is what counts
        fixed = None
        with contextlib.suppress(Exception):
            fixed = offset()
        if fixed is None:
            writer.refuse(f"A time in the zone {type(zone).__name__}", "use datetime.timezone or zoneinfo")
        zone = timezone(fixed)
    return writer.inside(".tzinfo", None, zone)


def _pack_timezone(writer: Writer, value: timezone) -> Parts:
    offset, *name = value.__getinitargs__()  # type: ignore[attr-defined]
    return [*_pack_timedelta(writer, offset), *(writer.inside("", None, text) for text in name)]


def _unpack_timezone(reader: Reader, cls: type[Any], parts: Parts) -> object:
    return cls(_unpack_timedelta(reader, timedelta, parts[:3]), *(short(reader.unpack(name)) for name in parts[3:]))


def _pack_zoneinfo(writer: Writer, value: ZoneInfo) -> Parts:
    if not value.key:
        writer.refuse("A time zone without a name", "use zoneinfo.ZoneInfo(name)")
    return [value.key]


def _unpack_zoneinfo(_: Reader, cls: type[Any], parts: Parts) -> object:
    (key,) = parts
    return cls(short(key))


def _pack_timedelta(_: Writer, value: timedelta) -> Parts:
    own = timedelta.__pos__(value)
    return [own.days, own.seconds, own.microseconds]


def _unpack_timedelta(_: Reader, cls: type[Any], parts: Parts) -> object:
    return cls(*checked(parts, int, int, int))


KINDS = (
    Kind("i", int, _pack_int, _unpack_int),
    Kind("s", str, _pack_str, _unpack_str),
    _scalar(float, float.__float__, "f"),
    _scalar(bytes, bytes.__bytes__, "b"),
    Kind("ba", bytearray, _pack_bytearray, _unpack_bytearray),
    Kind("c", complex, _pack_complex, _unpack_complex),
    _items(list, "l", "[{}]"),
    _items(tuple, "t", "[{}]"),
    _items(set, "S", "{{…}}"),
    _items(frozenset, "F", "{{…}}"),
    Kind("d", dict, _pack_dict, _unpack_dict),
    Kind("r", range, _pack_range, _unpack_range),
    Kind("q", Fraction, _pack_fraction, _unpack_fraction),
    Kind("da", date, _pack_date, _unpack_date),
    Kind("ti", time, _pack_time, _unpack_time),
    Kind("dt", datetime, _pack_datetime, _unpack_datetime),
    Kind("td", timedelta, _pack_timedelta, _unpack_timedelta),
    Kind("tz", timezone, _pack_timezone, _unpack_timezone),
    Kind("zi", ZoneInfo, _pack_zoneinfo, _unpack_zoneinfo),
    _text(Decimal, "D"),
    _text(UUID, "u"),
    _text(PurePosixPath, "pp"),
    _text(PureWindowsPath, "pw"),
    _text(type(Path()), "p"),
    _text(ipaddress.IPv4Address, "4"),
    _text(ipaddress.IPv4Network, "4n"),
    _text(ipaddress.IPv4Interface, "4i"),
    _text(ipaddress.IPv6Address, "6"),
    _text(ipaddress.IPv6Network, "6n"),
    _text(ipaddress.IPv6Interface, "6i"),
)
BY_TYPE = {kind.type: kind for kind in KINDS}
