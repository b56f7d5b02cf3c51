"""AWS's policy evaluation: all policies that have a say in a request, the decision, and the steps that lead to it.

Source of the rules: the IAM user guide, 'Policy evaluation logic' with its pages on requests in one account and across
accounts, and 'Permissions boundaries for IAM entities'; the KMS developer guide, 'Key policies in AWS KMS'. Grants of
KMS, ACLs, VPC endpoint policies and the list of services that RCPs reach are not modelled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from course.models.policy.organization import RCP_FULL_AWS_ACCESS
from course.models.policy.principals import Naming
from course.models.policy.statements import Match, matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.models.policy.document import Policy
    from course.models.policy.organization import Organization
    from course.models.policy.request import Caller, Request

# IAM's own words for it (PolicyEvaluationDecisionType), and 'unknown' for what cannot be told
Decision = Literal["allowed", "explicitDeny", "implicitDeny", "unknown"]
Layer = Literal[
    "explicit deny", "RCP", "SCP", "resource policy", "identity policy", "permissions boundary", "session policy"
]
Outcome = Literal["granted", "passed", "silent", "denied", "unknown"]

_LIMITS: tuple[Layer, ...] = ("permissions boundary", "session policy")
_OUTSIDERS = ("service", "identity provider", "anonymous")


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that have a say in one request; what is left out is not there.

    `identity` are those of the user and its groups, or of the role; `resource` is a bucket policy, a key policy, a
    trust policy or the like. `session` are session policies: None for a session without any, in which a federated user
    can do nothing. `owner` is the account that owns the resource, needed where its ARN does not say and it is not the
    caller's.
    """

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    organization: Organization | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an evaluation.

    `where` names the policies or the level of the organization; `matches` are all statements that were asked. 'granted'
    is an Allow that gives, 'passed' one that only does not take away, 'silent' no Allow where none is needed yet.
    """

    layer: Layer
    where: str
    outcome: Outcome
    sentence: str
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The decision about one request, and the steps in AWS's order up to the one that decides."""

    decision: Decision
    steps: tuple[Step, ...]

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.decision == "allowed"

    @property
    def deciding(self) -> Step:
        """The step that denies or cannot be told; of an allowed request the last one that grants."""
        if self.allowed:
            return [step for step in self.steps if step.outcome == "granted"][-1]
        return self.steps[-1]


@dataclass(frozen=True, slots=True)
class _Part:
    """The policies of one layer, or of one level of it, and their answers."""

    layer: Layer
    where: str
    matches: tuple[Match, ...]

    def applying(self, effect: str) -> tuple[Match, ...]:
        return tuple(m for m in self.matches if m.effect == effect and m.outcome == "applies")

    def step(self, outcome: Outcome, sentence: str) -> Step:
        return Step(self.layer, self.where, outcome, sentence, self.matches)


def evaluate(request: Request, policies: Policies) -> Evaluation:
    """Decide a request as AWS does, and say how."""
    caller, owner = request.caller, _owner(request, policies)
    asked = replace(request, context=_context(request, policies, owner))
    steps: list[Step] = []
    for step in _steps(asked, policies, caller, owner):
        steps.append(step)
        if step.outcome in ("denied", "unknown"):
            break
    last = steps[-1]
    decision: Decision = "allowed"
    if last.outcome == "unknown":
        decision = "unknown"
    elif last.outcome == "denied":
        decision = "explicitDeny" if last.layer == "explicit deny" else "implicitDeny"
    return Evaluation(decision, tuple(steps))


def _steps(request: Request, policies: Policies, caller: Caller, owner: str) -> Iterator[Step]:
    """Yield the steps as if none denied: the first that does is the last that counts."""
    parts = tuple(_parts(request, policies, caller, owner))
    yield _first(parts)
    yield from (_limit(part, request) for part in parts if part.layer in ("RCP", "SCP"))
    resource = next((part for part in parts if part.layer == "resource policy"), None)
    step, strongest = _resource(resource, request, caller, owner)
    yield step
    same = caller.account == owner
    if caller.kind in _OUTSIDERS or (same and strongest >= Naming.EVERYBODY):
        return
    if not (same and strongest == Naming.ISSUER):
        yield _identity(parts, request, caller)
    yield from (_limit(part, request) for part in parts if part.layer in _LIMITS)
    if caller.kind == "federated user" and policies.session is None:
        why = "A federated user has no permissions but those of its session policies, and its session has none."
        yield Step("session policy", "the session policies", "denied", why)


def _parts(request: Request, policies: Policies, caller: Caller, owner: str) -> Iterator[_Part]:
    """Yield what has a say, in AWS's order."""
    organization = policies.organization
    bounded = policies.boundary is not None and caller.kind != "root"

    def part(layer: Layer, where: str, *them: Policy, principal: bool = False) -> _Part:
        found = [m for p in them for m in matches(p, request, principal=principal, bounded=bounded)]
        return _Part(layer, where, tuple(found))

    if organization and not caller.service_linked:
        for level in organization.levels(owner):
            yield part("RCP", level.label, RCP_FULL_AWS_ACCESS, *level.rcps, principal=True)
        for level in organization.levels(caller.account):
            yield part("SCP", level.label, *level.scps)
    if policies.resource:
        yield part("resource policy", policies.resource.name, policies.resource, principal=True)
    if caller.kind in _OUTSIDERS:
        return
    if caller.kind != "root":
        yield part("identity policy", "the identity-based policies", *policies.identity)
    if policies.boundary and bounded:
        yield part("permissions boundary", policies.boundary.name, policies.boundary)
    if policies.session is not None:
        yield part("session policy", "the session policies", *policies.session)


def _first(parts: tuple[_Part, ...]) -> Step:
    """Look for a Deny in all policies; only then for statements that cannot be evaluated, of which none may decide."""
    for part in parts:
        if denies := part.applying("Deny"):
            sentence = f"An explicit deny: {denies[0]} applies. A Deny wins over every Allow."
            return Step("explicit deny", _place(part), "denied", sentence, denies)
    for part in parts:
        for match in part.matches:
            if match.outcome == "unknown":
                return part.step("unknown", f"It cannot be told whether {match} applies: {match.why}.")
    asked = tuple(match for part in parts for match in part.matches if match.effect == "Deny")
    return Step("explicit deny", "all policies", "passed", "No Deny of any policy applies.", asked)


def _limit(part: _Part, request: Request) -> Step:
    """SCPs, RCPs, boundaries and session policies give nothing: they must let the request pass."""
    if allows := part.applying("Allow"):
        return part.step("passed", f"The {_place(part)} lets it pass: {allows[0]} allows {request.action}.")
    return part.step("denied", f"The {_place(part)} does not allow {request.action}{_why(part)}: an implicit deny.")


def _resource(part: _Part | None, request: Request, caller: Caller, owner: str) -> tuple[Step, Naming]:
    """What the resource-based policy says decides alone, or not, by the name that it calls the caller."""
    kind = _kind(request)
    part = part or _Part("resource policy", f"the {kind}", ())
    allows = part.applying("Allow")
    strongest = max((match.naming for match in allows), default=Naming.NOBODY)
    if allows:
        best = next(match for match in allows if match.naming == strongest)
        said = f"The {kind} allows it: {best} {_called(strongest, caller)}."
        rest = _rest(strongest, caller, same=caller.account == owner)
        weak = strongest == Naming.ACCOUNT and caller.account == owner
        return part.step("passed" if weak else "granted", f"{said} {rest}".rstrip()), strongest
    if part.matches:
        said = f"The {kind} does not allow {caller} to do {request.action}{_why(part)}"
    else:
        said = "The resource has no policy of its own" if kind == "resource policy" else f"There is no {kind}"
    if caller.kind in _OUTSIDERS:
        return part.step("denied", f"{said}, and nothing else can allow {caller}: an implicit deny."), strongest
    if caller.account != owner:
        return part.step("denied", f"{said}: nothing opens account {owner} to another account."), strongest
    if kind != "resource policy":
        return part.step("denied", f"{said}, and without its {kind} no other policy can: an implicit deny."), strongest
    return part.step("silent", f"{said}; in one account an identity-based policy can allow it."), strongest


def _called(strongest: Naming, caller: Caller) -> str:
    return {
        Naming.ACCOUNT: f"names account {caller.account}",
        Naming.ISSUER: f"names {'the role' if caller.kind.startswith('role') else 'the user'} {caller.issuer}",
        Naming.EVERYBODY: "is for everybody",
    }.get(strongest, f"names {caller} directly")


def _rest(strongest: Naming, caller: Caller, *, same: bool) -> str:
    """Say what else is asked after an Allow of the resource-based policy."""
    if caller.kind in _OUTSIDERS:
        return ""
    if not same:
        return f"Across accounts, account {caller.account} must allow it too."
    if strongest == Naming.ACCOUNT:
        return "That leaves it to the account's identity-based policies."
    if strongest == Naming.ISSUER:
        return "That stands for an identity-based policy; a boundary and session policies still limit it."
    return "No identity-based policy, boundary or session policy is asked."


def _identity(parts: tuple[_Part, ...], request: Request, caller: Caller) -> Step:
    if caller.kind == "root":
        sentence = f"{str(caller).capitalize()} has full access of its own: no policy needs to give it."
        return Step("identity policy", "the root user", "granted", sentence)
    part = next(part for part in parts if part.layer == "identity policy")
    if allows := part.applying("Allow"):
        return part.step("granted", f"The identity-based policy gives it: {allows[0]} allows {request.action}.")
    sentence = f"No identity-based policy of {caller} allows {request.action}{_why(part)}: an implicit deny."
    return part.step("denied", sentence)


def _why(part: _Part) -> str:
    """Say of the Allow that came nearest why it does not apply: the later the test that fails, the nearer."""
    order = ("Principal", "Action", "Resource", " on ")
    near = [m for m in part.matches if m.effect == "Allow"]
    best = max(near, key=lambda m: next((i for i, word in enumerate(order) if word in m.why), 0), default=None)
    return f" ({best.statement}: {best.why})" if best else ""


def _place(part: _Part) -> str:
    return f"{part.layer} at {part.where}" if part.layer in ("RCP", "SCP") else part.layer


def _kind(request: Request) -> str:
    """Key policies and trust policies must name the caller or its account; other resources can do without a policy."""
    service = request.action.partition(":")[0].lower()
    if service == "kms" and ":key/" in request.resource:
        return "key policy"
    return "trust policy" if service == "sts" and ":role/" in request.resource else "resource policy"


def _owner(request: Request, policies: Policies) -> str:
    """Return the account of the resource: its ARN's, or else the one that is said, or else the caller's own."""
    found = re.match(r"(?:[^:]*:){4}(\d{12}):", request.resource)
    return found[1] if found else policies.owner or request.caller.account


def _context(request: Request, policies: Policies, owner: str) -> dict[str, str | Sequence[str]]:
    """The request's keys, and those that follow from the accounts and their organization."""
    organization = policies.organization
    found: dict[str, str | Sequence[str]] = {"aws:ResourceAccount": owner} if owner else {}
    if organization and organization.has(request.caller.account):
        found["aws:PrincipalOrgID"] = organization.id
    if organization and organization.has(owner):
        found["aws:ResourceOrgID"] = organization.id
    given = {key.lower() for key in request.context}
    return {key: value for key, value in found.items() if key.lower() not in given} | dict(request.context)
