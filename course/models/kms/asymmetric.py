"""Asymmetric and HMAC keys: RSA encryption, signatures, message authentication codes.

The private key never leaves KMS. The public key does (GetPublicKey), so that somebody without AWS credentials can
encrypt for you, or verify what you signed.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from course.models.kms.errors import (
    InvalidCiphertextException,
    InvalidKeyUsageException,
    KMSInvalidMacException,
    KMSInvalidSignatureException,
    ValidationException,
)
from course.models.kms.registry import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.models.kms.keys import Key, KeyUsage

_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "1": hashes.SHA1(),  # noqa: S303 -- RSAES_OAEP_SHA_1 is one of KMS's algorithms
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
_OVERHEAD = {"RSAES_OAEP_SHA_1": 42, "RSAES_OAEP_SHA_256": 66}  # bytes: two hashes and two
# (key spec, algorithm) -> the most bytes that Encrypt takes
OAEP_LIMITS: Mapping[tuple[str, str], int] = {
    (f"RSA_{bits}", algorithm): bits // 8 - overhead
    for bits in (2048, 3072, 4096)
    for algorithm, overhead in _OVERHEAD.items()
}
MESSAGE_LIMIT = 4096  # bytes that Sign and GenerateMac take; sign the digest of anything larger
_ECDSA = {
    "ECC_NIST_P256": "ECDSA_SHA_256",
    "ECC_SECG_P256K1": "ECDSA_SHA_256",
    "ECC_NIST_P384": "ECDSA_SHA_384",
    "ECC_NIST_P521": "ECDSA_SHA_512",
}
_RSA_SIGNING = tuple(f"RSASSA_{kind}_SHA_{bits}" for kind in ("PSS", "PKCS1_V1_5") for bits in (256, 384, 512))


@dataclass(frozen=True, slots=True)
class Signed:
    """What Sign returns."""

    signature: bytes
    key_id: str
    signing_algorithm: str


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What GetPublicKey returns; `public_key` is DER (SubjectPublicKeyInfo)."""

    public_key: bytes
    key_id: str
    key_spec: str
    key_usage: KeyUsage
    algorithms: tuple[str, ...]


class Signing(Session):
    """Sign, Verify, GetPublicKey, GenerateMac and VerifyMac."""

    def sign(self, key_id: str, message: bytes, signing_algorithm: str) -> Signed:
        """Sign a message of at most 4,096 bytes with the private key."""
        key = self.find(key_id)
        with self.using("Sign", key):
            _check(key, "SIGN_VERIFY", signing_algorithm, message)
            signature = _private(key).sign(message, *_scheme(signing_algorithm))
        return Signed(signature, key.arn, signing_algorithm)

    def verify(self, key_id: str, message: bytes, signature: bytes, signing_algorithm: str) -> None:
        """Return if the signature is good; KMSInvalidSignatureException if not."""
        key = self.find(key_id)
        with self.using("Verify", key):
            _check(key, "SIGN_VERIFY", signing_algorithm, message)
            try:
                _private(key).public_key().verify(signature, message, *_scheme(signing_algorithm))
            except InvalidSignature:
                raise KMSInvalidSignatureException("The signature does not belong to this message and key.") from None

    def get_public_key(self, key_id: str) -> PublicKey:
        """Return the public key, to be used without AWS."""
        key = self.find(key_id)
        with self.using("GetPublicKey", key):
            if not algorithms(key.shared.spec, key.shared.usage) or key.shared.usage == "GENERATE_VERIFY_MAC":
                raise InvalidKeyUsageException(f"A {key.shared.spec} key is one secret: it has no public half.")
            der = _private(key).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        shared = key.shared
        return PublicKey(der, key.arn, shared.spec, shared.usage, algorithms(shared.spec, shared.usage))

    def generate_mac(self, key_id: str, message: bytes, mac_algorithm: str) -> bytes:
        """Return the HMAC of a message."""
        key = self.find(key_id)
        with self.using("GenerateMac", key):
            _check(key, "GENERATE_VERIFY_MAC", mac_algorithm, message)
            return _mac(key, message, mac_algorithm)

    def verify_mac(self, key_id: str, message: bytes, mac: bytes, mac_algorithm: str) -> None:
        """Return if the HMAC is good; KMSInvalidMacException if not."""
        key = self.find(key_id)
        with self.using("VerifyMac", key):
            _check(key, "GENERATE_VERIFY_MAC", mac_algorithm, message)
            if not hmac.compare_digest(mac, _mac(key, message, mac_algorithm)):
                raise KMSInvalidMacException("The HMAC does not belong to this message and key.")


def algorithms(spec: str, usage: KeyUsage) -> tuple[str, ...]:
    """Return the algorithms of an asymmetric or HMAC key by its spec and usage."""
    if usage == "GENERATE_VERIFY_MAC":
        return (spec.replace("HMAC_", "HMAC_SHA_"),)
    if usage == "ENCRYPT_DECRYPT":
        return tuple(algorithm for known, algorithm in OAEP_LIMITS if known == spec)
    return (_ECDSA[spec],) if spec in _ECDSA else _RSA_SIGNING


def rsa_encrypt(private_key: bytes, plaintext: bytes, algorithm: str) -> bytes:
    """Encrypt with the public half of a private key in DER."""
    private = load_der_private_key(private_key, None)
    assert isinstance(private, rsa.RSAPrivateKey)  # noqa: S101 -- the key's spec says so
    return private.public_key().encrypt(plaintext, _oaep(algorithm))


def rsa_decrypt(private_key: bytes, ciphertext: bytes, algorithm: str) -> bytes:
    """Decrypt with a private key in DER; InvalidCiphertextException for what its public half did not encrypt."""
    private = load_der_private_key(private_key, None)
    assert isinstance(private, rsa.RSAPrivateKey)  # noqa: S101 -- the key's spec says so
    try:
        return private.decrypt(ciphertext, _oaep(algorithm))
    except ValueError:
        raise InvalidCiphertextException("The ciphertext is not one of this RSA key and algorithm.") from None


def _oaep(algorithm: str) -> padding.OAEP:
    chosen = _HASHES[algorithm.rpartition("_")[2]]
    return padding.OAEP(padding.MGF1(chosen), chosen, None)


def _scheme(algorithm: str) -> tuple[Any, ...]:
    """What `cryptography` wants after the message: a padding and a hash for RSA, ECDSA with its hash for ECC."""
    chosen = _HASHES[algorithm.rpartition("_")[2]]
    if algorithm.startswith("ECDSA"):
        return (ec.ECDSA(chosen),)
    salt = padding.PSS.DIGEST_LENGTH
    return (padding.PSS(padding.MGF1(chosen), salt) if "PSS" in algorithm else padding.PKCS1v15(), chosen)


def _private(key: Key) -> Any:  # noqa: ANN401 -- RSA or ECC, whose classes have no common one with sign
    return load_der_private_key(key.shared.materials[-1].secret, None)


def _mac(key: Key, message: bytes, algorithm: str) -> bytes:
    return hmac.digest(key.shared.materials[-1].secret, message, f"sha{algorithm.rpartition('_')[2]}")


def _check(key: Key, usage: KeyUsage, algorithm: str, message: bytes) -> None:
    shared = key.shared
    if shared.usage != usage:
        raise InvalidKeyUsageException(f"The key {shared.key_id} is for {shared.usage}, not for {usage}.")
    if algorithm not in algorithms(shared.spec, usage):
        known = ", ".join(algorithms(shared.spec, usage))
        raise InvalidKeyUsageException(f"A {shared.spec} key does not do {algorithm}; it does {known}.")
    if not 1 <= len(message) <= MESSAGE_LIMIT:
        raise ValidationException(f"KMS takes a message of 1 to {MESSAGE_LIMIT:,} bytes; sign the digest of others.")
