"""A bucket for the whole organization, and for nobody else.

A bucket with reports shall be readable from every account of the organization, today's and next year's. Listing account
ids would have to be kept up to date for ever; the condition key `aws:PrincipalOrgID` does it once and for all. Two
more conditions guard the data.

Write `shared_bucket(bucket, organization, network)` and return the bucket policy as a Python dict:

- whoever belongs to the organization with the id `organization` may call `s3:GetObject` on all objects, and nothing
  else is allowed to anybody;
- `s3:DeleteObject` is denied to everybody who did not sign in with MFA. The key `aws:MultiFactorAuthPresent` is
  `"true"` or `"false"`, and it is **absent** when somebody uses long-term access keys: those did not use MFA either;
- every request from outside the addresses of `network`, such as `"203.0.113.0/24"`, is denied (key `aws:SourceIp`).

```python
policy = shared_bucket("reports", "o-a1b2c3d4e5", "203.0.113.0/24")
```

Objective: Use aws:PrincipalOrgID, aws:MultiFactorAuthPresent and aws:SourceIp with the operators that fit them.
Out of scope: Requests through VPC endpoints or by AWS services, TLS only, KMS keys, listing the bucket.
Kind: function
Task: 1.1
Hint: Three statements: one Allow with `"Principal": "*"` and a condition, two Denies.
Hint: The ARN of a bucket's objects is `arn:aws:s3:::reports/*`; the bucket itself is `arn:aws:s3:::reports`.
Hint: Addresses are not texts: the operators are `IpAddress` and `NotIpAddress`.
Hint: `Bool` does not hold when the key is absent. `BoolIfExists` holds then.
"""

from typing import Any

from course.authoring import case, misconception


def shared_bucket(bucket: str, organization: str, network: str) -> dict[str, Any]:
    """Return a bucket policy: reading for the organization, no deletes without MFA, nothing from outside `network`."""
    ### BEGIN SOLUTION
    objects, everything = f"arn:aws:s3:::{bucket}/*", [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    read = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": objects,
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}},
    }
    no_delete = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": objects,
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    }
    outside = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": everything,
        "Condition": {"NotIpAddress": {"aws:SourceIp": network}},
    }
    return {"Version": "2012-10-17", "Statement": [read, no_delete, outside]}
    ### END SOLUTION


@case(points=1)
def the_organization_reads() -> None:
    """Can every member of the organization read the objects, and nobody else do anything?"""
    from course.models.policy import Request, decision

    policy = shared_bucket("reports", "o-a1b2c3d4e5", "203.0.113.0/24")
    assert type(policy) is dict, f"shared_bucket gave {policy!r}, expected a dict with Version and Statement"
    anna, inside = {"AWS": "arn:aws:iam::444455556666:role/analyst"}, {"aws:SourceIp": "203.0.113.7"}
    for action, organization, expected in (
        ("s3:GetObject", "o-a1b2c3d4e5", "allowed"),
        ("s3:GetObject", "o-zzzzzzzzzz", "implicitDeny"),
        ("s3:PutObject", "o-a1b2c3d4e5", "implicitDeny"),
    ):
        context = {**inside, "aws:PrincipalOrgID": organization}
        got = decision(policy, Request(anna, action, "arn:aws:s3:::reports/2026/q3.csv", context))
        assert got == expected, (
            f"for o-a1b2c3d4e5 the policy decides {got} when a role of {organization} calls {action} on an object, "
            f"expected {expected}: the organization may read, and that is all"
        )
    got = decision(policy, Request(None, "s3:GetObject", "arn:aws:s3:::reports/2026/q3.csv", inside))
    assert got == "implicitDeny", (
        f"the policy decides {got} when an anonymous caller reads, expected implicitDeny: without an organization "
        "there is nothing that could equal yours"
    )
    ### BEGIN HIDDEN TESTS
    policy = shared_bucket("logs", "o-9999999999", "10.0.0.0/8")
    context = {"aws:SourceIp": "10.9.8.7", "aws:PrincipalOrgID": "o-9999999999"}
    got = decision(policy, Request(anna, "s3:GetObject", "arn:aws:s3:::logs/a", context))
    assert got == "allowed", (
        f"shared_bucket('logs', 'o-9999999999', '10.0.0.0/8') decides {got} for a read, not allowed"
    )
    got = decision(policy, Request(anna, "s3:GetObject", "arn:aws:s3:::reports/a", context))
    assert got == "implicitDeny", f"the policy for logs decides {got} for a read of the bucket reports"
    ### END HIDDEN TESTS


@case(points=1)
def no_delete_without_mfa() -> None:
    """Is a delete denied without MFA, also with access keys that carry no such key, and left alone with MFA?"""
    from course.models.policy import Request, decision

    policy = shared_bucket("reports", "o-a1b2c3d4e5", "203.0.113.0/24")
    anna = {"AWS": "arn:aws:iam::444455556666:user/anna"}
    base = {"aws:SourceIp": "203.0.113.7", "aws:PrincipalOrgID": "o-a1b2c3d4e5"}
    for mfa, expected in (("false", "explicitDeny"), (None, "explicitDeny"), ("true", "implicitDeny")):
        context = base if mfa is None else {**base, "aws:MultiFactorAuthPresent": mfa}
        got = decision(policy, Request(anna, "s3:DeleteObject", "arn:aws:s3:::reports/a", context))
        shown = "absent, as with access keys" if mfa is None else mfa
        assert got == expected, (
            f"with aws:MultiFactorAuthPresent {shown} the policy decides {got} for s3:DeleteObject, expected {expected}"
            ": only who signed in with MFA may delete"
        )
    got = decision(policy, Request(anna, "s3:GetObject", "arn:aws:s3:::reports/a", base))
    assert got == "allowed", (
        f"without MFA the policy decides {got} for s3:GetObject, expected allowed: reading needs none"
    )


@case(points=1)
def only_from_the_network() -> None:
    """Is every request from outside the network denied, and none from inside?"""
    from course.models.policy import Request, decision

    policy = shared_bucket("reports", "o-a1b2c3d4e5", "203.0.113.0/24")
    anna = {"AWS": "arn:aws:iam::444455556666:user/anna"}
    for address, action, resource, expected in (
        ("198.51.100.9", "s3:GetObject", "reports/a", "explicitDeny"),
        ("203.0.114.1", "s3:ListBucket", "reports", "explicitDeny"),
        ("203.0.113.255", "s3:GetObject", "reports/a", "allowed"),
    ):
        context = {"aws:SourceIp": address, "aws:PrincipalOrgID": "o-a1b2c3d4e5"}
        got = decision(policy, Request(anna, action, f"arn:aws:s3:::{resource}", context))
        assert got == expected, (
            f"with the network 203.0.113.0/24 the policy decides {got} for {action} on {resource} from {address}, "
            f"expected {expected}"
        )
    ### BEGIN HIDDEN TESTS
    policy = shared_bucket("logs", "o-9999999999", "10.0.0.0/8")
    for address, action, resource, expected in (
        ("11.0.0.1", "s3:PutObject", "logs/a", "explicitDeny"),
        ("203.0.113.7", "s3:PutBucketPolicy", "logs", "explicitDeny"),
        ("11.0.0.1", "s3:GetObject", "reports/a", "implicitDeny"),
        ("10.255.0.1", "s3:GetObject", "logs/a", "allowed"),
    ):
        context = {"aws:SourceIp": address, "aws:PrincipalOrgID": "o-9999999999"}
        got = decision(policy, Request(anna, action, f"arn:aws:s3:::{resource}", context))
        assert got == expected, (
            f"with the network 10.0.0.0/8 the policy for logs decides {got} for {action} on {resource} from {address}, "
            f"expected {expected}: every request from outside is denied, to this bucket"
        )
    ### END HIDDEN TESTS


@misconception(
    the_organization_reads, swap={'        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}},\n': ""}
)
def opens_it_to_the_world() -> None:
    """You allowed `"Principal": "*"` without aws:PrincipalOrgID; that makes the bucket public."""


@misconception(no_delete_without_mfa, swap={"BoolIfExists": "Bool"})
def forgets_the_absent_key() -> None:
    """You used Bool; with long-term access keys aws:MultiFactorAuthPresent is absent, and then Bool does not hold."""


@misconception(
    the_organization_reads,
    no_delete_without_mfa,
    only_from_the_network,
    swap={'"NotIpAddress": {"aws:SourceIp"': '"StringNotLike": {"aws:SourceIp"'},
)
def compares_addresses_as_text() -> None:
    """You compared the address as text; an address is in a network or not, which IpAddress and NotIpAddress know."""


@misconception(only_from_the_network, swap={'"Resource": everything': '"Resource": objects'})
def guards_the_objects_only() -> None:
    """You denied outsiders the objects only; listing is an action on the bucket, whose ARN has no /* at its end."""
