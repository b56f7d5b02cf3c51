"""Does the KMS model encrypt, decrypt, rotate and refuse as KMS does? Beside moto's KMS where moto is right."""

from __future__ import annotations

import boto3
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from course.models.kms import (
    AccessDeniedException,
    IncorrectKeyException,
    InvalidCiphertextException,
    Kms,
)
from course.models.kms.material import Blob, context_bytes
from tests.models.kms_clients import Pair, client, refusal

contexts = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=4096), contexts)
def test_a_round_trip_gives_the_plaintext_back(plaintext: bytes, context: dict[str, str]) -> None:
    """Does Decrypt give back what Encrypt took, from the ciphertext and the context alone?"""
    kms = client()
    key = kms.create_key()
    encrypted = kms.encrypt(key.key_id, plaintext, context)

    decrypted = kms.decrypt(encrypted.ciphertext_blob, dict(reversed(context.items())))

    assert decrypted.plaintext == plaintext
    assert decrypted.key_id == key.arn == encrypted.key_id
    assert plaintext not in encrypted.ciphertext_blob or len(plaintext) < 4


def test_the_ciphertext_is_aes_gcm_under_the_material() -> None:
    """Does `cryptography` alone decrypt the blob with the material, and not without the header and context as AAD?"""
    kms = client()
    key = kms.create_key()
    blob = Blob.parse(kms.encrypt(key.key_id, b"salary list", {"department": "hr"}).ciphertext_blob)
    (material,) = kms.find(key.key_id).shared.materials

    aad = blob.header + context_bytes({"department": "hr"})
    assert AESGCM(material.secret).decrypt(blob.nonce, blob.sealed, aad) == b"salary list"
    with pytest.raises(InvalidTag):
        AESGCM(material.secret).decrypt(blob.nonce, blob.sealed, blob.header)


@settings(max_examples=100, deadline=None)
@given(st.data(), contexts)
def test_a_changed_byte_is_seen(data: st.DataObject, context: dict[str, str]) -> None:
    """Is every ciphertext with one changed byte refused, wherever the byte is?"""
    kms = client()
    blob = bytearray(kms.encrypt(kms.create_key().key_id, b"secret", context).ciphertext_blob)
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises((InvalidCiphertextException, AccessDeniedException)) as refused:
        kms.decrypt(bytes(blob), context)
    if place > 40:  # after the key's ID, which names another key when it is changed
        assert refused.type is InvalidCiphertextException


@settings(max_examples=100, deadline=None)
@given(contexts, contexts)
def test_another_context_does_not_decrypt(context: dict[str, str], other: dict[str, str]) -> None:
    """Does any context but the very same one, key for key and letter for letter, give InvalidCiphertextException?"""
    kms = client()
    blob = kms.encrypt(kms.create_key().key_id, b"secret", context).ciphertext_blob

    if other == context:
        assert kms.decrypt(blob, other).plaintext == b"secret"
    else:
        with pytest.raises(InvalidCiphertextException, match="encryption context"):
            kms.decrypt(blob, other)


@given(contexts, contexts)
def test_contexts_are_written_without_doubt(one: dict[str, str], other: dict[str, str]) -> None:
    """Do two contexts give the same bytes only if they are equal, so that {"ab": "c"} is not {"a": "bc"}?"""
    assert (context_bytes(one) == context_bytes(other)) == (one == other)
    assert context_bytes({"ab": "c"}) != context_bytes({"a": "bc"})


def test_a_seed_gives_the_same_bytes_and_no_seed_others() -> None:
    """Are keys, IDs and nonces the same for one seed, and different for another seed or none?"""

    def blob(seed: str | None) -> bytes:
        kms = client(kms=Kms(seed))
        return kms.encrypt(kms.create_key().key_id, b"x").ciphertext_blob

    assert blob("a") == blob("a")
    assert len({blob("a"), blob("b"), blob(None), blob(None)}) == 4


@pytest.mark.parametrize("size", [0, 1, 4096, 4097])
@mock_aws
def test_the_limit_of_encrypt_as_in_moto(size: int) -> None:
    """Do model and moto take 1 to 4,096 bytes and refuse the rest with ValidationException?"""
    moto = boto3.client("kms", "us-east-1")
    real = moto.create_key()["KeyMetadata"]["KeyId"]
    kms = client()
    key = kms.create_key()

    ours = refusal(lambda: kms.encrypt(key.key_id, bytes(size)))
    assert ours == ("" if 1 <= size <= 4096 else "ValidationException")
    # boto3 itself refuses no bytes at all; the API of KMS has a minimum of 1
    if size:
        assert ours == refusal(lambda: moto.encrypt(KeyId=real, Plaintext=bytes(size)))


@mock_aws
@pytest.mark.parametrize("change", ["none", "context", "no context", "tamper", "garbage", "disabled", "deleting"])
def test_decrypt_answers_as_moto(change: str) -> None:
    """Does Decrypt succeed or refuse with the same exception as moto, for what may be wrong with it?"""
    pair = Pair()
    ours, theirs = pair.key()
    context = {"order": "17"}
    blob = pair.kms.encrypt(ours, b"secret", context).ciphertext_blob
    real = pair.moto.encrypt(KeyId=theirs, Plaintext=b"secret", EncryptionContext=context)["CiphertextBlob"]
    if change == "context":
        context = {"order": "18"}
    elif change == "no context":
        context = {}
    elif change == "tamper":
        blob, real = blob[:-1] + bytes([blob[-1] ^ 1]), real[:-1] + bytes([real[-1] ^ 1])
    elif change == "garbage":
        blob = real = b"these are no bytes of KMS"
    elif change == "disabled":
        pair.kms.disable_key(ours)
        pair.moto.disable_key(KeyId=theirs)
    elif change == "deleting":
        pair.kms.schedule_key_deletion(ours, 7)
        pair.moto.schedule_key_deletion(KeyId=theirs, PendingWindowInDays=7)

    expected = {"none": "", "disabled": "DisabledException", "deleting": "KMSInvalidStateException"}
    answer = refusal(lambda: pair.kms.decrypt(blob, context))

    assert answer == expected.get(change, "InvalidCiphertextException")
    if change not in ("disabled", "deleting"):  # moto decrypts with such keys, AWS does not
        assert answer == refusal(lambda: pair.moto.decrypt(CiphertextBlob=real, EncryptionContext=context))


@mock_aws
def test_data_keys_and_re_encrypt_as_moto() -> None:
    """Do the shapes of GenerateDataKey and ReEncrypt, and what comes back in the end, agree with moto?"""
    pair = Pair()
    (one, first), (two, second) = pair.key(), pair.key()
    ours, theirs = pair.kms.generate_data_key(one), pair.moto.generate_data_key(KeyId=first, KeySpec="AES_256")
    assert len(ours.plaintext) == len(theirs["Plaintext"]) == 32
    assert pair.kms.decrypt(ours.ciphertext_blob).plaintext == ours.plaintext
    assert pair.moto.decrypt(CiphertextBlob=theirs["CiphertextBlob"])["Plaintext"] == theirs["Plaintext"]
    assert pair.kms.generate_data_key_without_plaintext(one).plaintext == b""

    moved = pair.kms.re_encrypt(ours.ciphertext_blob, two, {}, {"now": "here"})
    real = pair.moto.re_encrypt(
        CiphertextBlob=theirs["CiphertextBlob"], DestinationKeyId=second, DestinationEncryptionContext={"now": "here"}
    )
    assert pair.kms.decrypt(moved.ciphertext_blob, {"now": "here"}).plaintext == ours.plaintext
    assert moved.source_key_id.endswith(one) == real["SourceKeyId"].endswith(first) is True
    assert moved.key_id.endswith(two) == real["KeyId"].endswith(second) is True


def test_decrypt_with_a_named_key_uses_that_key_only() -> None:
    """Does naming another key than the ciphertext's give IncorrectKeyException (moto does not look)?"""
    kms = client()
    one, two = kms.create_key(), kms.create_key()
    blob = kms.encrypt(one.key_id, b"x").ciphertext_blob
    assert kms.decrypt(blob, key_id=one.arn).plaintext == b"x"
    with pytest.raises(IncorrectKeyException):
        kms.decrypt(blob, key_id=two.arn)
