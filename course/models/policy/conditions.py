"""The Condition of a policy's statement: its operators, and when they hold for what a request has.

Source of the rules: the IAM user guide, 'IAM JSON policy elements: Condition operators' and 'Single-valued vs.
multivalued context keys'; for IfExists after ForAnyValue, the accepted answer on AWS re:Post to
'ForAnyValue:StringEqualsIfExists behaving unexpectedly'.
"""

from __future__ import annotations

import base64
import ipaddress
import operator
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from course.models.policy.patterns import Pattern, UnevaluableError, expanded, plain
from course.models.policy.values import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.models.policy.request import Request


@dataclass(frozen=True, slots=True)
class Operator:
    """One condition operator in parts: 'ForAnyValue:StringLikeIfExists' is ForAnyValue, StringLike, with IfExists."""

    name: str
    quantifier: str
    plain: str
    if_exists: bool

    @classmethod
    def parse(cls, name: str) -> Operator:
        """Take a name apart; `UnevaluableError` for one that IAM does not know, with the nearest that it knows."""
        quantifier, _, rest = name.rpartition(":")
        parts = cls(name, quantifier, rest.removesuffix("IfExists"), rest.endswith("IfExists"))
        unknown = parts.plain not in _NEGATED and parts.plain not in _OPERATORS
        if name != "Null" and (unknown or quantifier not in ("", "ForAllValues", "ForAnyValue")):
            near = get_close_matches(parts.plain, ("Null", *_OPERATORS, *_NEGATED), n=1)
            hint = f"did you mean {near[0]}?" if near else "StringEquals is one that it knows"
            raise UnevaluableError(f"IAM knows no condition operator {name}; {hint}")
        return parts

    @property
    def negated(self) -> bool:
        """Whether it holds where its plain form does not, and so without the key too."""
        return self.plain in _NEGATED


def check_value(name: str, value: str) -> None:
    """Raise `UnevaluableError` for a value that its operator cannot read, such as a network that is none."""
    parts = Operator.parse(name)
    if name == "Null" or parts.plain == "Bool":
        if value.lower() not in ("true", "false") and not value.startswith("${"):
            raise UnevaluableError(f"{name} compares with true or false, not with {value!r}")
    else:
        read = _READ.get(re.sub(r"Not|Equals|LessThan|GreaterThan", "", parts.plain), str)
        try:
            read(value)
        except ValueError:
            raise UnevaluableError(f"{name} cannot compare with {value!r}") from None


def failing(condition: Mapping[str, Any], request: Request, *, variables: bool) -> str:
    """Return why a Condition does not hold, '' where it holds: all its operators and all their keys must.

    What does not hold is found before what cannot be evaluated: a statement that does not apply anyway decides nothing.
    """
    puzzle: UnevaluableError | None = None
    for name, keys in condition.items():
        for key, wanted in keys.items():
            try:
                if not holds(name, request, key, texts(wanted), variables=variables):
                    has = request.values(key)
                    return f"{name} on {key} does not hold: the request has {', '.join(has) if has else 'no such key'}"
            except UnevaluableError as error:
                puzzle = puzzle or error
    if puzzle:
        raise puzzle
    return ""


def holds(name: str, request: Request, key: str, wanted: Sequence[str], *, variables: bool = True) -> bool:
    """Tell whether one condition operator holds for the request's values of a key and those in the policy."""
    parts, values = Operator.parse(name), request.values(key)
    for value in wanted:
        check_value(name, value)
    if name == "Null":
        return str(not values).lower() in [value.lower() for value in wanted]
    patterns = [expanded(value, request.values) if variables else plain(value) for value in wanted]
    agrees = _OPERATORS[_NEGATED.get(parts.plain, parts.plain)]
    outcomes = [any(_safely(agrees, value, one) for one in patterns) != parts.negated for value in values]
    if parts.quantifier:  # without a value ForAllValues holds and ForAnyValue does not, IfExists or not
        return all(outcomes) if parts.quantifier == "ForAllValues" else any(outcomes)
    return outcomes == [True] if values else parts.if_exists or parts.negated


def _safely(agrees: Callable[[str, Pattern], bool], value: str, wanted: Pattern) -> bool:
    """What is not a number, a date or an address in the request agrees with none."""
    try:
        return agrees(value, wanted)
    except ValueError:
        return False


def _moment(text: str) -> float:
    """A date in ISO 8601 or in seconds since 1970; without a time zone it is UTC."""
    if re.fullmatch(r"\d+(\.\d+)?", text) and not re.fullmatch(r"\d{4}", text):
        return float(text)
    if short := re.fullmatch(r"(\d{4})(?:-(\d\d))?", text):  # W3C's formats of a year, and of a month
        return datetime(int(short[1]), int(short[2] or 1), 1, tzinfo=UTC).timestamp()
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _by(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Callable[[str, Pattern], bool]:
    return lambda value, wanted: compare(read(value), read(wanted.text))


def _arn_like(value: str, pattern: Pattern) -> bool:
    """Match each of the six parts of an ARN by itself."""
    return pattern.matches(value, "arn")


_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
# the family of an operator -> how it reads the policy's value
_READ: Mapping[str, Callable[[str], Any]] = {
    "Numeric": float,
    "Date": _moment,
    "IpAddress": _network,
    "Binary": _bytes,
}
_OPERATORS: Mapping[str, Callable[[str, Pattern], bool]] = {
    "StringEquals": _by(str, operator.eq),
    "StringEqualsIgnoreCase": _by(str.lower, operator.eq),
    "StringLike": lambda value, pattern: pattern.matches(value),
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "BinaryEquals": _by(_bytes, operator.eq),
    "Bool": _by(str.lower, operator.eq),
    "IpAddress": lambda value, network: ipaddress.ip_address(value) in _network(network.text),
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
