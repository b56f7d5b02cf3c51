"""The policy demo: a request on its way through the layers of policies, up to the one that decides."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import ipywidgets

from course.demos.demo import Demo
from course.demos.policy_situations import CALLERS, HERE, MANAGEMENT, SITUATIONS
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.policy import (
    FULL_AWS_ACCESS,
    Account,
    Evaluation,
    Organization,
    Policies,
    Policy,
    Request,
    Unit,
    evaluate,
    lint,
)
from course.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.demos.scene import Look
    from course.models.policy import Layer, PolicyKind, Step

# layer -> its place on the stage; the way turns back after the resource policy
_PLACES: dict[Layer, tuple[str, float, float]] = {
    "explicit deny": ("any Deny?", 1, 0),
    "RCP": ("RCPs", 2, 0),
    "SCP": ("SCPs", 3, 0),
    "resource policy": ("resource policy", 4, 0),
    "identity policy": ("identity policy", 4, 1),
    "permissions boundary": ("boundary", 3, 1),
    "session policy": ("session policy", 2, 1),
}
# control -> what its policy is called, and its kind for lint
_POLICIES: dict[str, tuple[str, PolicyKind]] = {
    "identity": ("identity policy", "identity"),
    "resource_policy": ("resource policy", "resource"),
    "boundary": ("permissions boundary", "boundary"),
    "session": ("session policy", "session"),
    "scp": ("SCP of OU Sales", "scp"),
    "rcp": ("RCP of the root", "rcp"),
}
_DECISIONS = {
    "allowed": "allowed",
    "explicitDeny": "explicit deny",
    "implicitDeny": "implicit deny",
    "unknown": "it cannot be told",
}
_BADGES = {"granted": "allows", "passed": "lets it pass", "silent": "says nothing", "denied": "denies", "unknown": "?"}


def policy_evaluation(situation: str = "an identity policy allows") -> Demo:
    """Return the demo of AWS's policy evaluation; `situation` is one of its prepared ones, to be edited.

    Raises ValueError for a situation that there is none of.
    """
    if situation not in SITUATIONS:
        raise ValueError(f"There is no situation {situation!r}; choose from {', '.join(SITUATIONS)}.")
    prepared = {name: found.values() for name, found in SITUATIONS.items()}
    return Demo(policy_scene, _controls(situation), prepared)


def policy_scene(
    *,
    caller: str,
    action: str,
    resource: str,
    context: str = "",
    situation: str = "",
    **policies: str,
) -> Scene:
    """Evaluate a request under these policies (JSON texts, empty means none) and show the way to the decision.

    ValueError names the policy with the findings that AWS refuses it for.
    """
    principal, issuer = CALLERS[caller]
    request = Request(principal, action.strip(), resource.strip(), _context(context), issuer)
    read = _read(policies, request)
    frames = tuple(_frames(request, evaluate(request, read), _present(read)))
    return Scene(
        title=f"Policy evaluation{': ' if situation else ''}{situation}",
        summary=f"A request passes the layers of AWS's policy evaluation. {frames[-1].caption}",
        nodes=(
            Node("request", "request", 0, 0, "producer", slots=1),
            *(Node(layer, label, x, y, slots=1) for layer, (label, x, y) in _PLACES.items()),
            Node("allowed", "the resource", 1, 1, "store", slots=1),
        ),
        edges=(
            *(Edge(one, other) for one, other in zip(("request", *_PLACES), _PLACES, strict=False)),
            Edge("session policy", "allowed"),
        ),
        frames=frames,
        legend={"plain": "on its way", "done": "allowed", "failed": "denied", "held": "it cannot be told"},
        picture_frame=max(0, len(frames) - 2),
    )


def _controls(situation: str) -> dict[str, Any]:
    first = SITUATIONS[situation].values()
    controls: dict[str, Any] = {
        "situation": ipywidgets.Dropdown(options=list(SITUATIONS), value=situation, description="situation"),
        "caller": ipywidgets.Dropdown(options=list(CALLERS), value=first["caller"], description="who"),
        "action": ipywidgets.Text(first["action"], description="does"),
        "resource": ipywidgets.Text(first["resource"], description="with"),
        "context": ipywidgets.Textarea(
            first["context"], description="condition keys", rows=1, placeholder='{"aws:SourceIp": "203.0.113.7"}'
        ),
    }
    for name, (label, _) in _POLICIES.items():
        controls[name] = ipywidgets.Textarea(first[name], description=label, rows=5, placeholder="no such policy")
    return controls


def _context(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError('condition keys: write a JSON object, such as {"aws:SecureTransport": "true"}.')  # noqa: TRY004
    return found


def _read(texts: dict[str, str], request: Request) -> Policies:
    """Read the policies of the controls; SCP and RCP make an organization, with its member in the OU Sales."""
    given = {name: _policy(name, text, request) for name, text in texts.items() if text.strip()}
    identity, session, scp, rcp = (given.get(name) for name in ("identity", "session", "scp", "rcp"))
    organization = None
    if scp or rcp:
        sales = Unit("Sales", scps=(scp or FULL_AWS_ACCESS,), accounts=(Account(HERE),))
        root = Unit("root", rcps=(rcp,) if rcp else (), units=(sales,), accounts=(Account(MANAGEMENT),))
        organization = Organization(root, MANAGEMENT)
    return Policies(
        identity=(identity,) if identity else (),
        resource=given.get("resource_policy"),
        boundary=given.get("boundary"),
        session=(session,) if session else None,
        organization=organization,
        owner=HERE,
    )


def _policy(name: str, text: str, request: Request) -> Policy:
    label, kind = _POLICIES[name]
    if name == "resource_policy":
        kind = "key" if ":key/" in request.resource else "trust" if ":role/" in request.resource else kind
    if faults := [str(finding) for finding in lint(text, kind) if finding.severity == "error"]:
        raise ValueError(f"{label}: {' '.join(faults)}")
    return Policy.read(text, label)


def _present(policies: Policies) -> dict[Layer, bool]:
    """Tell for each layer whether there is a policy in it."""
    return {
        "explicit deny": True,
        "RCP": policies.organization is not None,
        "SCP": policies.organization is not None,
        "resource policy": policies.resource is not None,
        "identity policy": bool(policies.identity),
        "permissions boundary": policies.boundary is not None,
        "session policy": policies.session is not None,
    }


def _frames(request: Request, evaluation: Evaluation, present: dict[Layer, bool]) -> Iterator[Frame]:
    badges: dict[str, str] = {layer: "waits" if there else "none" for layer, there in present.items()}
    asked = 0
    who = str(request.caller)
    first = (
        f"{who[0].upper()}{who[1:]} wants to do {request.action} with {request.resource}. By default the answer is no."
    )

    def frame(caption: str, at: str, look: Look = "plain", answer: str = "implicit deny, the default") -> Frame:
        numbers = {"decision": answer, "layers asked": str(asked)}
        return Frame(float(asked), caption, (Token("request", at, "", look),), dict(badges), numbers)

    yield frame(first, "request")
    looks: dict[str, Look] = {"denied": "failed", "unknown": "held"}
    for steps in _grouped(evaluation.steps):
        last = steps[-1]
        asked += last.layer != "SCP" or badges["SCP"] == "waits"
        badges[last.layer] = _badge(steps)
        look = looks.get(last.outcome, "plain")
        answer = _DECISIONS[evaluation.decision] if look != "plain" else "open"
        yield frame(_caption(steps), last.layer, look, answer)
    decision = _DECISIONS[evaluation.decision]
    badges |= {layer: "not asked" for layer, badge in badges.items() if badge == "waits"} | {"allowed": decision}
    where, look = ("allowed", "done") if evaluation.allowed else (evaluation.deciding.layer, look)
    yield frame(_decision(evaluation), where, look, decision)


def _decision(evaluation: Evaluation) -> str:
    """Say the decision and what made it."""
    step, decision = evaluation.deciding, _DECISIONS[evaluation.decision]
    if evaluation.decision == "unknown":
        return "Decision: it cannot be told, and that is never an allow."
    if step.layer == "explicit deny":
        return f"Decision: {decision}, by {step.matches[0]}. It does not matter what else allows it."
    where = f" at {step.where}" if step.layer == "SCP" else ""
    return f"Decision: {decision}, by the {step.layer}{where}."


def _grouped(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Join the levels of an organization that let a request pass."""
    for _, found in groupby(steps, key=lambda step: (step.layer, step.outcome)):
        yield list(found)


def _caption(steps: Sequence[Step]) -> str:
    if len(steps) == 1:
        return steps[0].sentence
    return f"The {steps[0].layer}s at {listed([step.where for step in steps])} let it pass: each level must."


def _badge(steps: Sequence[Step]) -> str:
    last = steps[-1]
    if last.layer == "explicit deny":
        return "no Deny" if last.outcome == "passed" else "a Deny"
    return _BADGES[last.outcome] + (f": {last.where}" if last.layer == "SCP" and last.outcome == "denied" else "")
