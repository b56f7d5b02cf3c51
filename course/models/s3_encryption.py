"""How S3 encrypts an object at rest: SSE-S3, SSE-KMS with or without an S3 Bucket Key, DSSE-KMS, SSE-C.

Only encryption: that the caller may s3:PutObject and s3:GetObject is taken for granted here. Client-side encryption
needs nothing of S3: put `envelope.encrypt(…)` into the body. Source of the rules: the S3 user guide, 'Protecting data
with server-side encryption', 'Using dual-layer server-side encryption', 'Reducing the cost of SSE-KMS with Amazon S3
Bucket Keys', 'Blocking or unblocking SSE-C for a general purpose bucket'.
"""

from __future__ import annotations

import hmac
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from course.models.envelope import lock, unlock
from course.models.kms import AccessDeniedException, KMSException
from course.models.kms.material import NONCE, Random
from course.models.s3_stored import S3Error, StoredObject, check_customer_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.models.kms import Kms, KmsClient, Principal
    from course.models.s3_stored import Method


class Bucket:
    """A general purpose bucket with its default encryption.

    `default` counts where a request names no method; without `kms_key_id` SSE-KMS uses the AWS managed key aws/s3.
    `bucket_key_enabled` is BucketKeyEnabled, which only SSE-KMS has. `blocks_sse_c` is BlockedEncryptionTypes SSE-C,
    as new buckets have it. `account` owns the bucket.
    """

    def __init__(  # noqa: PLR0913 -- the settings of a bucket
        self,
        kms: Kms,
        name: str,
        account: str,
        region: str = "us-east-1",
        *,
        default: Method = "SSE-S3",
        kms_key_id: str = "",
        bucket_key_enabled: bool = False,
        blocks_sse_c: bool = True,
    ) -> None:
        if default == "SSE-C":
            raise S3Error("MalformedXML", "SSE-C cannot be a bucket's default: S3 does not have the key.")
        self.kms, self.name, self.account, self.region = kms, name, account, region
        self.default: Method = default
        self.kms_key_id, self.bucket_key_enabled, self.blocks_sse_c = kms_key_id, bucket_key_enabled, blocks_sse_c
        self.objects: dict[str, StoredObject] = {}
        self._random: Random = kms.random
        self._own_key = self._random.bytes(32)  # the root key of SSE-S3, S3's alone; S3 rotates it, this model does not
        self._bucket_keys: dict[str, bytes] = {}  # key ARN -> the Bucket Key, encrypted
        self._in_memory: dict[tuple[str, bytes], bytes] = {}  # (caller, encrypted Bucket Key) -> in clear, for a while

    @property
    def arn(self) -> str:
        """The bucket's ARN."""
        return f"arn:aws:s3:::{self.name}"

    def put_object(  # noqa: PLR0913 -- the parameters of PutObject
        self,
        caller: Principal,
        key: str,
        body: bytes,
        method: Method | None = None,
        *,
        kms_key_id: str = "",
        customer_key: bytes = b"",
        https: bool = True,
    ) -> StoredObject:
        """Encrypt and store an object; the caller needs kms:GenerateDataKey where a KMS key is used.

        Raises `S3Error`: AccessDenied where KMS says no or SSE-C is blocked, InvalidRequest for SSE-C without HTTPS
        or without a key of 32 bytes.
        """
        method = "SSE-C" if customer_key else method or self.default
        if method == "SSE-C":
            stored = self._put_customer(key, body, customer_key, https=https)
        elif method == "SSE-S3":
            stored = self._put_own(key, body)
        else:
            stored = self._put_kms(caller, key, body, method, kms_key_id)
        self.objects[key] = stored
        return stored

    def get_object(self, caller: Principal, key: str, *, customer_key: bytes = b"", https: bool = True) -> bytes:
        """Return the object decrypted; the caller needs kms:Decrypt where a KMS key was used.

        Raises `S3Error`: NoSuchKey; AccessDenied where KMS says no or the customer's key is another; InvalidRequest
        where an SSE-C object is asked for without its key.
        """
        if key not in self.objects:
            raise S3Error("NoSuchKey", f"{self.name} has no object {key}.")
        stored = self.objects[key]
        if stored.method == "SSE-C":
            data_key = _the_customer_key(stored, customer_key, https=https)
        elif stored.method == "SSE-S3":
            data_key = _unwrap(self._own_key, stored.encrypted_data_key)
        else:
            data_key = self._kms_data_key(caller, stored)
        if stored.outer_data_key:
            outer = _unwrap(self._own_key, stored.outer_data_key)
            return unlock(data_key, unlock(outer, stored.ciphertext, {}), {})
        return unlock(data_key, stored.ciphertext, {}, stored.nonce)

    def kms_client(self, caller: Principal) -> KmsClient:
        """Return KMS as S3 calls it for the caller: with the caller's permissions, via S3."""
        return self.kms.client(caller, self.region, via=f"s3.{self.region}.amazonaws.com")

    def context(self, key: str, *, bucket_key: bool = False) -> dict[str, str]:
        """Return the encryption context that S3 sends: the object's ARN, with a Bucket Key the bucket's."""
        return {"aws:s3:arn": self.arn if bucket_key else f"{self.arn}/{key}"}

    def put_replica(self, role: Principal, key: str, body: bytes, method: Method, kms_key_id: str) -> StoredObject:
        """Store a replica under a KMS key: S3 makes the data key and lets KMS encrypt it (kms:Encrypt)."""
        context, data_key = self.context(key), self._random.bytes(32)
        with _as_s3():
            made = self.kms_client(role).encrypt(kms_key_id, data_key, context)
        empty = StoredObject(
            key,
            method,
            encrypted_data_key=made.ciphertext_blob,
            kms_key_arn=made.key_id,
            encryption_context=context,
        )
        self.objects[key] = self._seal(empty, body, data_key)
        return self.objects[key]

    def forget_bucket_keys(self) -> None:
        """Let the short time pass in which S3 keeps Bucket Keys in memory: the next request asks KMS again."""
        self._in_memory.clear()

    def _put_own(self, key: str, body: bytes) -> StoredObject:
        data_key = self._random.bytes(32)
        sealed = lock(data_key, body, {})
        return StoredObject(key, "SSE-S3", sealed, encrypted_data_key=self._wrap(self._own_key, data_key))

    def _put_kms(self, caller: Principal, key: str, body: bytes, method: Method, kms_key_id: str) -> StoredObject:
        kms = self.kms_client(caller)
        chosen = kms_key_id or self.kms_key_id or self.kms.service_key("s3", self.account, self.region).arn
        with_bucket_key = self.bucket_key_enabled and method == "SSE-KMS"
        context = self.context(key, bucket_key=with_bucket_key)
        with _as_s3():
            arn = kms.find(chosen).arn
            if with_bucket_key:
                encrypted_bucket_key, bucket_key = self._bucket_key(caller, arn, context)
                data_key = self._random.bytes(32)
                encrypted = self._wrap(bucket_key, data_key)
            else:
                made = kms.generate_data_key(arn, context)
                data_key, encrypted, encrypted_bucket_key = made.plaintext, made.ciphertext_blob, b""
        empty = StoredObject(
            key,
            method,
            encrypted_data_key=encrypted,
            kms_key_arn=arn,
            encryption_context=context,
            bucket_key=encrypted_bucket_key,
        )
        return self._seal(empty, body, data_key)

    def _seal(self, empty: StoredObject, body: bytes, data_key: bytes) -> StoredObject:
        """Encrypt under the data key and, for DSSE-KMS, once more under a data key that S3 has for itself."""
        ciphertext = lock(data_key, body, {})
        if empty.method != "DSSE-KMS":
            return replace(empty, ciphertext=ciphertext)
        outer = self._random.bytes(32)
        return replace(empty, ciphertext=lock(outer, ciphertext, {}), outer_data_key=self._wrap(self._own_key, outer))

    def _bucket_key(self, caller: Principal, arn: str, context: Mapping[str, str]) -> tuple[bytes, bytes]:
        """The Bucket Key encrypted and in clear: KMS is asked once for each caller, then not for a while."""
        kms = self.kms_client(caller)
        if arn not in self._bucket_keys:
            made = kms.generate_data_key(arn, context)
            self._bucket_keys[arn] = made.ciphertext_blob
            self._in_memory[caller.arn, made.ciphertext_blob] = made.plaintext
        encrypted = self._bucket_keys[arn]
        return encrypted, self._opened_bucket_key(caller, encrypted, context)

    def _opened_bucket_key(self, caller: Principal, encrypted: bytes, context: Mapping[str, str]) -> bytes:
        if (caller.arn, encrypted) not in self._in_memory:
            opened = self.kms_client(caller).decrypt(encrypted, context).plaintext
            self._in_memory[caller.arn, encrypted] = opened
        return self._in_memory[caller.arn, encrypted]

    def _kms_data_key(self, caller: Principal, stored: StoredObject) -> bytes:
        with _as_s3():
            if stored.bucket_key:
                opened = self._opened_bucket_key(caller, stored.bucket_key, stored.encryption_context)
                return _unwrap(opened, stored.encrypted_data_key)
            kms = self.kms_client(caller)
            return kms.decrypt(stored.encrypted_data_key, stored.encryption_context, stored.kms_key_arn).plaintext

    def _put_customer(self, key: str, body: bytes, customer_key: bytes, *, https: bool) -> StoredObject:
        if self.blocks_sse_c:
            raise S3Error(
                "AccessDenied",
                f"{self.name} blocks SSE-C, as every new bucket does since April 2026: set BlockedEncryptionTypes to "
                "NONE in its encryption configuration if you need it.",
            )
        check_customer_key(customer_key, https=https)
        salt, nonce = self._random.bytes(16), self._random.bytes(NONCE)  # the key encrypts many objects: new nonces
        seen = hmac.digest(salt, customer_key, "sha256")
        sealed = lock(customer_key, body, {}, nonce)
        return StoredObject(key, "SSE-C", sealed, nonce, customer_key_hmac=seen, salt=salt)

    def _wrap(self, root: bytes, data_key: bytes) -> bytes:
        """Encrypt a data key under a key of S3's own; the nonce stands in front."""
        nonce = self._random.bytes(NONCE)
        return nonce + lock(root, data_key, {}, nonce)


def _unwrap(root: bytes, wrapped: bytes) -> bytes:
    return unlock(root, wrapped[NONCE:], {}, wrapped[:NONCE])


def _the_customer_key(stored: StoredObject, customer_key: bytes, *, https: bool) -> bytes:
    check_customer_key(customer_key, https=https)
    if not hmac.compare_digest(hmac.digest(stored.salt, customer_key, "sha256"), stored.customer_key_hmac):
        raise S3Error("AccessDenied", f"{stored.key} was encrypted with another key: S3 knows it by its salted HMAC.")
    return customer_key


@contextmanager
def _as_s3() -> Iterator[None]:
    """Say as S3 does what KMS refused: AccessDenied, or KMS's own name after 'KMS.'."""
    try:
        yield
    except AccessDeniedException as refused:
        raise S3Error("AccessDenied", str(refused)) from refused
    except KMSException as refused:
        raise S3Error(f"KMS.{refused.code}", str(refused)) from refused
