"""Two accounts whose buckets misbehave: logs that run in a circle, and a bucket that is open to everybody.

`deploy_…` makes the broken set-up in the AWS that `cloud.start()` started; the judges read the account and return
complaints, one sentence each, none when all is well. No repair is expected by name.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from course.models.policy import PolicyError, Request, allows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OWNER, PARTNER, STRANGER = "123456789012", "222222222222", "999999999999"
_EVERYBODY = ("AllUsers", "AuthenticatedUsers")  # the groups of an ACL that make it public
_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def deploy_logs(targets: Mapping[str, str], log_bucket: str) -> None:
    """Make buckets that deliver server access logs: each of `targets` into its value; `log_bucket` exists too.

    All of them let the logging service write, so that any of them can be a destination.
    """
    s3 = boto3.client("s3")
    for name in sorted({*targets, *targets.values(), log_bucket}):
        s3.create_bucket(Bucket=name)
        policy = {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{name}/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": OWNER}},
        }
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [policy]}))
    for source, target in targets.items():
        enabled = {"TargetBucket": target, "TargetPrefix": f"{source}/"}
        s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={"LoggingEnabled": enabled})


def log_targets() -> dict[str, str]:
    """Return where the account's buckets deliver their access logs: bucket -> destination, those that are logged."""
    s3 = boto3.client("s3")
    found = {}
    for name in (listed["Name"] for listed in s3.list_buckets()["Buckets"]):
        if logging := s3.get_bucket_logging(Bucket=name).get("LoggingEnabled"):
            found[name] = logging["TargetBucket"]
    return found


def deploy_open_bucket(name: str, statements: Sequence[Mapping[str, Any]], public_keys: Sequence[str] = ()) -> None:
    """Make a bucket as it was common before April 2023: ACLs on, Block Public Access off, and this bucket policy.

    It holds one object for each of `public_keys`, with an ACL that lets everybody read, and the private `report.csv`.
    """
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(_SWITCHES, False))
    ownership = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=ownership)
    s3.put_object(Bucket=name, Key="report.csv", Body=b"day,total\n")
    for key in public_keys:
        s3.put_object(Bucket=name, Key=key, Body=b"...", ACL="public-read")
    s3.put_bucket_acl(Bucket=name, ACL="public-read")
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def open_acls(bucket: str) -> list[str]:
    """Complain about public ACLs that count: none does where ACLs are disabled, or public ones are ignored."""
    s3 = boto3.client("s3")
    rules = _or(s3.get_bucket_ownership_controls, "OwnershipControls", bucket).get("Rules", [{}])
    if rules[0].get("ObjectOwnership") == "BucketOwnerEnforced" or _switches(bucket).get("IgnorePublicAcls"):
        return []
    found = [f"the ACL of the bucket {bucket} is public"] if _public(s3.get_bucket_acl(Bucket=bucket)) else []
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return found + [
        f"the ACL of the object {key} is public" for key in keys if _public(s3.get_object_acl(Bucket=bucket, Key=key))
    ]


def blocks_missing(bucket: str) -> list[str]:
    """Return the settings of Block Public Access that the bucket has not switched on."""
    on = _switches(bucket)
    return [name for name in _SWITCHES if not on.get(name)]


def may(bucket: str, principal: Mapping[str, str] | None, action: str, **context: str) -> bool | str:
    """Tell whether the bucket's policy, by itself, allows a request; or say in words why it cannot be read.

    The request is for the object report.csv, or for the bucket where the action is one of the bucket's. It comes by
    HTTPS unless `context` says otherwise; there, `aws__SourceVpce` stands for aws:SourceVpce.
    """
    try:
        policy = json.loads(boto3.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError:
        return False  # no policy, which allows nothing
    except ValueError as error:
        return f"the policy is not JSON: {error}"
    on_bucket = "Bucket" in action and "Object" not in action
    resource = f"arn:aws:s3:::{bucket}" + ("" if on_bucket else "/report.csv")
    keys = {"aws:SecureTransport": "true"} | {name.replace("__", ":"): value for name, value in context.items()}
    try:
        return allows(policy, Request(principal, action, resource, keys))
    except PolicyError as error:
        return str(error)


def _switches(bucket: str) -> Mapping[str, bool]:
    return _or(boto3.client("s3").get_public_access_block, "PublicAccessBlockConfiguration", bucket)


def _or(call: Callable[..., Any], key: str, bucket: str) -> Mapping[str, Any]:
    """What a call returns under a key; empty where the bucket has none."""
    with suppress(ClientError):
        found: Mapping[str, Any] = call(Bucket=bucket)[key]
        return found
    return {}


def _public(acl: Mapping[str, Any]) -> bool:
    return any(grant["Grantee"].get("URI", "").endswith(_EVERYBODY) for grant in acl["Grants"])
