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


class Kept(dict[Any, Any]):
    """Values by key, all of which are dropped when there are too many."""

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: object, value: object) -> None:
        if len(self) >= self._most:
            self.clear()
        super().__setitem__(key, value)

    def of(self, key: object, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - as what is kept
        """Return the value of a key, made if it is not there; None is not kept.

        Another thread may drop all in between.
        """
        value = self.get(key)
        if value is None and (value := make()) is not None:
            self[key] = value
        return value


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
    kept = Kept()

    @wraps(make, updated=())
    def remembering(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as `make`
        key = tuple(map(id, (*args, *kwargs, *kwargs.values())))
        return kept.of(key, lambda: (make(*args, **kwargs), args, kwargs))[0]  # what is kept alive keeps its id

    return remembering
