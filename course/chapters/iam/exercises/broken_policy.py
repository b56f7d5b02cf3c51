"""Mend the policy from the notes.

A learner wrote this policy down in a hurry. IAM refuses it with *MalformedPolicyDocument: Syntax errors in policy*, and
says neither what is wrong nor where.

```text
"Version": "2012-10-17",
"Statement": [
{
"Effect": "Allow",
"Action": [
"cloudwatch:DescribeAlarms*",
"ec2:Describe*",
"ec2:StartInstances",
"ec2:StopInstances",
],
"Resource": "*"
}
]
}
```

Write `broken_policy()`, which returns the mended policy **as text** (a `str` that holds JSON). It allows exactly what
was meant: to see the alarms of CloudWatch, to see everything that EC2 can describe, and to start and stop instances.

```python
broken_policy()  # '{"Version": "2012-10-17", "Statement": [{"Effect": …'
```

Objective: Find the faults of a policy that IAM calls malformed, and mend them without changing its meaning.
Out of scope: Narrowing the policy to some instances, which is the next exercise but one.
Kind: diagnosis
Task: 1.1
Hint: Count the opening braces and the closing ones.
Hint: `json.loads(text)` names the line and column where it gave up. Mend that place, and ask again.
Hint: JSON allows a comma only *between* two values. After the last value of a list there is none.
Hint: The Version is the version of the policy language, not the date of your work. Leave it as it is.
"""

from course.authoring import case, misconception


def broken_policy() -> str:
    """Return the text of the mended policy."""
    ### BEGIN SOLUTION
    return """{
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [
                    "cloudwatch:DescribeAlarms*",
                    "ec2:Describe*",
                    "ec2:StartInstances",
                    "ec2:StopInstances"
                ],
                "Resource": "*"
            }
        ]
    }"""
    ### END SOLUTION


@case(points=1)
def iam_accepts_it() -> None:
    """Is the text a policy that IAM accepts?"""
    import json

    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    text = broken_policy()
    assert type(text) is str, f"broken_policy() gave a {type(text).__name__}, expected the text of the policy, a str"
    fault = ""
    try:
        policy = json.loads(text)
    except ValueError as error:
        fault = str(error)
    assert not fault, f"the text is not JSON yet: {fault}"
    assert type(policy) is dict, f"the text holds a {type(policy).__name__}, expected one object in braces"
    cloud.start()
    try:
        boto3.client("iam").create_policy(PolicyName="mended", PolicyDocument=text)
    except ClientError as error:
        fault = str(error)
    assert not fault, f"the text is JSON, but IAM refuses it: {fault}"
    assert policy.get("Version") == "2012-10-17", (
        f"the Version is {policy.get('Version')!r}, expected '2012-10-17': it names the policy language"
    )


@case(points=2)
def what_was_meant_is_allowed() -> None:
    """May its holder see alarms and EC2, and start and stop instances?"""
    from course.models.policy import Policies, Policy, PolicyError, Request, evaluate

    text, fault = broken_policy(), ""
    try:
        policy = Policy.read(str(text), "the mended policy")
    except PolicyError as error:
        fault = str(error)
    assert not fault, f"a policy that cannot be read allows nothing: {fault}"
    ana = {"AWS": "arn:aws:iam::123456789012:user/ana"}
    instance = "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0"
    for action, resource in (
        ("cloudwatch:DescribeAlarms", "*"),
        ("ec2:DescribeInstances", "*"),
        ("ec2:StartInstances", instance),
        ("ec2:StopInstances", instance),
    ):
        got = evaluate(Request(ana, action, resource), Policies(identity=(policy,)))
        assert got.allowed, f"may its holder call {action}? Expected yes. {got.deciding.sentence}"
    ### BEGIN HIDDEN TESTS
    for action, resource in (
        ("cloudwatch:DescribeAlarmsForMetric", "*"),
        ("ec2:DescribeVolumes", "*"),
        ("ec2:DescribeSecurityGroups", "*"),
        ("ec2:StopInstances", "arn:aws:ec2:eu-central-1:123456789012:instance/i-0aaaaaaaaaaaaaaaa"),
    ):
        got = evaluate(Request(ana, action, resource), Policies(identity=(policy,)))
        assert got.allowed, f"may its holder call {action} on {resource}? Expected yes. {got.deciding.sentence}"
    ### END HIDDEN TESTS


@case(points=2)
def nothing_else_is_allowed() -> None:
    """Does the mended policy allow nothing that the notes' policy did not?"""
    from course.models.policy import Policies, Policy, PolicyError, Request, evaluate

    text, fault = broken_policy(), ""
    try:
        policy = Policy.read(str(text), "the mended policy")
    except PolicyError as error:
        fault = str(error)
    assert not fault, f"there is no policy to judge yet: {fault}"
    ana = {"AWS": "arn:aws:iam::123456789012:user/ana"}
    instance = "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0"
    got = evaluate(Request(ana, "ec2:StartInstances", instance), Policies(identity=(policy,)))
    assert got.allowed, f"a policy that does not even allow ec2:StartInstances is not judged. {got.deciding.sentence}"
    for action, resource in (("ec2:TerminateInstances", instance), ("cloudwatch:DeleteAlarms", "*")):
        got = evaluate(Request(ana, action, resource), Policies(identity=(policy,)))
        assert not got.allowed, f"may its holder call {action}? Expected no, nobody meant that. {got.deciding.sentence}"
    ### BEGIN HIDDEN TESTS
    for action, resource in (
        ("ec2:RunInstances", instance),
        ("ec2:RebootInstances", instance),
        ("cloudwatch:GetMetricData", "*"),
        ("cloudwatch:DescribeAlarmHistory", "*"),
        ("cloudwatch:DescribeInsightRules", "*"),
        ("iam:CreateUser", "*"),
        ("s3:GetObject", "arn:aws:s3:::reports/2026.csv"),
    ):
        got = evaluate(Request(ana, action, resource), Policies(identity=(policy,)))
        assert not got.allowed, f"may its holder call {action}? Expected no, nobody meant that. {got.deciding.sentence}"
    ### END HIDDEN TESTS


@misconception(
    iam_accepts_it, what_was_meant_is_allowed, nothing_else_is_allowed, swap={'return """{\n': 'return """\n'}
)
def mends_only_the_comma() -> None:
    """You removed the comma, but the text still begins without an opening brace; a policy is one JSON object."""


@misconception(
    iam_accepts_it,
    what_was_meant_is_allowed,
    nothing_else_is_allowed,
    swap={'"ec2:StopInstances"\n': '"ec2:StopInstances",\n'},
)
def mends_only_the_brace() -> None:
    """You added the brace, but a comma still stands behind the last action; JSON allows it only between two values."""


@misconception(
    what_was_meant_is_allowed,
    swap={'"ec2:StartInstances",\n': '"ec2:StartInstances"\n', '"ec2:StopInstances"\n': "\n"},
)
def throws_the_last_action_out() -> None:
    """You removed the last action together with its comma; now instances can be started and not stopped."""


@misconception(nothing_else_is_allowed, swap={'"ec2:Describe*"': '"ec2:*"'})
def allows_all_of_ec2() -> None:
    """You wrote ec2:*, which reads shorter; it also lets its holder terminate every instance."""


@misconception(nothing_else_is_allowed, swap={'"cloudwatch:DescribeAlarms*"': '"cloudwatch:*"'})
def allows_all_of_cloudwatch() -> None:
    """You wrote cloudwatch:*, which also lets its holder delete the alarms that others rely on."""


@misconception(iam_accepts_it, swap={"2012-10-17": "2026-11-02"})
def dates_it_today() -> None:
    """You wrote today's date as Version; it names the policy language, and there is none of that date."""


@misconception(what_was_meant_is_allowed, swap={'"ec2:Describe*"': '"ec2:Describe"'})
def forgets_the_wildcard() -> None:
    """You wrote ec2:Describe without the star; no action has that name, so nothing of EC2 can be seen."""
