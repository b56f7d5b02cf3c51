"""Seal a file that KMS is too small for.

KMS encrypts at most 4,096 bytes in one call. A file of any size is sealed by **envelope encryption**: KMS makes a
data key, your own program encrypts the file with it, and only the *encrypted* data key is kept beside the file.

Write `seal_file(key_id, content, context)`. `content` is the file as `bytes`, `context` the encryption context that
KMS must be given again to open it. Return a dictionary with exactly these three keys, each holding `bytes`:

- `"data_key"`: a 256-bit data key, **encrypted** under the KMS key `key_id` with `context`;
- `"nonce"`: the 12 bytes that AES-GCM was given;
- `"ciphertext"`: what `AESGCM(key).encrypt(nonce, content, None)` made of the file.

Every file gets a data key of its own, and the file itself never travels to KMS.

```python
sealed = seal_file("alias/archive", b"…" * 20_000, {"tenant": "lake"})
sorted(sealed)  # ['ciphertext', 'data_key', 'nonce']
```

Objective: Encrypt data of any size with a data key from KMS, and keep nothing that opens it without KMS.
Out of scope: Opening it again, files larger than memory, the AWS Encryption SDK (which does all this for you).
Kind: function
Task: 1.3
Hint: One call to KMS is enough, and it does not get the file: `generate_data_key`. Look at what it returns.
Hint: It returns the same key twice: `Plaintext` to work with and then forget, `CiphertextBlob` to keep.
Hint: `KeySpec="AES_256"` and `EncryptionContext=context` are arguments of `generate_data_key`.
Hint: `os.urandom(12)` is a good nonce.
"""

import os

import boto3
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from course.authoring import case, misconception


def seal_file(key_id: str, content: bytes, context: dict[str, str]) -> dict[str, bytes]:
    """Return the encrypted data key, the nonce and the ciphertext of `content`."""
    ### BEGIN SOLUTION
    kms = boto3.client("kms")
    made = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    data_key = made["Plaintext"]
    nonce = os.urandom(12)
    ciphertext = AESGCM(data_key).encrypt(nonce, content, None)
    return {"data_key": made["CiphertextBlob"], "nonce": nonce, "ciphertext": ciphertext}
    ### END SOLUTION


@case(points=2)
def it_opens_again() -> None:
    """Does KMS, given the context, open the data key, and does the data key open the file?"""
    import boto3
    from botocore.exceptions import ClientError
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    content, context = b"a line of the ledger\n" * 5_000, {"tenant": "lake"}
    sealed = seal_file(key, content, context)
    parts = ["ciphertext", "data_key", "nonce"]
    assert type(sealed) is dict, f"seal_file gave {type(sealed).__name__}, expected a dictionary"
    assert sorted(sealed) == parts, f"seal_file gave a dictionary with {sorted(sealed)}, expected {parts}"
    assert all(type(part) is bytes for part in sealed.values()), "seal_file gave a part that is no bytes"
    try:
        opened = kms.decrypt(CiphertextBlob=sealed["data_key"], EncryptionContext=context)["Plaintext"]
    except ClientError as error:
        raise AssertionError(
            f"KMS cannot decrypt the data_key that seal_file gave: {error.response['Error']['Code']}. Expected the "
            f"CiphertextBlob of a data key made with the context {context}"
        ) from None
    assert len(opened) == 32, f"the data key has {8 * len(opened)} bits, expected 256"
    try:
        got = AESGCM(opened).decrypt(sealed["nonce"], sealed["ciphertext"], None)
    except (InvalidTag, ValueError):
        raise AssertionError(
            "the data key and the nonce do not open the ciphertext that seal_file gave, expected what AESGCM made of "
            "the file with this key, this nonce and no associated data"
        ) from None
    assert got == content, f"the opened file has {len(got):,} bytes, expected the {len(content):,} that were sealed"
    ### BEGIN HIDDEN TESTS
    for content in (b"", b"\x00" * 4097, bytes(range(256)) * 3000):
        sealed = seal_file(key, content, {"tenant": "hill", "year": "2026"})
        context = {"year": "2026", "tenant": "hill"}
        opened = kms.decrypt(CiphertextBlob=sealed["data_key"], EncryptionContext=context)["Plaintext"]
        got = AESGCM(opened).decrypt(sealed["nonce"], sealed["ciphertext"], None)
        assert got == content, f"a file of {len(content):,} bytes was sealed, and {len(got):,} bytes came out again"
    ### END HIDDEN TESTS


@case(points=1)
def nothing_opens_it_without_kms() -> None:
    """Is there nothing in the result that opens the file without KMS, and did the file stay away from KMS?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    before = len(cloud.calls())
    sealed = seal_file(key, b"salary: 4711 " * 900, {"tenant": "lake"})
    calls = cloud.calls()[before:]
    assert "data_key" in (sealed or ()), "seal_file gave no data_key"
    assert b"salary" not in b"".join(sealed.values()), "a part of the file can be read in what seal_file gave"
    sizes = [len(str(call.parameters["Plaintext"])) for call in calls if call.operation == "Encrypt"]
    assert max(sizes, default=0) < 200, "seal_file sent the file to KMS to encrypt, expected that it stays at home"
    for context in ({"tenant": "lake"}, {}):  # another case asks for the context
        try:
            kms.decrypt(CiphertextBlob=sealed["data_key"], EncryptionContext=context)
        except ClientError:
            continue
        break
    else:
        raise AssertionError(
            "data_key is not encrypted under a KMS key: whoever finds the file finds the key that opens it"
        )


@case(points=1)
def the_context_is_part_of_it() -> None:
    """Does KMS refuse to open the data key for another context?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = seal_file(key, b"x" * 5_000, {"tenant": "lake"})
    assert "data_key" in (sealed or ()), "seal_file gave no data_key"
    for context in ({}, {"tenant": "hill"}):
        try:
            kms.decrypt(CiphertextBlob=sealed["data_key"], EncryptionContext=context)
        except ClientError:
            continue
        raise AssertionError(
            f"seal_file got the context {{'tenant': 'lake'}}, but KMS opens its data_key for {context} too, expected "
            "a refusal: the context belongs in the call of GenerateDataKey"
        )


@case(points=1)
def each_file_has_its_own_key() -> None:
    """Does each file get a data key of its own, even the same file a second time?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    key, context = kms.create_key()["KeyMetadata"]["KeyId"], {"tenant": "lake"}
    data_keys = []
    for content in (b"a" * 5_000, b"a" * 5_000, b"b" * 5_000):
        sealed = seal_file(key, content, context)
        assert "data_key" in (sealed or ()), "seal_file gave no data_key"
        try:
            opened = kms.decrypt(CiphertextBlob=sealed["data_key"], EncryptionContext=context)["Plaintext"]
        except ClientError:  # another case says why
            opened = sealed["data_key"]
        data_keys.append(opened)
    assert len(set(data_keys)) == 3, (
        f"three files were sealed with {len(set(data_keys))} different data keys, expected 3: with one key for "
        "several files, whoever gets hold of it opens them all"
    )


@misconception(
    it_opens_again,
    nothing_opens_it_without_kms,
    swap={'made["CiphertextBlob"]': "data_key"},
)
def keeps_the_plain_key() -> None:
    """You kept the plaintext data key beside the file; a locked door with its key in the lock is open."""


@misconception(it_opens_again, swap={"AES_256": "AES_128"})
def takes_a_short_key() -> None:
    """You asked for a 128-bit data key; 256 bits were demanded, and cost nothing more."""


@misconception(it_opens_again, the_context_is_part_of_it, swap={", EncryptionContext=context": ""})
def forgets_the_context() -> None:
    """You left the encryption context out; KMS then opens the data key for any caller who names no context at all."""


@misconception(each_file_has_its_own_key)
def derives_the_key_from_the_file(key_id: str, content: bytes, context: dict[str, str]) -> dict[str, bytes]:
    """You made the data key from the file itself; the same file gets the same key again, and whoever guesses the file
    can make the key. Take a random one from KMS."""
    import hashlib

    data_key, nonce = hashlib.sha256(content).digest(), os.urandom(12)
    wrapped = boto3.client("kms").encrypt(KeyId=key_id, Plaintext=data_key, EncryptionContext=context)
    ciphertext = AESGCM(data_key).encrypt(nonce, content, None)
    return {"data_key": wrapped["CiphertextBlob"], "nonce": nonce, "ciphertext": ciphertext}


@misconception(
    it_opens_again,
    nothing_opens_it_without_kms,
    swap={"AESGCM(data_key).encrypt(nonce, content, None)": "content"},
)
def encrypts_only_the_key() -> None:
    """You encrypted the data key but not the file; the data key is there to encrypt the file with it."""
