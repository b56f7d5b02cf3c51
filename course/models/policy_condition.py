"""The Condition of a policy's statement: its operators, and when they hold for what a request has.

Source of the rules: the IAM user guide, 'IAM JSON policy elements: Condition operators' and 'Single-valued vs.
multivalued context keys'; for IfExists after ForAnyValue, the accepted answer on AWS re:Post to
'ForAnyValue:StringEqualsIfExists behaving unexpectedly'.
"""

from __future__ import annotations

import ipaddress
import operator
import re
from datetime import UTC, datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class PolicyError(CourseError, ValueError):
    """A policy that IAM refuses, or that has what this model does not know; said in one sentence."""


def check(name: str) -> None:
    """Raise `PolicyError` for a condition operator that IAM does not know, with the nearest one that it knows."""
    known = ("Null", *_OPERATORS, *_NEGATED)
    quantifier, plain, _ = _parts(name)
    if name != "Null" and (plain not in known[1:] or quantifier not in ("", "ForAllValues", "ForAnyValue")):
        near = get_close_matches(plain, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "StringEquals is one that it knows."
        raise PolicyError(f"IAM knows no condition operator {name}; {hint}")


def holds(name: str, values: list[str], wanted: list[str]) -> bool:
    """Tell whether one condition operator holds for the request's values of a key and those in the policy."""
    if name == "Null":
        return str(not values).lower() in wanted
    quantifier, plain, if_exists = _parts(name)
    negated = plain in _NEGATED
    agrees = _OPERATORS[_NEGATED.get(plain, plain)]
    outcomes = [any(_safely(agrees, value, one) for one in wanted) != negated for value in values]
    if quantifier:  # without a value ForAllValues holds and ForAnyValue does not, IfExists or not
        return all(outcomes) if quantifier == "ForAllValues" else any(outcomes)
    return outcomes == [True] if values else if_exists or negated


def _parts(name: str) -> tuple[str, str, bool]:
    """'ForAnyValue:StringLikeIfExists' is ForAnyValue, StringLike, with IfExists."""
    quantifier, _, rest = name.rpartition(":")
    return quantifier, rest.removesuffix("IfExists"), rest.endswith("IfExists")


def _safely(agrees: Callable[[str, str], bool], value: str, wanted: str) -> bool:
    """What is not a number, a date or an address agrees with none."""
    try:
        return agrees(value, wanted)
    except ValueError:
        return False


def listed(value: Any) -> list[Any]:  # noqa: ANN401 -- any JSON value
    """In a policy, and in a request's context, one value may stand without the list."""
    return list(value) if isinstance(value, list | tuple) else [value]


def texts(value: Any) -> list[str]:  # noqa: ANN401 -- any JSON value
    """Return the values as texts: JSON's true and 7 are "true" and "7" to IAM."""
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in listed(value)]


def like(value: str, pattern: str) -> bool:
    """Match * and ?, also across the colons of an ARN; '[', a wildcard to fnmatch, is a character to IAM."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _arn_like(value: str, pattern: str) -> bool:
    """Match each of the six parts of an ARN by itself."""
    parts, patterns = value.split(":", 5), pattern.split(":", 5)
    return len(parts) == len(patterns) == 6 and all(map(like, parts, patterns))  # noqa: PLR2004 -- as said above


def _in_network(value: str, network: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(network, strict=False)


def _moment(text: str) -> float:
    """A date in ISO 8601 or in seconds since 1970; without a time zone it is UTC."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _by(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Callable[[str, str], bool]:
    return lambda value, wanted: compare(read(value), read(wanted))


_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": _by(str.lower, operator.eq),
    "StringLike": like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "BinaryEquals": operator.eq,  # both in base64
    "Bool": _by(str.lower, operator.eq),
    "IpAddress": _in_network,
    **{f"Numeric{name}": _by(float, compare) for name, compare in _ORDER.items()},
    **{f"Date{name}": _by(_moment, compare) for name, compare in _ORDER.items()},
}
_NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}
