"""Is S3 like AWS's where moto's is not?"""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

GRANTS: list[dict[str, str]] = [
    {"ACL": "public-read"},
    {"ACL": "authenticated-read"},
    {"ACL": "log-delivery-write"},
    {"GrantRead": 'id="79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2bf"'},
]
ENFORCED = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def bucket_with(acl: dict[str, str], name: str = "files") -> Any:  # noqa: ANN401 - boto3 ships no types
    """An S3 client, when there is a bucket of this ACL."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter")
    s3.put_bucket_acl(Bucket=name, **acl)
    return s3


@pytest.mark.parametrize("acl", GRANTS, ids=str)
@pytest.mark.parametrize("name", ["files", "files.of.ours"])
def test_acls_that_let_others_in_are_not_disabled(name: str, acl: dict[str, str]) -> None:
    """Does S3 refuse to disable the ACLs of a bucket whose own lets others in, and do it when that is gone?"""
    s3 = bucket_with(acl, name)
    with pytest.raises(ClientError, match="InvalidBucketAclWithObjectOwnership") as refused:
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=ENFORCED)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"] != ENFORCED["Rules"]

    s3.put_bucket_acl(Bucket=name, ACL="private")
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=ENFORCED)
    assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"] == ENFORCED["Rules"]


def test_another_owner_is_no_matter() -> None:
    """May ownership change in other ways whatever the ACL, and do ACLs of objects not matter?"""
    s3 = bucket_with({"ACL": "public-read"})
    preferred = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    s3.put_bucket_ownership_controls(Bucket="files", OwnershipControls=preferred)

    s3.put_object(Bucket="files", Key="a", ACL="public-read")
    s3.put_bucket_acl(Bucket="files", ACL="private")
    s3.put_bucket_ownership_controls(Bucket="files", OwnershipControls=ENFORCED)
