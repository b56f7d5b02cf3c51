"""Ways to keep the values of a function, and what says of which function they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = Callable[..., Any]

MOST = 1000
"""How many values are kept of a function."""
SHORT = 100
"""How many characters a text may have that is kept: a request may have long ones."""


@dataclass(frozen=True, slots=True)
class Memo:
    """A function 'module:name', the way in which its values are kept, and why that is right."""

    function: str
    keep: Callable[[Function], Function]
    why: str


def by_arguments(function: Function) -> Function:
    """Keep its values by all its arguments."""
    return lru_cache(MOST)(function)


def by_short_text(function: Function) -> Function:
    """Keep those of its one argument where that is a short text."""
    kept = lru_cache(MOST)(function)

    @wraps(function)
    def remembering(argument: Any) -> Any:  # noqa: ANN401 - as `function`
        short = type(argument) is str and len(argument) <= SHORT
        return kept(argument) if short else function(argument)

    return remembering


def lists_by_arguments(function: Function) -> Function:
    """Keep the lists that it returns, and hand out a new one each time."""
    kept = lru_cache(MOST)(lambda *args: tuple(function(*args)))
    return wraps(function)(lambda *args: list(kept(*args)))


def by_identity(make: Function) -> Function:
    """Keep what it makes of the very same objects."""
    kept: dict[tuple[int, ...], tuple[Any, ...]] = {}

    @wraps(make, updated=())
    def remembering(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as `make`
        key = tuple(map(id, (*args, *kwargs, *kwargs.values())))
        if key not in kept:
            make_room(kept)
            kept[key] = (make(*args, **kwargs), args, kwargs)  # what is kept alive keeps its id
        return kept[key][0]

    return remembering


def make_room(kept: dict[Any, Any], most: int = MOST) -> None:
    """Drop all that is kept where there is too much."""
    if len(kept) >= most:
        kept.clear()
