"""Give the night shift no more than it needs.

The mended policy of the notes starts and stops **every** instance of the account, the database server too. The night
shift looks after a few instances only. Give it the least privilege that does the job.

Write `least_privilege(account, region, instances)`. Given the account's ID, a Region and the ids of the instances, it
returns a policy as a dictionary:

- start and stop exactly these instances, in this account and Region;
- see what EC2 can describe, and the alarms of CloudWatch, as in the notes (`ec2:Describe*`,
  `cloudwatch:DescribeAlarms*`);
- nothing else. With an empty list of instances, the shift can look and not touch.

The ARN of an instance looks like `arn:aws:ec2:eu-central-1:123456789012:instance/i-0abc`. DescribeInstances and its
like make lists and know no single instance: such a request is about the resource `*`.

```python
least_privilege("123456789012", "eu-central-1", ["i-0abc"])  # {"Version": "2012-10-17", "Statement": [ … ]}
```

Objective: Write a least-privilege policy: which actions take a resource, and which need `*`.
Out of scope: Tags as a condition, which would cover instances that do not exist yet.
Kind: function
Task: 1.1
Hint: One statement has one Resource for all its actions. What if two groups of actions need different resources?
Hint: Two statements: one for looking, with `"Resource": "*"`, one for starting and stopping, with a list of ARNs.
Hint: A Resource with an empty list is no valid policy. Leave that statement out when there are no instances.
"""

from typing import Any

from course.authoring import case, misconception


def least_privilege(account: str, region: str, instances: list[str]) -> dict[str, Any]:
    """Return the policy, as a dictionary that `json.dumps` can write."""
    ### BEGIN SOLUTION
    look = {"Effect": "Allow", "Action": ["ec2:Describe*", "cloudwatch:DescribeAlarms*"], "Resource": "*"}
    touch = {
        "Effect": "Allow",
        "Action": ["ec2:StartInstances", "ec2:StopInstances"],
        "Resource": [f"arn:aws:ec2:{region}:{account}:instance/{instance}" for instance in instances],
    }
    return {"Version": "2012-10-17", "Statement": [look, touch] if instances else [look]}
    ### END SOLUTION


@case(points=1)
def its_instances_start_and_stop() -> None:
    """May the shift start and stop each of its instances?"""
    from course.models.policy import Policies, Policy, Request, evaluate

    policy = least_privilege("123456789012", "eu-central-1", ["i-0abc", "i-0def"])
    assert type(policy) is dict, f"least_privilege gave a {type(policy).__name__}, expected a dictionary"
    shift = {"AWS": "arn:aws:iam::123456789012:user/shift"}
    for action in ("ec2:StartInstances", "ec2:StopInstances"):
        for instance in ("i-0abc", "i-0def"):
            arn = f"arn:aws:ec2:eu-central-1:123456789012:instance/{instance}"
            got = evaluate(Request(shift, action, arn), Policies(identity=(Policy.read(policy),)))
            assert got.allowed, f"may the shift call {action} on {arn}? Expected yes. {got.deciding.sentence}"
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(31)
    for account, region in (("210987654321", "us-east-1"), ("111122223333", "ap-southeast-2")):
        ids = [f"i-{dice.randrange(16**8):017x}" for _ in range(dice.randrange(1, 6))]
        policy = least_privilege(account, region, ids)
        shift = {"AWS": f"arn:aws:iam::{account}:user/shift"}
        for action in ("ec2:StartInstances", "ec2:StopInstances"):
            for instance in ids:
                arn = f"arn:aws:ec2:{region}:{account}:instance/{instance}"
                got = evaluate(Request(shift, action, arn), Policies(identity=(Policy.read(policy),)))
                assert got.allowed, f"may the shift call {action} on {arn}? Expected yes. {got.deciding.sentence}"
    ### END HIDDEN TESTS


@case(points=1)
def the_shift_can_look() -> None:
    """May the shift see EC2 and the alarms, with instances and without, by a policy that IAM accepts?"""
    import json

    from course.models.policy import Policies, Policy, Request, evaluate, lint

    shift = {"AWS": "arn:aws:iam::123456789012:user/shift"}
    for instances in (["i-0abc"], []):
        policy = least_privilege("123456789012", "eu-central-1", instances)
        faults = [str(finding) for finding in lint(json.dumps(policy), "identity") if finding.severity == "error"]
        assert not faults, f"for the instances {instances} IAM refuses the policy: {faults[0]}"
        for action in ("ec2:DescribeInstances", "ec2:DescribeVolumes", "cloudwatch:DescribeAlarms"):
            got = evaluate(Request(shift, action, "*"), Policies(identity=(Policy.read(policy),)))
            assert got.allowed, (
                f"may the shift, with the instances {instances}, call {action}, which is about the resource *? "
                f"Expected yes. {got.deciding.sentence}"
            )


@case(points=2)
def no_more_than_that() -> None:
    """May the shift touch no other instance, and do nothing else with its own?"""
    from course.models.policy import Policies, Policy, Request, evaluate

    shift = {"AWS": "arn:aws:iam::123456789012:user/shift"}
    own = "arn:aws:ec2:eu-central-1:123456789012:instance/i-0abc"
    policy = least_privilege("123456789012", "eu-central-1", ["i-0abc"])
    got = evaluate(Request(shift, "ec2:StopInstances", own), Policies(identity=(Policy.read(policy),)))
    assert got.allowed, f"a policy that does not allow the shift to stop {own} is not judged. {got.deciding.sentence}"
    for action, resource in (
        ("ec2:StopInstances", own.replace("i-0abc", "i-0database")),
        ("ec2:TerminateInstances", own),
        ("cloudwatch:DeleteAlarms", "*"),
    ):
        got = evaluate(Request(shift, action, resource), Policies(identity=(Policy.read(policy),)))
        assert not got.allowed, f"may the shift call {action} on {resource}? Expected no. {got.deciding.sentence}"
    ### BEGIN HIDDEN TESTS
    for action, resource in (
        ("ec2:StartInstances", own.replace("eu-central-1", "us-east-1")),
        ("ec2:StopInstances", f"{own}0"),
        ("ec2:RunInstances", own),
        ("ec2:RebootInstances", own),
        ("ec2:ModifyInstanceAttribute", own),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/admin"),
        ("cloudwatch:PutMetricAlarm", "*"),
        ("s3:GetObject", "arn:aws:s3:::reports/may.csv"),
    ):
        got = evaluate(Request(shift, action, resource), Policies(identity=(Policy.read(policy),)))
        assert not got.allowed, f"may the shift call {action} on {resource}? Expected no. {got.deciding.sentence}"
    none = Policy.read(least_privilege("123456789012", "eu-central-1", []))
    got = evaluate(Request(shift, "ec2:StopInstances", own), Policies(identity=(none,)))
    assert not got.allowed, f"without instances, may the shift stop {own}? Expected no. {got.deciding.sentence}"
    ### END HIDDEN TESTS


@misconception(
    no_more_than_that,
    swap={'[f"arn:aws:ec2:{region}:{account}:instance/{instance}" for instance in instances]': '"*"'},
)
def keeps_the_star() -> None:
    """You left the Resource of starting and stopping at the star; the shift can still stop the database server."""


@misconception(
    the_shift_can_look,
    swap={'"Resource": "*"}': '"Resource": [f"arn:aws:ec2:{region}:{account}:instance/{one}" for one in instances]}'},
)
def narrows_the_looking() -> None:
    """You narrowed the Describe actions to the instances; such a request is about the resource *, so all are denied."""


@misconception(
    no_more_than_that,
    swap={":instance/{instance}": ":instance/*"},
)
def takes_all_of_the_region() -> None:
    """You wrote instance/*; this covers each instance of the account in that Region, also those of others."""


@misconception(
    its_instances_start_and_stop, no_more_than_that, swap={"arn:aws:ec2:{region}:{account}:": "arn:aws:ec2:::"}
)
def leaves_the_account_out() -> None:
    """You left Region and account of the ARN empty, as S3 has it; an instance's ARN has both, so nothing matches."""


@misconception(no_more_than_that, swap={"{region}:{account}": "*:*"})
def takes_any_region() -> None:
    """You wrote stars for Region and account; the policy then fits instances of that id wherever they are."""


@misconception(the_shift_can_look, swap={"[look, touch] if instances else [look]": "[look, touch]"})
def leaves_an_empty_resource() -> None:
    """You kept the statement with an empty list of resources; IAM refuses a policy that has one."""


@misconception(no_more_than_that, swap={'["ec2:StartInstances", "ec2:StopInstances"]': '"ec2:*Instances"'})
def shortens_the_actions() -> None:
    """You shortened two actions to ec2:*Instances; TerminateInstances and RunInstances end like that too."""
