"""What an exercise module consists of: a docstring, one solution function, cases and misconceptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def case(points: int) -> Callable[[F], F]:
    """Mark a plain function as a case: one behaviour, worth `points`."""

    def mark(function: F) -> F:
        function.points = points  # type: ignore[attr-defined]
        return function

    return mark


def misconception(*caught_by: Callable[..., object], swap: Mapping[str, str] | None = None) -> Callable[[F], F]:
    """Mark a function as a plausible wrong answer; `caught_by` are exactly the cases that it must fail.

    The function's docstring tells the learner what is wrong. Its body takes the place of the solution's; or, where the
    mistake is a detail, `swap` says which texts of the solution (each occurs there once) stand otherwise, and the
    function has no arguments and no body.
    """

    def mark(function: F) -> F:
        function.caught_by = tuple(c.__name__ for c in caught_by)  # type: ignore[attr-defined]
        function.swap = dict(swap or {})  # type: ignore[attr-defined]
        return function

    return mark
