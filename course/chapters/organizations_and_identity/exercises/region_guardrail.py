"""Only in these Regions.

A company may keep data in Frankfurt and Ireland only. A **deny list** SCP shall see to it: FullAWSAccess stays
attached, and beside it hangs a policy with a single Deny. Two things make it tricky. The condition key
`aws:RequestedRegion` says for which Region a request is meant. And global services (IAM, Organizations, Route 53,
CloudFront, AWS Support and others) have their endpoint in us-east-1, so that a naive policy locks everybody out.

Write `region_guardrail(regions, services)` and return the SCP as a Python dict (as `json.loads` would give it):

- a request for a Region that is not in `regions` is denied, whatever the action and the resource;
- the services in `services`, such as `"iam"`, stay usable from everywhere;
- it grants nothing, and denies nothing inside the `regions`.

```python
scp = region_guardrail(["eu-central-1", "eu-west-1"], ["iam", "organizations", "route53", "cloudfront", "support"])
```

Objective: Write a guardrail with aws:RequestedRegion and NotAction that spares the global services.
Out of scope: Exceptions for administrators' roles, RCPs, Control Tower's Region deny control.
Kind: function
Task: 1.1
Hint: The policy has the usual frame: `"Version": "2012-10-17"` and a list `"Statement"` with one statement: Effect,
actions, Resource, Condition.
Hint: "Everything but these services" is `NotAction` with patterns such as `"iam:*"`. With a Deny it reads: deny all but
these.
Hint: `StringNotEquals` with a list of values holds if the request's value equals none of them. It works in a Deny for
exactly this reason.
"""

from typing import Any

from course.authoring import case, misconception


def region_guardrail(regions: list[str], services: list[str]) -> dict[str, Any]:
    """Return an SCP that denies everything outside `regions` but the global `services`."""
    ### BEGIN SOLUTION
    statement = {
        "Sid": "OnlyOurRegions",
        "Effect": "Deny",
        "NotAction": [f"{service}:*" for service in services],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": list(regions)}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
    ### END SOLUTION


@case(points=2)
def other_regions_are_denied() -> None:
    """Is every request for another Region denied, and every one for the own Regions left alone?"""
    from course.models.policy import FULL_AWS_ACCESS, Account, Organization, Policies, Policy, Request, Unit, evaluate

    scp = region_guardrail(["eu-central-1", "eu-west-1"], ["iam", "sts"])
    assert type(scp) is dict, f"region_guardrail gave {scp!r}, expected a dict with Version and Statement"
    anna = {"AWS": "arn:aws:iam::111122223333:user/anna"}
    root = Unit("root", scps=(FULL_AWS_ACCESS, Policy.read(scp, "your SCP")), accounts=(Account("111122223333"),))
    administrator = Policies(identity=(FULL_AWS_ACCESS,), organization=Organization(root, "999999999999"))
    for region, expected in (("us-east-1", "explicitDeny"), ("eu-central-1", "allowed"), ("eu-west-1", "allowed")):
        for action in ("ec2:RunInstances", "s3:CreateBucket"):
            request = Request(anna, action, "arn:aws:s3:::a", {"aws:RequestedRegion": region})
            got = evaluate(request, administrator).decision
            assert got == expected, (
                f"with regions ['eu-central-1', 'eu-west-1'] beside FullAWSAccess, {action} in {region} is {got} for "
                f"an administrator, expected {expected}: it denies what is outside and says nothing on what is inside"
            )
    ### BEGIN HIDDEN TESTS
    scp = region_guardrail(["ap-southeast-1"], ["support"])
    root = Unit("root", scps=(FULL_AWS_ACCESS, Policy.read(scp, "your SCP")), accounts=(Account("111122223333"),))
    administrator = Policies(identity=(FULL_AWS_ACCESS,), organization=Organization(root, "999999999999"))
    for region, expected in (("ap-southeast-1", "allowed"), ("ap-southeast-2", "explicitDeny")):
        request = Request(anna, "rds:CreateDBInstance", "*", {"aws:RequestedRegion": region})
        got = evaluate(request, administrator).decision
        assert got == expected, (
            f"with regions ['ap-southeast-1'] rds:CreateDBInstance in {region} is {got}, expected {expected}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def global_services_stay_usable() -> None:
    """Do the global services, whose requests go to us-east-1, stay usable?"""
    from course.models.policy import FULL_AWS_ACCESS, Account, Organization, Policies, Policy, Request, Unit, evaluate

    scp = region_guardrail(["eu-central-1"], ["iam", "route53"])
    anna = {"AWS": "arn:aws:iam::111122223333:user/anna"}
    root = Unit("root", scps=(FULL_AWS_ACCESS, Policy.read(scp, "your SCP")), accounts=(Account("111122223333"),))
    administrator = Policies(identity=(FULL_AWS_ACCESS,), organization=Organization(root, "999999999999"))
    for action, expected in (
        ("iam:CreateRole", "allowed"),
        ("route53:ChangeResourceRecordSets", "allowed"),
        ("cloudfront:CreateDistribution", "explicitDeny"),
    ):
        request = Request(anna, action, "*", {"aws:RequestedRegion": "us-east-1"})
        got = evaluate(request, administrator).decision
        assert got == expected, (
            f"with services ['iam', 'route53'] {action}, whose endpoint is in us-east-1, is {got} for an "
            f"administrator, expected {expected}: the services that you are given stay usable, and only they"
        )


@case(points=1)
def it_only_denies() -> None:
    """Is it a deny list, with no Allow in it, and short enough for AWS?"""
    import json

    from course.models.policy import Policy

    scp = region_guardrail(["eu-central-1"], ["iam"])
    effects = [statement.effect for statement in Policy.read(scp, "your SCP").statements]
    assert set(effects) == {"Deny"}, (
        f"the statements of the SCP have the effects {effects}, expected Deny only: FullAWSAccess stays attached "
        "beside it, so an Allow here changes nothing"
    )
    assert scp.get("Version") == "2012-10-17", (
        f"the Version of the SCP is {scp.get('Version')!r}, expected '2012-10-17': it names the policy language, not "
        "the day on which you wrote it"
    )
    assert len(json.dumps(scp)) <= 10_240, "the SCP has more than 10,240 characters, which AWS refuses"


@misconception(other_regions_are_denied, global_services_stay_usable, swap={'"StringNotEquals"': '"StringEquals"'})
def denies_the_own_regions() -> None:
    """You denied the Regions that you wanted to keep; a Deny has to name what is forbidden: StringNotEquals."""


@misconception(
    global_services_stay_usable, swap={'"NotAction": [f"{service}:*" for service in services]': '"Action": "*"'}
)
def forgets_the_global_services() -> None:
    """You denied every action; IAM and the other global services are requested in us-east-1 and would be locked."""


@misconception(other_regions_are_denied, global_services_stay_usable, swap={'"NotAction"': '"Action"'})
def denies_the_exceptions() -> None:
    """You denied the global services and nothing else; everything but them is NotAction."""


@misconception(
    other_regions_are_denied,
    global_services_stay_usable,
    it_only_denies,
    swap={
        '"Effect": "Deny"': '"Effect": "Allow"',
        '"StringNotEquals"': '"StringEquals"',
    },
)
def allows_the_own_regions() -> None:
    """You allowed the own Regions instead of denying the others; beside FullAWSAccess an Allow changes nothing."""
