"""An SNS subscription filter policy: which messages a subscription wants, and in words why not another one.

Source of the rules: the Amazon SNS developer guide, 'Subscription filter policies' and its pages on matching.
"""

from __future__ import annotations

import ipaddress
import json
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Scope = Literal["MessageAttributes", "MessageBody"]

MAX_KEYS = 5
MAX_COMBINATIONS = 150
MAX_NUMBER = 10**9
DIGITS = 5  # SNS compares numbers to five digits after the decimal point

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class FilterPolicy:
    """What a subscription wants: every key must agree (AND), with any one of its values (OR).

    `rules` is the policy as plain data. Raises ValueError, in one sentence, for a policy that SNS refuses.
    """

    rules: Mapping[str, Any]
    scope: Scope = "MessageAttributes"

    def __post_init__(self) -> None:
        if not isinstance(self.rules, Mapping):
            raise ValueError(  # noqa: TRY004 -- one error for every policy that SNS refuses
                'A filter policy is a JSON object, such as {"event": ["order_placed"]}.'
            )
        if self.scope not in ("MessageAttributes", "MessageBody"):
            raise ValueError(f"FilterPolicyScope is MessageAttributes or MessageBody, not {self.scope}.")
        if (keys := _count_keys(self.rules)) > MAX_KEYS:
            raise ValueError(f"A filter policy has at most {MAX_KEYS} keys, not {keys}.")
        if (combinations := _combinations(self.rules, 1, nested=self.scope == "MessageBody")) > MAX_COMBINATIONS:
            raise ValueError(
                f"A filter policy has at most {MAX_COMBINATIONS} combinations of values, not {combinations}."
            )

    @classmethod
    def from_json(cls, text: str, scope: Scope = "MessageAttributes") -> FilterPolicy:
        """Read a policy from JSON text, as the FilterPolicy attribute has it; ValueError if it is not one."""
        try:
            rules = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(
                f"The filter policy is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
            ) from None
        return cls(rules, scope)

    def refusal(self, properties: Mapping[str, Any]) -> str | None:
        """Say why a message with these `properties` is filtered out, None when the subscription gets it.

        `properties` are the message attributes as plain values (text is String, a number Number, a list
        String.Array) or, for the scope MessageBody, the message body read from JSON.
        """
        # AWS: "exists": false matches only if there is at least one attribute
        if self.scope == "MessageAttributes" and not properties and self.rules:
            return "the message has no attributes"
        return _refusal(self.rules, [properties])


def matches(policy: Mapping[str, Any], properties: Mapping[str, Any], scope: Scope = "MessageAttributes") -> bool:
    """Tell whether a subscription with this filter policy gets a message with these properties."""
    return FilterPolicy(policy, scope).refusal(properties) is None


def _refusal(rules: Mapping[str, Any], nodes: Sequence[Any], path: str = "") -> str | None:
    """Return why the objects `nodes`, all those at `path`, do not satisfy the rules; None when they do."""
    for key, rule in rules.items():
        name = path + key
        if _is_or(key, rule):
            reasons = [_refusal(alternative, nodes, path) for alternative in rule]
            if None not in reasons:
                return "no part of $or agrees: " + "; ".join(reason for reason in reasons if reason)
            continue
        found = [value for node in nodes if key in node for value in _flat(node[key])]
        if isinstance(rule, Mapping):
            reason = _refusal(rule, [value for value in found if isinstance(value, Mapping)], f"{name}.")
        else:
            reason = _key_refusal(name, rule, [value for value in found if not isinstance(value, Mapping)])
        if reason:
            return reason
    return None


def _key_refusal(name: str, rule: Sequence[Any], values: Sequence[Any]) -> str | None:
    if any(_accepts(condition, values) for condition in rule):
        return None
    if not values:
        return f"the message has no {name}"
    shown = f"{name}={', '.join(value if isinstance(value, str) else json.dumps(value) for value in values)}"
    if any(isinstance(condition, Mapping) for condition in rule):
        return f"{shown} does not satisfy {' or '.join(json.dumps(condition) for condition in rule)}"
    return f"{shown} is not in {json.dumps(rule)}"


def _flat(value: Any) -> Iterable[Any]:  # noqa: ANN401 -- any JSON value
    """Yield the values of a property: SNS compares the elements of an array one by one."""
    if isinstance(value, list | tuple):
        for element in value:
            yield from _flat(element)
    else:
        yield value


def _accepts(condition: Any, values: Sequence[Any]) -> bool:  # noqa: ANN401 -- any JSON value
    if isinstance(condition, Mapping) and "exists" in condition:
        if condition["exists"]:
            return any(value not in (None, "") for value in values)
        return not values
    return any(_accepts_value(condition, value) for value in values)


def _accepts_value(condition: Any, value: Any) -> bool:  # noqa: ANN401 -- any JSON value
    if not isinstance(condition, Mapping):
        return _equal(condition, value)
    ((name, operand),) = condition.items()
    if name == "anything-but":
        unwanted = _patterns(operand) if isinstance(operand, Mapping) else _as_list(operand)
        return value is not None and not any(_accepts_value(one, value) for one in unwanted)
    if name == "numeric":
        bounds = zip(operand[::2], operand[1::2], strict=True)
        return _is_number(value) and all(
            _COMPARISONS[sign](round(value, DIGITS), round(bound, DIGITS)) for sign, bound in bounds
        )
    return isinstance(value, str) and _STRING_OPERATORS[name](operand, value)


def _equal(wanted: Any, value: Any) -> bool:  # noqa: ANN401 -- any JSON value
    if _is_number(wanted) and _is_number(value):
        return bool(round(wanted, DIGITS) == round(value, DIGITS))
    return type(wanted) is type(value) and bool(wanted == value)


def _in_network(network: str, address: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


_STRING_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "prefix": lambda wanted, value: value.startswith(wanted),
    "suffix": lambda wanted, value: value.endswith(wanted),
    "equals-ignore-case": lambda wanted, value: value.lower() == wanted.lower(),
    "wildcard": lambda wanted, value: bool(re.fullmatch(re.escape(wanted).replace(r"\*", ".*"), value, re.DOTALL)),
    "cidr": _in_network,
}
_OPERATORS = (*_STRING_OPERATORS, "anything-but", "exists", "numeric")
_INSIDE_ANYTHING_BUT = ("prefix", "suffix", "wildcard")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 -- any JSON value
    return value if isinstance(value, list) else [value]


def _patterns(operand: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Turn {"prefix": ["a", "b"]} into [{"prefix": "a"}, {"prefix": "b"}]."""
    return [{name: one} for name, patterns in operand.items() for one in _as_list(patterns)]


def _is_or(key: str, rule: object) -> bool:
    """Tell whether this is SNS's $or: two or more objects, none of which has an operator's name as a key."""
    return (
        key == "$or"
        and isinstance(rule, list)
        and len(rule) > 1
        and all(isinstance(one, Mapping) and not set(one) & set(_OPERATORS) for one in rule)
    )


def _count_keys(rules: Mapping[str, Any]) -> int:
    """Count the keys that hold values; of an $or, those of its largest alternative."""
    count = 0
    for key, rule in rules.items():
        if _is_or(key, rule):
            count += max(_count_keys(alternative) for alternative in rule)
        else:
            count += _count_keys(rule) if isinstance(rule, Mapping) else 1
    return count


def _combinations(rules: Mapping[str, Any], depth: int, *, nested: bool) -> int:
    """Check every rule and return the policy's complexity: values times depth, multiplied over the keys."""
    total = 1
    for key, rule in rules.items():
        if _is_or(key, rule):
            total *= sum(_combinations(alternative, depth, nested=nested) for alternative in rule)
        elif isinstance(rule, Mapping):
            if not nested:
                raise ValueError(f'"{key}" is nested, which needs FilterPolicyScope MessageBody; write a list instead.')
            total *= _combinations(rule, depth + 1, nested=nested)
        elif isinstance(rule, list) and rule:
            for condition in rule:
                _check(key, condition)
            total *= len(rule) * depth
        else:
            raise ValueError(f'"{key}" needs a list of the values it may have, such as ["order_placed"].')
    return total


def _check(key: str, condition: Any) -> None:  # noqa: ANN401 -- any JSON value
    if _is_number(condition):
        if not math.isfinite(condition) or abs(condition) > MAX_NUMBER:
            raise ValueError(f'"{key}" has {condition}; SNS compares numbers from -1 billion to 1 billion.')
        return
    if condition is None or isinstance(condition, str | bool):
        return
    if not isinstance(condition, Mapping) or len(condition) != 1:
        raise ValueError(f'"{key}" has {json.dumps(condition)}; each value is text, a number or one operator.')
    ((name, operand),) = condition.items()
    if name not in _OPERATORS:
        raise ValueError(
            f'"{key}" has the operator "{name}", which SNS does not know; it knows {", ".join(_OPERATORS)}.'
        )
    if problem := _operand_problem(name, operand):
        raise ValueError(f'"{key}" has "{name}": {json.dumps(operand)}; {problem}.')


def _operand_problem(name: str, operand: Any) -> str | None:  # noqa: ANN401 -- any JSON value
    if name == "exists":
        return None if isinstance(operand, bool) else "write true or false"
    if name == "numeric":
        return None if _is_range(operand) else 'write a comparison or a range, such as [">=", 0, "<", 100]'
    if name == "anything-but":
        return None if _is_unwanted(operand) else 'write text, numbers, a list of them, or {"prefix": "..."}'
    if not isinstance(operand, str):
        return "write text in quotation marks"
    if name == "cidr":
        try:
            ipaddress.ip_network(operand, strict=False)
        except ValueError:
            return 'write a block such as "10.0.0.0/24"'
    return None


def _is_range(operand: Any) -> bool:  # noqa: ANN401 -- any JSON value
    match operand:
        case [sign, bound]:
            return sign in _COMPARISONS and _is_number(bound)
        case [">" | ">=", low, "<" | "<=", high]:
            return _is_number(low) and _is_number(high) and low < high
    return False


def _is_unwanted(operand: Any) -> bool:  # noqa: ANN401 -- any JSON value
    if isinstance(operand, Mapping):
        return len(operand) == 1 and all(
            name in _INSIDE_ANYTHING_BUT and patterns and all(isinstance(one, str) for one in _as_list(patterns))
            for name, patterns in operand.items()
        )
    return operand != [] and all(isinstance(one, str) or _is_number(one) for one in _as_list(operand))
