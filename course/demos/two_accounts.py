"""The assume-role demo: copy a file from one account's bucket to another's, as oneself or as a role of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.policy import Evaluation, Policies, Policy, Request, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.demos.scene import Look

_A, _B = "111122223333", "444455556666"
_ANN = f"arn:aws:iam::{_A}:user/Ann"
_ROLE = f"arn:aws:iam::{_B}:role/Uploader"
_SESSION = f"arn:aws:sts::{_B}:assumed-role/Uploader/ann"
_FROM, _TO = "arn:aws:s3:::a-reports/may.csv", "arn:aws:s3:::b-archive/may.csv"

BUCKET_POLICY = "as herself: B's bucket policy names her"
ROLE = "as a role of account B"
ROLE_AND_POLICY = "as a role of B that A's bucket policy names"
WAYS = (ROLE, BUCKET_POLICY, ROLE_AND_POLICY)


def assume_role(way: str = ROLE) -> Demo:
    """Return the demo of the two ways into another account; `way` is one of WAYS. ValueError for another."""
    if way not in WAYS:
        raise ValueError(f"There is no way {way!r}; choose from {', '.join(WAYS)}.")
    return Demo(
        assume_role_scene,
        {
            "way": ipywidgets.Dropdown(options=list(WAYS), value=way, description="Ann copies"),
            "lets_out": ipywidgets.Checkbox(True, description="her own policy lets her go to account B"),  # noqa: FBT003
        },
    )


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of the flow: where the request goes, with the decision."""

    target: str
    what: str
    evaluation: Evaluation


def assume_role_scene(*, way: str, lets_out: bool = True) -> Scene:
    """Copy a file from A's bucket to B's; every call is decided by the policy model."""
    frames = tuple(_frames(way, tuple(_calls(way, lets_out))))
    nodes = [
        Node("Ann", "Ann, account A", 0, 0.5, "producer", slots=2),
        Node("a", "A's bucket", 2, 0, "store", slots=2),
        Node("b", "B's bucket", 2, 1, "store", slots=2),
    ]
    edges = [Edge("Ann", "a", "" if way != BUCKET_POLICY else "GetObject"), Edge("Ann", "b", "")]
    if way != BUCKET_POLICY:
        nodes.append(Node("role", "session of role Uploader", 1, 0.5, "service", slots=2))
        edges = [Edge("Ann", "role", "AssumeRole"), Edge("role", "a", "GetObject"), Edge("role", "b", "PutObject")]
    return Scene(
        title=f"Two accounts, {way}",
        summary=f"Ann of account A copies a file from A's bucket to B's {way}. {frames[-1].caption}",
        nodes=tuple(nodes),
        edges=tuple(edges),
        frames=frames,
        legend={"plain": "a request", "done": "allowed", "failed": "denied", "held": "the session"},
        picture_frame=len(frames) - 1,
    )


def _calls(way: str, lets_out: bool) -> Iterator[_Call]:  # noqa: FBT001 - as the control has it
    own = _policy("Ann's policy", _allow("s3:*", "arn:aws:s3:::a-reports/*"), *(_out() if lets_out else ()))
    if way == BUCKET_POLICY:
        to_ann = _policy("B's bucket policy", _allow("s3:PutObject", "arn:aws:s3:::b-archive/*", _ANN))
        yield _call("a", "reads the file", _ANN, "s3:GetObject", _FROM, Policies((own,), owner=_A))
        yield _call("b", "writes the file", _ANN, "s3:PutObject", _TO, Policies((own,), to_ann, owner=_B))
        return
    trust = _policy("trust policy", _allow("sts:AssumeRole", None, _A))
    yield _call("role", "assumes the role", _ANN, "sts:AssumeRole", _ROLE, Policies((own,), trust))
    writes = _policy(
        "the role's policy",
        _allow("s3:PutObject", "arn:aws:s3:::b-archive/*"),
        _allow("s3:GetObject", "arn:aws:s3:::a-reports/*"),
    )
    to_role = _policy("A's bucket policy", _allow("s3:GetObject", "arn:aws:s3:::a-reports/*", _ROLE))
    reads = Policies((writes,), to_role if way == ROLE_AND_POLICY else None, owner=_A)
    yield _call("a", "reads the file", _SESSION, "s3:GetObject", _FROM, reads)
    yield _call("b", "writes the file", _SESSION, "s3:PutObject", _TO, Policies((writes,), owner=_B))


def _frames(way: str, calls: tuple[_Call, ...]) -> Iterator[Frame]:
    ann = Token("ann", "Ann", "Ann")
    done: list[Token] = []
    session: tuple[Token, ...] = ()
    allowed = True

    def frame(caption: str, *moving: Token) -> Frame:
        told = {"calls allowed": f"{sum(token.look == 'done' for token in done)} of {len(calls)}"}
        return Frame(float(len(done)), caption, (ann, *session, *done, *moving), {}, told)

    yield frame("A file lies in a bucket of account A. Ann, a user of A, must copy it to a bucket of account B.")
    for number, call in enumerate(calls):
        who = "Ann" if way == BUCKET_POLICY or call.target == "role" else "The session"
        start = "Ann" if who == "Ann" else "role"
        yield frame(f"{who} {call.what}.", Token(str(number), start, "?"))
        allowed = call.evaluation.allowed and allowed
        look: Look = "done" if call.evaluation.allowed else "failed"
        done.append(Token(str(number), call.target, "yes" if call.evaluation.allowed else "no", look))
        if call.target == "role" and allowed:
            session = (Token("session", "role", "role", "held"),)
            lost = " From now on the role's permissions count, and none of her own."
        else:
            lost = ""
        yield frame(f"{_why(call.evaluation)}{lost}")
        if not allowed:
            break
    yield frame(_result(way, allowed))


def _why(evaluation: Evaluation) -> str:
    """Say what decides: across accounts two policies give, one of each."""
    granted = [step.sentence for step in evaluation.steps if step.outcome == "granted"]
    return " ".join(granted) if evaluation.allowed else evaluation.deciding.sentence


def _result(way: str, allowed: bool) -> str:  # noqa: FBT001 - the flow's end
    if allowed and way == BUCKET_POLICY:
        return (
            "The copy is done: with a resource-based policy Ann keeps her own permissions, and B's are added to them."
        )
    if allowed:
        return "The copy is done: the role may write in B, and A's bucket policy lets it read in A."
    return "The copy fails at this call: nothing that Ann may do elsewhere helps her here."


def _call(target: str, what: str, caller: str, action: str, resource: str, policies: Policies) -> _Call:
    return _Call(target, what, evaluate(Request({"AWS": caller}, action, resource), policies))


def _out() -> tuple[dict[str, object], ...]:
    return _allow("sts:AssumeRole", _ROLE), _allow("s3:PutObject", "arn:aws:s3:::b-archive/*")


def _allow(action: str, resource: str | None, principal: str = "") -> dict[str, object]:
    statement: dict[str, object] = {"Effect": "Allow", "Action": action}
    return (
        statement
        | ({"Resource": resource} if resource else {})
        | ({"Principal": {"AWS": principal}} if principal else {})
    )


def _policy(name: str, *statements: dict[str, object]) -> Policy:
    return Policy.read({"Version": "2012-10-17", "Statement": list(statements)}, name)
