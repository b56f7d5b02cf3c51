"""Decide a request as IAM does.

Every request to AWS is decided anew: allowed, or not. Write the heart of it. `statements` are all the statements
that concern the caller, from all policies, as they stand in JSON:

```python
{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}
{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::payroll/*"}
```

Write `decide_request(statements, action, resource)`. It returns one of IAM's three words, as a `str`:

- `"explicitDeny"` if any statement denies this action on this resource, whatever the others say;
- `"allowed"` if no statement denies it and at least one allows it;
- `"implicitDeny"` if no statement says anything about it.

A statement applies when one of its actions **and** one of its resources fit. Both may be one text or a list of texts.
`*` stands for any characters, also none, and `?` for exactly one. Upper and lower case are the same in an action,
not in a resource.

```python
decide_request(statements, "s3:GetObject", "arn:aws:s3:::reports/may.csv")   # "allowed"
decide_request(statements, "s3:GetObject", "arn:aws:s3:::payroll/may.csv")   # "explicitDeny"
decide_request(statements, "s3:PutObject", "arn:aws:s3:::reports/may.csv")   # "implicitDeny"
```

Objective: Know the order of a decision: explicit deny, then allow, then the implicit deny.
Out of scope: Conditions, NotAction, principals, and the policies that only set limits.
Kind: function
Task: 1.1
Hint: First write a helper that answers a smaller question: does this one statement apply to the request?
Hint: A text that may stand alone or in a list becomes simple when you make it a list first.
Hint: `fnmatch.fnmatchcase(text, pattern)` knows `*` and `?`. Compare actions in lower case.
Hint: Collect the effects of all statements that apply, as a set. Then ask the set twice.
"""

from fnmatch import fnmatchcase
from typing import Any

from course.authoring import case, misconception


def decide_request(statements: list[dict[str, Any]], action: str, resource: str) -> str:
    """Return 'allowed', 'explicitDeny' or 'implicitDeny'."""
    ### BEGIN SOLUTION
    effects = set()
    for statement in statements:
        actions, resources = statement["Action"], statement["Resource"]
        actions = [actions] if isinstance(actions, str) else actions
        resources = [resources] if isinstance(resources, str) else resources
        if any(fnmatchcase(action.lower(), pattern.lower()) for pattern in actions) and any(
            fnmatchcase(resource, pattern) for pattern in resources
        ):
            effects.add(statement["Effect"])
    for effect, answer in (("Deny", "explicitDeny"), ("Allow", "allowed")):
        if effect in effects:
            return answer
    return "implicitDeny"
    ### END SOLUTION


@case(points=2)
def a_deny_wins() -> None:
    """Does a Deny that applies win, wherever it stands, and only where it applies?"""
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/may.csv"}
    for statements in ([allow, deny], [deny, allow]):
        got = decide_request(statements, "s3:GetObject", "arn:aws:s3:::payroll/may.csv")
        assert got == "explicitDeny", (
            f"decide_request({statements}, 's3:GetObject', 'arn:aws:s3:::payroll/may.csv') gave {got!r}, expected "
            "'explicitDeny': one Deny is stronger than any number of Allows, and the order does not matter"
        )
        got = decide_request(statements, "s3:GetObject", "arn:aws:s3:::reports/may.csv")
        assert got == "allowed", (
            f"decide_request({statements}, 's3:GetObject', 'arn:aws:s3:::reports/may.csv') gave {got!r}, expected "
            "'allowed': the Deny is about another resource"
        )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(21)
    other = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    for _ in range(20):
        statements = [allow] * dice.randrange(1, 4) + [other] * dice.randrange(3) + [deny]
        dice.shuffle(statements)
        got = decide_request(statements, "s3:GetObject", "arn:aws:s3:::payroll/may.csv")
        assert got == "explicitDeny", (
            f"with a Deny among {len(statements)} statements decide_request gave {got!r}, expected 'explicitDeny'"
        )
    ### END HIDDEN TESTS


@case(points=1)
def silence_is_no_permission() -> None:
    """Is a request denied implicitly when no statement says anything about it?"""
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/may.csv"}
    for statements, action, resource, why in (
        ([], "s3:GetObject", "arn:aws:s3:::reports/may.csv", "there is no statement at all"),
        ([allow], "s3:PutObject", "arn:aws:s3:::reports/may.csv", "the action is another"),
        ([allow], "s3:GetObject", "arn:aws:s3:::reports/june.csv", "the resource is another"),
    ):
        got = decide_request(statements, action, resource)
        assert got == "implicitDeny", (
            f"decide_request({statements}, {action!r}, {resource!r}) gave {got!r}, expected 'implicitDeny': {why}"
        )
    ### BEGIN HIDDEN TESTS
    deny = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}
    got = decide_request([allow, deny], "ec2:RunInstances", "*")
    assert got == "implicitDeny", f"decide_request with a Deny for another action gave {got!r}, expected 'implicitDeny'"
    got = decide_request([deny], "s3:GetObject", "arn:aws:s3:::reports/may.csv")
    assert got == "implicitDeny", f"a single Deny for another action gave {got!r}, expected 'implicitDeny'"
    ### END HIDDEN TESTS


@case(points=2)
def patterns_are_read_as_iam_reads_them() -> None:
    """Are lists, wildcards and upper case read as IAM reads them?"""
    may = {
        "Effect": "Allow",
        "Action": ["s3:Get*", "S3:LISTBUCKET"],
        "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/202?/*"],
    }
    for action, resource, expected in (
        ("s3:GetObject", "arn:aws:s3:::reports/2026/may.csv", "allowed"),
        ("s3:ListBucket", "arn:aws:s3:::reports", "allowed"),
        ("s3:GetObject", "arn:aws:s3:::reports/20260/may.csv", "implicitDeny"),
        ("s3:GetObject", "arn:aws:s3:::Reports/2026/may.csv", "implicitDeny"),
    ):
        got = decide_request([may], action, resource)
        assert got == expected, f"decide_request([{may}], {action!r}, {resource!r}) gave {got!r}, expected {expected!r}"
    ### BEGIN HIDDEN TESTS
    import random

    from course.models.policy import Policies, Policy, Request, evaluate

    dice = random.Random(22)
    actions = ["s3:GetObject", "s3:PutObject", "s3:GetObjectAcl", "sqs:SendMessage", "ec2:StopInstances"]
    resources = ["arn:aws:s3:::a/b", "arn:aws:s3:::a/B", "arn:aws:s3:::ab/b", "arn:aws:sqs:us-east-1:123456789012:q"]
    wide = ["*", "s3:*", "S3:get*", "s3:???Object", "ec2:St*Instances", *actions]
    where = ["*", "arn:aws:s3:::*", "arn:aws:s3:::a/*", "arn:aws:s3:::?/b", *resources]
    for _ in range(150):
        statements = []
        for _ in range(dice.randrange(1, 5)):
            chosen = dice.sample(wide, dice.randrange(1, 3)), dice.sample(where, dice.randrange(1, 3))
            does, to = (one[0] if len(one) == 1 else one for one in chosen)
            statements.append({"Effect": dice.choice(["Allow", "Allow", "Deny"]), "Action": does, "Resource": to})
        action, resource = dice.choice(actions), dice.choice(resources)
        policy = Policy.read({"Version": "2012-10-17", "Statement": statements})
        request = Request({"AWS": "arn:aws:iam::123456789012:user/ana"}, action, resource)
        expected = evaluate(request, Policies(identity=(policy,))).decision
        got = decide_request(statements, action, resource)
        assert got == expected, (
            f"decide_request({statements}, {action!r}, {resource!r}) gave {got!r}, expected {expected!r}"
        )
    ### END HIDDEN TESTS


@misconception(
    a_deny_wins,
    patterns_are_read_as_iam_reads_them,
    swap={'("Deny", "explicitDeny"), ("Allow", "allowed")': '("Allow", "allowed"), ("Deny", "explicitDeny")'},
)
def lets_an_allow_win() -> None:
    """You looked for an Allow first; in IAM a single Deny that applies is stronger than every Allow."""


@misconception(
    a_deny_wins,
    patterns_are_read_as_iam_reads_them,
    swap={'effects.add(statement["Effect"])': 'return "allowed" if statement["Effect"] == "Allow" else "explicitDeny"'},
)
def stops_at_the_first() -> None:
    """You decided by the first statement that applies, as a firewall does; IAM reads all of them, in no order."""


@misconception(
    silence_is_no_permission, patterns_are_read_as_iam_reads_them, swap={'return "implicitDeny"': 'return "allowed"'}
)
def allows_by_default() -> None:
    """You allowed what nobody mentions; IAM denies it, and calls that the implicit deny."""


@misconception(
    silence_is_no_permission,
    patterns_are_read_as_iam_reads_them,
    swap={'return "implicitDeny"': 'answer = "explicitDeny"\n    return answer'},
)
def calls_every_no_explicit() -> None:
    """You called every refusal an explicit deny; where no Deny applies it is implicit, and an Allow would heal it."""


@misconception(patterns_are_read_as_iam_reads_them, swap={"action.lower(), pattern.lower()": "action, pattern"})
def minds_the_case_of_actions() -> None:
    """You compared actions with their upper case; s3:getobject and s3:GetObject are the same action."""


@misconception(
    a_deny_wins,
    silence_is_no_permission,
    patterns_are_read_as_iam_reads_them,
    swap={" and any(\n            fnmatchcase(resource, pattern) for pattern in resources\n        )": ""},
)
def looks_at_the_action_only() -> None:
    """You looked at the action alone; a statement is about an action on a resource, and both must fit."""


@misconception(
    patterns_are_read_as_iam_reads_them,
    swap={"fnmatchcase(resource, pattern)": 'resource.startswith(pattern.rstrip("*"))'},
)
def compares_the_beginning() -> None:
    """You compared only the beginning of the resource; without a star at its end, a pattern covers the whole text."""
