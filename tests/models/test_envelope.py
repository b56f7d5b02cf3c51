"""Does envelope encryption keep data of any size, and give it back only unchanged and to who may use the key?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from course.models.envelope import (
    DataKeyDecrypted,
    DataKeyGenerated,
    DecryptedLocally,
    EncryptedLocally,
    Envelope,
    Forgotten,
    Stored,
    TamperedError,
    decrypt,
    decrypting,
    encrypt,
    encrypting,
)
from course.models.kms import AccessDeniedException, InvalidCiphertextException, Kms, KmsClient, Principal
from course.models.kms.material import context_bytes

ACCOUNT = "111122223333"
contexts = st.dictionaries(st.text(max_size=6), st.text(max_size=6), max_size=3)


def client(region: str = "us-east-1", kms: Kms | None = None) -> KmsClient:
    """The calls of the account's root user."""
    return (kms or Kms("envelope")).client(Principal.root(ACCOUNT), region)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=10_000), contexts)
def test_a_round_trip_gives_the_data_back(data: bytes, context: dict[str, str]) -> None:
    """Does data of any size, also none and more than KMS takes, come back with one call to KMS each way?"""
    kms = client()
    envelope = encrypt(kms, kms.create_key().key_id, data, context)

    assert decrypt(kms, envelope) == data
    assert len(envelope.ciphertext) == len(data) + 16
    assert [call.operation for call in kms.kms.trail] == ["GenerateDataKey", "Decrypt"]


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(["encrypted_data_key", "nonce", "ciphertext"]))
def test_a_changed_byte_anywhere_is_seen(data: st.DataObject, part: str) -> None:
    """Does one changed byte, in the data, its nonce or the data key, end in a refusal and never in other data?"""
    kms = client()
    envelope = encrypt(kms, kms.create_key().key_id, b"ten pounds", {"order": "17"})
    changed = bytearray(getattr(envelope, part))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))

    fields: dict[str, Any] = {part: bytes(changed)}
    with pytest.raises((TamperedError, InvalidCiphertextException, AccessDeniedException)) as refused:
        decrypt(kms, replace(envelope, **fields))
    assert (refused.type is TamperedError) == (part != "encrypted_data_key")


@settings(max_examples=50, deadline=None)
@given(contexts, contexts)
def test_another_context_is_refused_by_kms(context: dict[str, str], other: dict[str, str]) -> None:
    """Does KMS already refuse the data key to another context than the one that it was made with?"""
    kms = client()
    envelope = encrypt(kms, kms.create_key().key_id, b"x", context)
    if other == context:
        assert decrypt(kms, envelope, other) == b"x"
    else:
        with pytest.raises(InvalidCiphertextException):
            decrypt(kms, envelope, other)


def test_the_data_is_aes_gcm_under_the_data_key() -> None:
    """Does `cryptography` alone open the envelope with the data key, and not with another?"""
    kms = client()
    generated, local, *_ = encrypting(kms, kms.create_key().key_id, b"film" * 5000, {"a": "b"})
    assert isinstance(generated, DataKeyGenerated)
    assert isinstance(local, EncryptedLocally)
    nonce = bytes(11) + b"\1"

    opened = AESGCM(generated.plaintext_key).decrypt(nonce, local.ciphertext, context_bytes({"a": "b"}))
    assert opened == b"film" * 5000
    with pytest.raises(InvalidTag):
        AESGCM(bytes(32)).decrypt(nonce, local.ciphertext, context_bytes({"a": "b"}))


def test_the_steps_come_in_order() -> None:
    """Do the steps tell the order: key, data, forget, store; then key, data, forget?"""
    kms = client()
    steps = list(encrypting(kms, kms.create_key().key_id, b"x"))
    assert [type(step) for step in steps] == [DataKeyGenerated, EncryptedLocally, Forgotten, Stored]
    last = steps[-1]
    assert isinstance(last, Stored)
    assert [type(step) for step in decrypting(kms, last.envelope)] == [DataKeyDecrypted, DecryptedLocally, Forgotten]


def test_nothing_that_is_stored_is_secret() -> None:
    """Is the plaintext data key neither in the envelope nor in the text form of the steps?"""
    kms = client()
    generated, *_, last = encrypting(kms, kms.create_key().key_id, b"x" * 64)
    assert isinstance(generated, DataKeyGenerated)
    assert isinstance(last, Stored)
    stored = last.envelope.encrypted_data_key + last.envelope.nonce + last.envelope.ciphertext
    assert generated.plaintext_key not in stored
    assert repr(generated.plaintext_key) not in repr(generated)


def test_each_message_has_its_own_data_key() -> None:
    """Do two equal messages under one KMS key look different, since each has a data key of its own?"""
    kms = client()
    key = kms.create_key().key_id
    one, other = encrypt(kms, key, b"same"), encrypt(kms, key, b"same")
    assert one.ciphertext != other.ciphertext
    with pytest.raises(TamperedError):
        decrypt(kms, replace(one, encrypted_data_key=other.encrypted_data_key))


def test_rotation_does_not_touch_envelopes() -> None:
    """Do old envelopes open after a rotation, byte for byte as they were, with the very same data key?"""
    kms = client()
    key = kms.create_key().key_id
    first, *_, last = encrypting(kms, key, b"old")
    assert isinstance(first, DataKeyGenerated)
    assert isinstance(last, Stored)
    kms.rotate_key_on_demand(key)
    opened, data, _ = decrypting(kms, last.envelope)
    assert isinstance(opened, DataKeyDecrypted)
    assert isinstance(data, DecryptedLocally)
    assert opened.plaintext_key == first.plaintext_key
    assert data.plaintext == b"old"


def test_an_envelope_opens_at_a_replica() -> None:
    """Does an envelope of one Region open in another with its replica, without a call back?"""
    home = client("eu-west-1")
    away = client("ap-southeast-2", home.kms)
    key = home.create_key(multi_region=True).key_id
    envelope: Envelope = encrypt(home, key, b"order 17")
    home.replicate_key(key, "ap-southeast-2")
    home.kms.trail.clear()
    assert decrypt(away, envelope) == b"order 17"
    assert [(call.operation, call.region) for call in home.kms.trail] == [("Decrypt", "ap-southeast-2")]
