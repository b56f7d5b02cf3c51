"""The service that nobody may use.

Repair this organization. A team reports: "In our account every call to one AWS service is refused, and its
administrator, who has AdministratorAccess, is refused as well. Other services work." Such a thing is rarely IAM. In
this organization some OUs are run as **allow lists**: FullAWSAccess was detached there, and SCPs such as
`{"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"}` are attached instead.

Write `mend_allow_list(account_id, service)`, for a service such as `"lambda"`:

- Walk from the account up to the root. At every level that does not allow the whole service, attach an SCP that does.
  Leave the SCPs that are there as they are: a list may be attached to other OUs, which shall not get the service.
- Some SCPs deny services. A Deny is a decision; somebody made it on purpose, so do not touch it. Return the names of
  those SCPs on the way that deny the service or everything, from the account up to the root, as a list. With such a
  Deny, attach nothing: it would not help.
- If nothing is missing, change nothing.

```python
mend_allow_list("233769606960", "lambda")  # [] and the service works
mend_allow_list("233769606960", "redshift")  # ["no-warehouses"]: talk to those who denied it
```

The SCPs here have plain statements: an Effect, an Action (a text or a list of texts, each `"*"` or like `"s3:*"`) and
`"Resource": "*"`.

Objective: Find the level at which an allow list lacks a service, and mend it without widening anything else.
Out of scope: Conditions, single actions, NotAction, RCPs, IAM policies in the account.
Kind: diagnosis
Task: 1.1
Hint: `list_parents(ChildId=…)` goes one level up; the id of the root begins with `r-`.
Hint: `list_policies_for_target(TargetId=…, Filter="SERVICE_CONTROL_POLICY")` tells what is attached at a level, and
`describe_policy` gives the JSON text.
Hint: Collect all levels first. Look for Denies on the whole way before you attach anything.
Hint: Policy names are unique in an organization: create one SCP for the service, and attach the same one at each level
that lacks it.
"""

import json
from typing import Any

import boto3

from course.authoring import case, misconception


def mend_allow_list(account_id: str, service: str) -> list[str]:
    """Let the account use the service where an allow list lacks it; return the names of SCPs that deny it."""
    ### BEGIN SOLUTION
    org = boto3.client("organizations")
    kind = "SERVICE_CONTROL_POLICY"

    def names(node: str, effect: str) -> list[str]:
        found = []
        for summary in org.list_policies_for_target(TargetId=node, Filter=kind)["Policies"]:
            content: dict[str, Any] = json.loads(org.describe_policy(PolicyId=summary["Id"])["Policy"]["Content"])
            statements = content["Statement"] if isinstance(content["Statement"], list) else [content["Statement"]]
            for statement in statements:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                if statement["Effect"] == effect and {"*", f"{service}:*"} & set(actions):
                    found.append(str(summary["Name"]))
        return found

    way = [account_id]
    while not way[-1].startswith("r-"):
        way.append(org.list_parents(ChildId=way[-1])["Parents"][0]["Id"])
    denying = [name for node in way for name in names(node, "Deny")]
    lacking = [node for node in way if not names(node, "Allow")]
    if denying or not lacking:
        return denying
    statement = {"Effect": "Allow", "Action": f"{service}:*", "Resource": "*"}
    policy = org.create_policy(
        Name=f"allow-{service}",
        Description=f"Allows {service} beside the list that is there",
        Type=kind,
        Content=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )["Policy"]["PolicySummary"]["Id"]
    for node in lacking:
        org.attach_policy(PolicyId=policy, TargetId=node)
    return []
    ### END SOLUTION


@case(points=2)
def the_service_comes_through() -> None:
    """Does the service come through at every level afterwards, with one list that lacks it and with two?"""
    import json

    import boto3

    from course import cloud

    kind = "SERVICE_CONTROL_POLICY"
    for outer, inner in ((["s3:*", "sqs:*"], ["*"]), (["*"], ["s3:*"]), (["s3:*"], ["s3:*", "ec2:*"])):
        cloud.start()
        org = boto3.client("organizations")
        org.create_organization(FeatureSet="ALL")
        root = org.list_roots()["Roots"][0]["Id"]
        account = org.create_account(AccountName="shop", Email="shop@example.com")["CreateAccountStatus"]["AccountId"]
        parent = root
        for name, actions in (("outer", outer), ("inner", inner)):
            parent = org.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]
            document = {"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
            scp = org.create_policy(Name=f"{name}-list", Description="", Type=kind, Content=json.dumps(document))
            org.attach_policy(PolicyId=scp["Policy"]["PolicySummary"]["Id"], TargetId=parent)
            org.detach_policy(PolicyId="p-FullAWSAccess", TargetId=parent)
        org.move_account(AccountId=account, SourceParentId=root, DestinationParentId=parent)

        got = mend_allow_list(account, "lambda")
        assert got == [], f"no SCP denies lambda, and mend_allow_list gave {got!r}, expected []"
        node = account
        while node:
            allowed = set()
            for policy in org.list_policies_for_target(TargetId=node, Filter=kind)["Policies"]:
                content = json.loads(org.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"])
                statements = content["Statement"] if type(content["Statement"]) is list else [content["Statement"]]
                for statement in statements:
                    actions = statement["Action"]
                    allowed |= set(actions if type(actions) is list else [actions])
            assert allowed & {"*", "lambda:*"}, (
                f"with the lists {outer} on the outer OU and {inner} on the inner one, {node} allows {sorted(allowed)} "
                "after mend_allow_list, expected lambda:* or * among them: one level without it is enough to refuse"
            )
            node = "" if node.startswith("r-") else org.list_parents(ChildId=node)["Parents"][0]["Id"]


@case(points=1)
def nothing_else_is_widened() -> None:
    """Does a neighbour with the same list stay as it was, and does your account get this one service only?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    org, kind = boto3.client("organizations"), "SERVICE_CONTROL_POLICY"
    org.create_organization(FeatureSet="ALL")
    root = org.list_roots()["Roots"][0]["Id"]
    document = {"Statement": {"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"}}
    scp = org.create_policy(Name="storage-only", Description="", Type=kind, Content=json.dumps(document))
    shared, units, accounts = scp["Policy"]["PolicySummary"]["Id"], {}, {}
    for name in ("shop", "archive"):
        units[name] = org.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"]["Id"]
        org.attach_policy(PolicyId=shared, TargetId=units[name])
        org.detach_policy(PolicyId="p-FullAWSAccess", TargetId=units[name])
        status = org.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        accounts[name] = status["AccountId"]
        org.move_account(AccountId=accounts[name], SourceParentId=root, DestinationParentId=units[name])

    mend_allow_list(accounts["shop"], "lambda")
    allowed: dict[str, set[str]] = {name: set() for name in units}
    for name, unit in units.items():
        for policy in org.list_policies_for_target(TargetId=unit, Filter=kind)["Policies"]:
            content = json.loads(org.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"])
            statements = content["Statement"] if type(content["Statement"]) is list else [content["Statement"]]
            for statement in statements:
                actions = statement["Action"]
                allowed[name] |= set(actions if type(actions) is list else [actions])
    assert allowed["archive"] == {"s3:*", "sqs:*"}, (
        f"the OU archive, which shares the list with shop, allows {sorted(allowed['archive'])} after "
        "mend_allow_list for shop, expected ['s3:*', 'sqs:*'] as before: do not change a list that others share"
    )
    assert allowed["shop"] - {"lambda:*"} == {"s3:*", "sqs:*"}, (
        f"the OU shop allows {sorted(allowed['shop'])}, expected its list and lambda:*, and nothing beyond"
    )


@case(points=1)
def a_deny_is_reported() -> None:
    """Are the SCPs that deny the service named, from the account upwards, and is nothing changed then?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    org, kind = boto3.client("organizations"), "SERVICE_CONTROL_POLICY"
    org.create_organization(FeatureSet="ALL")
    root = org.list_roots()["Roots"][0]["Id"]
    unit = org.create_organizational_unit(ParentId=root, Name="shop")["OrganizationalUnit"]["Id"]
    account = org.create_account(AccountName="shop", Email="shop@example.com")["CreateAccountStatus"]["AccountId"]
    org.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    for name, effect, actions, target in (
        ("no-warehouses", "Deny", ["redshift:*", "emr:*"], root),
        ("storage-only", "Allow", ["s3:*"], unit),
        ("no-redshift-here", "Deny", "redshift:*", account),
    ):
        document = {"Statement": [{"Effect": effect, "Action": actions, "Resource": "*"}]}
        scp = org.create_policy(Name=name, Description="", Type=kind, Content=json.dumps(document))
        org.attach_policy(PolicyId=scp["Policy"]["PolicySummary"]["Id"], TargetId=target)
    org.detach_policy(PolicyId="p-FullAWSAccess", TargetId=unit)

    def attached() -> dict[str, list[str]]:
        return {
            node: sorted(p["Name"] for p in org.list_policies_for_target(TargetId=node, Filter=kind)["Policies"])
            for node in (account, unit, root)
        }

    before = attached()
    got = mend_allow_list(account, "redshift")
    assert got == ["no-redshift-here", "no-warehouses"], (
        f"redshift is denied on the account and on the root, and mend_allow_list gave {got!r}, expected "
        "['no-redshift-here', 'no-warehouses']"
    )
    assert attached() == before, (
        f"redshift is denied, and yet the attached SCPs changed from {before} to {attached()}: leave all as it is, an "
        "Allow cannot win over a Deny"
    )
    got = mend_allow_list(account, "s3")
    assert (got, attached()) == ([], before), (
        f"s3 comes through already, and mend_allow_list(…, 's3') gave {got!r} and left {attached()}, expected [] and "
        "no change"
    )


@misconception(
    the_service_comes_through,
    swap={"[node for node in way if not": "[node for node in way[:1] if not"},
)
def mends_the_account_only() -> None:
    """You looked at the account only; the list that lacks the service hangs on an OU above it."""


@misconception(
    nothing_else_is_widened,
    swap={
        "    for node in lacking:\n        org.attach_policy(PolicyId=policy, TargetId=node)": """\
    for node in lacking:
        for summary in org.list_policies_for_target(TargetId=node, Filter=kind)["Policies"]:
            content = json.loads(org.describe_policy(PolicyId=summary["Id"])["Policy"]["Content"])
            there = content["Statement"] if isinstance(content["Statement"], list) else [content["Statement"]]
            content["Statement"] = [*there, statement]
            org.update_policy(PolicyId=summary["Id"], Content=json.dumps(content))""",
    },
)
def widens_the_shared_list() -> None:
    """You changed the list itself; it is attached to other OUs as well, which now have the service, too."""


@misconception(
    nothing_else_is_widened,
    swap={
        "    for node in lacking:\n        org.attach_policy(PolicyId=policy, TargetId=node)": """\
    for node in lacking:
        org.attach_policy(PolicyId="p-FullAWSAccess", TargetId=node)""",
    },
)
def puts_full_access_back() -> None:
    """You attached FullAWSAccess again; that lets every service in and undoes the allow list."""


@misconception(
    a_deny_is_reported,
    swap={
        "    if denying or not lacking:\n        return denying": """\
    if not lacking:
        return denying""",
        "    return []": "    return denying",
    },
)
def allows_against_a_deny() -> None:
    """You attached an Allow although the service is denied; a Deny wins, so the Allow is of no use and only
    surprises those who read it."""


@misconception(
    the_service_comes_through,
    swap={
        "        org.attach_policy(PolicyId=policy, TargetId=node)": (
            "        org.attach_policy(PolicyId=policy, TargetId=node)\n        break"
        )
    },
)
def mends_the_first_level() -> None:
    """You stopped at the first level that lacks the service; every level on the way has to allow it."""
