"""Do values cross between the learner's process and the examiner's as they are, and nothing else?"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import enum
import io
import ipaddress
import itertools
import math
import re
import struct
import threading
import tracemalloc
from contextlib import closing, suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import PosixPath, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.grading.talk import _codec_arrays, _codec_classes, _codec_plain, _codec_types, codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Colour(enum.Enum):
    RED = 1
    MIXED = (1, "two")


class Long(enum.Enum):
    TEXT = "x" * 2000


class Level(enum.IntEnum):
    LOW = 1


class Weighed(bytes, enum.Enum):
    """A member's value is not the data that is mixed in."""

    HEAVY = (b"h", 3)

    def __new__(cls, data: bytes, weight: int) -> Weighed:  # noqa: PYI034 - an enum has no other instances
        made = bytes.__new__(cls, data)
        made._value_ = weight
        return made


class Rights(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


class Pair(NamedTuple):
    left: object
    right: object


@dataclasses.dataclass
class Point:
    x: object
    y: object = None


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    held: object


def ours(module: str, qualname: str) -> type | None:
    """This module's classes, as a process that has the same ones finds them."""
    return globals().get(qualname) if module == __name__ else None


def cross(value: object) -> Any:  # noqa: ANN401 - whatever was sent
    return codec.decode(codec.encode(value), find_class=ours)


# What crosses

texts = st.text(max_size=8) | st.text("a\u00e9\ud800\udfff", max_size=3)  # lone surrogates too
numbers = st.one_of(st.integers(), st.integers(-(2**200), 2**200), st.sampled_from([2**63, 2**64, -(2**63) - 1]))
offsets = st.timedeltas(timedelta(hours=-23), timedelta(hours=23))
zones: Any = st.none() | st.timezones() | st.builds(timezone, offsets) | st.builds(timezone, offsets, texts)
years = {"min_value": datetime(2, 1, 1), "max_value": datetime(9998, 1, 1)}  # noqa: DTZ001 - hypothesis wants it so
hashables: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    st.floats(),
    texts,
    st.binary(max_size=8),
    st.complex_numbers(),
    st.builds(complex, st.sampled_from([-0.0, 0.0, math.nan]), st.sampled_from([-0.0, -math.inf])),
    st.builds(
        range, st.integers(-99, 99), st.integers(0, 2**70).map(lambda n: n % 1000), st.sampled_from([1, -3, 2**65])
    ),
    st.decimals().filter(lambda number: not number.is_snan()),
    st.fractions(),
    st.dates(),
    st.datetimes(**years, timezones=zones),
    st.times(timezones=zones),
    st.timedeltas(),
    st.uuids(),
    st.builds(PurePosixPath, texts),
    st.builds(PosixPath, texts),
    st.just(PureWindowsPath("C:/a/b.txt")),
    st.ip_addresses(),
    st.ip_addresses().map(ipaddress.ip_network),
    st.ip_addresses().map(lambda address: ipaddress.ip_interface(f"{address}/24")),
    st.sampled_from([*Colour, *Level, Rights.READ, Rights.READ | Rights.WRITE, Rights(0)]),
    st.builds(np.float64, st.floats()),
    st.builds(np.str_, st.text(max_size=4)),
    st.sampled_from(
        [np.bytes_(b"a\0"), np.int8(-1), np.bool_(1), np.complex64(1j), np.datetime64("NaT"), np.float32(0.1)]
    ),
)
keys = st.recursive(
    hashables,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.frozensets(inner, max_size=3),
        st.builds(Pair, inner, inner),
        st.builds(Frozen, inner),
    ),
    max_leaves=4,
)
arrays = st.sampled_from(
    [
        np.arange(6, dtype="<i4").reshape(2, 3),
        np.arange(6, dtype=">f8").reshape(3, 2).T,
        np.array(5),
        np.zeros((0, 3)),
        np.array([True, False]),
        np.array(["a", "b\u20ac\0c"]),
        np.array([b"a"]),
        np.array(["2026-01-01", "NaT"], "M8[s]"),
        np.array([1, 2], "m8[25us]"),
        np.array([math.nan, -0.0], "f2"),
    ]
)
values = st.recursive(
    keys | st.binary(max_size=4).map(bytearray) | arrays,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.sets(keys, max_size=3),
        st.dictionaries(keys, inner, max_size=3),
        st.builds(Point, inner, inner),
        st.builds(Pair, inner, inner),
    ),
    max_leaves=6,
)


def told(value: Any) -> object:  # noqa: ANN401 - anything
    """All that tells values apart: the types, the order, a zero's sign."""
    match value:
        case float() | complex() if type(value) in (float, complex):
            parts: Any = struct.pack(">dd", complex(value).real, complex(value).imag)
        case list() | tuple():
            parts = tuple(map(told, value))
        case dict():
            parts = tuple((told(key), told(item)) for key, item in value.items())
        case set() | frozenset():
            parts = frozenset(map(told, value))
        case np.ndarray() | np.generic():
            parts = (value.dtype.str, value.shape, value.tobytes(), value.flags.writeable)
        case _ if dataclasses.is_dataclass(value):
            parts = tuple(told(getattr(value, field.name)) for field in dataclasses.fields(value))
        case _:
            parts = repr(value)
    return type(value), parts


@settings(max_examples=300)
@given(values)
def test_a_value_crosses(value: object) -> None:
    """Is what arrives what was sent, to the type of each part of it?"""
    assert told(cross(value)) == told(value)


@given(values)
def test_without_the_classes(value: object) -> None:
    """Do values with classes that only the learner has arrive too, and each time as the same?"""
    got, again = (codec.decode(codec.encode(value)) for _ in range(2))

    assert told(got) == told(again)
    assert told(codec.decode(codec.encode(got))) == told(got)


def test_what_is_made_for_a_class_that_is_not_ours() -> None:
    """Does a class that only the learner has arrive as its name, its fields and their values, and nothing else?"""
    point, pair, colour, level = codec.decode(codec.encode([Point(1, [2]), Pair(1, 2), Colour.MIXED, Level.LOW]))

    assert repr(point) == "Point(x=1, y=[2])"
    assert type(point) is not Point
    assert pair == (1, 2)
    assert (pair.left, pair.right) == (1, 2)
    assert (colour.name, colour.value, type(colour).__name__) == ("MIXED", (1, "two"), "Colour")
    assert level == 1
    assert codec.decode(codec.encode(Colour.RED)) != 1
    assert {type(it).__module__ for it in (point, pair, colour, level)} == {"learner"}
    assert codec.decode(codec.encode(Point(1, [2]))) == point
    assert codec.decode(codec.encode(Point(1, [3]))) != point
    point.x = 2
    assert codec.decode(codec.encode(Point(2, [2]))) == point
    assert codec.decode(codec.encode(Colour.MIXED)) is colour


def test_what_cannot_change() -> None:
    """Does a dataclass whose fields the learner has frozen arrive as one, and can both kinds stand in a set?"""
    frozen, point = codec.decode(codec.encode([Frozen(1), Point(1)]))

    with pytest.raises(dataclasses.FrozenInstanceError):
        frozen.held = 2
    assert len({frozen, point, codec.decode(codec.encode(Frozen(1)))}) == 2


def test_a_member_whose_value_is_not_what_it_is() -> None:
    """Does a member cross whose value is of another type than the one that is mixed in?"""
    got = codec.decode(codec.encode(Weighed.HEAVY))
    assert (got.name, got.value) == ("HEAVY", 3)
    assert cross(Weighed.HEAVY) is Weighed.HEAVY


def test_no_code_of_the_class_runs() -> None:
    """Is a trusted dataclass filled in without its own code, and left alone where setting a field would run some?"""

    def broken(*_: object) -> None:
        raise AssertionError

    code = dict.fromkeys(
        ["__init__", "__new__", "__post_init__", "__setattr__", "__getattribute__", "__set_name__"], broken
    )
    names = {"__module__": __name__, "__qualname__": "Guarded"}
    guarded = dataclasses.make_dataclass("Guarded", ["held"], init=False, namespace=names | code)
    plain = dataclasses.make_dataclass("Guarded", ["held"], namespace=names)
    data = codec.encode(plain(3))
    got = codec.decode(data, find_class=lambda *_: guarded)
    assert type(got) is guarded
    assert object.__getattribute__(got, "held") == 3

    guarded.held = property(lambda _: 4, broken)
    got = codec.decode(data, find_class=lambda *_: guarded)
    assert (type(got).__module__, got.held) == ("learner", 3)


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.make_dataclass("Point", ["x", "y", "z"]),
        dataclasses.make_dataclass("Point", ["x", "y"], bases=(ValueError,)),
        type("Point", (), {"x": 1, "y": 2}),
        Colour,
        collections.namedtuple("Pair", "right left"),  # noqa: PYI024 - as a learner may
        None,
    ],
)
def test_another_class_of_that_name(other: type | None) -> None:
    """Is a class of ours that is not the same left alone?"""
    for value in (Point(1, 2), Colour.RED, Pair(1, 2)):
        got = codec.decode(codec.encode(value), find_class=lambda *_: other)
        assert type(got).__module__ == "learner" or (other is Colour and got is Colour.RED)


@pytest.mark.parametrize("value", [True, 2])
def test_a_member_of_another_value(value: object) -> None:
    """Is a member whose value is not that of ours kept apart from ours?"""
    functional: Any = enum.Enum
    theirs = functional("Colour", {"RED": value}, module=__name__)
    got = cross(theirs.RED)
    assert got is not Colour.RED
    assert got.value is value


# Subclasses of plain types

PLAIN: list[tuple[Any, Any]] = [
    (int, (3,)), (int, (2**70,)), (float, (1.5,)), (str, ("text",)), (bytes, (b"bytes",)), (bytearray, (b"bytes",)),
    (list, ([1, "a"],)), (tuple, ((1, 2),)), (dict, ({1: 2},)), (set, ({1},)), (frozenset, ({2},)), (complex, (1j,)),
    (Decimal, ("1.50",)), (date, (2026, 1, 2)), (datetime, (2026, 1, 2, 3, 4, 5, 6, UTC)), (time, (3, 4, 5, 6, UTC)),
    (timedelta, (1, 2, 3)),
]  # fmt: skip


def lie(*_: object, **__: object) -> object:
    raise AssertionError("A method of the learner's was called.")


@pytest.mark.parametrize(("base", "arguments"), PLAIN)
def test_a_subclass_has_no_say(base: Any, arguments: Any) -> None:  # noqa: ANN401 - any plain type
    """Does an object of a subclass arrive as the data that it holds, whatever all its methods say?"""
    makes_it = {"__new__", "__init__", "__doc__", "__init_subclass__", "__class_getitem__", "__subclasshook__"}
    lies = dict.fromkeys(set(dir(base)) - makes_it, lie) | {"__class__": property(lie)}
    got = codec.decode(codec.encode(type("Liar", (base,), lies)(*arguments)))

    assert type(got).__name__ == "Liar"
    assert type(got).__bases__ == (base,)
    assert not set(vars(type(got))) & set(lies) - {"__module__", "__hash__"}
    assert got == base(*arguments)
    assert not hasattr(got, "__dict__")
    assert type(cross(got)) is type(got)


def test_subclasses_of_the_library() -> None:
    """Do a Counter, a defaultdict and a sorted-again OrderedDict arrive as dicts of their names, in their order?"""
    ordered = collections.OrderedDict(a=1, b=2)
    ordered.move_to_end("a")
    for value in (collections.Counter("aab"), collections.defaultdict(list, a=[1]), ordered):
        got = cross(value)
        assert type(got) is not dict
        assert type(got).__name__ == type(value).__name__
        assert list(got.items()) == list(value.items())


def test_a_stranger_s_time_zone() -> None:
    """Does a moment in a zone of another library, such as boto3's answers have, stay the same moment?"""

    class Elsewhere(tzinfo):
        def utcoffset(self, _: datetime | None) -> timedelta:
            return timedelta(hours=2)

        dst = tzname = lambda *_: None

    got = cross(datetime(2026, 1, 1, tzinfo=Elsewhere()))
    assert got == datetime(2026, 1, 1, tzinfo=Elsewhere())
    assert type(got.tzinfo) is timezone


# Callables


def test_callables_cross_as_numbers() -> None:
    """Is a callable, wherever it is, given out by number and name, and taken in as what the other side makes of it?"""
    given_out: list[Callable[..., object]] = []

    def export(function: Callable[..., object]) -> int:
        given_out.append(function)
        return len(given_out) - 1

    class Called:
        def __call__(self) -> None: ...

    value = [len, {"k": Point}, (Called(), lambda: None)]
    data = codec.encode(value, export)
    got = codec.decode(data, import_=lambda number, name: (number, name))

    assert got == [(0, "len"), {"k": (1, "Point")}, ((2, "Called"), (3, "<lambda>"))]
    assert given_out[:2] == [len, Point]
    with pytest.raises(codec.MalformedError):
        codec.decode(data)
    with pytest.raises(codec.UnknownTypeError, match=r"A callable \(len\) .* call it .* \(it is at \[0\]\)\."):
        codec.encode(value)


# What does not cross


class Plain:
    pass


class Stubborn:
    def __iter__(self) -> Iterator[int]:
        raise RuntimeError

    __len__ = __repr__ = __str__ = __hash__ = __iter__  # type: ignore[assignment]
    __class__ = property(__iter__)


async def coroutine() -> None: ...


def generator() -> Iterator[dict[str, int]]:
    yield {"a": 1}


def broken() -> Iterator[int]:
    yield 1 // 0


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (generator(), "A generator of dict cannot be handed in: return a list of them."),
        (broken(), "A generator cannot be handed in: return a list of them."),
        (map(str, [1]), "A map of str cannot be handed in: return a list of them."),
        (enumerate("a"), "An enumerate of tuple cannot be handed in: return a list of them."),
        (iter([]), "A list_iterator cannot be handed in: return a list of them."),
        (itertools.count(), "A count of int cannot be handed in: return a list of them."),
        ({}.keys(), "A dict_keys cannot be handed in: wrap it in list(...)."),
        ({}.values(), "A dict_values cannot be handed in: wrap it in list(...)."),
        ({}.items(), "A dict_items cannot be handed in: wrap it in list(...)."),
        (collections.deque(), "A deque cannot be handed in: wrap it in list(...)."),
        (collections.UserDict(), "A UserDict cannot be handed in: wrap it in dict(...)."),
        (math, "A module cannot be handed in: return a value from it."),
        (io.StringIO(), "A file cannot be handed in: read it and return what it holds."),
        (ValueError("no"), "An exception (ValueError) cannot be handed in: raise it, or return str(...) of it."),
        (re.compile("a"), "A compiled pattern cannot be handed in: return its pattern attribute."),
        (..., "The placeholder ... cannot be handed in: put your answer in its place."),
        (Plain(), "An instance of Plain cannot be handed in: return a dict, or make Plain a dataclass."),
        (Plain, "The class Plain cannot be handed in: return a value instead."),
        (
            threading.Lock(),
            "A lock (of thread) cannot be handed in: it works only where it was made, so return plain data.",
        ),
        (np.array([None]), "A numpy array of object cannot be handed in: return its tolist()."),
        (np.longdouble(1), f"A numpy scalar of {np.dtype('g').name} cannot be handed in: return its item()."),
        (
            object(),
            "A value of type builtins.object cannot be handed in: return its data as numbers, text, a list or a dict.",
        ),
        ([1, {"k": Plain}], "The class Plain cannot be handed in: return a value instead (it is at [1]['k'])."),
        ({(1, Plain): 1}, "The class Plain cannot be handed in: return a value instead (it is at .keys()[0][1])."),
        ({(1, 2): {Plain}}, "The class Plain cannot be handed in: return a value instead (it is at […]{…})."),
        (Point(Pair(1, Plain)), "The class Plain cannot be handed in: return a value instead (it is at .x.right)."),
    ],
    ids=lambda value: "" if isinstance(value, str) else type(value).__name__,
)
def test_what_does_not_cross_is_told(value: object, sentence: str) -> None:
    """Does the learner read what it is, where it is and what to do, for a value that cannot cross?"""
    with pytest.raises(codec.UnknownTypeError) as caught:
        codec.encode(value)
    assert str(caught.value) == sentence


def test_a_stubborn_object() -> None:
    """Is the object of a class told by its name whose methods all raise?"""
    with pytest.raises(codec.UnknownTypeError, match=r"An instance of Stubborn .* make Stubborn a dataclass\.$"):
        codec.encode(Stubborn())


def test_clients_and_coroutines() -> None:
    """Are a boto3 client and a call that was not awaited told by name?"""
    client = boto3.client("sqs", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106
    with pytest.raises(codec.UnknownTypeError, match=r"A boto3 object \(SQS\) cannot be handed in: return its data"):
        codec.encode([client])
    waiting = coroutine()
    with pytest.raises(codec.UnknownTypeError, match="A coroutine cannot be handed in: await it"):
        codec.encode(waiting)
    waiting.close()
    # no Runner, which runs its loop: it cannot where another test's loop is running in this thread
    with closing(asyncio.new_event_loop()) as loop:
        future = loop.create_future()
        with pytest.raises(codec.UnknownTypeError, match=r"A Future .* await it"):
            codec.encode(future)


def test_a_field_that_has_no_value() -> None:
    """Is a dataclass's instance whose field was never set a sentence that names the field?"""
    with pytest.raises(codec.UnknownTypeError, match="A Point whose field x cannot be read"):
        codec.encode(object.__new__(Point))


def holds_itself() -> object:
    held: list[object] = []
    held.append({"again": held})
    return held


def nested(depth: int) -> object:
    value: object = ()
    for _ in range(depth):
        value = [value]
    return value


def repeated() -> object:
    """As many items as there are atoms, in hardly any memory."""
    value: object = 1
    for _ in range(26):
        value = [value] * 1000
    return value


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (holds_itself(), "60 deep, or holds itself"),
        (nested(codec.MAX_DEPTH + 1), "60 deep"),
        (repeated(), "1,000,000 items"),
        ([..., *[None] * codec.MAX_ITEMS], "1,000,000 items"),
        ([[]] * codec.MAX_ITEMS, "1,000,000 items"),
        ({1: list(range(codec.MAX_ITEMS))}, "1,000,000 items"),
        ("x" * (codec.MAX_BYTES + 1), "8 MiB"),
        ([["x" * 1_000_000] * 10] * 10, "8 MiB"),
        ([Decimal("1" * 9000)] * 100_000, "8 MiB"),
        ({b"x" * 5_000_000: 1, b"y" * 5_000_000: 2}, "8 MiB"),
        (bytearray(codec.MAX_BYTES + 1), "8 MiB"),
        ("é" * (codec.MAX_BYTES // 2 + 1), "8 MiB"),
        (1 << codec.MAX_BYTES * 64, "8 MiB"),
        (np.broadcast_to(1.0, (10**9, 10**9)), "8 MiB"),
        (range(10**9), "range of more than 10,000,000 numbers"),
        (range(0, 2**20_000, 2**19_990), "range of such long numbers"),
        (Fraction(1, 3**20_000), "Fraction of such long numbers"),
        (Decimal("1" * 20_000), "Decimal of 20,000 characters"),
        (PurePosixPath("a/" * 20_000), "PurePosixPath of 39,999 characters"),
        (
            dataclasses.make_dataclass("Wide", [f"f{n}" for n in range(200)])(*range(200)),
            "Wide of more than 100 fields",
        ),
        ([type(f"C{n}", (int,), {})(n) for n in range(400)], "more than 300 classes"),
        (Long.TEXT, "value of Long.TEXT"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_too_large(value: object, what: str) -> None:
    """Is what is too large, too deep or without end a sentence, before it takes more memory than it may?"""
    tracemalloc.start()
    with pytest.raises(codec.TooLargeError, match=re.escape(what)):
        codec.encode(value)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 12 * codec.MAX_BYTES


@given(st.integers(-2, 0))
def test_just_within_the_limits(room: int) -> None:
    """Does what is as deep or large as may be cross?"""
    assert cross(nested(codec.MAX_DEPTH + room)) == nested(codec.MAX_DEPTH + room)
    assert len(cross(b"x" * (codec.MAX_BYTES - 5 + room))) == codec.MAX_BYTES - 5 + room


def test_as_many_items_as_may_be() -> None:
    """Does a list of all the items that a message may have cross?"""
    assert len(cross([None] * (codec.MAX_ITEMS - 2))) == codec.MAX_ITEMS - 2


# Hostile bytes

_MODULES = (_codec_types, _codec_plain, _codec_classes, _codec_arrays)
TAGS = [kind.tag for module in _MODULES for kind in module.KINDS]
GOOD_PARTS = st.sampled_from(
    [
        0,
        1,
        -1,
        2**40,
        "1",
        "ff",
        "x",
        "a_b",
        "l",
        "i",
        "d",
        "10.0.0.0/8",
        "<f8",
        "|O",
        "object",
        "array",
        "UTC",
        "int",
        "",
    ]
)
parts = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=16)
)
plain_forms = st.recursive(
    parts | GOOD_PARTS,
    lambda inner: st.builds(lambda tag, rest: [tag, *rest], st.sampled_from(TAGS), st.lists(inner, max_size=6)),
    max_leaves=12,
)


def take_in(data: bytes) -> None:
    """Decode what anybody wrote: a value that may cross again, or a sentence, and nothing else."""
    with suppress(codec.MalformedError):
        got = codec.decode(data, find_class=ours, import_=None)
        with suppress(codec.TooLargeError):
            codec.encode(got)


@given(st.binary(max_size=64))
def test_random_bytes(data: bytes) -> None:
    """Are any bytes a value or malformed?"""
    take_in(data)


@settings(max_examples=300)
@given(plain_forms)
def test_forged_forms(plain: object) -> None:
    """Is any tree of tags and parts a value or malformed?"""
    take_in(msgspec.msgpack.encode(plain))


@settings(max_examples=300)
@given(values, st.integers(0, 99), st.integers(0, 3), st.binary(max_size=3))
def test_damaged_bytes(value: object, place: int, length: int, damage: bytes) -> None:
    """Is a message of which some bytes are others, or are missing, a value or malformed?"""
    message = bytearray(codec.encode(value))
    start = place % len(message)
    message[start : start + length] = damage
    take_in(bytes(message))


@settings(max_examples=300)
@given(values, st.lists(st.integers(0, 9), min_size=4, max_size=4), plain_forms)
def test_damaged_forms(value: object, places: list[int], damage: object) -> None:
    """Is a message of which one part is another a value or malformed?"""
    form: list[Any] = ["l", msgspec.msgpack.decode(codec.encode(value))]
    holder, number = form, 1
    for place in places:
        inner = holder[number]
        if not (isinstance(inner, list) and len(inner) > 1):
            break
        holder, number = inner, place % (len(inner) - 1) + 1  # the tag stays
    holder[number] = damage
    take_in(msgspec.msgpack.encode(form))


FORGED: dict[str, object] = {
    "an unknown tag": ["pickle", b"cos\nsystem\n(S'id'\ntR."],
    "no tag": [],
    "a tag that is an array": [["l"], 1],
    "a key that cannot be hashed": ["d", ["l"], 1],
    "a key without a value": ["d", 1],
    "an array of objects": ["nd", "|O", b"\0" * 8, 1],
    "a structured array": ["nd", "f8,O", b"\0" * 16, 1],
    "an array of bytes that are not its shape's": ["nd", "<f8", b"\0" * 8, 10**9],
    "an array of more bytes than its shape's": ["nd", "<f8", b"\0" * 16, 1],
    "an array of many dimensions": ["nd", "<f8", b"\0" * 8, *[1] * 100],
    "an empty array of a huge shape": ["nd", "<f8", b"", 0, 2**62, 2**62],
    "an array of a negative shape": ["nd", "<f8", b"\0" * 8, -1, -1],
    "an array of huge texts": ["nd", "<U9999999", b"", 1],
    "an array of texts without length": ["nd", "<U0", b"", 10**9],
    "an array of no characters": ["nd", "<U1", b"\xff" * 4, 1],
    "an array of no bools": ["nd", "|b1", b"\0\2\0", 3],
    "a scalar of no bool": ["ns", "|b1", b"\2"],
    "a range without end": ["r", "0", "f" * 12, "1"],
    "a range of no step": ["r", "0", "1", "0"],
    "a number of no digits": ["i", "zz"],
    "a number that is a bool": ["sub", "N", "i", True],
    "a text that is none": ["s", b"\xff"],
    "a fraction of zero parts": ["q", "1", "0"],
    "a fraction of megabytes": ["q", "1" * 2_000_000, "3"],
    "a Decimal of megabytes": ["D", "1" * 2_000_000],
    "no Decimal": ["D", "one"],
    "a day that is none": ["dt", 2026, 2, 30, 0, 0, 0, 0, 0, None],
    "a moment as pickle has it": ["dt", b"\x07\xea\x01\xff\xff\xff\xff\xff\xff\xff", 0, None],
    "a time as pickle has it": ["ti", b"\x01\xff\xff\xff\xff\xff", 0, None],
    "a date of no year": ["da", 10**9],
    "a time zone that is none": ["dt", 2026, 2, 3, 0, 0, 0, 0, 0, "UTC"],
    "a time zone elsewhere": ["zi", "../../../etc/passwd"],
    "a time zone of no name": ["zi", "Nowhere/At_All"],
    "a time zone of a day": ["tz", 1, 0, 0],
    "a length of time without end": ["td", 10**12, 0, 0],
    "a field that is code": ["dc", "m", "P", "x): import os\n  def f(", 1],
    "a field that is a class": ["dc", "m", "P", "__class__", 1],
    "a field that is all fields": ["dc", "m", "P", "__dataclass_fields__", ["d", "x", 1]],
    "a field twice": ["dc", "m", "P", "x", 1, "x", 2],
    "a field twice of ours": ["dc", __name__, "Point", "x", 1, "x", 2],
    "a field without a value": ["dc", "m", "P", "x"],
    "too many fields": ["dc", "m", "P", *itertools.chain.from_iterable((f"f{n}", n) for n in range(101))],
    "a field of a tuple that is hidden": ["nt", "m", "P", "_x", 1],
    "a class of too long a name": ["dc", "m", "P" * 1000],
    "a member that is a method": ["en", "m", "E", "", "__init__", 1],
    "a member of another type": ["en", "m", "E", "int", "A", "7"],
    "a member of a large value": ["en", "m", "E", "", "A", "x" * 2000],
    "a subclass of what has none": ["sub", "R", "r", "0", "1", "1"],
    "a subclass of a dataclass": ["sub", "R", "dc", "m", "P"],
    "a subclass of a scalar": ["sub", "R", "f", "1.5"],
    "a callable": ["fn", 0, "f"],
    "a path of no text": ["p", 3],
    "an address of no host": ["4", "10.0.0.256"],
    "too many classes": ["l", *(["sub", f"C{n}", "l"] for n in range(301))],
}
LAYOUTS = {
    "nothing": b"",
    "too many bytes": b"\xc6" + codec.MAX_BYTES.to_bytes(4) + b"x" * codec.MAX_BYTES,
    "more after it": b"\xc0\xc0",
    "a map": b"\x80",
    "a timestamp": b"\xd6\xff\0\0\0\0",
    "an extension": b"\xd4\x05\0",
    "a code that is none": b"\xc1",
    "half a number": b"\xcb\0\0",
    "a text that goes on": b"\xdb\xff\xff\xff\xffa",
    "an array that goes on": b"\xdd\xff\xff\xff\xff",
    "arrays that go on": b"\xdd\x00\x60\x00\x00" * 50 + b"\x01" * 100,
    "many empty arrays": b"\xdd\x00\x7f\xff\xf0" + b"\x90" * 0x7FFFF0,
    "many arrays of none": b"\xdc\xff\xff" * 16 + b"\x90" * 0x7FFFC0,
    "too deep": b"\x92\xa1l" * 100 + b"\x91\xa1l",
    "far too deep": b"\x91" * 1_000_000,
    "text that is none": b"\xa1\xff",
}


@pytest.mark.parametrize("name", [*FORGED, *LAYOUTS])
def test_hostile_bytes(name: str) -> None:
    """Is each forgery malformed, at the price of no more memory than the message has?"""
    data = LAYOUTS[name] if name in LAYOUTS else msgspec.msgpack.encode(FORGED[name])
    tracemalloc.start()
    with pytest.raises(codec.MalformedError, match="is no value that can be read"):
        codec.decode(data, find_class=ours)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * len(data) + 2**21


def test_what_is_remembered_is_bounded() -> None:
    """Are the classes that were made for hostile messages forgotten again?"""
    for number in range(6):
        codec.decode(msgspec.msgpack.encode(["l", *(["sub", f"C{number}x{n}", "l"] for n in range(300))]))
    assert len(_codec_classes._classes) == _codec_classes.MAX_REMEMBERED  # noqa: SLF001 - there is no other way to see


# Tables


def test_tables() -> None:
    """Do a table of pandas, a column and an index arrive as they were?"""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {
            "a": [1, 2],
            "text": ["x", None],
            "when": pd.to_datetime(["2026-01-01", None]),
            "whole": pd.array([1, None], dtype="Int64"),
            "any": [[1], {"a": (1,)}],
        },
    )
    pd.testing.assert_frame_equal(cross(frame), frame)
    pd.testing.assert_frame_equal(cross(frame.set_index("text")), frame.set_index("text"))
    pd.testing.assert_frame_equal(cross(frame[["a", "a"]]), frame[["a", "a"]])
    pd.testing.assert_frame_equal(cross(pd.DataFrame()), pd.DataFrame())
    pd.testing.assert_series_equal(cross(frame["any"]), frame["any"])
    index = pd.Index([(1, 2), "a"], dtype=object, name="i", tupleize_cols=False)
    pd.testing.assert_index_equal(cross(index), index)
    for refused in (
        pd.NaT,
        frame.set_index(["a", "text"]),
        pd.to_datetime(frame["when"], utc=True),
        frame.groupby("a"),
    ):
        with pytest.raises(codec.UnknownTypeError):
            codec.encode(refused)
    for forged in (
        ["df", ["ix", None, "range", ["r", "0", "2", "1"]], ["ix", None, "object", ["l"]], "object", ["l"]],
        ["df", ["l"], ["l"]],
        ["se", None, ["ix", None, "range", ["r", "0", "9", "1"]], "object", ["l", 1]],
        ["se", ["l"], ["ix", None, "range", ["r", "0", "1", "1"]], "object", ["l", 1]],
        ["ix", None, "datetime64[ns, dateutil//etc/passwd]", ["l"]],
    ):
        with pytest.raises(codec.MalformedError):
            codec.decode(msgspec.msgpack.encode(forged))
