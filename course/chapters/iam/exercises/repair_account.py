"""Repair this account.

The account has grown for five years, and everybody helped themselves. The new security officer has written two rules
on one page:

1. **Only the group `admins` may do everything.** A policy that allows the action `*` on the resource `*` is in no other
   group and in no role. Where it is attached it is detached, where it is inline it is deleted.
2. **Permissions come from groups.** No user has policies, neither attached nor inline.

Write `repair_account()` with boto3. It finds what breaks a rule and mends it. Everything that keeps the rules stays as
it is: the other policies of a group and of a role, the members of the groups, the managed policies themselves. It
returns nothing.

The cases build such an account, let you repair it, and ask what its users and roles may do then.

```python
repair_account()
```

Objective: Audit the policies of an account's groups, users and roles, take away what is too much, and break nothing.
Out of scope: Access keys and MFA, policies that are too wide without being a full star, who may assume the roles.
Kind: diagnosis
Task: 1.1
Hint: `get_account_authorization_details` shows all users, groups, roles and policies with their documents. AWS gives
100 of them at a time; `iam.get_paginator(…).paginate().build_full_result()` puts the pages together.
Hint: Write a helper that tells whether a document has a statement with Effect Allow, Action `*` and Resource `*`.
Action, Resource and Statement can each stand alone or in a list.
Hint: A managed policy can have several versions. What counts is the document of the default version.
Hint: The calls have the same form for all three: `detach_group_policy`, `detach_user_policy`, `detach_role_policy` for
attached policies, `delete_group_policy` and so on for inline ones.
"""

from typing import Any

import boto3

from course.authoring import case, misconception


def repair_account() -> None:
    """Mend what breaks one of the two rules, and leave the rest alone."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")

    def has_star(value: object) -> bool:
        return value == "*" or (isinstance(value, list) and "*" in value)

    def breaks_a_rule(kind: str, name: str, document: dict[str, Any]) -> bool:
        if kind != "Group" or name != "admins":
            statements = document["Statement"]
            wide = [
                has_star(one.get("Action")) and has_star(one.get("Resource")) and one["Effect"] == "Allow"
                for one in (statements if isinstance(statements, list) else [statements])
            ]
            return kind == "User" or any(wide)
        return False

    account = iam.get_paginator("get_account_authorization_details").paginate().build_full_result()
    documents = {
        policy["Arn"]: version["Document"]
        for policy in account["Policies"]
        for version in policy["PolicyVersionList"]
        if version["IsDefaultVersion"]
    }
    for kind in ("User", "Group", "Role"):
        for entity in account[f"{kind}DetailList"]:
            name = entity[f"{kind}Name"]
            for policy in entity["AttachedManagedPolicies"]:
                if breaks_a_rule(kind, name, documents[policy["PolicyArn"]]):
                    detach = getattr(iam, f"detach_{kind.lower()}_policy")
                    detach(**{f"{kind}Name": name, "PolicyArn": policy["PolicyArn"]})
            for policy in entity.get(f"{kind}PolicyList", []):
                if breaks_a_rule(kind, name, policy["PolicyDocument"]):
                    delete = getattr(iam, f"delete_{kind.lower()}_policy")
                    delete(**{f"{kind}Name": name, "PolicyName": policy["PolicyName"]})
    ### END SOLUTION


@case(points=2)
def only_admins_do_everything() -> None:
    """May nobody but the admins do everything, whether the policy is attached or inline?"""
    import json

    import boto3

    from course import cloud
    from course.simulator import explain

    cloud.start()
    iam = boto3.client("iam")

    def allow(action: str | list[str]) -> str:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    everything = iam.create_policy(PolicyName="everything", PolicyDocument=allow("*"))["Policy"]["Arn"]
    who = {}
    for group, user in (("admins", "ada"), ("developers", "ben"), ("interns", "cem")):
        iam.create_group(GroupName=group)
        who[user] = iam.create_user(UserName=user)["User"]["Arn"]
        iam.add_user_to_group(GroupName=group, UserName=user)
    iam.attach_group_policy(GroupName="admins", PolicyArn=everything)
    iam.attach_group_policy(GroupName="developers", PolicyArn=everything)
    iam.put_group_policy(GroupName="interns", PolicyName="quick-fix", PolicyDocument=allow(["*"]))
    who["deploy"] = iam.create_role(
        RoleName="deploy", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust})
    )["Role"]["Arn"]
    iam.put_role_policy(RoleName="deploy", PolicyName="temporary", PolicyDocument=allow("*"))
    repair_account()
    for name, arn in who.items():
        expected = "allowed" if name == "ada" else "implicitDeny"
        got = explain(arn, "iam:DeleteUser")
        assert got.decision == expected, (
            f"may {name} call iam:DeleteUser after the repair? IAM says {got.decision}, expected {expected}. "
            f"{got.deciding.sentence}"
        )
    ### BEGIN HIDDEN TESTS
    iam.attach_role_policy(RoleName="deploy", PolicyArn=everything)
    iam.put_group_policy(GroupName="developers", PolicyName="all", PolicyDocument=allow(["s3:Get*", "*"]))
    late = iam.create_policy(PolicyName="late", PolicyDocument=allow("s3:ListAllMyBuckets"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=late, PolicyDocument=allow("*"), SetAsDefault=True)
    iam.attach_group_policy(GroupName="interns", PolicyArn=late)
    repair_account()
    for name in ("ben", "cem", "deploy"):
        got = explain(who[name], "iam:DeleteUser")
        assert got.decision == "implicitDeny", (
            f"may {name} call iam:DeleteUser after another repair? IAM says {got.decision}, expected implicitDeny. "
            f"{got.deciding.sentence}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def users_carry_nothing() -> None:
    """Has no user a policy, attached or inline, also among the admins, and are all still in their groups?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    read = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    arn = iam.create_policy(PolicyName="read", PolicyDocument=json.dumps(read))["Policy"]["Arn"]
    for group, user in (("admins", "ada"), ("interns", "cem")):
        iam.create_group(GroupName=group)
        iam.create_user(UserName=user)
        iam.add_user_to_group(GroupName=group, UserName=user)
        iam.attach_user_policy(UserName=user, PolicyArn=arn)
        iam.put_user_policy(UserName=user, PolicyName="mine", PolicyDocument=json.dumps(read))
    repair_account()
    for group, user in (("admins", "ada"), ("interns", "cem")):
        own = [policy["PolicyName"] for policy in iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]]
        own += iam.list_user_policies(UserName=user)["PolicyNames"]
        assert not own, f"{user} has the policies {own} after the repair, expected none: rule 2 knows no exception"
        groups = [one["GroupName"] for one in iam.list_groups_for_user(UserName=user)["Groups"]]
        assert groups == [group], f"{user} is in the groups {groups} after the repair, expected {[group]} as before"


@case(points=1)
def what_is_right_stays() -> None:
    """Do groups and roles keep their other policies, and do the managed policies live on?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")

    def allow(action: str, resource: str = "*") -> str:
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    managed = {
        name: iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
        for name, document in (("everything", allow("*")), ("see", allow("ec2:Describe*")), ("queue", allow("sqs:*")))
    }
    iam.create_group(GroupName="developers")
    for arn in managed.values():
        iam.attach_group_policy(GroupName="developers", PolicyArn=arn)
    iam.put_group_policy(GroupName="developers", PolicyName="bucket", PolicyDocument=allow("*", "arn:aws:s3:::dev/*"))
    iam.create_role(
        RoleName="web", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    iam.attach_role_policy(RoleName="web", PolicyArn=managed["queue"])
    iam.put_role_policy(RoleName="web", PolicyName="prices", PolicyDocument=allow("s3:GetObject"))
    repair_account()
    attached = iam.list_attached_group_policies(GroupName="developers")["AttachedPolicies"]
    got = sorted(policy["PolicyName"] for policy in attached)
    assert got == ["queue", "see"], f"to developers are attached {got} after the repair, expected queue and see"
    inline = iam.list_group_policies(GroupName="developers")["PolicyNames"]
    assert inline == ["bucket"], (
        f"developers has the inline policies {inline} after the repair, expected bucket: it allows everything on the "
        "objects of one bucket only"
    )
    roles = iam.list_attached_role_policies(RoleName="web")["AttachedPolicies"]
    got = [policy["PolicyName"] for policy in roles] + iam.list_role_policies(RoleName="web")["PolicyNames"]
    assert got == ["queue", "prices"], f"the role web has the policies {got} after the repair, expected queue, prices"
    left = sorted(policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"])
    assert left == sorted(managed), f"the account has the policies {left} after the repair, expected {sorted(managed)}"


@misconception(
    only_admins_do_everything,
    users_carry_nothing,
    swap={'entity.get(f"{kind}PolicyList", [])': "[]"},
)
def looks_at_attached_ones_only() -> None:
    """You looked at attached policies only; an inline policy grants as much, and ListPolicies does not show it."""


@misconception(
    only_admins_do_everything, swap={'value == "*" or (isinstance(value, list) and "*" in value)': 'value == "*"'}
)
def overlooks_lists() -> None:
    """You compared with a single star; a list that has a star in it, among others, allows everything as well."""


@misconception(only_admins_do_everything, swap={'kind != "Group" or name != "admins"': "kind"})
def disarms_the_admins() -> None:
    """You took the policy from the admins too; now nobody but the root user can manage the account."""


@misconception(
    what_is_right_stays,
    swap={'has_star(one.get("Action")) and has_star(one.get("Resource"))': ('has_star(one.get("Action"))')},
)
def ignores_the_resource() -> None:
    """You looked at the Action alone; every action on the objects of one bucket is not everything."""


@misconception(users_carry_nothing, swap={'kind == "User" or any(wide)': "any(wide)"})
def leaves_users_alone() -> None:
    """You left small policies on the users; rule 2 takes them all, for nobody sees later why somebody has more."""


@misconception(what_is_right_stays, swap={'kind == "User" or any(wide)': "True"})
def empties_the_groups() -> None:
    """You took every policy from groups and roles; the teams can no longer work, and rule 1 is about the full star."""


@misconception(only_admins_do_everything, swap={'("User", "Group", "Role")': '("User", "Group")'})
def forgets_the_roles() -> None:
    """You left the roles out; whoever can use a role that may do everything, can do everything."""


@misconception(
    only_admins_do_everything,
    swap={'if version["IsDefaultVersion"]': 'if version["VersionId"] == "v1"'},
)
def reads_the_first_version() -> None:
    """You read version v1 of each managed policy; the version in force is the default version, which may be later."""
