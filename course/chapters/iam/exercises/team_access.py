"""Give a team its permissions.

A new team starts on Monday. Set it up so that nobody has to think about permissions when the next person joins: the
permissions are attached to the group, and whoever is in the group has them.

Write `team_access(team, policy, members)` with boto3. It returns the **ARN of the policy** and leaves behind

- a customer managed policy named `team`, whose document is `policy`;
- a group named `team` to which that policy is attached;
- a user for each name in `members`, in the group. Users who exist already, since they are in another team, are kept
  as they are and join this group as well;
- nothing on the users themselves: no attached policy, no inline policy, no access key.

```python
team_access("developers", {"Version": "2012-10-17", "Statement": [ … ]}, ["ana", "ben"])
# 'arn:aws:iam::123456789012:policy/developers'
```

Objective: Create a managed policy, a group and its users, and let the permissions come from the group alone.
Out of scope: Passwords, access keys, and what becomes of the members that leave.
Kind: cloud
Task: 1.1
Hint: The calls are `create_policy`, `create_group`, `attach_group_policy`, `create_user`, `add_user_to_group`.
Hint: `create_policy` takes the document as JSON text, not as a dictionary.
Hint: `create_user` raises `iam.exceptions.EntityAlreadyExistsException` for a user that exists. That is no reason not
to add this user to the group.
"""

import contextlib
import json
from typing import Any

import boto3

from course.authoring import case, misconception


def team_access(team: str, policy: dict[str, Any], members: list[str]) -> str:
    """Create the team's policy, group and users; return the policy's ARN."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")
    arn: str = iam.create_policy(PolicyName=team, PolicyDocument=json.dumps(policy))["Policy"]["Arn"]
    iam.create_group(GroupName=team)
    iam.attach_group_policy(GroupName=team, PolicyArn=arn)
    for member in members:
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_user(UserName=member)
        iam.add_user_to_group(GroupName=team, UserName=member)
    return arn
    ### END SOLUTION


@case(points=2)
def members_can_work() -> None:
    """May each member do what the policy allows, and nothing else?"""
    import boto3

    from course import cloud
    from course.simulator import explain

    cloud.start()
    iam = boto3.client("iam")
    look = {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}
    arn = team_access("developers", {"Version": "2012-10-17", "Statement": [look]}, ["ana", "ben"])
    assert arn == "arn:aws:iam::123456789012:policy/developers", (
        f"team_access gave {arn!r}, expected the ARN of the policy developers"
    )
    users = {user["UserName"]: user["Arn"] for user in iam.list_users()["Users"]}
    assert sorted(users) == ["ana", "ben"], f"the account has the users {sorted(users)}, expected ana and ben"
    for name, user in users.items():
        got = explain(user, "ec2:DescribeInstances")
        assert got.decision == "allowed", (
            f"may {name} call ec2:DescribeInstances? expected yes. {got.deciding.sentence}"
        )
        got = explain(user, "ec2:TerminateInstances")
        assert got.decision == "implicitDeny", (
            f"may {name} call ec2:TerminateInstances? IAM says {got.decision}, expected implicitDeny"
        )
    ### BEGIN HIDDEN TESTS
    cloud.start()
    orders = "arn:aws:sqs:us-east-1:123456789012:orders"
    send = {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": orders}
    arn = team_access("shop", {"Version": "2012-10-17", "Statement": [send]}, ["cem", "dia", "eva"])
    for user in iam.list_users()["Users"]:
        got = explain(user["Arn"], "sqs:SendMessage", orders)
        assert got.decision == "allowed", (
            f"may {user['UserName']} send to the queue orders? expected yes. {got.deciding.sentence}"
        )
    nobody = team_access("empty", {"Version": "2012-10-17", "Statement": [send]}, [])
    assert nobody.endswith(":policy/empty"), f"for a team without members team_access gave {nobody!r}"
    group = iam.get_group(GroupName="empty")
    assert not group["Users"], f"the group of a team without members has {group['Users']}"
    ### END HIDDEN TESTS


@case(points=2)
def the_group_carries_the_policy() -> None:
    """Is the managed policy attached to the group, and nothing to the users?"""
    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    look = {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}
    team_access("developers", {"Version": "2012-10-17", "Statement": [look]}, ["ana", "ben"])
    groups = [group["GroupName"] for group in iam.list_groups()["Groups"]]
    assert groups == ["developers"], f"the account has the groups {groups}, expected developers"
    attached = iam.list_attached_group_policies(GroupName="developers")["AttachedPolicies"]
    names = [policy["PolicyName"] for policy in attached]
    assert names == ["developers"], f"to the group are attached {names}, expected the managed policy developers"
    inline = iam.list_group_policies(GroupName="developers")["PolicyNames"]
    assert not inline, f"the group has the inline policies {inline}, expected none: a managed policy can be reused"
    for user in iam.list_users()["Users"]:
        name = user["UserName"]
        own = [policy["PolicyName"] for policy in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]]
        own += iam.list_user_policies(UserName=name)["PolicyNames"]
        assert not own, f"{name} has policies of their own, {own}, expected none: they come from the group"
        keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
        assert not keys, f"{name} has {len(keys)} access keys, expected none: nobody asked for one"


@case(points=1)
def somebody_joins_a_second_team() -> None:
    """Does a user who is in another team already stay the same user, and get the permissions of both?"""
    import boto3

    from course import cloud
    from course.simulator import explain

    cloud.start()
    iam = boto3.client("iam")
    look = {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
    team_access("developers", {"Version": "2012-10-17", "Statement": [look]}, ["ana", "ben"])
    users = sorted(user["UserName"] for user in iam.list_users()["Users"])
    assert users == ["ana", "ben"], f"after the first team the account has the users {users}, expected ana and ben"
    before = iam.get_user(UserName="ben")["User"]["UserId"]
    team_access("reporters", {"Version": "2012-10-17", "Statement": [read]}, ["ben", "cem"])
    user = iam.get_user(UserName="ben")["User"]
    assert user["UserId"] == before, "ben was in a team already and is another user now, expected the same one"
    groups = sorted(group["GroupName"] for group in iam.list_groups_for_user(UserName="ben")["Groups"])
    assert groups == ["developers", "reporters"], f"ben is in the groups {groups}, expected both teams"
    for action, resource in (("ec2:DescribeVolumes", "*"), ("s3:GetObject", "arn:aws:s3:::reports/may.csv")):
        got = explain(user["Arn"], action, resource)
        assert got.decision == "allowed", (
            f"may ben, who is in both teams, call {action}? expected yes. {got.deciding.sentence}"
        )


@misconception(
    the_group_carries_the_policy,
    swap={
        "iam.attach_group_policy(GroupName=team, PolicyArn=arn)\n": "\n",
        "iam.add_user_to_group(GroupName=team, UserName=member)": (
            "iam.add_user_to_group(GroupName=team, UserName=member)\n"
            "        iam.attach_user_policy(UserName=member, PolicyArn=arn)"
        ),
    },
)
def attaches_to_each_user() -> None:
    """You attached the policy to each user; who joins later gets nothing, and who leaves the group keeps all."""


@misconception(
    the_group_carries_the_policy,
    swap={
        "iam.attach_group_policy(GroupName=team, PolicyArn=arn)": (
            "iam.put_group_policy(GroupName=team, PolicyName=team, PolicyDocument=json.dumps(policy))"
        )
    },
)
def writes_it_into_the_group() -> None:
    """You wrote the policy into the group as an inline policy; the managed one is then attached to nothing."""


@misconception(
    members_can_work,
    somebody_joins_a_second_team,
    swap={"iam.add_user_to_group(GroupName=team, UserName=member)": ""},
)
def leaves_the_group_empty() -> None:
    """You created group and users, but put nobody into the group; a new user may do nothing at all."""


@misconception(
    somebody_joins_a_second_team,
    swap={
        "            iam.create_user(UserName=member)\n        iam.add_user": (
            "            iam.create_user(UserName=member)\n            iam.add_user"
        )
    },
)
def skips_who_is_there() -> None:
    """You left out the users who exist already; they need the second group as well."""


@misconception(
    somebody_joins_a_second_team,
    swap={
        "            iam.create_user(UserName=member)\n": (
            "            for group in iam.list_groups_for_user(UserName=member)['Groups']:\n"
            "                iam.remove_user_from_group(GroupName=group['GroupName'], UserName=member)\n"
            "            iam.delete_user(UserName=member)\n"
            "        iam.create_user(UserName=member)\n"
        ),
        "EntityAlreadyExistsException": "NoSuchEntityException",
    },
)
def makes_the_user_anew() -> None:
    """You deleted the user and made a new one of the same name; password, keys and the other team are gone."""


@misconception(
    the_group_carries_the_policy,
    swap={
        "iam.add_user_to_group(GroupName=team, UserName=member)": (
            "iam.add_user_to_group(GroupName=team, UserName=member)\n        iam.create_access_key(UserName=member)"
        )
    },
)
def hands_out_keys() -> None:
    """You made an access key for each member; a long-term secret that nobody asked for is one more to be stolen."""
