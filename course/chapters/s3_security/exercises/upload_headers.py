"""Which headers does this upload need?

A program uploads by plain HTTPS, without an SDK, and must write the encryption headers itself. The bucket's default
encryption is not what it wants, so it always says the way.

Write `upload_headers(way, key)`. Return a dict with the headers that ask S3 for one of these ways, and no others:

| `way` | `key` | meaning |
|---|---|---|
| `"SSE-S3"` | `""` | S3's own keys |
| `"SSE-KMS"` | a key's ARN, or `""` | a key in KMS; without an ARN, the AWS managed key `aws/s3` |
| `"DSSE-KMS"` | a key's ARN, or `""` | the same, in two layers |
| `"SSE-C"` | 32 bytes as 64 hex digits | your own key, sent along in Base64, with the MD5 of its **bytes** in Base64 |
| `"client-side"` | `""` | the program has encrypted already |

```python
upload_headers("SSE-S3", "")  # {"x-amz-server-side-encryption": "AES256"}
```

Objective: Know the headers of the four encryptions, and what has to travel with each.
Out of scope: Encrypting anything, the bucket's default encryption, the header for a Bucket Key.
Kind: function
Task: 1.3
Hint: Two families of headers: `x-amz-server-side-encryption…` for S3's and KMS's keys, and
`x-amz-server-side-encryption-customer-…` for yours.
Hint: The values are `AES256`, `aws:kms` and `aws:kms:dsse`; the key's ARN has a header of its own, which ends in
`-aws-kms-key-id`.
Hint: SSE-C needs three headers: algorithm, key, and key-MD5. `bytes.fromhex`, `base64.b64encode` and `hashlib.md5`
make them.
Hint: S3 does not know that a client has encrypted; to S3 these are bytes like any others.
"""

import base64
import hashlib

from course.authoring import case, misconception


def upload_headers(way: str, key: str) -> dict[str, str]:
    """Return the headers that ask S3 to encrypt an upload in this way, with this key."""
    ### BEGIN SOLUTION
    prefix = "x-amz-server-side-encryption"
    if way == "client-side":
        return {}
    if way == "SSE-C":
        secret = bytes.fromhex(key)
        check = hashlib.md5(secret, usedforsecurity=False).digest()
        return {
            f"{prefix}-customer-algorithm": "AES256",
            f"{prefix}-customer-key": base64.b64encode(secret).decode(),
            f"{prefix}-customer-key-MD5": base64.b64encode(check).decode(),
        }
    headers = {prefix: {"SSE-S3": "AES256", "SSE-KMS": "aws:kms", "DSSE-KMS": "aws:kms:dsse"}[way]}
    if key:
        headers[f"{prefix}-aws-kms-key-id"] = key
    return headers
    ### END SOLUTION


@case(points=1)
def s3_keeps_the_key() -> None:
    """Does SSE-S3 need one header, and what the client has encrypted none?"""
    got = upload_headers("SSE-S3", "")
    expected = {"x-amz-server-side-encryption": "AES256"}
    assert got == expected, f'upload_headers("SSE-S3", "") gave {got!r}, expected {expected}'
    got = upload_headers("client-side", "")
    assert got == {}, (
        f'upload_headers("client-side", "") gave {got!r}, expected no headers: S3 gets bytes and knows nothing of it'
    )


@case(points=1)
def kms_has_its_key() -> None:
    """Do SSE-KMS and DSSE-KMS name their way, and the key where there is one?"""
    arn = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    got = upload_headers("SSE-KMS", arn)
    expected = {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": arn}
    assert got == expected, f'upload_headers("SSE-KMS", {arn!r}) gave {got!r}, expected {expected}'
    got = upload_headers("SSE-KMS", "")
    expected = {"x-amz-server-side-encryption": "aws:kms"}
    assert got == expected, (
        f'upload_headers("SSE-KMS", "") gave {got!r}, expected {expected}: without the key\'s header S3 takes aws/s3'
    )
    ### BEGIN HIDDEN TESTS
    arn = "arn:aws:kms:eu-central-1:222222222222:key/mrk-1234"
    got = upload_headers("DSSE-KMS", arn)
    expected = {"x-amz-server-side-encryption": "aws:kms:dsse", "x-amz-server-side-encryption-aws-kms-key-id": arn}
    assert got == expected, f'upload_headers("DSSE-KMS", {arn!r}) gave {got!r}, expected {expected}'
    ### END HIDDEN TESTS


@case(points=2)
def your_key_travels_along() -> None:
    """Does SSE-C send the algorithm, the key in Base64, and the MD5 of the key's bytes in Base64?"""
    hexed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    got = upload_headers("SSE-C", hexed)
    expected = {
        "x-amz-server-side-encryption-customer-algorithm": "AES256",
        "x-amz-server-side-encryption-customer-key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "x-amz-server-side-encryption-customer-key-MD5": "tP/LI3N87DFaSk0aoqYgzg==",
    }
    assert isinstance(got, dict), f'upload_headers("SSE-C", {hexed!r}) gave {got!r}, expected a dict of three headers'
    got = {name.lower(): value for name, value in got.items()}
    for name, value in expected.items():
        assert got.get(name.lower()) == value, (
            f'upload_headers("SSE-C", {hexed!r}) gave {name}: {got.get(name.lower())!r}, expected {value!r}: S3 wants '
            "the key's 32 bytes in Base64, and the MD5 of these bytes, in Base64 too"
        )
    assert len(got) == len(expected), (
        f'upload_headers("SSE-C", {hexed!r}) gave {sorted(got)}, expected {list(expected)}'
    )
    ### BEGIN HIDDEN TESTS
    import base64
    import hashlib
    import random

    dice = random.Random(41)
    for _ in range(5):
        secret = dice.randbytes(32)
        got = {name.lower(): value for name, value in upload_headers("SSE-C", secret.hex()).items()}
        sent, md5 = (got.get(f"x-amz-server-side-encryption-customer-key{end}") for end in ("", "-md5"))
        assert sent == base64.b64encode(secret).decode(), f"for the key {secret.hex()} the key's header was {sent!r}"
        assert md5 == base64.b64encode(hashlib.md5(secret, usedforsecurity=False).digest()).decode(), (
            f"for the key {secret.hex()} the MD5's header was {md5!r}"
        )
    ### END HIDDEN TESTS


@misconception(your_key_travels_along, swap={"base64.b64encode(secret).decode()": "key"})
def sends_hex_digits() -> None:
    """You sent the key's hex digits; S3 reads the header as Base64 and gets other bytes than your key."""


@misconception(your_key_travels_along, swap={"hashlib.md5(secret,": "hashlib.md5(base64.b64encode(secret),"})
def hashes_the_text() -> None:
    """You took the MD5 of the Base64 text; S3 compares it with the MD5 of the key's 32 bytes."""


@misconception(
    your_key_travels_along,
    swap={'f"{prefix}-customer-algorithm": "AES256",': 'prefix: "AES256", f"{prefix}-customer-algorithm": "AES256",'},
)
def asks_for_two_ways() -> None:
    """You also asked for SSE-S3; SSE-C has headers of its own, and S3 refuses an upload that names two ways."""


@misconception(kms_has_its_key, swap={"if key:": 'if key or way != "SSE-S3":'})
def names_an_empty_key() -> None:
    """You sent an empty key ID; leave the header out, and S3 takes the AWS managed key aws/s3."""


@misconception(kms_has_its_key, swap={'"SSE-KMS": "aws:kms"': '"SSE-KMS": "AES256"'})
def writes_the_algorithm() -> None:
    """You named the algorithm for SSE-KMS; AES256 asks for SSE-S3, although KMS keys encrypt with AES-256 too."""


@misconception(s3_keeps_the_key, swap={"return {}": 'return {prefix: "AES256"}'})
def encrypts_twice() -> None:
    """You asked S3 for SSE-S3 although the client has encrypted; it harms nothing, but no header was wanted here."""
