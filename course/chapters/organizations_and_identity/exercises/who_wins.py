"""Who has the last word?

Up to four kinds of policies have a say when a role session of a member account asks for something in its own account:

| key | kind | what an Allow in it does |
|---|---|---|
| `"scp"` | service control policies | keeps the action possible |
| `"boundary"` | the permissions boundary of the role | keeps the action possible |
| `"session"` | the session policy, given when the role was assumed | keeps the action possible |
| `"identity"` | the identity-based policies of the role | **grants** it |

Write `who_wins(action, policies)`. `policies` is a dict with these four keys. A value is a list of statements, each
with an `Effect` and an `Action` (a list of actions or `"*"`), or `None` where there is no policy of this kind: then
this kind has no say. (An empty list is a policy that allows nothing.) Return one of IAM's three words:

- `"explicitDeny"` if any statement of any kind denies the action;
- `"allowed"` if it is granted and every kind that has a say allows it;
- `"implicitDeny"` otherwise.

```python
statement = {"Effect": "Allow", "Action": ["s3:GetObject"]}
everything = {"Effect": "Allow", "Action": ["*"]}
who_wins(
    "s3:GetObject",
    {"scp": [everything], "boundary": None, "session": None, "identity": [statement]},
)  # "allowed"
```

Objective: Intersect identity-based policies, permissions boundary, session policy and SCPs; tell grants from limits.
Out of scope: Resource-based policies, RCPs, resources and conditions, other accounts.
Kind: function
Task: 1.1
Hint: Look for a Deny first, through all statements of all kinds. If there is one, nothing else matters.
Hint: Three of the four are limits: they can be missing, and then they do not limit. The fourth grants; what happens
if it is missing?
Hint: `None` and `[]` are different. An empty list is there and allows nothing.
"""

from typing import Any

from course.authoring import case, misconception


def who_wins(action: str, policies: dict[str, list[dict[str, Any]] | None]) -> str:
    """Return 'allowed', 'explicitDeny' or 'implicitDeny' for an action under these policies."""

    ### BEGIN SOLUTION
    def effects(statements: list[dict[str, Any]]) -> set[object]:
        actions = ({"*", action} & set(s["Action"]) for s in statements)
        return {s["Effect"] for s, fits in zip(statements, actions, strict=True) if fits}

    said = {kind: effects(statements) for kind, statements in policies.items() if statements is not None}
    if any("Deny" in found for found in said.values()):
        return "explicitDeny"
    granted = "Allow" in said.get("identity", set())
    return "allowed" if granted and all("Allow" in found for found in said.values()) else "implicitDeny"
    ### END SOLUTION


@case(points=1)
def the_identity_policy_grants() -> None:
    """Does an action need an Allow in an identity-based policy, whatever the limits would permit?"""
    everything = [{"Effect": "Allow", "Action": ["*"]}]
    reads = [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"]}]
    got = who_wins("s3:ListBucket", {"scp": everything, "boundary": None, "session": None, "identity": reads})
    assert got == "allowed", (
        f"granted by the identity-based policy and kept by FullAWSAccess, who_wins gave {got!r}, expected 'allowed': "
        "None for boundary and session means that there is none, so it does not limit"
    )
    limits = {"scp": everything, "boundary": everything, "session": everything}
    for identity in (reads, [], None):
        got = who_wins("s3:PutObject", {**limits, "identity": identity})
        assert got == "implicitDeny", (
            f"with limits that allow everything and identity {identity!r}, who_wins('s3:PutObject', …) gave {got!r}, "
            "expected 'implicitDeny': SCPs, boundary and session policy grant nothing"
        )


@case(points=2)
def every_limit_must_allow() -> None:
    """Is an action only allowed if SCP, boundary and session policy, as far as there are any, allow it as well?"""
    everything = [{"Effect": "Allow", "Action": ["*"]}]
    only_sqs = [{"Effect": "Allow", "Action": ["sqs:SendMessage"]}]
    base = {"scp": everything, "boundary": None, "session": None, "identity": everything}
    for limit in ("scp", "boundary", "session"):
        got = who_wins("iam:CreateUser", {**base, limit: only_sqs})
        assert got == "implicitDeny", (
            f"an administrator whose {limit} allows sqs:SendMessage only: who_wins('iam:CreateUser', …) gave {got!r}, "
            "expected 'implicitDeny': every limit that is there has to allow the action"
        )
        got = who_wins("sqs:SendMessage", {**base, limit: only_sqs})
        assert got == "allowed", (
            f"an administrator whose {limit} allows sqs:SendMessage only: who_wins('sqs:SendMessage', …) gave {got!r}, "
            "expected 'allowed'"
        )
        got = who_wins("sqs:SendMessage", {**base, limit: []})
        assert got == "implicitDeny", (
            f"with an empty policy as {limit}, who_wins gave {got!r}, expected 'implicitDeny': a policy that is there "
            "and allows nothing is not the same as none"
        )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(7)
    kinds = ["scp", "boundary", "session", "identity"]
    for _ in range(60):
        allowed = {kind: dice.choice([True, True, False]) for kind in kinds}
        there = {kind: kind in ("scp", "identity") or dice.random() < 0.5 for kind in kinds}
        policies = {
            kind: [{"Effect": "Allow", "Action": ["ec2:RunInstances" if allowed[kind] else "ec2:StopInstances"]}]
            if there[kind]
            else None
            for kind in kinds
        }
        expected = "allowed" if all(allowed[k] for k in kinds if there[k]) else "implicitDeny"
        got = who_wins("ec2:RunInstances", policies)
        assert got == expected, f"who_wins('ec2:RunInstances', {policies}) gave {got!r}, expected {expected!r}"
    ### END HIDDEN TESTS


@case(points=1)
def a_deny_ends_it() -> None:
    """Does an explicit deny in any of the four win over every Allow?"""
    everything = {"Effect": "Allow", "Action": ["*"]}
    no_delete = {"Effect": "Deny", "Action": ["s3:DeleteBucket"]}
    base = {kind: [everything] for kind in ("scp", "boundary", "session", "identity")}
    for kind in base:
        got = who_wins("s3:DeleteBucket", {**base, kind: [everything, no_delete]})
        assert got == "explicitDeny", (
            f"with a Deny of s3:DeleteBucket in {kind} beside Allows everywhere, who_wins gave {got!r}, expected "
            "'explicitDeny': one Deny of any kind is enough"
        )
    ### BEGIN HIDDEN TESTS
    got = who_wins("s3:DeleteBucket", {**base, "identity": [], "session": [no_delete]})
    assert got == "explicitDeny", f"denied by the session policy and granted by nobody, who_wins gave {got!r}"
    ### END HIDDEN TESTS


@misconception(
    the_identity_policy_grants,
    every_limit_must_allow,
    swap={'granted and all("Allow" in found': 'any("Allow" in found'},
)
def adds_the_policies_up() -> None:
    """You let one Allow of any kind do; boundary, session policy and SCPs only limit what the identity-based policies
    grant."""


@misconception(the_identity_policy_grants, swap={"granted and all": "all"})
def needs_no_grant() -> None:
    """You let the limits grant; if no identity-based policy allows the action, a boundary of * gives nothing."""


@misconception(every_limit_must_allow, swap={" if statements is not None}": "if statements}"})
def takes_empty_for_none() -> None:
    """You treated an empty policy like a missing one; a policy that is there and allows nothing lets nothing
    through."""


@misconception(
    a_deny_ends_it,
    swap={
        """    if any("Deny" in found for found in said.values()):
        return "explicitDeny"
""": ""
    },
)
def overlooks_the_deny() -> None:
    """You did not look for a Deny; one in any of the policies wins over every Allow."""


@misconception(
    every_limit_must_allow,
    swap={
        'all("Allow" in found for found in said.values())': (
            'all("Allow" in found for kind, found in said.items() if kind != "session")'
        )
    },
)
def ignores_the_session_policy() -> None:
    """You left the session policy out; who assumes a role can pass a policy that narrows this one session."""
