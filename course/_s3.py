"""moto's S3, where it is not like AWS's and a learner would notice.

AWS does not disable the ACLs of a bucket as long as the bucket's own ACL grants something to anybody but its owner.
Source: docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.awsrequest import AWSPreparedRequest
    from moto.s3.models import FakeAcl, S3Backend


@contextmanager
def repaired(request: AWSPreparedRequest) -> Iterator[None]:
    """Let moto's S3 behave like AWS's in what this module names, for one request to whichever service."""
    if "ownershipControls" not in request.url:
        yield
        return
    from moto.s3.exceptions import S3ClientError  # noqa: PLC0415 - not every chapter needs moto's S3
    from moto.s3.models import S3Backend, get_canned_acl  # noqa: PLC0415 - as above

    put = S3Backend.put_bucket_ownership_controls

    def put_ownership(self: S3Backend, bucket_name: str, ownership: Any) -> None:  # noqa: ANN401 - a text, whatever moto calls it
        acl = self.get_bucket(bucket_name).acl
        if ownership == "BucketOwnerEnforced" and acl and not _grantees(acl) <= _grantees(get_canned_acl("private")):
            why = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
            raise S3ClientError("InvalidBucketAclWithObjectOwnership", why)
        put(self, bucket_name, ownership)

    with patch.object(S3Backend, "put_bucket_ownership_controls", put_ownership):
        yield


def _grantees(acl: FakeAcl) -> set[tuple[str, str]]:
    return {(grantee.id, grantee.uri) for grant in acl.grants for grantee in grant.grantees}
