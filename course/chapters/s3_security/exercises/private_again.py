"""Close the open bucket.

A scanner has found a bucket that the whole internet can read. It was made years ago: its ACLs count, Block Public
Access is off, and its policy has grown. Some of it is needed: a partner's account fetches files, programs reach the
bucket through a VPC endpoint, a Deny refuses plain HTTP.

Write `private_again(bucket)`. Repair the bucket, whichever it is, and return the `Sid`s of the statements that you
took out of the policy, in the order in which they stood:

- take out every statement that **allows** something to everybody: `Principal` is `"*"`, or has `"*"` under `AWS`, alone
  or in a list, and there is no `Condition`. With a condition (on a VPC endpoint, an organization) it stays;
- all other statements stay as they are, in their order. When none is left, there is no policy;
- no ACL counts any more, of the bucket or of an object;
- all four settings of Block Public Access are on.

```python
private_again("shop-files")  # ["PublicRead"]
```

Here any condition is good enough. AWS looks closer: one with a very wide range of addresses still counts as public.

Objective: Find every way by which a bucket is public, and close them without locking out those who need it.
Out of scope: Access points, the account's own Block Public Access, the files' encryption.
Kind: diagnosis
Task: 1.1
Hint: Three places: `get_bucket_policy`, `get_bucket_acl` and `get_object_acl`, `get_public_access_block`.
Hint: `put_bucket_ownership_controls` with `BucketOwnerEnforced` switches all ACLs off at once, those of objects too.
Hint: S3 refuses that (`InvalidBucketAclWithObjectOwnership`) while the bucket's own ACL grants something to others.
Hint: A Deny for everybody is protection, not a hole. Look at `Effect` first.
Hint: `Principal` may be `"*"`, `{"AWS": "*"}` or `{"AWS": ["…", "*"]}`. Bring it into one form, a list, first.
Hint: Write the policy back with `put_bucket_policy`, which replaces all of it, or delete it when nothing is left.
"""

import json
from typing import Any

import boto3

from course.authoring import case, misconception


def private_again(bucket: str) -> list[str]:
    """Close every public way into the bucket; return the Sids of the statements that were taken out of its policy."""
    ### BEGIN SOLUTION
    s3 = boto3.client("s3")
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])

    def is_open(statement: dict[str, Any]) -> bool:
        principal = statement.get("Principal", {})
        named = principal.get("AWS", []) if isinstance(principal, dict) else principal
        everybody = "*" in ([named] if isinstance(named, str) else named)
        return statement["Effect"] == "Allow" and everybody and "Condition" not in statement

    closed = [statement["Sid"] for statement in policy["Statement"] if is_open(statement)]
    policy["Statement"] = [statement for statement in policy["Statement"] if not is_open(statement)]
    if policy["Statement"]:
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    else:
        s3.delete_bucket_policy(Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)
    settings = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(settings, True))
    return closed
    ### END SOLUTION


@case(points=2)
def strangers_are_out() -> None:
    """Are the open statements, and only they, taken out and returned?"""
    from course import cloud
    from course.labs import buckets

    cloud.start()
    files = "arn:aws:s3:::shop-files/*"
    statements: list[dict[str, object]] = [
        {"Sid": "PublicRead", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": files},
        {
            "Sid": "Partner",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{buckets.PARTNER}:root"},
            "Action": "s3:GetObject",
            "Resource": files,
        },
        {"Sid": "Oops", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:PutObject", "Resource": files},
    ]
    buckets.deploy_open_bucket("shop-files", statements, ["logo.png"])
    got = private_again("shop-files")
    for who, name in ((None, "anybody"), ({"AWS": buckets.STRANGER}, "a stranger's account")):
        for action in ("s3:GetObject", "s3:PutObject"):
            allowed = buckets.may("shop-files", who, action)
            assert allowed is False, f"may {name} call {action}? The policy says {allowed}, expected False"
    assert (type(got), got) == (list, ["PublicRead", "Oops"]), (
        f"private_again('shop-files') gave {got!r}, expected ['PublicRead', 'Oops']"
    )
    ### BEGIN HIDDEN TESTS
    statements = [
        {
            "Sid": "Both",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{buckets.PARTNER}:root", "*"]},
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::old-files", "arn:aws:s3:::old-files/*"],
        }
    ]
    buckets.deploy_open_bucket("old-files", statements)
    got = private_again("old-files")
    assert got == ["Both"], f'a Principal {{"AWS": [partner, "*"]}} is everybody: private_again gave {got!r}'
    for action in ("s3:GetObject", "s3:ListBucket"):
        assert buckets.may("old-files", None, action) is False, f"anybody may still call {action} on old-files"
    ### END HIDDEN TESTS


@case(points=2)
def those_who_need_it_stay() -> None:
    """Do the partner, the VPC endpoint and the Deny for plain HTTP keep what they had?"""
    import json

    import boto3

    from course import cloud
    from course.labs import buckets

    cloud.start()
    files = "arn:aws:s3:::shop-files/*"
    kept: list[dict[str, object]] = [
        {
            "Sid": "NoPlainHttp",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::shop-files", files],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "Endpoint",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": files,
            "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}},
        },
        {
            "Sid": "NeverDelete",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:DeleteObject",
            "Resource": files,
        },
        {
            "Sid": "Partner",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{buckets.PARTNER}:root"},
            "Action": "s3:GetObject",
            "Resource": files,
        },
    ]
    public = {"Sid": "PublicRead", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": files}
    buckets.deploy_open_bucket("shop-files", [*kept[:2], public, *kept[2:]])
    private_again("shop-files")
    partner, stranger = {"AWS": buckets.PARTNER}, {"AWS": buckets.STRANGER}
    allowed = buckets.may("shop-files", partner, "s3:GetObject")
    assert allowed is True, f"may the partner read? The policy says {allowed}, expected True: it needs the files"
    allowed = buckets.may("shop-files", stranger, "s3:GetObject", aws__SourceVpce="vpce-0a1b2c3d")
    assert allowed is True, f"may a program read through the VPC endpoint? The policy says {allowed}, expected True"
    allowed = buckets.may("shop-files", partner, "s3:GetObject", aws__SecureTransport="false")
    assert allowed is False, f"may the partner read by plain HTTP? The policy says {allowed}, expected False"
    now = json.loads(boto3.client("s3").get_bucket_policy(Bucket="shop-files")["Policy"])["Statement"]
    assert now == kept, (
        f"the statements {[s['Sid'] for s in now]} are left, expected {[s['Sid'] for s in kept]}, each as it was"
    )


@case(points=1)
def no_acl_counts() -> None:
    """Does no public ACL of the bucket, or of an object in it, count any more?"""
    from course import cloud
    from course.labs import buckets

    cloud.start()
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pictures/*"}
    buckets.deploy_open_bucket("pictures", [{"Sid": "Web", **everybody}], ["a.png", "b/c.png"])
    private_again("pictures")
    open_acls = buckets.open_acls("pictures")
    assert not open_acls, f"after private_again('pictures') {', and '.join(open_acls)}, expected that no ACL counts"


@case(points=1)
def public_access_is_blocked() -> None:
    """Are all four settings of Block Public Access on, and is an empty policy gone?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud
    from course.labs import buckets

    cloud.start()
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pictures/*"}
    buckets.deploy_open_bucket("pictures", [{"Sid": "Web", **everybody}], ["a.png"])
    private_again("pictures")
    missing = buckets.blocks_missing("pictures")
    assert not missing, f"after private_again('pictures') {', '.join(missing)} is off, expected all four on"
    try:
        policy = boto3.client("s3").get_bucket_policy(Bucket="pictures")["Policy"]
    except ClientError:
        policy = ""
    assert not policy, f"no statement was to be left, but the bucket has the policy {policy}: AWS refuses an empty one"


@misconception(
    strangers_are_out,
    those_who_need_it_stay,
    public_access_is_blocked,
    swap={
        "s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))": "pass",
        "s3.delete_bucket_policy(Bucket=bucket)": "pass",
    },
)
def only_blocks() -> None:
    """You switched Block Public Access on and left the policy; RestrictPublicBuckets then shuts out the partner's
    account too, and whoever switches the block off opens the bucket again."""


@misconception(those_who_need_it_stay)
def deletes_the_policy(bucket: str) -> list[str]:
    """You deleted the whole policy; the partner and the endpoint are locked out, and plain HTTP is let in again."""
    s3 = boto3.client("s3")
    statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    closed = [s["Sid"] for s in statements if s["Effect"] == "Allow" and "*" in str(s["Principal"])]
    s3.delete_bucket_policy(Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)
    settings = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(settings, True))
    return closed


@misconception(those_who_need_it_stay, swap={'statement["Effect"] == "Allow" and ': ""})
def takes_out_denies() -> None:
    """You took out Deny statements for everybody too; they protect the bucket, they do not open it."""


@misconception(those_who_need_it_stay, swap={' and "Condition" not in statement': ""})
def ignores_conditions() -> None:
    """You took out every Allow for "*"; one with a condition on a VPC endpoint lets in only what comes through it."""


@misconception(
    strangers_are_out,
    swap={'principal.get("AWS", []) if isinstance(principal, dict) else principal': "str(principal)"},
)
def knows_one_spelling() -> None:
    """You looked for Principal "*" only; {"AWS": "*"}, alone or in a list, is everybody too."""


@misconception(
    no_acl_counts,
    public_access_is_blocked,
    swap={
        '"BucketOwnerEnforced"': '"ObjectWriter"',
        '("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")': (
            '("BlockPublicPolicy", "RestrictPublicBuckets")'
        ),
    },
)
def forgets_the_acls() -> None:
    """You closed the policy and left the ACLs; each public ACL is a way of its own to an object."""


@misconception(public_access_is_blocked, swap={"dict.fromkeys(settings, True)": "dict.fromkeys(settings[:1], True)"})
def blocks_new_acls_only() -> None:
    """You switched on BlockPublicAcls alone; it refuses new public ACLs, and does nothing about policies."""
