"""Key material and what is done with it: AES-256-GCM as KMS uses it, and where the random bytes come from."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from course.models.kms.errors import InvalidCiphertextException

if TYPE_CHECKING:
    from collections.abc import Mapping

NONCE, TAG = 12, 16  # bytes: AES-GCM's own
_VERSION = 1


class Random:
    """Where keys, nonces and identifiers come from.

    Without a seed: `os.urandom`, as it must be. With a seed every byte follows from the seed and the order of the
    calls (HMAC-SHA-256 of a counter), so that a demo shows the same bytes each time. Such keys are real AES keys but
    no secrets: whoever has the seed has them. RSA keys, and OAEP and PSS, come from the system's randomness always.
    """

    def __init__(self, seed: str | None = None) -> None:
        self._seed, self._drawn = seed, 0

    def bytes(self, number: int) -> bytes:
        """Return `number` bytes."""
        if self._seed is None:
            return os.urandom(number)
        drawn = b""
        while len(drawn) < number:
            self._drawn += 1
            drawn += hmac.digest(self._seed.encode(), struct.pack(">Q", self._drawn), "sha256")
        return drawn[:number]

    def uuid(self) -> str:
        """Return a random UUID, such as the ID of a key."""
        return str(uuid.UUID(bytes=self.bytes(16), version=4))


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """The secret of a KMS key: 32 bytes, or a private key in DER. `id` (KeyMaterialId) is its SHA-256 in hex."""

    secret: bytes = field(repr=False)
    imported: bool = False

    @property
    def id(self) -> str:
        """The fingerprint by which a ciphertext, and a second import, names the material."""
        return hashlib.sha256(b"key material" + self.secret).hexdigest()


@dataclass(frozen=True, slots=True)
class Blob:
    """A symmetric ciphertext of KMS, taken apart: which key, which of its materials, and what AES-GCM made.

    KMS keeps its format to itself; this one has what the documentation says of it: the key can be told from the
    ciphertext, the account and Region of the call cannot be chosen by it.
    """

    key_id: str
    material: bytes  # the first 8 bytes of the material's fingerprint
    nonce: bytes
    sealed: bytes  # the ciphertext and, in its last 16 bytes, the authentication tag

    @property
    def header(self) -> bytes:
        """What stands in clear before the nonce; AES-GCM authenticates it too."""
        return struct.pack(">BB", _VERSION, len(self.key_id)) + self.key_id.encode() + self.material

    def to_bytes(self) -> bytes:
        """Return the CiphertextBlob."""
        return self.header + self.nonce + self.sealed

    @classmethod
    def parse(cls, data: bytes) -> Blob:
        """Take a CiphertextBlob apart; `InvalidCiphertextException` for bytes that KMS did not make."""
        end = 2 + (data[1] if len(data) > 1 else 0)
        if data[:1] != bytes([_VERSION]) or len(data) < end + 8 + NONCE + TAG or not data[2:end].isascii():
            raise InvalidCiphertextException("These bytes are no ciphertext of KMS: nothing in them names a key.")
        return cls(data[2:end].decode(), data[end : end + 8], data[end + 8 : end + 20], data[end + 20 :])


def context_bytes(context: Mapping[str, str]) -> bytes:
    """Write an encryption context so that two contexts give the same bytes only if their pairs are the same."""
    texts = [text.encode() for pair in sorted(context.items()) for text in pair]
    return b"".join(struct.pack(">I", len(text)) + text for text in texts)


def seal(key_id: str, material: KeyMaterial, nonce: bytes, plaintext: bytes, context: Mapping[str, str]) -> bytes:
    """Encrypt under a symmetric key; the context is authenticated (AAD) but not in the result."""
    blob = Blob(key_id, bytes.fromhex(material.id[:16]), nonce, b"")
    sealed = AESGCM(material.secret).encrypt(nonce, plaintext, blob.header + context_bytes(context))
    return Blob(blob.key_id, blob.material, nonce, sealed).to_bytes()


def unseal(blob: Blob, material: KeyMaterial, context: Mapping[str, str]) -> bytes:
    """Decrypt; `InvalidCiphertextException` when a byte, or a pair of the context, is not what was sealed."""
    try:
        return AESGCM(material.secret).decrypt(blob.nonce, blob.sealed, blob.header + context_bytes(context))
    except InvalidTag:
        given = ", ".join(f"{key}={value}" for key, value in context.items()) or "none"
        raise InvalidCiphertextException(
            "The authentication tag does not fit: the ciphertext was changed, or the encryption context is not "
            f"exactly the one it was made with (here: {given})."
        ) from None
