"""Texts of a policy with wildcards and policy variables, and what they match.

Source of the rules: the IAM user guide, 'IAM policy elements: Variables and tags', 'IAM JSON policy elements: Resource'
and 'Amazon Resource Name (ARN) condition operators'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_VARIABLE = re.compile(r"\$\{\s*(?P<key>[^,{}']*?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?\}")
_BEFORE_RESOURCE = 5  # colons before the resource part of an ARN

# how far a wildcard reaches: over any text, in one part of an ARN, or as the Resource element has it
Reach = Literal["text", "arn", "resource"]


class UnevaluableError(ValueError):
    """Something of a statement that cannot be evaluated; its text is a clause that says what."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text in pieces; wildcards mean something only in those that the policy's author wrote, not in values."""

    pieces: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The text for comparisons in which * and ? are characters like others."""
        return "".join(piece for piece, _ in self.pieces)

    def matches(self, value: str, reach: Reach = "text") -> bool:
        """Tell whether the whole value is like the pattern; upper case matters."""
        return _expression(self.pieces, reach).fullmatch(value) is not None


def plain(text: str) -> Pattern:
    """Return a pattern without variables."""
    return Pattern(((text, True),))


def expanded(text: str, values: Callable[[str], Sequence[str]]) -> Pattern:
    """Put the request's values in place of policy variables, once; `values` returns those of a condition key.

    `${*}`, `${?}` and `${$}` are the characters themselves. `UnevaluableError` for a variable that has neither a value
    nor a default, and for one that has several values.
    """
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        pieces += [(text[end : found.start()], True), (_value(found, values), False)]
        end = found.end()
    rest = text[end:]
    if "${" in rest:
        raise UnevaluableError(f"the policy variable in {text!r} is not closed as ${{…}}")
    return Pattern((*pieces, (rest, True)))


def _value(found: re.Match[str], values: Callable[[str], Sequence[str]]) -> str:
    key, default = found["key"], found["default"]
    if key in ("*", "?", "$"):
        return key
    has = values(key)
    if len(has) == 1:
        return has[0]
    if has:
        raise UnevaluableError(f"{key} has several values, and a policy variable can stand for one only")
    if default is None:
        raise UnevaluableError(f"the request has no {key}, so the policy variable {found[0]} has no value")
    return default


@lru_cache(maxsize=2048)
def _expression(pieces: tuple[tuple[str, bool], ...], reach: Reach) -> re.Pattern[str]:
    expression, colons = "", 0
    for text, author in pieces:
        for place, character in enumerate(text):
            bounded = reach != "text" and colons < _BEFORE_RESOURCE
            if not author or character not in "*?":
                expression += re.escape(character)
                colons += character == ":"
            elif character == "?":
                expression += "[^:]" if bounded else "."
            else:
                last = text[place + 1 : place + 2] in ("", ":")
                expression += "[^:]*" if bounded and not (reach == "resource" and last) else ".*"
    return re.compile(expression, re.DOTALL)
