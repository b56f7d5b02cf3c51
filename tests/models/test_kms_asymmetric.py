"""Do the model's RSA, ECC and HMAC keys work with `cryptography`, and refuse what is not theirs?"""

from __future__ import annotations

import hmac

import boto3
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from moto import mock_aws

from course.models.kms import (
    InvalidCiphertextException,
    InvalidKeyUsageException,
    Kms,
    KmsClient,
    KMSInvalidMacException,
    KMSInvalidSignatureException,
    Principal,
    ValidationException,
)
from course.models.kms.keys import USAGES


@pytest.fixture(scope="module")
def kms() -> KmsClient:
    """The calls of an account's root user."""
    return Kms("asymmetric").client(Principal.root("111122223333"))


def test_anybody_encrypts_with_the_public_key(kms: KmsClient) -> None:
    """Does KMS decrypt what somebody without AWS encrypted with the downloaded public key?"""
    key = kms.create_key(key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT").key_id
    public = load_der_public_key(kms.get_public_key(key).public_key)
    assert isinstance(public, rsa.RSAPublicKey)
    sha = hashes.SHA256()
    ciphertext = public.encrypt(b"from outside", padding.OAEP(padding.MGF1(sha), sha, None))

    answer = kms.decrypt(ciphertext, key_id=key, encryption_algorithm="RSAES_OAEP_SHA_256")
    assert answer.plaintext == b"from outside"
    tampered = ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])
    with pytest.raises(InvalidCiphertextException):
        kms.decrypt(tampered, key_id=key, encryption_algorithm="RSAES_OAEP_SHA_256")
    with pytest.raises(InvalidCiphertextException):
        kms.decrypt(ciphertext, encryption_algorithm="RSAES_OAEP_SHA_256")  # nothing in it names the key


@pytest.mark.parametrize(("algorithm", "limit"), [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)])
def test_rsa_takes_less(kms: KmsClient, algorithm: str, limit: int) -> None:
    """Does RSA_2048 take as many bytes as the API reference says, and no encryption context?"""
    key = kms.create_key(key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT").key_id
    blob = kms.encrypt(key, bytes(limit), encryption_algorithm=algorithm).ciphertext_blob
    assert kms.decrypt(blob, key_id=key, encryption_algorithm=algorithm).plaintext == bytes(limit)
    with pytest.raises(ValidationException, match=f"{limit}"):
        kms.encrypt(key, bytes(limit + 1), encryption_algorithm=algorithm)
    with pytest.raises(ValidationException, match="context"):
        kms.encrypt(key, b"x", {"a": "b"}, encryption_algorithm=algorithm)


@pytest.mark.parametrize(
    ("spec", "algorithm"),
    [
        ("RSA_2048", "RSASSA_PSS_SHA_256"),
        ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512"),
        ("ECC_NIST_P256", "ECDSA_SHA_256"),
        ("ECC_NIST_P521", "ECDSA_SHA_512"),
        ("ECC_SECG_P256K1", "ECDSA_SHA_256"),
    ],
)
def test_signatures_are_verified_here_and_outside(kms: KmsClient, spec: str, algorithm: str) -> None:
    """Is a signature good to Verify and to `cryptography` with the public key, and bad for another message?"""
    key = kms.create_key(key_spec=spec, key_usage="SIGN_VERIFY").key_id
    signature = kms.sign(key, b"pay 5", algorithm).signature
    kms.verify(key, b"pay 5", signature, algorithm)
    with pytest.raises(KMSInvalidSignatureException):
        kms.verify(key, b"pay 500", signature, algorithm)
    public = load_der_public_key(kms.get_public_key(key).public_key)
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, b"pay 5", ec.ECDSA(hashes.SHA512() if "512" in algorithm else hashes.SHA256()))
    with pytest.raises(InvalidKeyUsageException):
        kms.encrypt(key, b"x")
    with pytest.raises(InvalidKeyUsageException, match="it does"):
        kms.sign(key, b"x", "ECDSA_SHA_384")


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_macs_are_hmacs(kms: KmsClient, bits: int) -> None:
    """Is GenerateMac the HMAC of Python's own library, and does VerifyMac see a change?"""
    key = kms.create_key(key_spec=f"HMAC_{bits}").key_id
    mac = kms.generate_mac(key, b"token", f"HMAC_SHA_{bits}")
    (material,) = kms.find(key).shared.materials

    assert len(material.secret) * 8 == bits
    assert mac == hmac.new(material.secret, b"token", f"sha{bits}").digest()
    kms.verify_mac(key, b"token", mac, f"HMAC_SHA_{bits}")
    with pytest.raises(KMSInvalidMacException):
        kms.verify_mac(key, b"tokem", mac, f"HMAC_SHA_{bits}")
    with pytest.raises(InvalidKeyUsageException, match="one secret"):
        kms.get_public_key(key)


def test_a_key_has_one_usage(kms: KmsClient) -> None:
    """Must RSA say what it is for, can ECC not encrypt, and do symmetric keys have no public half?"""
    with pytest.raises(ValidationException, match="ENCRYPT_DECRYPT or SIGN_VERIFY"):
        kms.create_key(key_spec="RSA_2048")
    with pytest.raises(ValidationException, match="SIGN_VERIFY"):
        kms.create_key(key_spec="ECC_NIST_P256", key_usage="ENCRYPT_DECRYPT")
    with pytest.raises(ValidationException, match="ROT13"):
        kms.create_key(key_spec="ROT13")
    symmetric = kms.create_key().key_id
    with pytest.raises(InvalidKeyUsageException):
        kms.get_public_key(symmetric)
    with pytest.raises(InvalidKeyUsageException):
        kms.encrypt(symmetric, b"x", encryption_algorithm="RSAES_OAEP_SHA_256")
    with pytest.raises(ValidationException, match="4,096"):
        kms.sign(kms.create_key(key_spec="ECC_NIST_P256").key_id, bytes(4097), "ECDSA_SHA_256")


@mock_aws
def test_the_specs_are_known_to_botocore() -> None:
    """Is every key spec of the model one of the service model's?"""
    model = boto3.client("kms", "us-east-1").meta.service_model
    assert set(USAGES) <= set(model.shape_for("KeySpec").enum)
    assert {usage for usages in USAGES.values() for usage in usages} <= set(model.shape_for("KeyUsageType").enum)
