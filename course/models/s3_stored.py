"""What travels to S3 with an object, and what S3 stores beside it, by the way it is encrypted."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from course.errors import CourseError
from course.models.envelope import NONCE

if TYPE_CHECKING:
    from collections.abc import Mapping

Method = Literal["SSE-S3", "SSE-KMS", "DSSE-KMS", "SSE-C"]
ALGORITHM: Mapping[Method, str] = {"SSE-S3": "AES256", "SSE-KMS": "aws:kms", "DSSE-KMS": "aws:kms:dsse"}

_HEADER = "x-amz-server-side-encryption"
_KEY_BYTES = 32


class S3Error(CourseError, ValueError):
    """S3 refuses a request. `code` is S3's error code, such as AccessDenied (HTTP 403) or InvalidRequest (400)."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What lies on S3's disks for one object: all that a thief of the disks gets.

    `encrypted_data_key` is under the KMS key, the Bucket Key or S3's own key. DSSE-KMS has a second layer, whose
    `outer_data_key` is under S3's own key. SSE-C has neither: only `customer_key_hmac` and its salt, by which S3
    knows the right key when it sees it again. `bucket_key` is the S3 Bucket Key under the KMS key, b"" without one.
    """

    key: str
    method: Method
    ciphertext: bytes = b""
    nonce: bytes = NONCE
    encrypted_data_key: bytes = b""
    outer_data_key: bytes = b""
    kms_key_arn: str = ""
    encryption_context: Mapping[str, str] = field(default_factory=dict)
    bucket_key: bytes = b""
    customer_key_hmac: bytes = b""
    salt: bytes = b""


def put_headers(
    method: Method, *, kms_key_id: str = "", bucket_key: bool = False, customer_key: bytes = b""
) -> dict[str, str]:
    """Return the headers of a PutObject request that asks for this encryption."""
    if method == "SSE-C":
        return get_headers(customer_key)
    headers = {_HEADER: ALGORITHM[method]}
    if kms_key_id and method != "SSE-S3":
        headers[f"{_HEADER}-aws-kms-key-id"] = kms_key_id
    if bucket_key and method == "SSE-KMS":
        headers[f"{_HEADER}-bucket-key-enabled"] = "true"
    return headers


def get_headers(customer_key: bytes = b"") -> dict[str, str]:
    """Return the headers of a GetObject request: none, but for SSE-C, which needs the key again each time."""
    if not customer_key:
        return {}
    return {
        f"{_HEADER}-customer-algorithm": "AES256",
        f"{_HEADER}-customer-key": base64.b64encode(customer_key).decode(),
        f"{_HEADER}-customer-key-MD5": base64.b64encode(hashlib.md5(customer_key).digest()).decode(),  # noqa: S324 -- S3's
    }


def check_customer_key(customer_key: bytes, *, https: bool) -> None:
    """Raise `S3Error` InvalidRequest for an SSE-C request over HTTP, without a key or with one that is not 256 bits."""
    if not https:
        raise S3Error("InvalidRequest", "SSE-C needs HTTPS: the key travels in a header. Think of this one as lost.")
    if not customer_key:
        raise S3Error("InvalidRequest", "The object is stored with SSE-C: S3 has no key for it, so send yours again.")
    if len(customer_key) != _KEY_BYTES:
        raise S3Error("InvalidArgument", f"An SSE-C key has {_KEY_BYTES} bytes (AES-256), not {len(customer_key)}.")
