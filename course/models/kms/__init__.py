"""AWS KMS: keys that never leave it, and who may have them used.

Pure and deterministic but for the bytes: real AES-256-GCM, RSA, ECDSA and HMAC of `cryptography`, from the system's
randomness or, for demos, from a seed. `Kms` is KMS in all accounts and Regions; `client` gives the calls of one
principal to one Region, named and shaped as boto3's. Every refusal is a ValueError with AWS's name for it.
Source of the rules: the KMS developer guide and API reference.
"""

from __future__ import annotations

from course.models.kms.access import (
    Grant,
    Principal,
    Verdict,
    authorize,
    default_key_policy,
    service_key_policy,
)
from course.models.kms.asymmetric import PublicKey, Signed, Signing
from course.models.kms.crypto import Cryptography, DataKey, Decrypted, Encrypted
from course.models.kms.errors import (
    AccessDeniedException,
    AlreadyExistsException,
    DisabledException,
    IncorrectKeyException,
    IncorrectKeyMaterialException,
    InvalidCiphertextException,
    InvalidKeyUsageException,
    KMSException,
    KMSInvalidMacException,
    KMSInvalidSignatureException,
    KMSInvalidStateException,
    LimitExceededException,
    MalformedPolicyDocumentException,
    NotFoundException,
    UnsupportedOperationException,
    ValidationException,
)
from course.models.kms.grants import Granting
from course.models.kms.keys import PLAINTEXT_LIMIT, KeyMetadata, Rotation
from course.models.kms.naming import Naming
from course.models.kms.registry import Call
from course.models.kms.registry import Kms as _Registry
from course.models.kms.rotation import Rotating

__all__ = [
    "PLAINTEXT_LIMIT",
    "AccessDeniedException",
    "AlreadyExistsException",
    "Call",
    "DataKey",
    "Decrypted",
    "DisabledException",
    "Encrypted",
    "Grant",
    "IncorrectKeyException",
    "IncorrectKeyMaterialException",
    "InvalidCiphertextException",
    "InvalidKeyUsageException",
    "KMSException",
    "KMSInvalidMacException",
    "KMSInvalidSignatureException",
    "KMSInvalidStateException",
    "KeyMetadata",
    "Kms",
    "KmsClient",
    "LimitExceededException",
    "MalformedPolicyDocumentException",
    "NotFoundException",
    "Principal",
    "PublicKey",
    "Rotation",
    "Signed",
    "UnsupportedOperationException",
    "ValidationException",
    "Verdict",
    "authorize",
    "default_key_policy",
    "service_key_policy",
]


class KmsClient(Cryptography, Signing, Granting, Rotating, Naming):
    """What boto3.client("kms") is: the calls of one principal to the KMS of one Region."""

    kms: Kms


class Kms(_Registry):
    """KMS in all accounts and Regions; see `registry.Kms` for its seed, its clock and its trail."""

    def client(self, caller: Principal | str, region: str = "us-east-1", via: str = "") -> KmsClient:
        """Return the calls of a principal (or of an ARN without policies) to the KMS of a Region."""
        return KmsClient(self, caller, region, via)
