"""Find the open doors.

Repair this account. It has grown for years, and many companies were given roles in it: monitoring, backup, cost advice.
An audit asks: which of them could be used as a confused deputy? An open door is a role whose trust policy lets an
account **outside** your own accounts call `sts:AssumeRole` without the condition `StringEquals` on `sts:ExternalId`.

Write `confused_deputies(own, external_ids)`. `own` are the ids of your own accounts. `external_ids` has the external
ID that was agreed on with each foreign account, by account id.

- For every open door into a role: add the condition with the agreed external ID to the statement at fault, and keep
  everything else of the trust policy, other conditions too.
- A foreign account without an agreed ID has no business here: remove its statement. (There is always another one that
  stays.)
- Roles for AWS services and for your own accounts stay exactly as they are, and so do doors that insist on an external
  ID already.
- Return the names of the roles that you changed, in alphabetical order.

```python
confused_deputies(["123456789012", "111122223333"], {"999988887777": "customer-4711"})  # ["backup", "cost-audit"]
```

To keep it readable, each statement trusts one principal, as `{"AWS": "arn:aws:iam::999988887777:root"}` or another ARN
of the account, or `{"Service": …}`. `Statement` is always a list.

Objective: Audit trust policies for third parties without an external ID, and close them without breaking the others.
Out of scope: Conditions other than StringEquals, principals in lists, resource-based policies, Access Analyzer.
Kind: diagnosis
Task: 1.1
Hint: `list_roles` gives every role with its `AssumeRolePolicyDocument`, already as a dict. There may be more roles than
one call returns: `get_paginator("list_roles")`.
Hint: The account id is the fifth part of an ARN: `arn.split(":")[4]`.
Hint: A condition is a dict of operators; each operator is a dict of keys. Add to what is there instead of replacing it.
Hint: `update_assume_role_policy` replaces the whole document, so write back all of it.
"""

import json
from typing import Any

import boto3

from course.authoring import case, misconception


def confused_deputies(own: list[str], external_ids: dict[str, str]) -> list[str]:
    """Close every trust that a foreign account has without an external ID; return the names of the changed roles."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")
    changed = []
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            trust: dict[str, Any] = role["AssumeRolePolicyDocument"]
            kept, touched = [], False
            for statement in trust["Statement"]:
                account = statement["Principal"].get("AWS", "::::").split(":")[4]
                guarded = "sts:ExternalId" in statement.get("Condition", {}).get("StringEquals", {})
                if not account or account in own or guarded:
                    kept.append(statement)
                    continue
                touched = True
                if account in external_ids:
                    condition = statement.setdefault("Condition", {})
                    condition.setdefault("StringEquals", {})["sts:ExternalId"] = external_ids[account]
                    kept.append(statement)
            if touched:
                document = json.dumps({**trust, "Statement": kept})
                iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=document)
                changed.append(role["RoleName"])
    return sorted(changed)
    ### END SOLUTION


@case(points=2)
def every_open_door_is_closed() -> None:
    """Does every foreign account need its external ID afterwards, and are all other conditions kept?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "StringEquals": {"aws:RequestedRegion": "eu-central-1"}}
    for name, arn, condition in (
        ("cost-audit", "arn:aws:iam::999988887777:root", None),
        ("backup", "arn:aws:iam::888877776666:role/agent", mfa),
    ):
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
        statement |= {"Condition": condition} if condition else {}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    got = confused_deputies(["123456789012"], {"999988887777": "customer-4711", "888877776666": "b-17"})
    assert got == ["backup", "cost-audit"], f"confused_deputies gave {got!r}, expected ['backup', 'cost-audit']"
    for name, arn, expected in (
        ("cost-audit", "arn:aws:iam::999988887777:root", {"StringEquals": {"sts:ExternalId": "customer-4711"}}),
        (
            "backup",
            "arn:aws:iam::888877776666:role/agent",
            {**mfa, "StringEquals": {"aws:RequestedRegion": "eu-central-1", "sts:ExternalId": "b-17"}},
        ),
    ):
        trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole", "Condition": expected}
        assert trust["Statement"] == [statement], (
            f"the role {name} trusts by {trust['Statement']} afterwards, expected {[statement]}: the agreed "
            "external ID is added, and what was there stays"
        )
    ### BEGIN HIDDEN TESTS
    cloud.start()
    service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    statement = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::777766665555:root"}, "Action": "sts:AssumeRole"}
    for name, trusts in (*((f"function-{number:03}", service) for number in range(100)), ("vendor", statement)):
        document = json.dumps({"Version": "2012-10-17", "Statement": [trusts]})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    got = confused_deputies([], {"777766665555": "x-1"})
    assert got == ["vendor"], (
        f"in an account with 101 roles, the last of them an open door, confused_deputies gave {got!r}, expected "
        "['vendor']: list_roles answers in pages of 100"
    )
    ### END HIDDEN TESTS


@case(points=1)
def closed_doors_stay_as_they_are() -> None:
    """Do roles for AWS services, for the own accounts and with an external ID stay untouched?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    lambda_, organization = {"Service": "lambda.amazonaws.com"}, {"AWS": "arn:aws:iam::111122223333:role/admin"}
    guarded = {"StringEquals": {"sts:ExternalId": "old-but-good"}}
    before = {}
    for name, principal, condition in (
        ("thumbnails", lambda_, {}),
        ("administrator", organization, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        ("monitoring", {"AWS": "arn:aws:iam::999988887777:root"}, guarded),
    ):
        service = {"Effect": "Allow", "Principal": lambda_, "Action": "sts:AssumeRole"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
        before[name] = {"Version": "2012-10-17", "Statement": [service, statement]}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(before[name]))
    calls = len(cloud.calls())
    got = confused_deputies(["123456789012", "111122223333"], {"999988887777": "customer-4711"})
    assert got == [], (
        f"no door is open, and confused_deputies gave {got!r}, expected []: these roles trust an AWS service, your own "
        "account, or a company that has to send an external ID already"
    )
    after = {name: iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] for name in before}
    for name, trust in before.items():
        assert after[name] == trust, (
            f"the role {name} trusts by {after[name]} afterwards, expected {trust} as before: it was no open door"
        )
    written = [call.operation for call in cloud.calls()[calls:] if call.operation.startswith("Update")]
    assert not written, f"confused_deputies called {written} although nothing had to be changed"


@case(points=1)
def strangers_are_removed() -> None:
    """Is a foreign account without an agreed external ID removed, and only that one?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
        for account in ("666655554444", "123456789012", "999988887777")
    ]
    document = {"Version": "2012-10-17", "Statement": statements}
    iam.create_role(RoleName="reports", AssumeRolePolicyDocument=json.dumps(document))
    got = confused_deputies(["123456789012"], {"999988887777": "customer-4711"})
    assert got == ["reports"], f"confused_deputies gave {got!r}, expected ['reports']"
    trust = iam.get_role(RoleName="reports")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    trusted = [statement["Principal"]["AWS"].split(":")[4] for statement in trust]
    assert trusted == ["123456789012", "999988887777"], (
        f"reports trusts the accounts {trusted} afterwards, expected 123456789012 (yours) and 999988887777 (agreed): "
        "nobody agreed on an external ID with 666655554444"
    )
    ids = [statement.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId") for statement in trust]
    assert ids == [None, "customer-4711"], (
        f"reports asks its two accounts for the external IDs {ids}, expected [None, 'customer-4711']"
    )


@misconception(
    every_open_door_is_closed,
    swap={
        """                    condition = statement.setdefault("Condition", {})
                    condition.setdefault("StringEquals", {})["sts:ExternalId"] = external_ids[account]
""": """                    statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_ids[account]}}
"""
    },
)
def replaces_the_condition() -> None:
    """You replaced the condition; the MFA that it asked for is gone. Add the external ID to what is there."""


@misconception(closed_doors_stay_as_they_are, strangers_are_removed, swap={"account in own or ": ""})
def distrusts_the_own_accounts() -> None:
    """You treated your own accounts as foreign; an external ID is for third parties that act for many customers."""


@misconception(closed_doors_stay_as_they_are, swap={" or guarded:": ":"})
def overwrites_agreed_ids() -> None:
    """You gave a new external ID to a door that has one already; whoever uses it now is locked out."""


@misconception(
    every_open_door_is_closed,
    swap={'for page in iam.get_paginator("list_roles").paginate():': "for page in [iam.list_roles()]:"},
)
def reads_one_page() -> None:
    """You called list_roles once; it answers with a hundred roles at most, the others stay open."""


@misconception(
    strangers_are_removed,
    swap={
        "                if account in external_ids:\n": "                if account not in external_ids:\n"
        "                    kept.append(statement)\n                else:\n"
    },
)
def keeps_strangers() -> None:
    """You left an account in with which no external ID was agreed; its door is still open."""
