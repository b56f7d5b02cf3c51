"""What one resource-based policy says to one request, when nothing else has a say: SNS that sends to a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from course.models.policy.conditions import Operator
from course.models.policy.document import Policy
from course.models.policy.finding import PolicyError
from course.models.policy.patterns import UnevaluableError
from course.models.policy.statements import matches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.models.policy.request import Request


def allows(policy: str | Mapping[str, Any], request: Request) -> bool:
    """Tell whether the policy alone allows the request; `PolicyError` for a policy that cannot be read."""
    return decision(policy, request) == "allowed"


def decision(policy: str | Mapping[str, Any], request: Request) -> Literal["allowed", "explicitDeny", "implicitDeny"]:
    """Say how a resource-based policy alone decides: a Deny that applies wins, and what nothing allows is denied.

    `PolicyError`, a `ValueError`, for a policy that cannot be read or that cannot decide the request; `evaluate` says
    'unknown' to the latter.
    """
    read = policy if isinstance(policy, Policy) else Policy.read(policy)
    for statement in read.statements:
        try:
            for name in statement.elements.get("Condition", {}):
                Operator.parse(name)
        except UnevaluableError as error:
            raise PolicyError(f"{error}.") from None
    found = matches(read, request, principal=True)
    for match in found:
        if match.outcome == "unknown":
            raise PolicyError(f"{match.statement.capitalize()} cannot be evaluated: {match.why}.")
    effects = {match.effect for match in found if match.outcome == "applies"}
    return "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"
