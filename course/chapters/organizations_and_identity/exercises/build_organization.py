"""Build an organization.

From one account to an organization with a fence around it, by API. Write `build_organization(layout)`. `layout` says
which accounts go into which OU, for instance `{"Security": ["log-archive"], "Workloads": ["shop", "blog"]}`.

- Make this account the management account of a new organization with **all features**.
- Create each OU directly below the root, and create each account (with the e-mail address `name@example.com`). A new
  account starts in the root; move it into its OU.
- Attach an SCP of your own that denies everybody in **all** member accounts `cloudtrail:StopLogging` and
  `cloudtrail:DeleteTrail`, and forbids nothing else. Attach it once. It must also bind the OUs of next year.

Return the ids of the accounts by name.

```python
build_organization({"Security": ["log-archive"], "Workloads": ["shop", "blog"]})
# {"log-archive": "233769606960", "shop": "…", "blog": "…"}
```

In real AWS `create_account` only *starts* the creation, and you ask `describe_create_account_status` until it says
SUCCEEDED. The offline AWS is done at once, and its answer already has the `AccountId`.

Objective: Create organization, OUs, accounts and an SCP with boto3, and place them so that inheritance does the work.
Out of scope: Inviting existing accounts, Control Tower, SCPs as allow lists, the status of account creation.
Kind: cloud
Task: 1.1
Hint: The client is `boto3.client("organizations")`. `list_roots` tells the id of the root.
Hint: `move_account` wants to know from where and to where: `SourceParentId` is the root here.
Hint: `create_policy` needs Content (JSON text), Description, Name and Type; `attach_policy` needs a PolicyId and a
TargetId. What is attached to the root binds every OU and member account below it.
"""

import json

import boto3

from course.authoring import case, misconception


def build_organization(layout: dict[str, list[str]]) -> dict[str, str]:
    """Create the organization, its OUs, accounts and guardrail; return the account ids by name."""
    ### BEGIN SOLUTION
    org = boto3.client("organizations")
    org.create_organization(FeatureSet="ALL")
    root = org.list_roots()["Roots"][0]["Id"]
    ids: dict[str, str] = {}
    for unit, names in layout.items():
        ou = org.create_organizational_unit(ParentId=root, Name=unit)["OrganizationalUnit"]["Id"]
        for name in names:
            status = org.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
            ids[name] = status["AccountId"]
            org.move_account(AccountId=ids[name], SourceParentId=root, DestinationParentId=ou)
    guard = {"Effect": "Deny", "Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"], "Resource": "*"}
    policy = org.create_policy(
        Name="keep-the-trail",
        Description="Nobody stops or deletes a trail",
        Type="SERVICE_CONTROL_POLICY",
        Content=json.dumps({"Version": "2012-10-17", "Statement": [guard]}),
    )["Policy"]["PolicySummary"]["Id"]
    org.attach_policy(PolicyId=policy, TargetId=root)
    return ids
    ### END SOLUTION


@case(points=1)
def accounts_are_in_their_ous() -> None:
    """Is every account in its OU, below the root of an organization with all features?"""
    import boto3

    from course import cloud

    cloud.start()
    org = boto3.client("organizations")
    layout = {"Security": ["log-archive"], "Workloads": ["shop", "blog"]}
    got = build_organization(layout)
    features = org.describe_organization()["Organization"]["FeatureSet"]
    assert features == "ALL", f"the organization has the FeatureSet {features}, expected ALL: only that has SCPs"
    root = org.list_roots()["Roots"][0]["Id"]
    units = org.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    found = {
        unit["Name"]: sorted(a["Name"] for a in org.list_accounts_for_parent(ParentId=unit["Id"])["Accounts"])
        for unit in units
    }
    expected = {unit: sorted(names) for unit, names in layout.items()}
    assert found == expected, (
        f"below the root the OUs hold {found}, expected {expected}: new accounts start in the root, so move them"
    )
    ids = {a["Name"]: a["Id"] for a in org.list_accounts()["Accounts"] if a["Name"] in ("log-archive", "shop", "blog")}
    assert got == ids, f"build_organization gave {got!r}, expected the accounts' ids by name: {ids}"
    ### BEGIN HIDDEN TESTS
    cloud.start()
    build_organization({"Sandbox": ["play"], "Empty": []})
    root = org.list_roots()["Roots"][0]["Id"]
    units = org.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    found = {
        unit["Name"]: [a["Email"] for a in org.list_accounts_for_parent(ParentId=unit["Id"])["Accounts"]]
        for unit in units
    }
    assert found == {"Sandbox": ["play@example.com"], "Empty": []}, (
        f"with one account in Sandbox and none in Empty, the OUs hold {found}"
    )
    ### END HIDDEN TESTS


@case(points=2)
def the_trail_is_kept_everywhere() -> None:
    """Is stopping a trail denied in every member account, and nothing else forbidden?"""
    import boto3

    from course import cloud
    from course.models.policy import FULL_AWS_ACCESS, Account, Organization, Policies, Policy, Request, Unit, evaluate

    cloud.start()
    org = boto3.client("organizations")
    build_organization({"Security": ["log-archive"], "Workloads": ["shop"]})
    ids = {account["Name"]: account["Id"] for account in org.list_accounts()["Accounts"]}
    ids = {name: ids[name] for name in ("log-archive", "shop") if name in ids}
    assert len(ids) == 2, f"the organization has the accounts {sorted(ids)}, expected log-archive and shop"
    root = org.list_roots()["Roots"][0]["Id"]

    def scps(node: str) -> tuple[Policy, ...]:
        attached = org.list_policies_for_target(TargetId=node, Filter="SERVICE_CONTROL_POLICY")["Policies"]
        contents = [org.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"] for policy in attached]
        return tuple(Policy.read(content, policy["Name"]) for content, policy in zip(contents, attached, strict=True))

    for name, account in ids.items():
        parent = org.list_parents(ChildId=account)["Parents"][0]["Id"]
        unit = Unit("OU", scps=scps(parent), accounts=(Account(account, scps=scps(account)),))
        tree = Organization(Unit("root", scps=scps(root), units=(unit,)), "999999999999")
        administrator = Policies(identity=(FULL_AWS_ACCESS,), organization=tree)
        for action, expected in (
            ("cloudtrail:StopLogging", "explicitDeny"),
            ("cloudtrail:DeleteTrail", "explicitDeny"),
            ("cloudtrail:LookupEvents", "allowed"),
            ("s3:PutObject", "allowed"),
        ):
            caller = {"AWS": f"arn:aws:iam::{account}:role/administrator"}
            answer = evaluate(Request(caller, action, "*"), administrator)
            assert answer.decision == expected, (
                f"for an administrator of the account {name} {action} is {answer.decision}, expected {expected}: "
                f"{answer.deciding.sentence}"
            )


@case(points=1)
def one_attachment_binds_them_all() -> None:
    """Is the SCP attached once, where it also binds the OUs that do not exist yet?"""
    import boto3

    from course import cloud

    cloud.start()
    org = boto3.client("organizations")
    build_organization({"Security": ["log-archive"], "Workloads": ["shop", "blog"]})
    policies = org.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    own = [policy for policy in policies if not policy["AwsManaged"]]
    names = [policy["Name"] for policy in own]
    assert len(own) == 1, f"there are the SCPs {names} beside FullAWSAccess, expected one"
    targets = [target["Type"] for target in org.list_targets_for_policy(PolicyId=own[0]["Id"])["Targets"]]
    assert targets == ["ROOT"], (
        f"{names[0]} is attached to targets of the types {targets}, expected the root alone: from there it binds every "
        "member account, also in OUs of next year"
    )


@misconception(
    accounts_are_in_their_ous,
    swap={
        "            org.move_account(AccountId=ids[name], SourceParentId=root, DestinationParentId=ou)\n": "",
        "        ou = org": "        org",
        '["OrganizationalUnit"]["Id"]': "",
    },
)
def leaves_accounts_in_the_root() -> None:
    """You did not move the accounts; a new account starts in the root and is in no OU."""


@misconception(
    one_attachment_binds_them_all,
    swap={
        "    org.attach_policy(PolicyId=policy, TargetId=root)": (
            "    for account in ids.values():\n        org.attach_policy(PolicyId=policy, TargetId=account)"
        )
    },
)
def attaches_to_every_account() -> None:
    """You attached the SCP to each account; the next account would be without it. Attach it to the root once."""


@misconception(
    the_trail_is_kept_everywhere,
    swap={
        "    org.attach_policy(PolicyId=policy, TargetId=root)\n": (
            "    org.attach_policy(PolicyId=policy, TargetId=root)\n"
            '    org.detach_policy(PolicyId="p-FullAWSAccess", TargetId=root)\n'
        )
    },
)
def takes_full_access_away() -> None:
    """You detached FullAWSAccess; an SCP with nothing but Denies allows nothing, so every call is refused."""


@misconception(
    the_trail_is_kept_everywhere,
    one_attachment_binds_them_all,
    swap={
        "    org.attach_policy(PolicyId=policy, TargetId=root)\n": (
            "    org.attach_policy(PolicyId=policy, TargetId=org.describe_organization()"
            '["Organization"]["MasterAccountId"])\n'
        )
    },
)
def guards_the_management_account() -> None:
    """You attached the SCP to the management account; SCPs never bind it, and the member accounts have none."""


@misconception(
    the_trail_is_kept_everywhere,
    swap={'"Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]': '"Action": "cloudtrail:*"'},
)
def forbids_the_whole_service() -> None:
    """You denied all of CloudTrail; nobody could even look up events. Deny the two actions."""
