"""Are the bucket labs broken as they say, and do their judges see every repair and nothing else?"""

from __future__ import annotations

import boto3
import pytest
from hypothesis import strategies as st

from course.labs import buckets

EVERYBODY = {
    "Sid": "Web",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::shop-files/*",
}
names = st.sampled_from("abcdef")


pytestmark = pytest.mark.usefixtures("aws")


def test_the_logs_are_where_they_were_put() -> None:
    """Does the account deliver logs as deployed, and does the judge follow a change?"""
    s3 = boto3.client("s3")
    targets = {"pictures": "old-logs", "old-logs": "old-logs", "videos": "pictures"}
    buckets.deploy_logs(targets, "access-logs")
    assert buckets.log_targets() == targets

    s3.put_bucket_logging(Bucket="old-logs", BucketLoggingStatus={})
    assert buckets.log_targets() == {"pictures": "old-logs", "videos": "pictures"}
    s3.put_bucket_logging(
        Bucket="videos", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "access-logs", "TargetPrefix": ""}}
    )
    assert buckets.log_targets()["videos"] == "access-logs"


def test_the_open_bucket_is_open_in_every_way() -> None:
    """Is the bucket public by its ACL, an object's ACL and its policy, with every block off?"""
    buckets.deploy_open_bucket("shop-files", [EVERYBODY], ["logo.png"])
    assert buckets.open_acls("shop-files") == [
        "the ACL of the bucket shop-files is public",
        "the ACL of the object logo.png is public",
    ]
    assert len(buckets.blocks_missing("shop-files")) == 4
    assert buckets.may("shop-files", None, "s3:GetObject") is True
    assert buckets.may("shop-files", None, "s3:ListBucket") is False


@pytest.mark.parametrize("repair", ["disable", "ignore", "private"])
def test_each_repair_of_acls_counts(repair: str) -> None:
    """Do the complaints about ACLs end when ACLs are disabled, ignored or made private?"""
    s3 = boto3.client("s3")
    buckets.deploy_open_bucket("shop-files", [EVERYBODY], ["logo.png"])
    if repair == "disable":
        s3.put_bucket_acl(Bucket="shop-files", ACL="private")  # else S3 refuses the next call
        rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        s3.put_bucket_ownership_controls(Bucket="shop-files", OwnershipControls=rules)
    elif repair == "ignore":
        s3.put_public_access_block(Bucket="shop-files", PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
        assert "IgnorePublicAcls" not in buckets.blocks_missing("shop-files")
    else:
        s3.put_bucket_acl(Bucket="shop-files", ACL="private")
        assert buckets.open_acls("shop-files") == ["the ACL of the object logo.png is public"]
        s3.put_object_acl(Bucket="shop-files", Key="logo.png", ACL="private")
    assert buckets.open_acls("shop-files") == []


def test_what_the_policy_says() -> None:
    """Is the policy read as it is now, with the request's conditions, and a broken one told in words?"""
    s3 = boto3.client("s3")
    inside = {**EVERYBODY, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}
    buckets.deploy_open_bucket("shop-files", [inside])
    stranger = {"AWS": buckets.STRANGER}
    assert buckets.may("shop-files", stranger, "s3:GetObject") is False
    assert buckets.may("shop-files", stranger, "s3:GetObject", aws__SourceVpce="vpce-1") is True
    s3.put_bucket_policy(Bucket="shop-files", Policy='{"Statement": [{"Effect": "Perhaps"}]}')
    assert isinstance(buckets.may("shop-files", stranger, "s3:GetObject"), str)
    s3.delete_bucket_policy(Bucket="shop-files")
    assert buckets.may("shop-files", stranger, "s3:GetObject") is False
