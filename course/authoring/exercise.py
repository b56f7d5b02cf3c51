"""What an exercise module consists of: a docstring, one solution function, cases and misconceptions.

The marks change nothing in the function: `course.authoring.source` reads them from the module's text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def case(points: int) -> Callable[[F], F]:  # noqa: ARG001 - read from the text
    """Mark a plain function as a case: one behaviour, worth `points`."""
    return _unchanged


def misconception(
    *caught_by: Callable[..., object],  # noqa: ARG001 - read from the text
    swap: Mapping[str, str] | None = None,  # noqa: ARG001 - read from the text
) -> Callable[[F], F]:
    """Mark a function as a plausible wrong answer; `caught_by` are exactly the cases that it must fail.

    The function's docstring tells the learner what is wrong. Its body takes the place of the solution's; or, where the
    mistake is a detail, `swap` says which texts of the solution (each occurs there once) stand otherwise, and the
    function has no arguments and no body.
    """
    return _unchanged


def _unchanged(function: F) -> F:
    return function
