"""Open many envelopes without asking KMS each time.

A night's orders were sealed by envelope encryption. To save calls, the program that wrote them used one data key for
up to an hour: many envelopes carry the **same** encrypted data key. (S3 Bucket Keys save calls in the same way.)
Whoever opens them can save calls too: KMS charges for each call, and throttles those who make too many in a second.

An envelope is a dictionary. The data key was made with the encryption context `{"shop": "lake"}`:

```python
{"data_key": b"…", "nonce": b"…", "ciphertext": b"…"}
```

Write `open_envelopes(envelopes)`. Return a list with the content of each envelope as `bytes`, in the same order:

- KMS is asked **once for each different data key**, not once for each envelope;
- an envelope whose ciphertext or nonce somebody has changed gives `None` in its place, and the others are opened all
  the same. AES-GCM finds out by itself: `AESGCM(key).decrypt(nonce, ciphertext, None)` raises `InvalidTag`.

```python
open_envelopes([first, second, changed])  # [b'{"order": 1}', b'{"order": 2}', None]
```

Objective: Decrypt data keys with KMS, use each as often as it may be used, and trust nothing that fails its check.
Out of scope: How long a data key may be kept in memory; envelopes whose data key itself is damaged.
Kind: function
Task: 1.3
Hint: `kms.decrypt(CiphertextBlob=…, EncryptionContext=…)` needs no key ID: KMS reads it in the data key.
Hint: A dictionary from encrypted to plaintext data key remembers what KMS has answered.
Hint: Catch `InvalidTag` (from `cryptography.exceptions`) around one envelope, not around the loop.
"""

import boto3
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from course.authoring import case, misconception


def open_envelopes(envelopes: list[dict[str, bytes]]) -> list[bytes | None]:
    """Return the content of each envelope, None where it was changed."""
    ### BEGIN SOLUTION
    kms = boto3.client("kms")
    keys: dict[bytes, bytes] = {}
    contents: list[bytes | None] = []
    for envelope in envelopes:
        wrapped = envelope["data_key"]
        if wrapped not in keys:
            keys[wrapped] = kms.decrypt(CiphertextBlob=wrapped, EncryptionContext={"shop": "lake"})["Plaintext"]
        try:
            contents.append(AESGCM(keys[wrapped]).decrypt(envelope["nonce"], envelope["ciphertext"], None))
        except InvalidTag:
            contents.append(None)
    return contents
    ### END SOLUTION


@case(points=2)
def every_envelope_is_opened() -> None:
    """Is each envelope opened, in order, whichever data key it was sealed with?"""
    import os

    import boto3
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from course import cloud

    cloud.start()
    kms, context = boto3.client("kms"), {"shop": "lake"}
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    made = [kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context) for _ in range(2)]
    orders = [b'{"order": %d}' % number for number in range(1, 6)]
    envelopes = []
    for order, of in zip(orders, (0, 1, 0, 0, 1), strict=True):
        nonce = os.urandom(12)
        sealed = AESGCM(made[of]["Plaintext"]).encrypt(nonce, order, None)
        envelopes.append({"data_key": made[of]["CiphertextBlob"], "nonce": nonce, "ciphertext": sealed})
    got = open_envelopes(envelopes)
    assert type(got) is list, f"open_envelopes gave {type(got).__name__}, expected a list"
    assert got == orders, f"open_envelopes gave {got}, expected {orders}: two data keys, taken in turns"
    ### BEGIN HIDDEN TESTS
    assert open_envelopes([]) == [], "open_envelopes([]) did not give []"
    other = kms.create_key()["KeyMetadata"]["KeyId"]  # a second KMS key
    wrapped = kms.generate_data_key(KeyId=other, KeySpec="AES_256", EncryptionContext=context)
    sealed = AESGCM(wrapped["Plaintext"]).encrypt(b"n" * 12, b"", None)
    envelopes.insert(2, {"data_key": wrapped["CiphertextBlob"], "nonce": b"n" * 12, "ciphertext": sealed})
    orders.insert(2, b"")
    got = open_envelopes(envelopes)
    assert got == orders, f"with an empty order under another KMS key open_envelopes gave {got}, expected {orders}"
    ### END HIDDEN TESTS


@case(points=1)
def kms_is_asked_once_for_each_key() -> None:
    """Is KMS asked once for each different data key?"""
    import os

    import boto3
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from course import cloud

    cloud.start()
    kms, context = boto3.client("kms"), {"shop": "lake"}
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    made = [kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context) for _ in range(3)]
    envelopes = []
    for number in range(30):
        nonce = os.urandom(12)
        sealed = AESGCM(made[number % 3]["Plaintext"]).encrypt(nonce, b"order %d" % number, None)
        envelopes.append({"data_key": made[number % 3]["CiphertextBlob"], "nonce": nonce, "ciphertext": sealed})
    before = len(cloud.calls())
    open_envelopes(envelopes)
    asked = sum(call.operation == "Decrypt" for call in cloud.calls()[before:])
    assert asked == 3, f"30 envelopes with 3 data keys made {asked} calls of Decrypt to KMS, expected 3"


@case(points=1)
def a_changed_envelope_is_noticed() -> None:
    """Does a changed envelope give None in its place, and do the others still open?"""
    import os

    import boto3
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from course import cloud

    cloud.start()
    kms, context = boto3.client("kms"), {"shop": "lake"}
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context)
    envelopes = []
    for amount in (b"pay 10", b"pay 20", b"pay 30"):
        nonce = os.urandom(12)
        sealed = AESGCM(made["Plaintext"]).encrypt(nonce, amount, None)
        envelopes.append({"data_key": made["CiphertextBlob"], "nonce": nonce, "ciphertext": sealed})
    second = bytearray(envelopes[1]["ciphertext"])
    second[4] ^= ord("2") ^ ord("9")  # pay 20 becomes pay 90
    envelopes[1]["ciphertext"] = bytes(second)
    got, expected = open_envelopes(envelopes), [b"pay 10", None, b"pay 30"]
    assert got == expected, (
        f"the ciphertext of the second of three envelopes was changed, open_envelopes gave {got}, expected {expected}"
    )
    ### BEGIN HIDDEN TESTS
    envelopes[0]["nonce"] = bytes(12)
    got = open_envelopes(envelopes)
    assert got == [None, None, b"pay 30"], f"with the first one's nonce changed too, open_envelopes gave {got}"
    ### END HIDDEN TESTS


@misconception(kms_is_asked_once_for_each_key, swap={"if wrapped not in keys:": "if envelope:"})
def asks_kms_each_time() -> None:
    """You asked KMS for every envelope; each call costs money and time, and in a busy second KMS throttles them."""


@misconception(
    every_envelope_is_opened,
    kms_is_asked_once_for_each_key,
    swap={'envelope["data_key"]': 'envelopes[0]["data_key"]'},
)
def takes_the_first_key_for_all() -> None:
    """You opened all envelopes with the first data key; each one names the data key that it was sealed with."""


@misconception(a_changed_envelope_is_noticed, swap={"contents.append(None)": "continue"})
def leaves_changed_ones_out() -> None:
    """You left changed envelopes out of the list; every content behind one then stands in the wrong place."""


@misconception(a_changed_envelope_is_noticed)
def does_not_check_the_tag(envelopes: list[dict[str, bytes]]) -> list[bytes | None]:
    """You decrypted without checking the tag at the end of the ciphertext; whoever changes the ciphertext then decides
    what you read."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    kms = boto3.client("kms")
    keys: dict[bytes, bytes] = {}
    contents: list[bytes | None] = []
    for envelope in envelopes:
        wrapped = envelope["data_key"]
        if wrapped not in keys:
            keys[wrapped] = kms.decrypt(CiphertextBlob=wrapped, EncryptionContext={"shop": "lake"})["Plaintext"]
        counter = modes.CTR(envelope["nonce"] + b"\x00\x00\x00\x02")
        decryptor = Cipher(algorithms.AES(keys[wrapped]), counter).decryptor()
        contents.append(decryptor.update(envelope["ciphertext"][:-16]) + decryptor.finalize())
    return contents


@misconception(every_envelope_is_opened, a_changed_envelope_is_noticed)
def stops_at_the_first_error(envelopes: list[dict[str, bytes]]) -> list[bytes | None]:
    """You sorted the envelopes by data key and gave up at the first changed one; keep their order and go on."""
    kms = boto3.client("kms")
    keys: dict[bytes, bytes] = {}
    contents: list[bytes | None] = []
    for envelope in sorted(envelopes, key=lambda one: one["data_key"]):
        wrapped = envelope["data_key"]
        if wrapped not in keys:
            keys[wrapped] = kms.decrypt(CiphertextBlob=wrapped, EncryptionContext={"shop": "lake"})["Plaintext"]
        try:
            contents.append(AESGCM(keys[wrapped]).decrypt(envelope["nonce"], envelope["ciphertext"], None))
        except InvalidTag:
            contents.append(None)
            break
    return contents
