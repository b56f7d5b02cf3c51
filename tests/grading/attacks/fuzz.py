"""A fuzzer: a good notebook, changed a little by dice, the same for the same seed."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Place = tuple[Any, Any]
"""A container in the notebook's JSON, and a key or index in it."""

_ODD: list[Any] = [
    None, True, 0, -1, 10**30, 1.5, float("nan"), float("inf"), "", "x", "\0", "\ud800", "<script>alert(7416)</script>",
    "../x", [], {}, [[]], [None], {"": ""}, ["a", 1], "A" * 100_000, "code", "square-small", "square", 4,
]  # fmt: skip


def mutations(text: str, seed: int) -> Iterator[bytes]:
    """Yield a notebook's text changed in ever new ways, without end."""
    dice = random.Random(seed)  # noqa: S311 - the same for the same seed
    while True:
        yield mutate(text, dice)


def mutate(text: str, dice: random.Random) -> bytes:
    """Return a notebook's text with one to five changes, most of them to its JSON and some to its bytes."""
    if dice.random() < 0.25:
        changed = bytearray(text.encode())
        for _ in range(dice.randint(1, 5)):
            dice.choice(_BYTES)(changed, dice)
        return bytes(changed)
    notebook = json.loads(text)
    for _ in range(dice.randint(1, 5)):
        place = dice.choice(list(_places(notebook)) or [([0], 0)])
        dice.choice(_NODES)(place, dice)
    return json.dumps(notebook, ensure_ascii=dice.random() < 0.8).encode(errors="surrogatepass")


def _places(node: object) -> Iterator[Place]:
    keys = node.keys() if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _places(node[key])  # type: ignore[index]


# Changes to one place of the JSON.


def _replace(place: Place, dice: random.Random) -> None:
    node, key = place
    node[key] = json.loads(json.dumps(dice.choice(_ODD)))


def _remove(place: Place, _dice: random.Random) -> None:
    node, key = place
    del node[key]


def _double(place: Place, dice: random.Random) -> None:
    node, key = place
    if isinstance(node, list):
        node.insert(dice.randint(0, len(node)), deepcopy(node[key]))
    else:
        node[f"{key}{dice.randint(0, 9)}"] = deepcopy(node[key])


def _retype(place: Place, _dice: random.Random) -> None:
    """Make a text a list, a list a text, an object a list of pairs, a number a text."""
    node, key = place
    old = node[key]
    if isinstance(old, str):
        node[key] = old.splitlines(keepends=True)
    elif isinstance(old, dict):
        node[key] = [list(pair) for pair in old.items()]
    elif isinstance(old, list):
        node[key] = dict(enumerate(old)) if old and isinstance(old[0], dict) else str(old)
    else:
        node[key] = str(old)


def _rename(place: Place, dice: random.Random) -> None:
    node, key = place
    if isinstance(node, dict):
        node[dice.choice([key.upper(), key[1:], f"{key} ", "", "source", "metadata", "nbgrader"])] = node.pop(key)


def _swap(place: Place, dice: random.Random) -> None:
    """Exchange two neighbours: cells, keys of a cell, lines."""
    node, key = place
    other = dice.choice(list(node) if isinstance(node, dict) else range(len(node)))
    node[key], node[other] = node[other], node[key]


def _wrap(place: Place, dice: random.Random) -> None:
    node, key = place
    for _ in range(dice.choice([1, 2, 100])):
        node[key] = [node[key]] if dice.random() < 0.5 else {"a": node[key]}


def _cut(place: Place, dice: random.Random) -> None:
    node, key = place
    if isinstance(node[key], str | list):
        node[key] = node[key][dice.randint(0, len(node[key])) :]


_NODES: list[Callable[[Place, random.Random], None]] = [
    _replace,
    _remove,
    _double,
    _retype,
    _rename,
    _swap,
    _wrap,
    _cut,
]


# Changes to the bytes.


def _flip(text: bytearray, dice: random.Random) -> None:
    if text:
        text[dice.randrange(len(text))] ^= 1 << dice.randrange(8)


def _drop(text: bytearray, dice: random.Random) -> None:
    start = dice.randint(0, len(text))
    del text[start : start + dice.choice([1, 10, 1000])]


def _insert(text: bytearray, dice: random.Random) -> None:
    start = dice.randint(0, len(text))
    text[start:start] = dice.choice(
        [b"\0", b"\xff", b'"', b"{", b"]", b",", b"\\ud800", b"9" * 5000, b"[" * 5000, b"NaN"]
    )


def _repeat(text: bytearray, dice: random.Random) -> None:
    start = dice.randint(0, len(text))
    part = text[start : start + dice.choice([10, 1000])]
    text[start:start] = part


def _end(text: bytearray, dice: random.Random) -> None:
    del text[dice.randint(0, len(text)) :]


_BYTES: list[Callable[[bytearray, random.Random], None]] = [_flip, _drop, _insert, _repeat, _end]
