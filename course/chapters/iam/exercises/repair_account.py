"""Repair this account.

The account has grown for five years, and everybody helped themselves. The new security officer has written three
rules on one page:

1. **Only the group `admins` may do everything.** A policy that allows the action `*` on the resource `*` hangs on no
   other group and on no role. Where it is attached it is detached, where it is inline it is deleted.
2. **Permissions come from groups.** No user has policies, neither attached nor inline.
3. **Roles are for AWS services and for this account.** A statement of a trust policy that lets in everybody (`"*"`)
   or another account is taken out. Every role has at least one statement that is right, and keeps it.

Write `repair_account()` with boto3. It finds what breaks a rule and mends it. Everything that keeps the rules stays as
it is: the other policies of a group and of a role, the members of the groups, the managed policies themselves. It
returns nothing.

The case builds such an account, lets you repair it, and asks what its users and roles may do then. The account has
the ID 123456789012.

```python
repair_account()
```

Objective: Audit an account's groups, users and roles, take away what is too much, and break nothing.
Out of scope: Access keys and MFA, policies that are too wide without being a full star, permissions boundaries.
Kind: diagnosis
Task: 1.1
Hint: `get_account_authorization_details` shows all users, groups, roles and policies with their documents in one call.
Hint: Write a helper that tells whether a document has a statement with Effect Allow, Action `*` and Resource `*`.
Action, Resource and Statement can each stand alone or in a list.
Hint: The document of a managed policy is that of its default version: `get_policy` names it, `get_policy_version`
brings it.
Hint: A trust policy is replaced as a whole, with `update_assume_role_policy`. Keep the statements that are right.
Hint: A Principal may be `"*"`, `{"AWS": "*"}`, `{"AWS": "arn:aws:iam::999999999999:root"}`, `{"AWS": "999999999999"}`,
or `{"Service": …}`.
"""

import json
from typing import Any

import boto3

from course.authoring import case, misconception


def repair_account() -> None:
    """Mend what breaks one of the three rules, and leave the rest alone."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")
    own = boto3.client("sts").get_caller_identity()["Account"]

    def listed(value: Any) -> list[Any]:
        return value if isinstance(value, list) else [value]

    def is_everything(document: dict[str, Any]) -> bool:
        return any(
            one["Effect"] == "Allow" and "*" in listed(one.get("Action")) and "*" in listed(one.get("Resource"))
            for one in listed(document["Statement"])
        )

    def managed(arn: str) -> dict[str, Any]:
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return dict(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])

    def is_stranger(principal: str | dict[str, Any]) -> bool:
        names = listed(principal if isinstance(principal, str) else principal.get("AWS", []))
        return any(own not in name for name in names)

    account = iam.get_account_authorization_details()
    for user in account["UserDetailList"]:
        name = user["UserName"]
        for policy in user["AttachedManagedPolicies"]:
            iam.detach_user_policy(UserName=name, PolicyArn=policy["PolicyArn"])
        for inline in iam.list_user_policies(UserName=name)["PolicyNames"]:
            iam.delete_user_policy(UserName=name, PolicyName=inline)
    for group in account["GroupDetailList"]:
        name = group["GroupName"]
        if name == "admins":
            continue
        for policy in group["AttachedManagedPolicies"]:
            if is_everything(managed(policy["PolicyArn"])):
                iam.detach_group_policy(GroupName=name, PolicyArn=policy["PolicyArn"])
        for policy in group["GroupPolicyList"]:
            if is_everything(policy["PolicyDocument"]):
                iam.delete_group_policy(GroupName=name, PolicyName=policy["PolicyName"])
    for role in account["RoleDetailList"]:
        name = role["RoleName"]
        for policy in role["AttachedManagedPolicies"]:
            if is_everything(managed(policy["PolicyArn"])):
                iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
        for policy in role["RolePolicyList"]:
            if is_everything(policy["PolicyDocument"]):
                iam.delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])
        trust = role["AssumeRolePolicyDocument"]
        kept = [one for one in listed(trust["Statement"]) if not is_stranger(one["Principal"])]
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust | {"Statement": kept}))
    ### END SOLUTION
