"""Does one statement of a policy apply to a request? Yes, no, or it cannot be told, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from course.models.policy.conditions import Operator, failing
from course.models.policy.patterns import Pattern, UnevaluableError, expanded, plain
from course.models.policy.principals import Naming, naming, spared
from course.models.policy.values import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from course.models.policy.document import Effect, Policy, Statement
    from course.models.policy.request import Request

Outcome = Literal["applies", "does not apply", "unknown"]


@dataclass(frozen=True, slots=True)
class Match:
    """One statement of one policy against one request.

    `why` is a clause that says why it does not apply, or why that cannot be told; '' where it applies. `naming` is how
    a resource-based policy calls the caller.
    """

    policy: str
    statement: str
    line: int
    effect: Effect
    outcome: Outcome
    why: str = ""
    naming: Naming = Naming.NOBODY

    def __str__(self) -> str:
        """The statement as a caption names it."""
        return f"{self.statement} ({self.policy}, line {self.line})"


def matches(policy: Policy, request: Request, *, principal: bool, bounded: bool = False) -> tuple[Match, ...]:
    """Hold every statement of a policy against a request.

    `principal` tells whether it is a resource-based policy or an RCP, whose statements name principals; `bounded`
    whether the caller has a permissions boundary: then a Deny with NotPrincipal applies to it, whomever that names.
    """
    return tuple(_match(policy, statement, request, principal, bounded) for statement in policy.statements)


def _match(policy: Policy, statement: Statement, request: Request, principal: bool, bounded: bool) -> Match:  # noqa: FBT001
    found = Naming.NOBODY
    why, puzzle = "", ""
    for test in _tests(statement, request, principal, bounded):
        try:
            answer = test()
        except UnevaluableError as error:
            puzzle = puzzle or str(error)
            continue
        if isinstance(answer, Naming):
            found = answer
        elif answer:
            why = answer
            break
    outcome: Outcome = "does not apply" if why else "unknown" if puzzle else "applies"
    return Match(policy.name, statement.label, statement.line, statement.effect, outcome, why or puzzle, found)


def _tests(
    statement: Statement,
    request: Request,
    principal: bool,  # noqa: FBT001
    bounded: bool,  # noqa: FBT001
) -> Iterator[Callable[[], str | Naming]]:
    """Yield the tests of a statement: each says why it fails, '' where it does not, or how it names the caller."""
    yield lambda: _principal(statement, request, bounded) if principal else _no_principal(statement)
    yield lambda: _covers(statement, request, "Action", request.action)
    yield lambda: _covers(statement, request, "Resource", request.resource)
    yield lambda: failing(_condition(statement), request, variables=statement.variables)


def _principal(statement: Statement, request: Request, bounded: bool) -> str | Naming:  # noqa: FBT001
    elements, caller = statement.elements, request.caller
    if "NotPrincipal" in elements:
        named = naming(elements["NotPrincipal"], caller)
        if statement.effect == "Deny":
            sparing = not bounded and spared(elements["NotPrincipal"], caller)
            return f"its NotPrincipal spares {caller}" if sparing else Naming.EVERYBODY
        return f"its NotPrincipal leaves out {caller}" if named else Naming.EVERYBODY
    if "Principal" not in elements:
        raise UnevaluableError("it has no Principal, and a resource-based policy says by that whom it means")
    return naming(elements["Principal"], caller) or f"its Principal does not name {caller}"


def _no_principal(statement: Statement) -> str:
    if named := {"Principal", "NotPrincipal"} & set(statement.elements):
        raise UnevaluableError(f"it has a {min(named)}, which only a resource-based policy may have")
    return ""


def _covers(statement: Statement, request: Request, element: Literal["Action", "Resource"], value: str) -> str:
    """Say why the element, or what its Not form leaves, does not cover the value. Case matters in resources only."""
    negated = f"Not{element}" in statement.elements
    name = f"Not{element}" if negated else element
    if name not in statement.elements:  # a trust policy has no Resource: it stands for its own role
        return "" if element == "Resource" else f"it has no {element}"
    patterns = texts(statement.elements[name])
    if element == "Action":
        covered = any(plain(pattern.lower()).matches(value.lower()) for pattern in patterns)
    else:
        resources = [_pattern(pattern, statement, request) for pattern in patterns]
        covered = any(resource.matches(value, "resource") for resource in resources)
    if covered == negated:
        return f"its {name} leaves {value} out" if negated else f"its {name} does not cover {value}"
    return ""


def _pattern(text: str, statement: Statement, request: Request) -> Pattern:
    return expanded(text, request.values) if statement.variables else plain(text)


def _condition(statement: Statement) -> dict[str, dict[str, object]]:
    """The Condition, whose operators are all known."""
    condition = statement.elements.get("Condition", {})
    if not (isinstance(condition, dict) and all(isinstance(keys, dict) for keys in condition.values())):
        raise UnevaluableError('its Condition is not of the form {"operator": {"key": value}}')
    for name in condition:
        Operator.parse(name)
    return condition
