"""Let an EC2 instance read a bucket, without a key.

A program on an EC2 instance reads price lists from an S3 bucket. The first version had an access key in a file, the
file went to a public repository, and the bill was high. Do it with a role: the instance gets temporary credentials by
itself, and there is no secret to lose.

Write `instance_role(name, bucket)` with boto3. It leaves behind

- a role named `name` that **EC2, and nobody else,** may assume. Its **trust policy** says so: the principal is the
  service `ec2.amazonaws.com`, the action `sts:AssumeRole`;
- on this role a policy, inline or managed, that lets it read the objects of the bucket (`s3:GetObject`) and nothing
  else;
- an **instance profile** named `name` that contains the role: the container in which an instance carries its role.

It returns the **ARN of the instance profile**, which is what an instance is started with.

```python
instance_role("price-reader", "price-lists")  # 'arn:aws:iam::123456789012:instance-profile/price-reader'
```

Objective: Create a role for EC2: the trust policy, the permissions, and the instance profile that carries it.
Out of scope: Listing the bucket, reading the credentials from the instance's metadata, iam:PassRole.
Kind: cloud
Task: 1.1
Hint: A role has two kinds of policy. The trust policy says who may assume it, the permissions policy what it may do.
Hint: `create_role` takes the trust policy as `AssumeRolePolicyDocument`, JSON text. It has a Principal and no Resource.
Hint: The objects of a bucket have ARNs like `arn:aws:s3:::price-lists/may.csv`; the bucket itself is
`arn:aws:s3:::price-lists`.
Hint: The console makes the instance profile silently. With the API it takes two calls: `create_instance_profile`,
`add_role_to_instance_profile`.
"""

import json

import boto3

from course.authoring import case, misconception


def instance_role(name: str, bucket: str) -> str:
    """Create role, permissions and instance profile; return the ARN of the instance profile."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    iam.put_role_policy(
        RoleName=name, PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [read]})
    )
    profile = iam.create_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return str(profile["Arn"])
    ### END SOLUTION


@case(points=2)
def only_ec2_may_assume_it() -> None:
    """May EC2 assume the role, and nobody else?"""
    import boto3

    from course import cloud
    from course.models.policy import Request, decision

    cloud.start()
    iam = boto3.client("iam")
    instance_role("price-reader", "price-lists")
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    assert roles == ["price-reader"], f"the account has the roles {roles}, expected price-reader"
    role = iam.get_role(RoleName="price-reader")["Role"]
    trust = role["AssumeRolePolicyDocument"]
    trust["Statement"] = trust["Statement"] if isinstance(trust["Statement"], list) else [trust["Statement"]]
    trust["Statement"] = [{**statement, "Resource": role["Arn"]} for statement in trust["Statement"]]
    for who, principal, expected in (
        ("EC2", {"Service": "ec2.amazonaws.com"}, "allowed"),
        ("Lambda", {"Service": "lambda.amazonaws.com"}, "implicitDeny"),
        ("a user of this account", {"AWS": "arn:aws:iam::123456789012:user/ana"}, "implicitDeny"),
        ("somebody in another account", {"AWS": "arn:aws:iam::999999999999:user/eve"}, "implicitDeny"),
    ):
        got = decision(trust, Request(principal, "sts:AssumeRole", role["Arn"]))
        assert got == expected, f"may {who} assume price-reader? The trust policy says {got}, expected {expected}"


@case(points=2)
def it_reads_this_bucket_only() -> None:
    """May the role read the objects of the bucket, and nothing else?"""
    import boto3

    from course import cloud
    from course.simulator import explain

    cloud.start()
    instance_role("price-reader", "price-lists")
    roles = boto3.client("iam").list_roles()["Roles"]
    assert roles, "the account has no role, expected price-reader"
    for action, resource, expected in (
        ("s3:GetObject", "arn:aws:s3:::price-lists/2026/may.csv", "allowed"),
        ("s3:PutObject", "arn:aws:s3:::price-lists/2026/may.csv", "implicitDeny"),
        ("s3:GetObject", "arn:aws:s3:::payroll/2026/may.csv", "implicitDeny"),
    ):
        got = explain(roles[0]["Arn"], action, resource)
        assert got.decision == expected, (
            f"may the role call {action} on {resource}? IAM says {got.decision}, expected {expected}. "
            f"{got.deciding.sentence}"
        )
    ### BEGIN HIDDEN TESTS
    cloud.start()
    instance_role("logs", "app-logs")
    (role,) = boto3.client("iam").list_roles()["Roles"]
    for action, resource, expected in (
        ("s3:GetObject", "arn:aws:s3:::app-logs/a", "allowed"),
        ("s3:GetObject", "arn:aws:s3:::app-logs-of-others/a", "implicitDeny"),
        ("s3:GetObjectAcl", "arn:aws:s3:::app-logs/a", "implicitDeny"),
        ("s3:DeleteObject", "arn:aws:s3:::app-logs/a", "implicitDeny"),
        ("s3:ListBucket", "arn:aws:s3:::app-logs", "implicitDeny"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::app-logs", "implicitDeny"),
        ("iam:CreateUser", "*", "implicitDeny"),
    ):
        got = explain(role["Arn"], action, resource)
        assert got.decision == expected, (
            f"may the role logs call {action} on {resource}? IAM says {got.decision}, expected {expected}. "
            f"{got.deciding.sentence}"
        )
    ### END HIDDEN TESTS


@case(points=2)
def an_instance_can_carry_it() -> None:
    """Does the ARN that came back lead to an instance profile with the role in it, and is there no key?"""
    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    got = instance_role("price-reader", "price-lists")
    assert type(got) is str, f"instance_role gave {got!r}, expected the ARN of the instance profile"
    profiles = {one["Arn"]: one["Roles"] for one in iam.list_instance_profiles()["InstanceProfiles"]}
    assert got in profiles, (
        f"instance_role gave {got!r}, expected the ARN of an instance profile; the account has {sorted(profiles)}"
    )
    roles = [role["RoleName"] for role in profiles[got]]
    assert roles == ["price-reader"], (
        f"the instance profile contains the roles {roles}, expected price-reader: an empty one gives no credentials"
    )
    users = [user["UserName"] for user in iam.list_users()["Users"]]
    assert not users, f"instance_role made the users {users}, expected none: the instance needs no long-term key"


@misconception(
    only_ec2_may_assume_it, swap={'{"Service": "ec2.amazonaws.com"}': '{"AWS": "arn:aws:iam::123456789012:root"}'}
)
def trusts_the_account() -> None:
    """You trusted the account; its users may then assume the role, and the service EC2 may not."""


@misconception(only_ec2_may_assume_it, swap={'{"Service": "ec2.amazonaws.com"}': '"*"'})
def trusts_everybody() -> None:
    """You trusted every principal; a star in a trust policy lets all accounts of the world assume the role."""


@misconception(it_reads_this_bucket_only, swap={"arn:aws:s3:::{bucket}/*": "arn:aws:s3:::{bucket}"})
def names_the_bucket_only() -> None:
    """You named the bucket as the resource; GetObject is about an object, whose ARN goes on with a slash and a key."""


@misconception(it_reads_this_bucket_only, swap={"arn:aws:s3:::{bucket}/*": "arn:aws:s3:::{bucket}*"})
def forgets_the_slash() -> None:
    """You left the slash out before the star; buckets whose names only begin alike are then readable as well."""


@misconception(it_reads_this_bucket_only, swap={'"Action": "s3:GetObject"': '"Action": "s3:*"'})
def allows_all_of_s3() -> None:
    """You allowed s3:* on the objects; reading needs GetObject alone, and a stolen role could delete everything."""


@misconception(
    an_instance_can_carry_it,
    swap={"iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)": ""},
)
def leaves_the_profile_empty() -> None:
    """You made an instance profile and did not put the role into it; the instance starts, and has no credentials."""


@misconception(
    an_instance_can_carry_it,
    swap={'str(profile["Arn"])': 'str(profile["Arn"]).replace(":instance-profile/", ":role/")'},
)
def returns_the_role() -> None:
    """You returned the role's ARN; an instance is started with an instance profile, which contains the role."""


@misconception(
    an_instance_can_carry_it,
    swap={
        "iam.create_role(": (
            "iam.create_user(UserName=name)\n    iam.create_access_key(UserName=name)\n    iam.create_role("
        )
    },
)
def makes_a_key_as_well() -> None:
    """You made a user with an access key as well; that is the long-term secret that the role was to replace."""
