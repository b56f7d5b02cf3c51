"""No work without the second factor.

All employees are in a group whose policies let them work. A second policy of that group is to be the guard: without
multi-factor authentication (MFA), nothing goes, except what somebody needs to set up the second factor.

IAM offers the condition key `aws:MultiFactorAuthPresent`. What a request says depends on its credentials:

| the request comes from | `aws:MultiFactorAuthPresent` |
|---|---|
| temporary credentials, signed in with MFA | `"true"` |
| temporary credentials, signed in without MFA | `"false"` |
| a long-term access key | **not there** |

Write `mfa_guard(exempt)`. Given a list of actions that stay possible without MFA, it returns a policy as a
dictionary:

- without MFA, every action that is not in `exempt` is denied explicitly, also with an access key. `exempt` may be
  empty; then this is every action;
- with MFA, the guard denies nothing. What is allowed then, other policies say;
- the guard itself allows nothing, to nobody.

```python
mfa_guard(["iam:EnableMFADevice", "sts:GetSessionToken"])  # {"Version": "2012-10-17", "Statement": [ … ]}
```

Objective: Require MFA with an explicit deny, and know what a condition does when its key is missing.
Out of scope: Restricting the exempt actions to the caller's own user, and calls that a service makes for somebody.
Kind: function
Task: 1.1
Hint: A statement that denies all actions but some has `NotAction` in place of `Action`.
Hint: A condition with `Bool` needs the key to be there. If it is missing, the condition does not hold, and the
statement does not apply.
Hint: Every operator but Null has a form with `IfExists`, which holds when the key is missing.
Hint: An empty `NotAction` is refused. Without exempt actions, plain `"Action": "*"` says it.
"""

from typing import Any

from course.authoring import case, misconception


def mfa_guard(exempt: list[str]) -> dict[str, Any]:
    """Return the guard, a policy with an explicit deny for whoever comes without MFA."""
    ### BEGIN SOLUTION
    statement = {
        "Effect": "Deny",
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    }
    statement |= {"NotAction": exempt} if exempt else {"Action": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
    ### END SOLUTION


@case(points=1)
def a_sign_in_without_mfa_is_stopped() -> None:
    """Is work denied to somebody who signed in with a password only?"""
    import json

    from course.models.policy import Policies, Policy, Request, evaluate, lint

    guard = mfa_guard(["iam:EnableMFADevice"])
    assert type(guard) is dict, f"mfa_guard gave a {type(guard).__name__}, expected a dictionary"
    request = Request(
        {"AWS": "arn:aws:iam::123456789012:user/ana"},
        "s3:ListAllMyBuckets",
        "*",
        {"aws:MultiFactorAuthPresent": "false"},
    )
    got = evaluate(request, Policies(identity=(Policy.read(guard, "the guard"),)))
    assert got.decision == "explicitDeny", (
        "s3:ListAllMyBuckets with aws:MultiFactorAuthPresent 'false' must be denied explicitly. "
        + got.deciding.sentence
    )
    for exempt in ([], ["iam:EnableMFADevice"]):
        text = json.dumps(mfa_guard(exempt))
        faults = [str(finding) for finding in lint(text, "identity") if finding.severity == "error"]
        assert not faults, f"IAM refuses the policy of mfa_guard({exempt}): {faults[0]}"
    ### BEGIN HIDDEN TESTS
    for exempt in ([], ["iam:*", "sts:GetSessionToken"]):
        text = json.dumps(mfa_guard(exempt))
        for action, resource in (("s3:GetObject", "arn:aws:s3:::reports/may.csv"), ("sqs:ListQueues", "*")):
            request = Request(request.principal, action, resource, {"aws:MultiFactorAuthPresent": "false"})
            got = evaluate(request, Policies(identity=(Policy.read(text, "the guard"),)))
            assert got.decision == "explicitDeny", (
                f"mfa_guard({exempt}): {action} with aws:MultiFactorAuthPresent 'false' must be denied explicitly. "
                + got.deciding.sentence
            )
    ### END HIDDEN TESTS


@case(points=2)
def an_access_key_is_stopped() -> None:
    """Is work denied to a long-term access key, whose requests do not have the condition key at all?"""
    from course.models.policy import Policies, Policy, Request, evaluate

    ana, guard = {"AWS": "arn:aws:iam::123456789012:user/ana"}, mfa_guard(["iam:EnableMFADevice"])
    got = evaluate(Request(ana, "s3:ListAllMyBuckets", "*"), Policies(identity=(Policy.read(guard, "the guard"),)))
    assert got.decision == "explicitDeny", (
        "s3:ListAllMyBuckets with an access key, so without aws:MultiFactorAuthPresent, must be denied explicitly. "
        + got.deciding.sentence
    )
    ### BEGIN HIDDEN TESTS
    request = Request(ana, "s3:GetObject", "arn:aws:s3:::reports/may.csv", {"aws:SourceIp": "203.0.113.7"})
    got = evaluate(request, Policies(identity=(Policy.read(guard, "the guard"),)))
    assert got.decision == "explicitDeny", (
        "s3:GetObject with an access key must be denied explicitly. " + got.deciding.sentence
    )
    ### END HIDDEN TESTS


@case(points=1)
def with_mfa_the_guard_is_silent() -> None:
    """Does the guard, with MFA, deny nothing and allow nothing?"""
    from course.models.policy import Policies, Policy, Request, evaluate

    ana, guard = {"AWS": "arn:aws:iam::123456789012:user/ana"}, mfa_guard(["iam:EnableMFADevice"])
    with_mfa = {"aws:MultiFactorAuthPresent": "true"}
    without = [
        evaluate(Request(ana, "s3:ListAllMyBuckets", "*", context), Policies(identity=(Policy.read(guard),)))
        for context in ({"aws:MultiFactorAuthPresent": "false"}, {})
    ]
    assert any(one.decision == "explicitDeny" for one in without), (
        "a guard that stops nobody is silent, with MFA or not"
    )
    for action in ("s3:ListAllMyBuckets", "iam:EnableMFADevice"):
        request = Request(ana, action, "*", with_mfa)
        got = evaluate(request, Policies(identity=(Policy.read(guard, "the guard"),)))
        assert got.decision == "implicitDeny", (
            f"{action} with MFA and no other policy: expected implicitDeny, the guard is silent. "
            + got.deciding.sentence
        )
    ### BEGIN HIDDEN TESTS
    work = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    both = Policies(identity=(Policy.read(guard, "the guard"), Policy.read(work, "the work")))
    for action, expected in (("s3:GetObject", "allowed"), ("sqs:ListQueues", "implicitDeny")):
        got = evaluate(Request(ana, action, "*", with_mfa), both)
        assert got.decision == expected, (
            f"{action} with MFA and a policy that allows s3:*: expected {expected}. {got.deciding.sentence}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def the_second_factor_can_be_set_up() -> None:
    """Do the exempt actions stay possible without MFA, where another policy allows them?"""
    from course.models.policy import Policies, Policy, Request, evaluate

    ana, exempt = {"AWS": "arn:aws:iam::123456789012:user/ana"}, ["iam:EnableMFADevice", "sts:GetSessionToken"]
    own = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": exempt, "Resource": "*"}}
    both = Policies(identity=(Policy.read(mfa_guard(exempt), "the guard"), Policy.read(own, "her own")))
    stopped = [
        evaluate(Request(ana, "s3:ListAllMyBuckets", "*", context), both).decision == "explicitDeny"
        for context in ({"aws:MultiFactorAuthPresent": "false"}, {"aws:MultiFactorAuthPresent": "true"}, {})
    ]
    assert any(stopped), "a guard that stops nobody makes no exemption either"
    for action in exempt:
        got = evaluate(Request(ana, action, "*", {"aws:MultiFactorAuthPresent": "false"}), both)
        assert got.allowed, (
            f"{action} is exempt and another policy allows it: expected allowed without MFA, for how else could "
            f"somebody get a second factor? {got.deciding.sentence}"
        )
    ### BEGIN HIDDEN TESTS
    alone = Policies(identity=(Policy.read(mfa_guard(["iam:ListMFADevices"]), "the guard"),))
    got = evaluate(Request(ana, "iam:ListMFADevices", "*"), alone)
    assert got.decision == "implicitDeny", (
        "iam:ListMFADevices is exempt, and no other policy allows it: expected implicitDeny, the guard only spares it. "
        + got.deciding.sentence
    )
    ### END HIDDEN TESTS


@misconception(an_access_key_is_stopped, swap={"BoolIfExists": "Bool"})
def trusts_a_missing_key() -> None:
    """You used Bool; a request with a long-term access key lacks the condition key, so your Deny does not apply."""


@misconception(
    a_sign_in_without_mfa_is_stopped,
    swap={
        '{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}': '{"Null": {"aws:MultiFactorAuthPresent": "true"}}'
    },
)
def only_asks_whether_the_key_is_there() -> None:
    """You asked whether the key is missing; a sign-in without MFA has the key, with the value false."""


@misconception(
    a_sign_in_without_mfa_is_stopped,
    an_access_key_is_stopped,
    with_mfa_the_guard_is_silent,
    the_second_factor_can_be_set_up,
    swap={
        '"Deny"': '"Allow"',
        '"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}': ('"Bool": {"aws:MultiFactorAuthPresent": "true"}'),
    },
)
def allows_with_mfa() -> None:
    """You allowed everything that is done with MFA; that makes each employee with a phone an administrator."""


@misconception(
    a_sign_in_without_mfa_is_stopped,
    with_mfa_the_guard_is_silent,
    swap={'"false"': '"true"'},
)
def turns_it_round() -> None:
    """You denied the requests that do have MFA; the value of the key must be false for the Deny to apply."""


@misconception(
    the_second_factor_can_be_set_up,
    swap={'statement |= {"NotAction": exempt} if exempt else {"Action": "*"}': 'statement["Action"] = "*"'},
)
def locks_everybody_out() -> None:
    """You denied all actions; who has no second factor yet can then never set one up."""


@misconception(
    a_sign_in_without_mfa_is_stopped,
    an_access_key_is_stopped,
    with_mfa_the_guard_is_silent,
    the_second_factor_can_be_set_up,
    swap={'"NotAction": exempt': '"Action": exempt'},
)
def denies_the_exempt() -> None:
    """You denied the exempt actions and nothing else; NotAction is what means all actions but these."""
