"""KMS's cryptographic operations with symmetric keys (and RSA, by `asymmetric`): they change bytes, never a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from course.models.kms.asymmetric import OAEP_LIMITS, rsa_decrypt, rsa_encrypt
from course.models.kms.errors import (
    AccessDeniedException,
    IncorrectKeyException,
    InvalidCiphertextException,
    InvalidKeyUsageException,
    ValidationException,
)
from course.models.kms.keys import PLAINTEXT_LIMIT, SYMMETRIC
from course.models.kms.material import NONCE, Blob, seal, unseal
from course.models.kms.registry import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.models.kms.keys import Key

Context = "Mapping[str, str]"
DATA_KEY_BYTES = {"AES_256": 32, "AES_128": 16}


@dataclass(frozen=True, slots=True)
class Encrypted:
    """What Encrypt returns, and ReEncrypt, which also says which key it decrypted with (`source_key_id`, an ARN)."""

    ciphertext_blob: bytes
    key_id: str
    encryption_algorithm: str = SYMMETRIC
    source_key_id: str = ""


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What Decrypt returns; `key_material_id` says which of the key's materials did it."""

    plaintext: bytes
    key_id: str
    encryption_algorithm: str = SYMMETRIC
    key_material_id: str = ""


@dataclass(frozen=True, slots=True)
class DataKey:
    """What GenerateDataKey returns: a key for use outside of KMS, twice. `plaintext` is b"" WithoutPlaintext."""

    plaintext: bytes = field(repr=False)
    ciphertext_blob: bytes
    key_id: str
    key_material_id: str = ""


class Cryptography(Session):
    """Encrypt, Decrypt, ReEncrypt and the data keys.

    A context is the encryption context of a symmetric key: not secret, logged, and the same, to the letter, when the
    ciphertext is decrypted. Every call raises AccessDeniedException, DisabledException, KMSInvalidStateException and
    NotFoundException where they belong.
    """

    def encrypt(
        self,
        key_id: str,
        plaintext: bytes,
        encryption_context: Mapping[str, str] | None = None,
        encryption_algorithm: str = SYMMETRIC,
    ) -> Encrypted:
        """Encrypt at most 4,096 bytes (RSA: fewer); ValidationException for more, or for none."""
        key = self.find(key_id)
        with self.using("Encrypt", key, encryption_context or {}):
            blob = self._encrypt(key, plaintext, encryption_context or {}, encryption_algorithm)
        return Encrypted(blob, key.arn, encryption_algorithm)

    def decrypt(
        self,
        ciphertext_blob: bytes,
        encryption_context: Mapping[str, str] | None = None,
        key_id: str = "",
        encryption_algorithm: str = SYMMETRIC,
    ) -> Decrypted:
        """Decrypt; a symmetric ciphertext names its key, so `key_id` only says which one you expect.

        InvalidCiphertextException for changed bytes or another context, IncorrectKeyException for another key's
        ciphertext, AccessDeniedException when this Region has no such key.
        """
        key = self._key_of(ciphertext_blob, key_id)
        with self.using("Decrypt", key, encryption_context or {}):
            return self._decrypt(key, ciphertext_blob, encryption_context or {}, encryption_algorithm)

    def generate_data_key(
        self, key_id: str, encryption_context: Mapping[str, str] | None = None, key_spec: str = "AES_256"
    ) -> DataKey:
        """Return a new data key in clear and encrypted under the key, which must be symmetric."""
        return self._data_key("GenerateDataKey", key_id, encryption_context or {}, key_spec)

    def generate_data_key_without_plaintext(
        self, key_id: str, encryption_context: Mapping[str, str] | None = None, key_spec: str = "AES_256"
    ) -> DataKey:
        """Return a new data key encrypted only: for one who stores it now and lets another decrypt it later."""
        made = self._data_key("GenerateDataKeyWithoutPlaintext", key_id, encryption_context or {}, key_spec)
        return DataKey(b"", made.ciphertext_blob, made.key_id, made.key_material_id)

    def re_encrypt(
        self,
        ciphertext_blob: bytes,
        destination_key_id: str,
        source_encryption_context: Mapping[str, str] | None = None,
        destination_encryption_context: Mapping[str, str] | None = None,
        source_key_id: str = "",
    ) -> Encrypted:
        """Decrypt and encrypt anew inside KMS: the plaintext does not come out. Needs a permission on each key."""
        before, after = source_encryption_context or {}, destination_encryption_context or {}
        source, destination = self._key_of(ciphertext_blob, source_key_id), self.find(destination_key_id)
        with self.using("ReEncryptFrom", source, before):
            plaintext = self._decrypt(source, ciphertext_blob, before, SYMMETRIC).plaintext
        with self.using("ReEncryptTo", destination, after):
            blob = self._encrypt(destination, plaintext, after, SYMMETRIC)
        return Encrypted(blob, destination.arn, SYMMETRIC, source.arn)

    def _data_key(self, operation: str, key_id: str, context: Mapping[str, str], key_spec: str) -> DataKey:
        if key_spec not in DATA_KEY_BYTES:
            raise ValidationException(f"A data key is AES_256 or AES_128, not {key_spec}.")
        key = self.find(key_id)
        with self.using(operation, key, context):
            plaintext = self.kms.random.bytes(DATA_KEY_BYTES[key_spec])
            blob = self._encrypt(key, plaintext, context, SYMMETRIC)
        return DataKey(plaintext, blob, key.arn, key.shared.materials[-1].id)

    def _encrypt(self, key: Key, plaintext: bytes, context: Mapping[str, str], algorithm: str) -> bytes:
        _check_usage(key, algorithm, context)
        limit = OAEP_LIMITS.get((key.shared.spec, algorithm), PLAINTEXT_LIMIT)
        if not 1 <= len(plaintext) <= limit:
            raise ValidationException(
                f"Encrypt takes 1 to {limit:,} bytes under a {key.shared.spec} key, not {len(plaintext):,}: get a "
                "data key with GenerateDataKey and encrypt larger data with that."
            )
        material = key.shared.materials[-1]
        if algorithm != SYMMETRIC:
            return rsa_encrypt(material.secret, plaintext, algorithm)
        return seal(key.shared.key_id, material, self.kms.random.bytes(NONCE), plaintext, context)

    def _decrypt(self, key: Key, ciphertext: bytes, context: Mapping[str, str], algorithm: str) -> Decrypted:
        _check_usage(key, algorithm, context)
        if algorithm != SYMMETRIC:
            material = key.shared.materials[-1]
            return Decrypted(rsa_decrypt(material.secret, ciphertext, algorithm), key.arn, algorithm, material.id)
        blob = Blob.parse(ciphertext)
        for material in key.shared.materials:
            if bytes.fromhex(material.id[:16]) == blob.material:
                return Decrypted(unseal(blob, material, context), key.arn, algorithm, material.id)
        raise InvalidCiphertextException("The ciphertext names key material that its key never had: it was changed.")

    def _key_of(self, ciphertext: bytes, key_id: str) -> Key:
        """The key to decrypt with: the one named, which must be the one in a symmetric ciphertext."""
        expected = self.find(key_id) if key_id else None
        if expected is not None and expected.shared.spec != SYMMETRIC:
            return expected
        blob = Blob.parse(ciphertext)
        if expected is not None:
            if expected.shared.key_id != blob.key_id:
                raise IncorrectKeyException(f"The ciphertext was made with another key than {key_id}.")
            return expected
        for key in self.kms.keys.values():
            if key.shared.key_id == blob.key_id and key.region == self.region:
                return key
        raise AccessDeniedException(
            f"The ciphertext names a key that {self.region} does not have, or that you may not use. A key of one "
            "Region does not decrypt in another, unless it is a multi-Region key with a replica there."
        )


def _check_usage(key: Key, algorithm: str, context: Mapping[str, str]) -> None:
    spec, usage = key.shared.spec, key.shared.usage
    if usage != "ENCRYPT_DECRYPT":
        raise InvalidKeyUsageException(f"The key {key.shared.key_id} is for {usage}, not for ENCRYPT_DECRYPT.")
    if (spec == SYMMETRIC) != (algorithm == SYMMETRIC) or (spec != SYMMETRIC and (spec, algorithm) not in OAEP_LIMITS):
        raise InvalidKeyUsageException(f"A {spec} key does not do {algorithm}; choose an algorithm of its kind.")
    if spec != SYMMETRIC and context:
        raise ValidationException("An asymmetric key takes no encryption context: its ciphertext has no room for one.")
