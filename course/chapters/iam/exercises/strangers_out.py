"""Whom do the roles let in?

A role can be assumed by whoever its trust policy names. Over the years, some trust policies of this account have got
statements that let in strangers: everybody (`"*"`), or another company's account. Nobody has noticed, because nothing
fails when a door is open.

Write `strangers_out()` with boto3. A role is for AWS services and for principals of **this** account. Take every
statement out of the trust policies that lets in anybody else, leave the other statements as they are, and return the
names of the roles that you changed, as a sorted list. Each role has at least one statement that is right.

Such principals occur, each alone in its statement:

| Principal | is |
|---|---|
| `{"Service": "ec2.amazonaws.com"}` | an AWS service |
| `{"AWS": "arn:aws:iam::123456789012:root"}`, `{"AWS": "123456789012"}` | an account |
| `{"AWS": "arn:aws:iam::123456789012:user/ana"}` | a user or a role of an account |
| `"*"`, `{"AWS": "*"}` | everybody in the world who has an AWS account |

```python
strangers_out()  # ['audit', 'web']
```

Objective: Read trust policies, tell one's own account from strangers, and close a door without closing the others.
Out of scope: Partners who need access (with an external ID), conditions, organizations.
Kind: diagnosis
Task: 1.1
Hint: `list_roles` shows each role with its `AssumeRolePolicyDocument`, already parsed.
Hint: Which account is this? `boto3.client("sts").get_caller_identity()["Account"]` knows.
Hint: In an ARN, the account is the fifth part: `arn.split(":")[4]`.
Hint: `update_assume_role_policy` replaces the whole trust policy: write back the statements that you keep.
"""

import json
from typing import Any

import boto3

from course.authoring import case, misconception


def strangers_out() -> list[str]:
    """Take strangers out of the trust policies; return the names of the changed roles, sorted."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")
    own = boto3.client("sts").get_caller_identity()["Account"]

    def is_ours(principal: str | dict[str, Any]) -> bool:
        if isinstance(principal, str):
            return False
        name = principal.get("AWS", own)
        return own in {name, name.split(":")[4] if name.startswith("arn:") else ""}

    changed = []
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            trust = role["AssumeRolePolicyDocument"]
            statements = trust["Statement"] if isinstance(trust["Statement"], list) else [trust["Statement"]]
            kept = [statement for statement in statements if is_ours(statement["Principal"])]
            if kept != statements:
                document = json.dumps(trust | {"Statement": kept})
                iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=document)
                changed.append(role["RoleName"])
    return sorted(changed)
    ### END SOLUTION


@case(points=2)
def strangers_cannot_come_in() -> None:
    """Can nobody from outside assume a role any more?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    right = {"Service": "ec2.amazonaws.com"}
    for name, wrong in (
        ("web", "*"),
        ("audit", {"AWS": "arn:aws:iam::999999999999:root"}),
        ("backup", {"AWS": "*"}),
        ("deploy", {"AWS": "arn:aws:iam::999999999999:user/eve"}),
    ):
        statements = [{"Effect": "Allow", "Principal": one, "Action": "sts:AssumeRole"} for one in (wrong, right)]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    strangers_out()
    roles = iam.list_roles()["Roles"]
    left = sorted(role["RoleName"] for role in roles)
    assert left == ["audit", "backup", "deploy", "web"], f"the account has the roles {left} now, expected all four"
    for role in roles:
        trust = role["AssumeRolePolicyDocument"]["Statement"]
        got = [statement["Principal"] for statement in (trust if isinstance(trust, list) else [trust])]
        assert got == [right], f"the role {role['RoleName']} lets in {got}, expected {[right]} only"
    ### BEGIN HIDDEN TESTS
    sly = {"AWS": "arn:aws:iam::999999999999:role/123456789012"}
    for name, wrong in (("number", {"AWS": "999999999999"}), ("sly", sly)):
        statements = [{"Effect": "Allow", "Principal": one, "Action": "sts:AssumeRole"} for one in (right, wrong)]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    strangers_out()
    for name in ("number", "sly"):
        trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
        got = [statement["Principal"] for statement in (trust if isinstance(trust, list) else [trust])]
        assert got == [right], f"the role {name} lets in {got}, expected {[right]} only"
    ### END HIDDEN TESTS


@case(points=2)
def services_and_this_account_stay() -> None:
    """Can services and principals of this account assume their roles as before?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    ours = [
        {"Service": "ec2.amazonaws.com"},
        {"AWS": "arn:aws:iam::123456789012:root"},
        {"AWS": "123456789012"},
        {"AWS": "arn:aws:iam::123456789012:user/ana"},
    ]
    for name, principals in (("fine", ours), ("mixed", [*ours, "*"])):
        statements = [{"Effect": "Allow", "Principal": one, "Action": "sts:AssumeRole"} for one in principals]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    strangers_out()
    left = sorted(role["RoleName"] for role in iam.list_roles()["Roles"])
    assert left == ["fine", "mixed"], f"the account has the roles {left} now, expected fine and mixed as before"
    for name in ("fine", "mixed"):
        trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
        got = [statement["Principal"] for statement in (trust if isinstance(trust, list) else [trust])]
        missing = [one for one in ours if one not in got]
        assert not missing, f"the role {name} does not let in {missing} any more, expected so: these are no strangers"
        assert "*" not in got, f"the role {name} still lets in everybody; nothing was taken out, so nothing was spared"


@case(points=1)
def the_report_names_the_changed() -> None:
    """Are exactly the roles reported that were changed, sorted, and none the second time?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    right = {"Service": "ec2.amazonaws.com"}
    for name, principals in (("web", [right, "*"]), ("fine", [right]), ("audit", [right, {"AWS": "999999999999"}])):
        statements = [{"Effect": "Allow", "Principal": one, "Action": "sts:AssumeRole"} for one in principals]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    got = strangers_out()
    assert got == ["audit", "web"], f"strangers_out gave {got!r}, expected ['audit', 'web']: fine let nobody else in"
    got = strangers_out()
    assert got == [], f"called a second time strangers_out gave {got!r}, expected an empty list: all doors are closed"


@misconception(
    strangers_cannot_come_in,
    the_report_names_the_changed,
    swap={"return own in {name": 'return name != "*" or own in {name'},
)
def only_fears_the_star() -> None:
    """You took out the star and left the other account; a foreign account in a trust policy is a stranger too."""


@misconception(
    strangers_cannot_come_in,
    services_and_this_account_stay,
    the_report_names_the_changed,
    swap={
        'principal.get("AWS", own)': 'principal.get("AWS", "")',
        'if is_ours(statement["Principal"])]': 'if is_ours(statement["Principal"])] or statements',
    },
)
def takes_services_for_strangers() -> None:
    """You took the services for strangers; an instance whose role EC2 cannot assume has no permissions at all."""


@misconception(
    strangers_cannot_come_in,
    swap={'own in {name, name.split(":")[4] if name.startswith("arn:") else ""}': "own in name"},
)
def looks_for_the_number_anywhere() -> None:
    """You looked for your account's ID anywhere in the ARN; a stranger can give a role that name."""


@misconception(
    services_and_this_account_stay,
    swap={
        'own in {name, name.split(":")[4] if name.startswith("arn:") else ""}': (
            'name in (own, f"arn:aws:iam::{own}:root")'
        )
    },
)
def keeps_the_account_only() -> None:
    """You kept the account as a whole and took out its users and roles; they are of this account as well."""


@misconception(
    strangers_cannot_come_in,
    services_and_this_account_stay,
    the_report_names_the_changed,
    swap={
        'document = json.dumps(trust | {"Statement": kept})': (
            'no = {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"}\n'
            '                document = json.dumps({"Version": "2012-10-17", "Statement": no})'
        ),
        'iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=document)': (
            'iam.put_role_policy(RoleName=role["RoleName"], PolicyName="no", PolicyDocument=document)'
        ),
    },
)
def denies_it_in_the_permissions() -> None:
    """You denied sts:AssumeRole in the role's permissions; that binds the role itself, not who wants to assume it."""
