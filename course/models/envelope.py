"""Envelope encryption: a data key of KMS encrypts the data here, and travels with it encrypted under the KMS key.

Why: KMS takes at most 4,096 bytes and does not give its keys away, and sending a film to it for encryption would be
slow. So only the 32 bytes of a data key go to KMS and come back; the data never does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from course.errors import CourseError
from course.models.kms.material import TAG, context_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.models.kms import KmsClient

# Each data key encrypts one message only, so its nonce may be a constant; under one key a nonce must never come twice.
NONCE = bytes(11) + b"\x01"


class TamperedError(CourseError, ValueError):
    """The data does not decrypt: it, or the encryption context, was changed. No part of it is given out."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is stored. Nothing in it is secret: without KMS nobody gets the data key, without that nobody the data."""

    encrypted_data_key: bytes
    nonce: bytes
    ciphertext: bytes  # as long as the plaintext, and 16 bytes of authentication tag
    encryption_context: Mapping[str, str]

    @property
    def tag(self) -> bytes:
        """AES-GCM's authentication tag, the end of the ciphertext."""
        return self.ciphertext[-TAG:]


@dataclass(frozen=True, slots=True)
class DataKeyGenerated:
    """KMS answered GenerateDataKey: the key in clear, for the memory, and encrypted, for the disk."""

    plaintext_key: bytes = field(repr=False)
    encrypted_key: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class EncryptedLocally:
    """The data was encrypted here, without KMS, whatever its size."""

    ciphertext: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The plaintext data key was wiped: only KMS can bring it back now."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The envelope is complete."""

    envelope: Envelope


@dataclass(frozen=True, slots=True)
class DataKeyDecrypted:
    """KMS answered Decrypt: the data key is in clear again, in memory."""

    plaintext_key: bytes = field(repr=False)
    key_id: str


@dataclass(frozen=True, slots=True)
class DecryptedLocally:
    """The data is back, and proven unchanged."""

    plaintext: bytes


EncryptionStep = DataKeyGenerated | EncryptedLocally | Forgotten | Stored
DecryptionStep = DataKeyDecrypted | DecryptedLocally | Forgotten


def encrypting(
    client: KmsClient, key_id: str, plaintext: bytes, encryption_context: Mapping[str, str] | None = None
) -> Iterator[EncryptionStep]:
    """Yield the steps of an encryption; the last one, `Stored`, has the envelope."""
    context = dict(encryption_context or {})
    data_key = client.generate_data_key(key_id, context)
    yield DataKeyGenerated(data_key.plaintext, data_key.ciphertext_blob, data_key.key_id)
    ciphertext = lock(data_key.plaintext, plaintext, context)
    yield EncryptedLocally(ciphertext, len(plaintext))
    yield Forgotten()
    yield Stored(Envelope(data_key.ciphertext_blob, NONCE, ciphertext, context))


def decrypting(
    client: KmsClient, envelope: Envelope, encryption_context: Mapping[str, str] | None = None
) -> Iterator[DecryptionStep]:
    """Yield the steps of a decryption; `encryption_context` is the one that you expect, or the envelope's own.

    Raises what KMS raises for the data key (InvalidCiphertextException for another context), `TamperedError` for
    changed data.
    """
    context = dict(envelope.encryption_context if encryption_context is None else encryption_context)
    data_key = client.decrypt(envelope.encrypted_data_key, context)
    yield DataKeyDecrypted(data_key.plaintext, data_key.key_id)
    yield DecryptedLocally(unlock(data_key.plaintext, envelope.ciphertext, context, envelope.nonce))
    yield Forgotten()


def encrypt(
    client: KmsClient, key_id: str, plaintext: bytes, encryption_context: Mapping[str, str] | None = None
) -> Envelope:
    """Encrypt data of any size under a new data key of the KMS key: one call to KMS."""
    *_, last = encrypting(client, key_id, plaintext, encryption_context)
    assert isinstance(last, Stored)  # noqa: S101 -- encrypting ends with it
    return last.envelope


def decrypt(client: KmsClient, envelope: Envelope, encryption_context: Mapping[str, str] | None = None) -> bytes:
    """Decrypt an envelope: one call to KMS. Raises as `decrypting` does."""
    (plaintext,) = (
        step.plaintext
        for step in decrypting(client, envelope, encryption_context)
        if isinstance(step, DecryptedLocally)
    )
    return plaintext


def lock(data_key: bytes, plaintext: bytes, context: Mapping[str, str], nonce: bytes = NONCE) -> bytes:
    """Encrypt with AES-GCM under a data key that encrypts nothing else; the context is authenticated too."""
    return AESGCM(data_key).encrypt(nonce, plaintext, context_bytes(context))


def unlock(data_key: bytes, ciphertext: bytes, context: Mapping[str, str], nonce: bytes = NONCE) -> bytes:
    """Decrypt what `lock` made; `TamperedError` when anything of it was changed."""
    try:
        return AESGCM(data_key).decrypt(nonce, ciphertext, context_bytes(context))
    except InvalidTag:
        raise TamperedError(
            "The authentication tag does not fit the data: it was changed, or is another key's or context's."
        ) from None
