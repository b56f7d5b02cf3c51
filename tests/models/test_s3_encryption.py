"""Does S3 keep, give and replicate encrypted objects as its user guide says?"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from course.models.kms import Kms, Principal, default_key_policy
from course.models.s3_encryption import Bucket
from course.models.s3_replication import ReplicationRule, replicate
from course.models.s3_stored import S3Error, StoredObject, get_headers, put_headers

if TYPE_CHECKING:
    from course.models.s3_stored import Method

OWN, OTHER = "111122223333", "444455556666"
ROOT = Principal.root(OWN)
KEY = bytes(range(32))
BODY = b"the salary list " * 100
METHODS: tuple[Method, ...] = ("SSE-S3", "SSE-KMS", "DSSE-KMS", "SSE-C")


def allowed(*actions: str, name: str = "alice", account: str = OWN) -> Principal:
    """A user whose IAM policy allows these KMS actions on all keys."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return Principal(f"arn:aws:iam::{account}:user/{name}", ({"Statement": [statement]},) if actions else ())


def bucket(region: str = "us-east-1", kms: Kms | None = None, **options: Any) -> Bucket:  # noqa: ANN401
    """A bucket that lets SSE-C in."""
    return Bucket(kms or Kms("s3"), f"shop-{region}", OWN, region, **({"blocks_sse_c": False} | options))


def put(into: Bucket, method: Method, caller: Principal = ROOT, key: str = "a.txt", body: bytes = BODY) -> StoredObject:
    """Store an object by this method."""
    return into.put_object(caller, key, body, method, customer_key=KEY if method == "SSE-C" else b"")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(METHODS), st.booleans())
def test_an_object_comes_back(body: bytes, method: Method, bucket_key: bool) -> None:  # noqa: FBT001
    """Does each method give the object back, and lie on the disk as something else?"""
    shop = bucket(bucket_key_enabled=bucket_key)
    stored = put(shop, method, body=body)
    assert shop.get_object(ROOT, "a.txt", customer_key=KEY if method == "SSE-C" else b"") == body
    assert stored.method == method
    assert body not in stored.ciphertext or len(body) < 4
    assert len(stored.ciphertext) == len(body) + (32 if method == "DSSE-KMS" else 16)


def test_the_default_is_sse_s3() -> None:
    """Is an object encrypted without any header, and readable without any permission on a key?"""
    shop = bucket()
    assert shop.put_object(allowed(), "a", b"x").method == "SSE-S3"
    assert shop.get_object(allowed(), "a") == b"x"
    assert shop.kms.trail == []


@pytest.mark.parametrize("method", ["SSE-KMS", "DSSE-KMS"])
def test_kms_permissions_decide(method: Method) -> None:
    """Does PUT need kms:GenerateDataKey and GET kms:Decrypt, whatever S3 itself allows?"""
    shop = bucket()
    key = shop.kms.client(ROOT).create_key().arn
    shop.kms_key_id = key
    writer, reader = allowed("kms:GenerateDataKey"), allowed("kms:Decrypt", name="bob")

    put(shop, method, writer)
    assert shop.get_object(reader, "a.txt") == BODY
    for call in (lambda: shop.get_object(writer, "a.txt"), lambda: put(shop, method, reader)):
        with pytest.raises(S3Error) as refused:
            call()
        assert refused.value.code == "AccessDenied"
    assert [(c.operation, c.context) for c in shop.kms.trail[:1]] == [
        ("GenerateDataKey", {"aws:s3:arn": f"{shop.arn}/a.txt"})
    ]
    assert {c.via for c in shop.kms.trail} == {"s3.us-east-1.amazonaws.com"}
    shop.kms.client(ROOT).disable_key(key)
    with pytest.raises(S3Error) as refused:
        shop.get_object(reader, "a.txt")
    assert refused.value.code == "KMS.DisabledException"


def test_the_aws_managed_key_stays_in_its_account() -> None:
    """Does aws/s3 open an object to its own account only, and a customer managed key to whom its policy names?"""
    shop = bucket()
    put(shop, "SSE-KMS")
    guest = allowed("kms:*", account=OTHER)
    assert shop.get_object(allowed(), "a.txt") == BODY  # aws/s3 is open to the account, through S3
    with pytest.raises(S3Error):
        shop.get_object(guest, "a.txt")

    both = [*default_key_policy(OWN)["Statement"], *default_key_policy(OTHER)["Statement"]]
    shop.kms_key_id = shop.kms.client(ROOT).create_key(policy={"Statement": both}).arn
    put(shop, "SSE-KMS")
    assert shop.get_object(guest, "a.txt") == BODY


@pytest.mark.parametrize(("enabled", "calls"), [(False, 40), (True, 1)])
def test_a_bucket_key_saves_calls(calls: int, *, enabled: bool) -> None:
    """Do twenty PUTs and GETs of one caller ask KMS once with an S3 Bucket Key, and each time without?"""
    shop = bucket(bucket_key_enabled=enabled)
    for number in range(20):
        stored = put(shop, "SSE-KMS", key=f"{number}")
        assert shop.get_object(ROOT, f"{number}") == BODY
    assert len(shop.kms.trail) == calls
    assert stored.encryption_context == {"aws:s3:arn": shop.arn if enabled else f"{shop.arn}/19"}
    assert bool(stored.bucket_key) == enabled


def test_a_bucket_key_opens_to_those_with_permission_only() -> None:
    """Does each caller have to be let in by KMS once, and again when S3 has forgotten the Bucket Key?"""
    shop = bucket(bucket_key_enabled=True, default="SSE-KMS")
    shop.kms_key_id = shop.kms.client(ROOT).create_key().arn
    put(shop, "SSE-KMS")
    with pytest.raises(S3Error):
        shop.get_object(allowed(), "a.txt")
    reader = allowed("kms:Decrypt", name="bob")
    for _ in range(3):
        assert shop.get_object(reader, "a.txt") == BODY
    before = len(shop.kms.trail)
    shop.forget_bucket_keys()
    assert shop.get_object(reader, "a.txt") == BODY
    assert len(shop.kms.trail) == before + 1
    assert put(shop, "DSSE-KMS").bucket_key == b""


def test_sse_c_keeps_no_key() -> None:
    """Does S3 store only a salted HMAC of the customer's key, and refuse every other key, none, and plain HTTP?"""
    shop = bucket()
    stored = put(shop, "SSE-C")
    everything = b"".join(getattr(stored, name) for name in ("ciphertext", "nonce", "customer_key_hmac", "salt"))
    assert KEY not in everything
    assert stored.customer_key_hmac == hmac.new(stored.salt, KEY, "sha256").digest()
    assert stored.encrypted_data_key == b""
    wrong: list[tuple[dict[str, Any], str]] = [
        ({}, "InvalidRequest"),
        ({"customer_key": bytes(32)}, "AccessDenied"),
        ({"customer_key": KEY[:16]}, "InvalidArgument"),
        ({"customer_key": KEY, "https": False}, "InvalidRequest"),
    ]
    for options, code in wrong:
        with pytest.raises(S3Error) as refused:
            shop.get_object(ROOT, "a.txt", **options)
        assert refused.value.code == code
    assert shop.kms.trail == []


def test_new_buckets_block_sse_c() -> None:
    """Is SSE-C refused with AccessDenied in a bucket made since April 2026, while old objects stay readable?"""
    shop = bucket()
    put(shop, "SSE-C")
    shop.blocks_sse_c = True
    with pytest.raises(S3Error, match="April 2026") as refused:
        put(shop, "SSE-C", key="b.txt")
    assert refused.value.code == "AccessDenied"
    assert shop.get_object(ROOT, "a.txt", customer_key=KEY) == BODY
    assert Bucket(shop.kms, "new", OWN).blocks_sse_c
    with pytest.raises(S3Error, match="default"):
        bucket(default="SSE-C")


@mock_aws
@pytest.mark.parametrize("method", METHODS)
def test_the_headers_are_boto3s(method: Method) -> None:
    """Are the headers of PUT and GET those that boto3 sends for the same parameters?"""
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="shop")
    sent: list[dict[str, str]] = []
    s3.meta.events.register(
        "before-send.s3",
        lambda request, **_: sent.append(
            {
                name: value.decode() if isinstance(value, bytes) else value
                for name, value in request.headers.items()
                if "server-side" in name
            }
        ),
    )
    arn = f"arn:aws:kms:us-east-1:{OWN}:key/1"
    parameters: dict[str, dict[str, Any]] = {
        "SSE-S3": {"ServerSideEncryption": "AES256"},
        "SSE-KMS": {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": arn, "BucketKeyEnabled": True},
        "DSSE-KMS": {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": arn},
        "SSE-C": {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY},
    }
    s3.put_object(Bucket="shop", Key="a", Body=b"x", **parameters[method])
    s3.get_object(Bucket="shop", Key="a", **(parameters[method] if method == "SSE-C" else {}))

    customer = KEY if method == "SSE-C" else b""
    assert put_headers(method, kms_key_id=arn, bucket_key=True, customer_key=customer) == sent[0]
    assert get_headers(customer) == sent[1]
    if customer:
        assert (
            sent[0]["x-amz-server-side-encryption-customer-key-MD5"]
            == base64.b64encode(
                hashlib.md5(KEY).digest()  # noqa: S324 -- S3's checksum
            ).decode()
        )


class Replication:
    """Two buckets, two keys, a role."""

    def __init__(self, *actions: str, **rule: Any) -> None:  # noqa: ANN401
        self.source = bucket("eu-west-1")
        self.target = bucket("us-west-2", self.source.kms)
        self.source_key = self.source.kms.client(ROOT, "eu-west-1").create_key().arn
        self.target_key = self.source.kms.client(ROOT, "us-west-2").create_key().arn
        self.source.kms_key_id = self.source_key
        self.rule = ReplicationRule(allowed(*actions, name="replicator"), **rule)

    def run(self, method: Method) -> str:
        put(self.source, method)
        return replicate(self.source, "a.txt", self.target, self.rule).status


def test_objects_under_s3s_own_keys_are_replicated_by_default() -> None:
    """Is an SSE-S3 object replicated without any setting or key permission, and stays SSE-S3 at the target?"""
    both = Replication()
    both.target.default = "SSE-KMS"
    assert both.run("SSE-S3") == "COMPLETED"
    assert both.target.objects["a.txt"].method == "SSE-S3"
    assert both.target.get_object(ROOT, "a.txt") == BODY


@pytest.mark.parametrize("method", ["SSE-KMS", "DSSE-KMS"])
def test_objects_under_kms_keys_need_the_option_and_two_permissions(method: Method) -> None:
    """Is such an object left out without the option, and FAILED without either permission?"""
    assert Replication("kms:*").run(method) == ""
    with pytest.raises(S3Error, match="ReplicaKmsKeyID"):
        Replication("kms:*", sse_kms_encrypted_objects=True).run(method)
    for actions, status in (
        (("kms:Decrypt",), "FAILED"),
        (("kms:Encrypt",), "FAILED"),
        (("kms:Decrypt", "kms:Encrypt"), "COMPLETED"),
    ):
        both = Replication(*actions, sse_kms_encrypted_objects=True)
        both.rule = ReplicationRule(both.rule.role, sse_kms_encrypted_objects=True, replica_kms_key_id=both.target_key)
        assert both.run(method) == status
    assert both.target.objects["a.txt"].kms_key_arn == both.target_key
    assert both.target.objects["a.txt"].method == method
    assert both.target.get_object(ROOT, "a.txt") == BODY


def test_a_multi_region_key_is_used_like_two_keys() -> None:
    """Is an object under a multi-Region key decrypted and encrypted anew, with a new data key, for the replica?"""
    both = Replication("kms:Decrypt", "kms:Encrypt")
    home = both.source.kms.client(ROOT, "eu-west-1")
    key = home.create_key(multi_region=True)
    replica = home.replicate_key(key.key_id, "us-west-2")
    both.source.kms_key_id = key.arn
    both.rule = ReplicationRule(both.rule.role, sse_kms_encrypted_objects=True, replica_kms_key_id=replica.arn)
    both.source.kms.trail.clear()

    assert both.run("SSE-KMS") == "COMPLETED"
    assert [(c.operation, c.region) for c in both.source.kms.trail] == [
        ("GenerateDataKey", "eu-west-1"),
        ("Decrypt", "eu-west-1"),
        ("Encrypt", "us-west-2"),
    ]
    one, other = both.source.objects["a.txt"], both.target.objects["a.txt"]
    assert one.ciphertext != other.ciphertext
    assert one.encrypted_data_key != other.encrypted_data_key


def test_sse_c_objects_are_replicated_as_they_lie() -> None:
    """Does the customer's key open the replica of an SSE-C object, unless the target blocks SSE-C?"""
    both = Replication()
    assert both.run("SSE-C") == "COMPLETED"
    assert both.target.get_object(ROOT, "a.txt", customer_key=KEY) == BODY
    both.target.blocks_sse_c = True
    assert both.run("SSE-C") == "FAILED"


def test_what_is_not_there() -> None:
    """Does a missing object give NoSuchKey?"""
    with pytest.raises(S3Error) as refused:
        bucket().get_object(ROOT, "none")
    assert refused.value.code == "NoSuchKey"
