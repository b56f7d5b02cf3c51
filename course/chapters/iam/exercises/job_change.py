"""Ana becomes a security engineer.

Ana was a developer and changes to another team. Over the years people have helped her out with "just this one
permission": some policies are attached to her directly, some are written into her user. All of that belongs to her
old work.

Write `job_change(user, group)` with boto3. Afterwards

- the user is in `group`, and in no other group;
- no policy is attached to the user, and no inline policy is left on the user, so that the permissions come from the
  new group alone;
- the user is still the same user, with the same password and access keys. Groups, managed policies and the other
  members of the old groups stay as they are.

It returns nothing.

```python
job_change("ana", "security")
```

Objective: Change what somebody may do by changing the group, and know the three places where a user's policies are.
Out of scope: Permissions boundaries, roles, and sessions that were opened before.
Kind: cloud
Task: 1.1
Hint: A user's permissions come from three places. `list_groups_for_user` is one; which calls list the other two?
Hint: An attached policy is *detached*, and lives on. An inline policy is part of the user, so it is *deleted*.
Hint: `list_attached_user_policies` and `detach_user_policy`, `list_user_policies` and `delete_user_policy`.
"""

import boto3

from course.authoring import case, misconception


def job_change(user: str, group: str) -> None:
    """Let the user have the permissions of the group, and no others."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")
    for old in iam.list_groups_for_user(UserName=user)["Groups"]:
        iam.remove_user_from_group(GroupName=old["GroupName"], UserName=user)
    for policy in iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=user, PolicyArn=policy["PolicyArn"])
    for name in iam.list_user_policies(UserName=user)["PolicyNames"]:
        iam.delete_user_policy(UserName=user, PolicyName=name)
    iam.add_user_to_group(GroupName=group, UserName=user)
    ### END SOLUTION


@case(points=2)
def the_groups_are_right() -> None:
    """Is the user in the new group and in no other, and is everybody else where they were?"""
    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    for user in ("ana", "ben"):
        iam.create_user(UserName=user)
    for group in ("developers", "on-call", "security"):
        iam.create_group(GroupName=group)
    for group, user in (("developers", "ana"), ("developers", "ben"), ("on-call", "ana")):
        iam.add_user_to_group(GroupName=group, UserName=user)
    job_change("ana", "security")
    left = sorted(group["GroupName"] for group in iam.list_groups()["Groups"])
    assert left == ["developers", "on-call", "security"], f"the account has the groups {left}, expected all three"
    got = sorted(group["GroupName"] for group in iam.list_groups_for_user(UserName="ana")["Groups"])
    assert got == ["security"], f"after job_change('ana', 'security') ana is in {got}, expected security only"
    got = [group["GroupName"] for group in iam.list_groups_for_user(UserName="ben")["Groups"]]
    assert got == ["developers"], f"ben, who stays a developer, is in {got}, expected developers"
    ### BEGIN HIDDEN TESTS
    job_change("ana", "security")
    got = [group["GroupName"] for group in iam.list_groups_for_user(UserName="ana")["Groups"]]
    assert got == ["security"], f"called a second time, job_change left ana in {got}, expected security"
    iam.create_user(UserName="cem")
    job_change("cem", "on-call")
    got = [group["GroupName"] for group in iam.list_groups_for_user(UserName="cem")["Groups"]]
    assert got == ["on-call"], f"cem, who was in no group before, is in {got}, expected on-call"
    ### END HIDDEN TESTS


@case(points=2)
def the_old_permissions_are_gone() -> None:
    """Is nothing left of what the user could do before, and do the managed policies live on?"""
    import json

    import boto3

    from course import cloud
    from course.simulator import explain

    cloud.start()
    iam = boto3.client("iam")

    def allow(action: str) -> str:
        return json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        )

    ana = iam.create_user(UserName="ana")["User"]["Arn"]
    managed = {
        name: iam.create_policy(PolicyName=name, PolicyDocument=allow(action))["Policy"]["Arn"]
        for name, action in (("deploy", "ec2:*"), ("audit", "cloudtrail:LookupEvents"), ("bill", "ce:GetCostAndUsage"))
    }
    for group, policy in (("developers", "deploy"), ("security", "audit")):
        iam.create_group(GroupName=group)
        iam.attach_group_policy(GroupName=group, PolicyArn=managed[policy])
    iam.add_user_to_group(GroupName="developers", UserName="ana")
    iam.attach_user_policy(UserName="ana", PolicyArn=managed["bill"])
    iam.put_user_policy(UserName="ana", PolicyName="just-this-once", PolicyDocument=allow("s3:DeleteObject"))
    job_change("ana", "security")
    for action, where, expected in (
        ("ec2:TerminateInstances", "her old group", "implicitDeny"),
        ("ce:GetCostAndUsage", "a policy attached to her", "implicitDeny"),
        ("s3:DeleteObject", "an inline policy of hers", "implicitDeny"),
        ("cloudtrail:LookupEvents", "her new group", "allowed"),
    ):
        got = explain(ana, action)
        assert got.decision == expected, (
            f"may ana call {action}, which {where} allows? IAM says {got.decision}, expected {expected}. "
            f"{got.deciding.sentence}"
        )
    names = sorted(policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"])
    assert names == ["audit", "bill", "deploy"], f"the account has the policies {names}, expected all three as before"
    ### BEGIN HIDDEN TESTS
    iam.add_user_to_group(GroupName="developers", UserName="ana")
    for name in ("one", "two", "three"):
        iam.put_user_policy(UserName="ana", PolicyName=name, PolicyDocument=allow("sqs:*"))
    for arn in managed.values():
        iam.attach_user_policy(UserName="ana", PolicyArn=arn)
    job_change("ana", "security")
    for action in ("sqs:SendMessage", "ec2:RunInstances", "ce:GetCostAndUsage"):
        got = explain(ana, action)
        assert got.decision == "implicitDeny", (
            f"may ana call {action} from her old work? expected implicitDeny. {got.deciding.sentence}"
        )
    attached = iam.list_attached_group_policies(GroupName="developers")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["deploy"], (
        f"to the group developers are attached {attached}, expected deploy: the others still work there"
    )
    ### END HIDDEN TESTS


@case(points=1)
def the_user_is_the_same() -> None:
    """Has the user the same id, password and access key as before?"""
    import secrets

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    before = iam.create_user(UserName="ana")["User"]["UserId"]
    iam.create_login_profile(UserName="ana", Password=secrets.token_urlsafe(20))
    key = iam.create_access_key(UserName="ana")["AccessKey"]["AccessKeyId"]
    for group in ("developers", "security"):
        iam.create_group(GroupName=group)
    iam.add_user_to_group(GroupName="developers", UserName="ana")
    job_change("ana", "security")
    groups = [group["GroupName"] for group in iam.list_groups_for_user(UserName="ana")["Groups"]]
    assert "security" in groups, f"after job_change('ana', 'security') ana is in {groups}, expected security"
    got = iam.get_user(UserName="ana")["User"]["UserId"]
    assert got == before, (
        "ana is another user of the same name now, expected the same one: who refers to her id loses her"
    )
    has_password = True
    try:
        iam.get_login_profile(UserName="ana")
    except iam.exceptions.NoSuchEntityException:
        has_password = False
    assert has_password, "ana's password is gone, expected that she can still sign in"
    keys = [(one["AccessKeyId"], one["Status"]) for one in iam.list_access_keys(UserName="ana")["AccessKeyMetadata"]]
    assert keys == [(key, "Active")], f"ana's access keys are {keys}, expected the one she had, and active"


@misconception(
    the_groups_are_right,
    the_old_permissions_are_gone,
    swap={
        'for old in iam.list_groups_for_user(UserName=user)["Groups"]:\n'
        '        iam.remove_user_from_group(GroupName=old["GroupName"], UserName=user)\n': "\n"
    },
)
def keeps_the_old_group() -> None:
    """You added the new group and left the old one; with each job somebody can do more, and never less."""


@misconception(
    the_old_permissions_are_gone,
    swap={
        'for policy in iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]:\n'
        '        iam.detach_user_policy(UserName=user, PolicyArn=policy["PolicyArn"])\n': "\n"
    },
)
def forgets_attached_policies() -> None:
    """You left the policies that are attached to the user; leaving a group does not detach them."""


@misconception(
    the_old_permissions_are_gone,
    swap={
        'for name in iam.list_user_policies(UserName=user)["PolicyNames"]:\n'
        "        iam.delete_user_policy(UserName=user, PolicyName=name)\n": "\n"
    },
)
def forgets_inline_policies() -> None:
    """You left the inline policies; ListAttachedUserPolicies does not show them, ListUserPolicies does."""


@misconception(
    the_old_permissions_are_gone,
    swap={
        'iam.detach_user_policy(UserName=user, PolicyArn=policy["PolicyArn"])': (
            'iam.detach_user_policy(UserName=user, PolicyArn=policy["PolicyArn"])\n'
            '        iam.delete_policy(PolicyArn=policy["PolicyArn"])'
        )
    },
)
def deletes_the_managed_policies() -> None:
    """You deleted managed policies; others may use them, so detach a policy from the user and let it live."""


@misconception(the_user_is_the_same)
def starts_with_a_new_user(user: str, group: str) -> None:
    """You deleted the user and made a new one; the password, the access keys and the id are gone with the old one."""
    iam = boto3.client("iam")
    for old in iam.list_groups_for_user(UserName=user)["Groups"]:
        iam.remove_user_from_group(GroupName=old["GroupName"], UserName=user)
    for policy in iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=user, PolicyArn=policy["PolicyArn"])
    for name in iam.list_user_policies(UserName=user)["PolicyNames"]:
        iam.delete_user_policy(UserName=user, PolicyName=name)
    for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=user)
    iam.create_user(UserName=user)
    iam.add_user_to_group(GroupName=group, UserName=user)
