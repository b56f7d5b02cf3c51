"""Is plain data, which crosses as JSON, what it would be if it crossed in the long way, and no way for an attack?"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.grading.talk import _codec_plain, codec


class Name(str):
    __slots__ = ()


TEXT = st.characters(exclude_categories=["Cs"])
KEYS = st.text(TEXT, max_size=3)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(TEXT, max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
ODD = [
    float("nan"), float("inf"), 2**64, -(2**63) - 1, (1,), {1}, b"1", Name("a"), {1: 1}, {Name("a"): 1}, "\ud800",
    {"\udfff": 1}, 1j, True + 0j,
]  # fmt: skip
"""What JSON would not give back as it was."""
HOSTILE = [
    b"1", b'"a"', b"[]", b"{}", b"[NaN]", b"[1e999]", b"[" * 40 + b"1" + b"]" * 40, b"[" * 9000, b"[1", b"\xff", b"",
    b"[" + b"1" * 5000 + b"]", b"[" + b"0," * 600_000 + b"0]", b'["' + b"a" * 2**21 + b'"]',
]  # fmt: skip


def typed(value: object) -> object:
    """A value with the type of each part, since 1 == True == 1.0, and the order of each dictionary."""
    match value:
        case list():
            return [typed(item) for item in value]
        case dict():
            return [(typed(key), typed(item)) for key, item in value.items()]
    return type(value), repr(value)


def arrived(message: bytes) -> Any:  # noqa: ANN401 - a value of any type
    return codec.decode(message)


def as_json(message: bytes) -> bool:
    """Whether a message holds JSON."""
    return b"json" in message


@given(st.lists(PLAIN, min_size=1, max_size=5) | st.dictionaries(KEYS, PLAIN, min_size=1, max_size=5))
def test_plain_data(value: object) -> None:
    """Does plain data arrive as it was, type by type, alone and as an argument of a call?"""
    message, call = codec.encode(value), codec.encode(((value,), {"a": value}))

    assert as_json(message)
    assert typed(arrived(message)) == typed(value)
    assert typed(list(arrived(call)[0])) == typed([value])


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("where", [lambda odd: [odd], lambda odd: {"a": [1, odd]}, lambda odd: [{"a": odd}]])
def test_what_json_cannot_tell(odd: object, where: Any) -> None:  # noqa: ANN401 - a function
    """Does a value with anything else in it cross in the long way?"""
    message = codec.encode([where(odd), 1j])

    assert not as_json(message)
    assert typed(arrived(message)[0]) == typed(arrived(codec.encode(where(odd))))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{text[:12]!r}")
def test_hostile_json(text: bytes) -> None:
    """Is JSON refused that is no list or dictionary of plain data, too long or too deep, and nothing but refused?"""
    with pytest.raises(codec.MalformedError):
        codec.decode(msgspec.msgpack.encode([_codec_plain.PLAIN.tag, text]))
