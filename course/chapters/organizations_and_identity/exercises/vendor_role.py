"""Let an auditor in, and only for yourself.

A company `auditor` looks at the costs of many customers. You give it a role in your account. Its trust policy
(who may assume the role) names the auditor's account. That alone has a hole: the auditor works for your competitor as
well. If the competitor tells it *your* role's ARN as its own, the auditor, being trusted by you, reads your costs and
hands them to the wrong customer. The auditor is a **confused deputy**. The remedy is an external ID: the auditor gives
each customer its own, sends it along with every `AssumeRole`, and your trust policy insists on yours.

Write `vendor_role(name, auditor, external_id)`: create a role of that name and return its ARN.

- Only the account `auditor` (12 digits) may assume it, and only with the external ID `external_id`.
- As the role it may call the actions of Cost Explorer that read, `ce:Get*` and `ce:List*`, and nothing else. (AWS's
  managed policies are not there in the offline AWS; write an inline policy.)
- A session may last two hours.

```python
arn = vendor_role("cost-audit", "999988887777", "customer-4711")
```

Objective: Create a cross-account role with a trust policy that insists on an external ID.
Out of scope: The auditor's own side, revoking sessions, AWS services as deputies (aws:SourceArn).
Kind: cloud
Task: 1.1
Hint: `create_role` takes the trust policy as JSON text in `AssumeRolePolicyDocument`, and `MaxSessionDuration` in
seconds.
Hint: The principal "everybody in that account whom its administrator allows it" is `arn:aws:iam::999988887777:root`.
Hint: The condition key is `sts:ExternalId`. It belongs to the trust policy; the permissions are a second policy, which
`put_role_policy` attaches.
"""

import json

import boto3

from course.authoring import case, misconception


def vendor_role(name: str, auditor: str, external_id: str) -> str:
    """Create the role `name` for the account `auditor`, which has to send `external_id`; return its ARN."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{auditor}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }
    reads = {"Effect": "Allow", "Action": ["ce:Get*", "ce:List*"], "Resource": "*"}
    role = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        MaxSessionDuration=7200,
    )["Role"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [reads]})
    iam.put_role_policy(RoleName=name, PolicyName="read-costs", PolicyDocument=document)
    return str(role["Arn"])
    ### END SOLUTION


@case(points=2)
def only_with_the_external_id() -> None:
    """May the auditor assume the role with your external ID, and not with another one or without?"""
    import boto3

    from course import cloud
    from course.models.policy import Request, decision

    cloud.start()
    arn = vendor_role("cost-audit", "999988887777", "customer-4711")
    assert type(arn) is str, f"vendor_role gave {arn!r}, expected the role's ARN"
    assert arn.endswith(":role/cost-audit"), f"vendor_role('cost-audit', …) gave {arn!r}, expected the role's ARN"
    trust = boto3.client("iam").get_role(RoleName="cost-audit")["Role"]["AssumeRolePolicyDocument"]
    auditor = {"AWS": "arn:aws:sts::999988887777:assumed-role/collector/night"}
    for context, expected in (
        ({"sts:ExternalId": "customer-4711"}, "allowed"),
        ({"sts:ExternalId": "customer-4712"}, "implicitDeny"),
        ({}, "implicitDeny"),
    ):
        got = decision(trust, Request(auditor, "sts:AssumeRole", arn, context))
        assert got == expected, (
            f"when the auditor calls AssumeRole with {context or 'no external ID'}, the trust policy decides {got}, "
            f"expected {expected}: with customer-4711 it acts for you, otherwise for somebody else"
        )


@case(points=1)
def nobody_else_is_trusted() -> None:
    """Is no other account trusted, even if it knows the external ID?"""
    import boto3

    from course import cloud
    from course.models.policy import Request, decision

    cloud.start()
    arn = vendor_role("cost-audit", "999988887777", "customer-4711")
    trust = boto3.client("iam").get_role(RoleName="cost-audit")["Role"]["AssumeRolePolicyDocument"]
    known = {"sts:ExternalId": "customer-4711"}
    for name in ("arn:aws:iam::111122223333:user/eve", "arn:aws:iam::123456789012:user/intern"):
        got = decision(trust, Request({"AWS": name}, "sts:AssumeRole", arn, known))
        assert got == "implicitDeny", (
            f"when {name} calls AssumeRole with the external ID, the trust policy decides {got}, expected "
            "implicitDeny: an external ID is no secret, so the account has to be named as well"
        )
    ### BEGIN HIDDEN TESTS
    got = decision(trust, Request(None, "sts:AssumeRole", arn, known))
    assert got == "implicitDeny", f"an anonymous caller with the external ID gets {got} from the trust policy"
    ### END HIDDEN TESTS


@case(points=1)
def it_reads_costs_for_two_hours() -> None:
    """Does the role allow reading costs and nothing else, and a session of two hours?"""
    import boto3

    from course import cloud
    from course.models.policy import Policies, Policy, Request, evaluate

    cloud.start()
    iam = boto3.client("iam")
    vendor_role("cost-audit", "999988887777", "customer-4711")
    names = iam.list_role_policies(RoleName="cost-audit")["PolicyNames"]
    documents = [iam.get_role_policy(RoleName="cost-audit", PolicyName=name)["PolicyDocument"] for name in names]
    inline = Policies(identity=tuple(Policy.read(document) for document in documents))
    session = {"AWS": "arn:aws:sts::123456789012:assumed-role/cost-audit/night"}
    for action, expected in (
        ("ce:GetCostAndUsage", "allowed"),
        ("ce:ListCostCategoryDefinitions", "allowed"),
        ("ce:CreateCostCategoryDefinition", "implicitDeny"),
        ("s3:GetObject", "implicitDeny"),
    ):
        got = evaluate(Request(session, action, "*"), inline).decision
        assert got == expected, (
            f"the inline policies {names} of cost-audit decide {got} for {action}, expected {expected}: an auditor "
            "gets ce:Get* and ce:List*"
        )
    seconds = iam.get_role(RoleName="cost-audit")["Role"]["MaxSessionDuration"]
    assert seconds == 7200, (
        f"a session of cost-audit may last {seconds} s, expected 7200: without MaxSessionDuration it is one hour"
    )


@misconception(
    only_with_the_external_id, swap={'        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},\n': ""}
)
def trusts_without_an_external_id() -> None:
    """You trusted the auditor's account without a condition; a rival can make it use your role: a confused deputy."""


@misconception(nobody_else_is_trusted, swap={'{"AWS": f"arn:aws:iam::{auditor}:root"}': '{"AWS": "*"}'})
def takes_the_external_id_for_a_password() -> None:
    """You trusted everybody who knows the external ID; it is no secret, the Principal has to name the account."""


@misconception(
    only_with_the_external_id,
    nobody_else_is_trusted,
    it_reads_costs_for_two_hours,
    swap={
        'json.dumps({"Version": "2012-10-17", "Statement": [trust]})': (
            'json.dumps({"Version": "2012-10-17", "Statement": [{**trust, "Principal": {"AWS": "*"}, '
            '"Condition": {}}]})'
        ),
        '"Action": ["ce:Get*", "ce:List*"], "Resource": "*"': (
            '"Action": ["ce:Get*", "ce:List*"], "Resource": "*", '
            '"Condition": {"StringEquals": {"sts:ExternalId": external_id}}'
        ),
    },
)
def guards_the_permissions() -> None:
    """You put the condition into the permissions; sts:ExternalId exists only while the role is assumed, so it belongs
    to the trust policy."""


@misconception(it_reads_costs_for_two_hours, swap={'["ce:Get*", "ce:List*"]': '"ce:*"'})
def allows_the_whole_service() -> None:
    """You allowed ce:*; an auditor needs to read, so Get* and List* are enough."""


@misconception(it_reads_costs_for_two_hours, swap={"        MaxSessionDuration=7200,\n": ""})
def leaves_one_hour() -> None:
    """You left MaxSessionDuration out; then no session can last longer than one hour, whatever the caller asks for."""
