"""What botocore and moto work out anew for each session, client and call, though it never changes: kept.

Each entry of `MEMOS` is a function that is pure, or pure in the way its sentence says, so that nobody can tell
whether its value was worked out or kept. It is for processes that make many clients in a short life.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = Callable[..., Any]

MOST = 1000
"""How many values are kept of a function whose arguments never end."""


def _of_its_arguments(function: Function) -> Function:
    return lru_cache(MOST)(function)


def _list_of_class(function: Function) -> Function:
    kept = cache(lambda cls: tuple(function(cls)))
    return wraps(function)(lambda cls: list(kept(cls)))


def _by_code(function: Function) -> Function:
    kept: dict[object, Any] = {}

    @wraps(function)
    def remembering(handler: Any) -> Any:
        plain = getattr(handler, "__func__", handler)
        if type(plain) is not FunctionType or vars(plain):  # it may have another signature than its code's
            return function(handler)
        if plain.__code__ not in kept:
            kept[plain.__code__] = function(handler)
        return kept[plain.__code__]

    return remembering


def _by_instant(function: Function) -> Function:
    kept = lru_cache(MOST)(function)

    @wraps(function)
    def remembering(instant: Any = None) -> Any:
        return kept(instant or sys.modules["moto.core.utils"].utcnow())

    return remembering


def _by_identity(make: Function) -> Function:
    kept: dict[tuple[int, ...], tuple[Any, ...]] = {}

    @wraps(make, updated=())
    def remembering(*args: Any, **kwargs: Any) -> Any:
        key = tuple(map(id, (*args, *kwargs, *kwargs.values())))
        if key not in kept:
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = (make(*args, **kwargs), args, kwargs)  # what is kept alive keeps its id
        return kept[key][0]

    return remembering


def _one_cache(function: Function) -> Function:
    names: dict[str, str] = {}

    @wraps(function)
    def remembering(aliaser: Any, *args: Any, **kwargs: Any) -> None:
        function(aliaser, *args, **kwargs)
        if aliaser._event_aliases == sys.modules["botocore.hooks"].EVENT_ALIASES:
            aliaser._alias_name_cache = names

    return remembering


def _faster_copy(function: Function) -> Function:
    node_list = sys.modules["botocore.hooks"].NodeList

    def copied(node: dict[str, Any]) -> dict[str, Any]:
        values, children = node["values"], node["children"]
        return {
            "chunk": node["chunk"],
            "children": {name: copied(child) for name, child in children.items()} if children else {},
            "values": values and node_list(values.first[:], values.middle[:], values.last[:]),
        }

    @wraps(function)
    def copying(trie: Any, attributes: dict[str, Any]) -> dict[str, Any]:
        return {"_root": copied(attributes["_root"])} if [*attributes] == ["_root"] else function(trie, attributes)

    return copying


@dataclass(frozen=True, slots=True)
class Memo:
    """A function 'module:name', how its values are kept, and why that is right."""

    function: str
    keep: Callable[[Function], Function]
    why: str


MEMOS = (
    Memo("moto.core.utils:camelcase_to_underscores", _of_its_arguments, "The same text gives the same text."),
    Memo("moto.core.utils:method_names_from_class", _list_of_class, "moto's classes get no new methods."),
    Memo("moto.core.utils:unix_time", _by_instant, "An instant has one number of seconds."),
    Memo("botocore.compat:accepts_kwargs", _by_code, "What a plain function accepts is written in its code."),
    Memo("botocore.hooks:EventAliaser.__init__", _one_cache, "The same aliases give an event the same name."),
    Memo("botocore.hooks:_PrefixTrie._recursive_copy", _faster_copy, "It copies the same nodes with less ado."),
    Memo("botocore.useragent:UserAgentComponent.to_string", _of_its_arguments, "It is made of the tuple's texts."),
    Memo("botocore.client:ServiceModel", _by_identity, "A model only reads the loader's one copy of its file."),
    Memo("botocore.regions:EndpointProvider", _by_identity, "So does a set of endpoint rules."),
)


def remember() -> None:
    """Keep from now on the values of these functions, as far as what they are in is imported."""
    new: dict[int, tuple[str, Any]] = {}
    for memo in MEMOS:
        module, _, path = memo.function.partition(":")
        *parents, name = path.split(".")
        owner: Any = sys.modules.get(module)
        for parent in parents:
            owner = getattr(owner, parent, None)
        function = getattr(owner, name, None)
        if owner is None or function is None or hasattr(function, "__wrapped__"):
            continue
        kept = memo.keep(function)
        setattr(owner, name, kept)
        if not isinstance(function, type):  # other modules import the function by its name
            new[id(function)] = (name, kept)
    for module_name, found in list(sys.modules.items()):
        if module_name.startswith(("moto.", "botocore.")):
            for name, value in list(vars(found).items()):
                if id(value) in new:
                    setattr(found, name, new[id(value)][1])
