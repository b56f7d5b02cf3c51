"""The policy simulator over the offline AWS: does it find every policy that counts, and no other?"""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from course.simulator import SimulatorError, explain, policies, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


pytestmark = pytest.mark.usefixtures("aws")


def document(action: str, effect: str = "Allow", **more: object) -> str:
    statement = {"Effect": effect, "Action": action, "Resource": "*"} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def managed(name: str, action: str, effect: str = "Allow") -> str:
    created = boto3.client("iam").create_policy(PolicyName=name, PolicyDocument=document(action, effect))
    return str(created["Policy"]["Arn"])


def inline_on_user(effect: str) -> None:
    boto3.client("iam").put_user_policy(
        UserName="ana", PolicyName="own", PolicyDocument=document("s3:GetObject", effect)
    )


def attached_to_user(effect: str) -> None:
    boto3.client("iam").attach_user_policy(UserName="ana", PolicyArn=managed("attached", "s3:GetObject", effect))


def inline_on_group(effect: str) -> None:
    boto3.client("iam").put_group_policy(
        GroupName="team", PolicyName="g", PolicyDocument=document("s3:GetObject", effect)
    )


def attached_to_group(effect: str) -> None:
    boto3.client("iam").attach_group_policy(GroupName="team", PolicyArn=managed("shared", "s3:GetObject", effect))


PLACES = (inline_on_user, attached_to_user, inline_on_group, attached_to_group)


def user_in_group() -> str:
    iam = boto3.client("iam")
    arn: str = iam.create_user(UserName="ana", Path="/staff/")["User"]["Arn"]
    for group in ("team", "strangers"):
        iam.create_group(GroupName=group)
    iam.put_group_policy(GroupName="strangers", PolicyName="all", PolicyDocument=document("*"))
    iam.add_user_to_group(GroupName="team", UserName="ana")
    return arn


@pytest.mark.parametrize("place", PLACES)
def test_each_place_of_a_policy_counts(place: Callable[[str], None]) -> None:
    """Does an Allow count wherever it hangs, and what hangs on another group not?"""
    ana = user_in_group()
    assert simulate(ana, "s3:GetObject") == "implicitDeny"

    place("Allow")

    assert simulate(ana, "s3:GetObject") == "allowed"
    assert simulate(ana, "s3:PutObject") == "implicitDeny"
    assert len(policies(ana)) == 1


@pytest.mark.parametrize(("allowing", "denying"), [*combinations(PLACES, 2)])
def test_a_deny_wins_from_everywhere(allowing: Callable[[str], None], denying: Callable[[str], None]) -> None:
    """Does a Deny in one place win over an Allow in another?"""
    ana = user_in_group()
    allowing("Allow")
    denying("Deny")

    assert simulate(ana, "s3:GetObject") == "explicitDeny"


def test_the_default_version_is_in_force() -> None:
    """Does a managed policy count with its default version, not with its first or its last?"""
    iam = boto3.client("iam")
    ana = user_in_group()
    arn = managed("reader", "s3:GetObject")
    iam.attach_user_policy(UserName="ana", PolicyArn=arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("sqs:*"), SetAsDefault=True)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("sns:*"), SetAsDefault=False)

    decisions = [simulate(ana, action) for action in ("s3:GetObject", "sqs:SendMessage", "sns:Publish")]

    assert decisions == ["implicitDeny", "allowed", "implicitDeny"]


def test_a_role_has_its_own_and_a_boundary() -> None:
    """Does a role have what its policies and its boundary both allow?"""
    iam = boto3.client("iam")
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=document("s3:*"))
    iam.attach_role_policy(RoleName="worker", PolicyArn=managed("queues", "sqs:*"))
    assert {simulate(role, "s3:GetObject"), simulate(role, "sqs:SendMessage")} == {"allowed"}

    iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=managed("most", "s3:Get*"))

    decisions = [simulate(role, action) for action in ("s3:GetObject", "s3:PutObject", "sqs:SendMessage")]
    assert decisions == ["allowed", "implicitDeny", "implicitDeny"]
    assert explain(role, "s3:PutObject").deciding.layer == "permissions boundary"


def test_the_context_reaches_the_conditions() -> None:
    """Do condition keys and the caller's name reach the policies?"""
    ana = user_in_group()
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "StringEquals": {"aws:username": "ana"}}
    boto3.client("iam").put_user_policy(
        UserName="ana", PolicyName="own", PolicyDocument=document("s3:GetObject", Condition=condition)
    )

    assert simulate(ana, "s3:GetObject") == "implicitDeny"
    assert simulate(ana, "s3:GetObject", "*", {"aws:MultiFactorAuthPresent": "true"}) == "allowed"


def test_the_reason_names_the_place() -> None:
    """Does the sentence name the policy, and the group that it hangs on?"""
    ana = user_in_group()
    inline_on_group("Allow")

    assert "the inline policy g of the group team" in explain(ana, "s3:GetObject").deciding.sentence


@pytest.mark.parametrize(
    "arn", ["ana", "user/ana", "arn:aws:iam::123456789012:group/team", "arn:aws:iam::123456789012:root", ""]
)
def test_another_arn_is_refused(arn: str) -> None:
    """Does what is no user and no role lead to one sentence with the mend?"""
    with pytest.raises(SimulatorError, match="write it like arn:aws:iam::123456789012:user/ana"):
        simulate(arn, "s3:GetObject")


def test_nobody_is_an_error_of_iam() -> None:
    """Does a user that does not exist raise IAM's own error?"""
    with pytest.raises(ClientError, match="NoSuchEntity"):
        simulate("arn:aws:iam::123456789012:user/nobody", "s3:GetObject")
