"""What learners read about a value that cannot be handed in: what it is, in words, and what to hand in instead."""

from __future__ import annotations

import array
import contextlib
import io
import re
import sys
import types
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Iterator
from typing import Any

_NEEDS_LIST: tuple[type, ...] = (
    type({}.keys()),
    type({}.values()),
    type({}.items()),
    deque,
    UserList,
    array.array,
    memoryview,
)
_NEEDS_DICT = (UserDict, ChainMap, types.MappingProxyType)
_ADVICE: tuple[tuple[tuple[type, ...], str, str], ...] = (
    ((types.EllipsisType,), "The placeholder ...", "put your answer in its place"),
    (_NEEDS_LIST, "A {name}", "wrap it in list(...)"),
    (_NEEDS_DICT, "A {name}", "wrap it in dict(...)"),
    ((types.AsyncGeneratorType,), "An async generator", "return a list: [x async for x in ...]"),
    ((types.ModuleType,), "A module", "return a value from it"),
    ((io.IOBase,), "A file", "read it and return what it holds"),
    ((BaseException,), "An exception ({name})", "raise it, or return str(...) of it"),
    ((re.Pattern,), "A compiled pattern", "return its pattern attribute"),
    ((re.Match,), "A match", "return its group()"),
)
_BOUND_HERE = frozenset(
    {"asyncio", "multiprocessing", "queue", "select", "socket", "sqlite3", "subprocess", "thread", "threading"}
)


def words(value: Any) -> tuple[str, str]:  # noqa: ANN401 - a learner's object, which may lie
    """What a value is, and what to do instead."""
    exact = type(value)
    name = exact.__name__
    root = exact.__module__.partition(".")[0]
    for kinds, noun, advice in _ADVICE:
        if issubclass(exact, kinds):
            return noun.format(name=name), advice
    if hasattr(exact, "__await__"):
        return f"A {name}", "await it"
    if root in ("botocore", "boto3"):
        return f"A boto3 object ({name})", "return its data, what its calls answer"
    if issubclass(exact, type):
        return f"The class {value.__name__}", "return a value instead"
    if callable(value):
        return f"A callable ({getattr(value, '__name__', name)})", "call it and return what it gives"
    return _iterator(value) or _instance(exact, root)


def _iterator(value: Any) -> tuple[str, str] | None:  # noqa: ANN401 - as above
    exact = type(value)
    if exact.__module__ not in ("builtins", "itertools") or not issubclass(exact, Iterator):
        return None
    what = exact.__name__
    with contextlib.suppress(Exception):  # the learner's code runs for its first item, and may raise anything
        what += f" of {type(next(value)).__name__}"
    article = "An" if what[0] in "aeiou" else "A"
    return f"{article} {what}", "return a list of them"


def _instance(exact: type, root: str) -> tuple[str, str]:
    name = exact.__name__
    if root.lstrip("_") in _BOUND_HERE:
        return f"A {name} (of {root.lstrip('_')})", "it works only where it was made, so return plain data"
    file = getattr(sys.modules.get(exact.__module__), "__file__", None) or ""
    if root in sys.stdlib_module_names or "site-packages" in file:
        return f"A value of type {root}.{name}", "return its data as numbers, text, a list or a dict"
    return f"An instance of {name}", f"return a dict, or make {name} a dataclass"
