"""Refuse what is not encrypted.

The bucket `invoices` encrypts new objects with SSE-KMS by default. Its policy has to refuse two things, from
anybody, the account's own administrators included:

- any call, on the bucket or on its objects, that does not come by HTTPS;
- an upload (`s3:PutObject`) that **asks for** another encryption than `aws:kms` in its header.

It refuses nothing else: an upload without the header is welcome, because the default encryption takes care of it. The
policy grants nothing to anybody: who may do what is left to the IAM policies of this account.

Write `https_only(bucket)`. Return the bucket policy as a dict (what you would hand to `json.dumps`).

```python
policy = https_only("invoices")
policy["Version"]  # "2012-10-17"
```

The cases ask the policy model of this course, which reads your policy as IAM does. The offline AWS ignores conditions.

Objective: Write Deny statements with conditions on transport and on a header that may be missing.
Out of scope: SSE-C and the KMS key's ID, VPC endpoints, the minimum TLS version.
Kind: function
Task: 1.2
Hint: A Deny for everybody has the `Principal` `"*"`. The key `aws:SecureTransport` is `"false"` for plain HTTP.
Hint: Calls on the bucket (such as `s3:ListBucket`) have the bucket's ARN, calls on objects have the ARN with `/*`.
Hint: The header's condition key is `s3:x-amz-server-side-encryption`. A negated operator such as `StringNotEquals`
also holds when the request has **no** such key.
Hint: All conditions of a statement must hold. A second one, `Null` with `"false"`, says that the key is there.
"""

from typing import Any

from course.authoring import case, misconception


def https_only(bucket: str) -> dict[str, Any]:
    """Return a bucket policy that refuses plain HTTP, and uploads that ask for another encryption than aws:kms."""
    ### BEGIN SOLUTION
    arn = f"arn:aws:s3:::{bucket}"
    header = "s3:x-amz-server-side-encryption"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "NoPlainHttp",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "NoOtherEncryption",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": f"{arn}/*",
                "Condition": {"StringNotEquals": {header: "aws:kms"}, "Null": {header: "false"}},
            },
        ],
    }
    ### END SOLUTION


@case(points=2)
def plain_http_is_refused() -> None:
    """Is every call by plain HTTP refused, on the bucket and on its objects?"""
    from course.models.policy import Request, decision

    policy = https_only("invoices")
    assert isinstance(policy, dict), f"https_only('invoices') gave {policy!r}, expected the policy as a dict"
    ann = {"AWS": "arn:aws:iam::123456789012:user/Ann"}
    for action, resource in (
        ("s3:GetObject", "arn:aws:s3:::invoices/2026/4711.pdf"),
        ("s3:PutObject", "arn:aws:s3:::invoices/2026/4711.pdf"),
        ("s3:ListBucket", "arn:aws:s3:::invoices"),
    ):
        got = decision(policy, Request(ann, action, resource, {"aws:SecureTransport": "false"}))
        assert got == "explicitDeny", (
            f"Ann calls {action} on {resource} by HTTP: https_only('invoices') decides {got}, expected explicitDeny"
        )
    ### BEGIN HIDDEN TESTS
    policy = https_only("contracts")
    for who, action, end in (
        (None, "s3:GetObject", "/a"),
        ({"AWS": "arn:aws:sts::222222222222:assumed-role/Reader/x"}, "s3:GetObject", "/a/b"),
        ({"AWS": "123456789012"}, "s3:DeleteBucket", ""),
        (ann, "s3:GetBucketPolicy", ""),
        (ann, "s3:DeleteObjectVersion", "/a"),
    ):
        request = Request(who, action, f"arn:aws:s3:::contracts{end}", {"aws:SecureTransport": "false"})
        got = decision(policy, request)
        assert got == "explicitDeny", f"{who} calls {action} by HTTP on contracts{end}: {got}, expected explicitDeny"
    ### END HIDDEN TESTS


@case(points=1)
def https_is_left_to_iam() -> None:
    """Is a call by HTTPS neither refused nor granted by this policy?"""
    from course.models.policy import Request, decision

    policy = https_only("invoices")
    assert isinstance(policy, dict), f"https_only('invoices') gave {policy!r}, expected the policy as a dict"
    ann, stranger = {"AWS": "arn:aws:iam::123456789012:user/Ann"}, {"AWS": "arn:aws:iam::999999999999:user/Eve"}
    for name, who in (("Ann", ann), ("a stranger", stranger), ("anybody", None)):
        request = Request(who, "s3:GetObject", "arn:aws:s3:::invoices/a", {"aws:SecureTransport": "true"})
        got = decision(policy, request)
        assert got == "implicitDeny", (
            f"{name} reads by HTTPS: https_only('invoices') decides {got}, expected implicitDeny: this policy grants "
            "nothing and leaves the decision to IAM policies"
        )
    ### BEGIN HIDDEN TESTS
    for action, end in (("s3:ListBucket", ""), ("s3:DeleteObject", "/a"), ("s3:PutBucketPolicy", "")):
        request = Request(ann, action, f"arn:aws:s3:::invoices{end}", {"aws:SecureTransport": "true"})
        got = decision(policy, request)
        assert got == "implicitDeny", f"Ann calls {action} by HTTPS: {got}, expected implicitDeny"
    ### END HIDDEN TESTS


@case(points=1)
def another_encryption_is_refused() -> None:
    """Is an upload by HTTPS refused when its header asks for something else than aws:kms, and only then?"""
    from course.models.policy import Request, decision

    policy, header = https_only("invoices"), "s3:x-amz-server-side-encryption"
    assert isinstance(policy, dict), f"https_only('invoices') gave {policy!r}, expected the policy as a dict"
    ann = {"AWS": "arn:aws:iam::123456789012:user/Ann"}
    for value, refused in (("AES256", True), ("aws:kms:dsse", True), ("aws:kms", False)):
        context = {"aws:SecureTransport": "true", header: value}
        got = decision(policy, Request(ann, "s3:PutObject", "arn:aws:s3:::invoices/a", context))
        assert (got == "explicitDeny") == refused, (
            f"an upload with the header {value}: https_only('invoices') decides {got}, expected "
            f"{'explicitDeny' if refused else 'no Deny: this is the encryption that is wanted'}"
        )


@case(points=2)
def an_upload_without_the_header_passes() -> None:
    """Is an upload by HTTPS without the header left to the default encryption?"""
    from course.models.policy import Request, decision

    ann = {"AWS": "arn:aws:iam::123456789012:user/Ann"}
    request = Request(ann, "s3:PutObject", "arn:aws:s3:::invoices/a", {"aws:SecureTransport": "true"})
    policy = https_only("invoices")
    assert isinstance(policy, dict), f"https_only('invoices') gave {policy!r}, expected the policy as a dict"
    got = decision(policy, request)
    assert got != "explicitDeny", (
        "an upload without the header: https_only('invoices') decides explicitDeny, expected no Deny: StringNotEquals "
        "also holds for a key that is missing, and a program that relies on the default encryption is locked out"
    )


@misconception(plain_http_is_refused, swap={'[arn, f"{arn}/*"]': 'f"{arn}/*"'})
def forgets_the_bucket() -> None:
    """You covered the objects only; listing the bucket, or reading its policy, still works by plain HTTP."""


@misconception(plain_http_is_refused, swap={'[arn, f"{arn}/*"]': "arn"})
def forgets_the_objects() -> None:
    """You covered the bucket's own ARN only; objects have the ARN with /* behind it."""


@misconception(
    plain_http_is_refused,
    https_is_left_to_iam,
    swap={
        '"NoPlainHttp",\n                "Effect": "Deny"': '"NoPlainHttp",\n                "Effect": "Allow"',
        '"aws:SecureTransport": "false"': '"aws:SecureTransport": "true"',
    },
)
def allows_https() -> None:
    """You allowed HTTPS to everybody; that refuses nothing, and opens the bucket to the whole internet."""


@misconception(
    plain_http_is_refused,
    https_is_left_to_iam,
    another_encryption_is_refused,
    an_upload_without_the_header_passes,
    swap={'"aws:SecureTransport": "false"': '"aws:SecureTransport": "true"'},
)
def refuses_https() -> None:
    """You denied the requests where aws:SecureTransport is true; those are the ones that do come by HTTPS."""


@misconception(an_upload_without_the_header_passes, swap={', "Null": {header: "false"}': ""})
def refuses_the_missing_header() -> None:
    """You used StringNotEquals alone; it holds for a missing header too, so uploads without one are refused."""


@misconception(another_encryption_is_refused, swap={"StringNotEquals": "StringEquals"})
def refuses_kms() -> None:
    """You denied the uploads that ask for aws:kms; the ones to refuse are those that ask for something else."""


@misconception(
    plain_http_is_refused,
    swap={
        '"*",\n                "Action": "s3:*"': '{"AWS": "123456789012"},\n                "Action": "s3:*"',
    },
)
def spares_other_accounts() -> None:
    """You refused plain HTTP to your own account only; a partner or an anonymous caller may still use it."""
