"""The demo of envelope encryption: GenerateDataKey, encrypt here, forget, store, and the way back, with real bytes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Node, Scene
from course.demos.script import Script, shown
from course.models.envelope import (
    DataKeyDecrypted,
    DataKeyGenerated,
    DecryptedLocally,
    EncryptedLocally,
    Forgotten,
    Stored,
    TamperedError,
    decrypting,
    encrypting,
)
from course.models.kms import Kms, KMSException, Principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.demos.scene import Look
    from course.models.envelope import DecryptionStep, EncryptionStep, Envelope

SMALL, LARGE = "a password (24 bytes)", "a photo (50,000 bytes)"
NOTHING, DATA, DATA_KEY = "nothing", "one bit of the data", "one bit of the encrypted data key"
CONTEXT, PERMISSION, ROTATION = "the encryption context", "the reader has no kms:Decrypt", "the KMS key is rotated"
CHANGES = (NOTHING, DATA, DATA_KEY, CONTEXT, PERMISSION, ROTATION)
_ACCOUNT = "111122223333"
_OBJECTS = {SMALL: b"db-password: Tr0ub4dor&3", LARGE: b"JPEG " * 10_000}


def envelope_encryption() -> Demo:
    """Return the demo of envelope encryption step by step, with something going wrong in between if wanted."""
    return Demo(
        envelope_scene,
        {
            "data": ipywidgets.Dropdown(options=list(_OBJECTS), value=LARGE, description="the data"),
            "change": ipywidgets.Dropdown(options=CHANGES, description="before it is read, changes"),
        },
    )


def envelope_scene(data: str, change: str) -> Scene:
    """Encrypt and store, change something, read and decrypt."""
    play = _Play(_OBJECTS[data])
    envelope = play.write()
    play.read(play.changed(envelope, change), change)
    frames = tuple(play.script.frames)
    return Scene(
        title="Envelope encryption",
        summary=f"Data is encrypted under a data key, that under a KMS key. {frames[-1].caption}",
        nodes=(
            Node("kms", "AWS KMS", 1, 0, "service", 3),
            Node("writer", "writer", 0, 1, "producer", 3),
            Node("store", "storage", 1, 1, "store", 2),
            Node("reader", "reader", 2, 1, "consumer", 3),
        ),
        edges=(
            Edge("kms", "writer", "GenerateDataKey"),
            Edge("writer", "store"),
            Edge("store", "reader"),
            Edge("kms", "reader", "Decrypt"),
        ),
        frames=frames,
        legend={"plain": "in clear", "held": "encrypted", "failed": "changed, or refused"},
        picture_frame=play.stored,
    )


@dataclass
class _Play:
    """One message there and back."""

    data: bytes
    stored: int = 0
    script: Script = field(
        default_factory=lambda: Script(
            {"plaintext data key": "none yet", "calls to KMS": "0", "AES work outside KMS": "0 bytes"}
        )
    )

    def __post_init__(self) -> None:
        self.kms = Kms("envelope encryption")
        self.admin = self.kms.client(Principal.root(_ACCOUNT))
        self.key = self.admin.create_key(description="documents").key_id
        self.context = {"document": "42"}
        self.script.put("key", "kms", "KMS")
        self.script.put("data", "writer", "data")
        self.script.badge("kms", f"key {self.key[:8]}…")
        self.script.badge("store", "empty")
        self.script.say(
            f"The writer has data, {shown(self.data)}; the KMS key {self.key[:8]}… never leaves KMS in clear."
        )

    def write(self) -> Envelope:
        self._direct()
        envelope = None
        for step in encrypting(self.admin, self.key, self.data, self.context):
            self._written(step)
            if isinstance(step, Stored):
                envelope = step.envelope
        assert envelope is not None  # noqa: S101 -- the last step has it
        self.stored = len(self.script.frames) - 1
        return envelope

    def _direct(self) -> None:
        """Try what a beginner would: have KMS encrypt the data itself."""
        try:
            blob = self.admin.encrypt(self.key, self.data, self.context).ciphertext_blob
        except KMSException as refused:
            self.script.say(f"kms.encrypt with the data itself gives {refused.code}. {refused}")
        else:
            self.script.say(
                f"{len(self.data)} bytes KMS would encrypt itself, to {shown(blob)}: Encrypt takes up to 4,096. An "
                "envelope takes any size."
            )
        self.kms.trail.clear()

    def _written(self, step: EncryptionStep) -> None:
        script = self.script
        match step:
            case DataKeyGenerated(plaintext_key=plain, encrypted_key=sealed):
                script.put("dk", "kms", "DK")
                script.put("edk", "kms", "eDK", "held")
                self._count("in KMS")
                script.say(
                    f"GenerateDataKey with the context {_text(self.context)}: KMS makes a data key of 256 bits, "
                    f"{shown(plain)}, and encrypts a copy under the KMS key: {shown(sealed)}."
                )
                script.put("dk", "writer", "DK")
                script.put("edk", "writer", "eDK", "held")
                self._count("in memory")
                script.say("Both come back over TLS: the data key in clear for the memory, its encrypted twin to keep.")
            case EncryptedLocally(ciphertext=ciphertext, size=size):
                script.put("data", "writer", "data", "held")
                self._count("in memory", size)
                script.say(
                    f"The writer encrypts the {size:,} bytes here, with AES-256-GCM: {shown(ciphertext)}, of which the "
                    f"last 16 are the tag {ciphertext[-16:].hex()[:8]}…. KMS never sees them."
                )
            case Forgotten():
                script.drop("dk")
                self._count("forgotten")
                script.say("It wipes the plaintext data key. From now on only KMS can bring that key back.")
            case Stored(envelope=envelope):
                script.put("data", "store", "data", "held")
                script.put("edk", "store", "eDK", "held")
                whole = len(envelope.ciphertext) + len(envelope.encrypted_data_key) + len(envelope.nonce)
                script.badge("store", f"{whole:,} bytes, no secret")
                script.say("Stored together: the ciphertext and the encrypted data key. A thief of both has nothing.")

    def changed(self, envelope: Envelope, change: str) -> Envelope:
        if change == DATA:
            flipped = bytes([envelope.ciphertext[0] ^ 1]) + envelope.ciphertext[1:]
            self._tampered("data", "data", envelope.ciphertext, flipped)
            return replace(envelope, ciphertext=flipped)
        if change == DATA_KEY:
            blob = envelope.encrypted_data_key
            flipped = blob[:-1] + bytes([blob[-1] ^ 1])
            self._tampered("edk", "eDK", blob[-4:], flipped[-4:])
            return replace(envelope, encrypted_data_key=flipped)
        if change == CONTEXT:
            self.context = {"document": "43"}
            self.script.say(
                f"The reader takes the envelope for another one's and will give the context {_text(self.context)}."
            )
        if change == ROTATION:
            self.admin.rotate_key_on_demand(self.key)
            self.script.badge("kms", f"key {self.key[:8]}…, 2nd material")
            self.script.say(
                "RotateKeyOnDemand: the KMS key gets new material for new encryptions and keeps the old for old ones. "
                "Key ID and alias stay; the envelope in the storage is not touched."
            )
        return envelope

    def _tampered(self, token: str, label: str, before: bytes, after: bytes) -> None:
        self.script.put(token, "store", label, "failed")
        self.script.say(f"Somebody flips one bit in the storage: {shown(before)} is now {shown(after)}.")

    def read(self, envelope: Envelope, change: str) -> None:
        reader = self.admin
        if change == PERMISSION:
            reader = self.kms.client(f"arn:aws:iam::{_ACCOUNT}:user/guest")
        data_look: Look = "failed" if change == DATA else "held"
        key_look: Look = "failed" if change == DATA_KEY else "held"
        self.script.put("data", "reader", "data", data_look)
        self.script.put("edk", "reader", "eDK", key_look)
        self.script.say("The reader fetches both parts.")
        self.script.put("edk", "kms", "eDK", key_look)
        self.script.say(f"It sends only the encrypted data key to KMS: Decrypt with the context {_text(self.context)}.")
        try:
            for step in decrypting(reader, envelope, self.context):
                self._opened(step)
        except KMSException as refused:
            self.script.put("edk", "kms", "eDK", "failed")
            self._count("forgotten")
            self.script.say(f"KMS answers {refused.code}. {refused} The data stays closed.")
        except TamperedError as error:
            self.script.put("data", "reader", "data", "failed")
            self.script.drop("dk")
            self._count("forgotten")
            self.script.say(f"The data key is right, but the data is not. {error} Nothing of it is given out.")

    def _opened(self, step: DecryptionStep) -> None:
        script = self.script
        match step:
            case DataKeyDecrypted(plaintext_key=plain):
                script.put("edk", "reader", "eDK", "held")
                script.put("dk", "reader", "DK")
                self._count("in memory")
                script.say(
                    f"KMS finds the key and material named in the blob and returns the data key: {shown(plain)}."
                )
            case DecryptedLocally(plaintext=plaintext):
                script.put("data", "reader", "data")
                self._count("in memory", 2 * len(plaintext))
                script.say(f"The reader decrypts here, and the tag proves every bit unchanged: {shown(plaintext)}.")
            case Forgotten():
                script.drop("dk")
                self._count("forgotten")
                script.say("It forgets the data key: one call to KMS to write, one to read, whatever the size.")

    def _count(self, key: str, worked: int = 0) -> None:
        self.script.numbers["calls to KMS"] = str(len(self.kms.trail))
        self.script.numbers["plaintext data key"] = key
        if worked:
            self.script.numbers["AES work outside KMS"] = f"{worked:,} bytes"


def _text(context: Mapping[str, str]) -> str:
    return ", ".join(f"{key} = {value}" for key, value in context.items())
