"""What one resource-based policy says to one request, such as a queue policy to SNS that wants to send a message.

Source of the rules: the IAM user guide, 'Policy evaluation logic' and 'IAM JSON policy element reference'. Nothing
else has a say here: no identity-based policy, service control policy or permissions boundary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from course.models.policy_condition import PolicyError, check, holds, like, listed, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# IAM's own words for it (PolicyEvaluationDecisionType)
Decision = Literal["allowed", "explicitDeny", "implicitDeny"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request to AWS: who wants to do what with which resource.

    `principal` is written as in a policy: {"Service": "sns.amazonaws.com"}, or {"AWS": …} with an account's ID or the
    ARN of a user, a role session; None is an anonymous caller. `context` holds the condition keys of the request, a
    list where a key is multivalued.
    """

    principal: Mapping[str, str] | None
    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    def values(self, key: str) -> list[str]:
        """Return what the request has for a condition key, whose upper and lower case are one; [] when it has none."""
        return [text for name, found in self.context.items() if name.lower() == key.lower() for text in texts(found)]

    def identities(self) -> set[tuple[str, str]]:
        """Return the names by which a policy may call the principal: its own, its role's and its account's."""
        return {(kind, name) for kind, own in (self.principal or {}).items() for name in _identities(own)}


def allows(policy: Mapping[str, Any], request: Request) -> bool:
    """Tell whether the policy allows the request; `PolicyError` for a policy that cannot be read."""
    return decision(policy, request) == "allowed"


def decision(policy: Mapping[str, Any], request: Request) -> Decision:
    """Say how the policy, read from its JSON, decides: a Deny that applies wins, and what nothing allows is denied.

    `PolicyError`, a `ValueError`, for a policy that cannot be read.
    """
    statements = listed(policy.get("Statement", []))
    for statement in statements:
        _check(statement)
    effects = {statement["Effect"] for statement in statements if _applies(statement, request)}
    return "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"


def _check(statement: Mapping[str, Any]) -> None:
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"The Effect of a statement is Allow or Deny, not {statement.get('Effect')!r}.")
    if variable := re.search(r"\$\{[^}]*\}", str(statement)):
        raise PolicyError(f"The policy variable {variable[0]} is not known here; write its value in its place.")
    for name in statement.get("Condition", {}):
        check(name)


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    return (
        _covers_principal(statement, request.identities())
        and _covers(statement, "Action", request.action)
        and _covers(statement, "Resource", request.resource)
        and all(
            holds(name, request.values(key), texts(wanted))
            for name, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _covers(statement: Mapping[str, Any], element: Literal["Action", "Resource"], value: str) -> bool:
    """Tell whether the element, or what its Not form leaves, covers the value. Upper case matters in resources only."""
    negated = f"Not{element}" in statement
    patterns = texts(statement.get(f"Not{element}" if negated else element, []))
    case = str.lower if element == "Action" else str
    return any(like(case(value), case(pattern)) for pattern in patterns) != negated


def _covers_principal(statement: Mapping[str, Any], identities: set[tuple[str, str]]) -> bool:
    """Tell whether Principal or NotPrincipal covers a caller with these names.

    A Deny with NotPrincipal spares a caller only where it names the session, its role and its account: AWS may check
    one after the other ('AWS JSON policy elements: NotPrincipal').
    """
    named = _named(statement.get("NotPrincipal", statement.get("Principal", {})))
    everybody = ("AWS", "*") in named
    if "NotPrincipal" not in statement:
        return everybody or not named.isdisjoint(identities)
    if statement["Effect"] == "Deny":
        return not (everybody or (identities and identities <= named))
    return not everybody and named.isdisjoint(identities)


def _named(element: str | Mapping[str, Any]) -> set[tuple[str, str]]:
    """The names in a Principal. A wildcard stands for all of them or for none: '*' is the same as {"AWS": "*"}."""
    kinds = {"AWS": element} if isinstance(element, str) else element
    return {(kind, _short(name)) for kind, names in kinds.items() for name in listed(names)}


def _identities(name: str) -> Iterator[str]:
    """The principal itself, the account of an ARN, and the role of an assumed-role session."""
    yield _short(name)
    if found := re.fullmatch(r"arn:([\w-]+):(?:iam|sts)::(\d{12}):(?:assumed-role/(.+)/[^/]+|.+)", name):
        partition, account, role = found.groups()
        yield account
        if role:
            yield f"arn:{partition}:iam::{account}:role/{role}"


def _short(name: str) -> str:
    """An account's ID for the ARN of its root: in a policy they are the same."""
    return re.sub(r"^arn:[\w-]+:iam::(\d{12}):root$", r"\1", name)
