"""The demo of S3's encryption: who holds which key, what travels, what lies on the disk, and who can read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Node, Scene
from course.demos.script import Script, shown
from course.models.envelope import Envelope, decrypt, encrypt
from course.models.kms import Kms, KMSException, Principal
from course.models.s3_encryption import Bucket
from course.models.s3_stored import S3Error, get_headers, put_headers

if TYPE_CHECKING:
    from course.demos.scene import Look
    from course.models.s3_stored import Method, StoredObject

SSE_S3, SSE_KMS, BUCKET_KEY, DSSE = "SSE-S3", "SSE-KMS", "SSE-KMS with an S3 Bucket Key", "DSSE-KMS"
SSE_C, CLIENT_SIDE = "SSE-C", "client-side"
METHODS = (SSE_S3, SSE_KMS, BUCKET_KEY, DSSE, SSE_C, CLIENT_SIDE)
MAY, MAY_NOT = "may use the key", "may read the object, but not use the key"
BODY = b"salaries 2026: alice 61,000 bob 58,000"
_ACCOUNT = "111122223333"
_KEY_HOLDER = {
    SSE_S3: "S3 alone",
    SSE_KMS: "KMS; you decide who uses it",
    BUCKET_KEY: "KMS; S3 keeps a Bucket Key",
    DSSE: "KMS, and S3 for layer two",
    SSE_C: "you; S3 forgets it each time",
    CLIENT_SIDE: "KMS and you; S3 never",
}


def s3_encryption() -> Demo:
    """Return the demo of the ways to encrypt an object in S3, and of a reader with or without the key."""
    return Demo(
        s3_scene,
        {
            "method": ipywidgets.Dropdown(options=METHODS, value=SSE_KMS, description="encryption"),
            "reader": ipywidgets.Dropdown(options=[MAY, MAY_NOT], value=MAY_NOT, description="the reader"),
            "blocked": ipywidgets.Checkbox(value=False, description="the bucket blocks SSE-C, as new ones do"),
        },
    )


def s3_scene(method: str, reader: str, *, blocked: bool) -> Scene:
    """Put an object, look at the disk, get the object."""
    play = _Play(method, reader, blocked)
    play.run()
    frames = tuple(play.script.frames)
    return Scene(
        title=f"An object in S3: {method}",
        summary=f"A writer puts an object into S3 with {method}, a reader gets it. {frames[-1].caption}",
        nodes=(
            Node("writer", "writer", 0, 0, "producer", 3),
            Node("s3", "Amazon S3", 1, 0.5, "service", 3),
            Node("disk", "S3's disks", 2, 0.5, "store", 4),
            Node("reader", "reader", 0, 1, "consumer", 3),
            Node("kms", "AWS KMS", 1, 1.5, "service", 2),
        ),
        edges=(
            Edge("writer", "s3", "PutObject"),
            Edge("s3", "reader", "GetObject"),
            Edge("s3", "disk"),
            Edge("kms", "s3"),
            *((Edge("kms", "reader"),) if method == CLIENT_SIDE else ()),
        ),
        frames=frames,
        legend={"plain": "in clear", "held": "encrypted", "failed": "refused"},
        picture_frame=play.picture,
    )


@dataclass
class _Play:
    """One object there and back, by one method."""

    method: str
    reader: str
    blocked: bool
    picture: int = 0
    script: Script = field(default_factory=Script)

    def __post_init__(self) -> None:
        kms = Kms("encryption in S3")
        self.owner = Principal.root(_ACCOUNT)
        policy = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
        may = self.reader == MAY
        self.guest = Principal(f"arn:aws:iam::{_ACCOUNT}:user/bob", ({"Statement": [policy]},) if may else ())
        self.kms, self.admin = kms, kms.client(self.owner)
        self.key = self.admin.create_key(description="salaries").arn
        self.bucket = Bucket(
            kms,
            "payroll",
            _ACCOUNT,
            kms_key_id=self.key,
            bucket_key_enabled=self.method == BUCKET_KEY,
            blocks_sse_c=self.blocked,
        )
        self.customer_key = kms.random.bytes(32) if self.method == SSE_C else b""
        names: dict[str, Method] = {SSE_KMS: "SSE-KMS", BUCKET_KEY: "SSE-KMS", DSSE: "DSSE-KMS", SSE_C: "SSE-C"}
        self.wanted: Method = names.get(self.method, "SSE-S3")
        self.script.numbers |= {"who has the key": _KEY_HOLDER[self.method], "calls to KMS": "0"}

    def run(self) -> None:
        self.script.put("data", "writer", "data")
        if self.customer_key:
            self.script.put("key", "writer", "key")
        self.script.badge("disk", "empty")
        self.script.say(f"The writer has an object, {shown(BODY)}: a list that not everybody may read.")
        body = self._sealed_by_the_writer()
        self._travels()
        try:
            stored = self.bucket.put_object(
                self.owner, "salaries.txt", body, self.wanted, customer_key=self.customer_key
            )
        except S3Error as refused:
            self.script.put("data", "s3", "data", "failed")
            self.picture = len(self.script.frames)
            self.script.say(f"S3 answers {refused.code} (HTTP 403). {refused}")
            return
        self._encrypts(stored)
        self._lies(stored)
        self._reads()

    def _sealed_by_the_writer(self) -> bytes:
        if self.method != CLIENT_SIDE:
            return BODY
        self.envelope: Envelope = encrypt(self.admin, self.key, BODY, {"file": "salaries.txt"})
        self.script.put("data", "writer", "data", "held")
        self.script.put("edk", "writer", "eDK", "held")
        self._count()
        self.script.say(
            f"The S3 Encryption Client asks KMS for a data key and encrypts before it sends: "
            f"{shown(self.envelope.ciphertext)}. The encrypted data key goes along as metadata."
        )
        return self.envelope.ciphertext

    def _travels(self) -> None:
        look: Look = "held" if self.method == CLIENT_SIDE else "plain"
        self.script.put("data", "s3", "data", look)
        if self.method == CLIENT_SIDE:
            self.script.put("edk", "s3", "eDK", "held")
        if self.customer_key:
            self.script.put("key", "s3", "key")
        headers = put_headers(
            self.wanted,
            kms_key_id=self.key,
            bucket_key=self.bucket.bucket_key_enabled,
            customer_key=self.customer_key,
        )
        listed = "; ".join(f"{name}: {_short(value)}" for name, value in headers.items())
        why = {
            SSE_S3: "It could be left out: SSE-S3 has been every bucket's default since January 2023.",
            SSE_C: "The key itself travels with each request, so S3 takes it over HTTPS only.",
            CLIENT_SIDE: "To S3 it is an object like any other, which it encrypts once more by default.",
        }.get(self.method, "Where the bucket's default says the same, they can be left out.")
        self.script.say(f"PutObject goes over HTTPS with {listed}. {why}")

    def _encrypts(self, stored: StoredObject) -> None:
        script = self.script
        if self.method in (SSE_KMS, BUCKET_KEY, DSSE):
            script.put("dk", "s3", "BK" if stored.bucket_key else "DK")
            script.put("edk", "s3", "eDK", "held")
            self._count()
            key = "Bucket Key" if stored.bucket_key else "data key"
            script.say(
                f"S3 calls GenerateDataKey in the writer's name with the context aws:s3:arn = "
                f"{stored.encryption_context['aws:s3:arn']} and gets a {key}, in clear and encrypted."
            )
        if stored.bucket_key:
            script.put("dk", "s3", "DK")
            script.say(
                "S3 keeps the Bucket Key for a while and makes the objects' data keys with it by itself: thousands of "
                "PUTs, one call to KMS."
            )
        script.put("data", "s3", "data", "held")
        script.drop("dk")
        script.say(
            {
                SSE_S3: "S3 makes a data key, encrypts the object, and the data key under a root key of its own.",
                DSSE: "S3 encrypts twice: under the data key of KMS, then under one of its own. Then it forgets both.",
                SSE_C: f"S3 encrypts with the key it was sent, {shown(self.customer_key)}, and forgets it.",
                CLIENT_SIDE: "S3 adds its own SSE-S3 layer around what is encrypted already.",
            }.get(self.method, "S3 encrypts the object with AES-256-GCM and forgets the plaintext key.")
        )

    def _lies(self, stored: StoredObject) -> None:
        script = self.script
        script.put("data", "disk", "data", "held")
        script.drop("key")
        beside: list[str] = []
        if stored.encrypted_data_key:
            script.put("edk", "disk", "eDK", "held")
            under = (
                "the Bucket Key" if stored.bucket_key else "S3's root key" if not stored.kms_key_arn else "the KMS key"
            )
            beside.append(f"a data key under {under}, {shown(stored.encrypted_data_key)}")
        if stored.bucket_key:
            script.put("ebk", "disk", "eBK", "held")
            beside.append(f"the Bucket Key under the KMS key, {shown(stored.bucket_key)}")
        if stored.outer_data_key:
            script.put("edk2", "disk", "eDK2", "held")
            beside.append(f"the second layer's data key, {shown(stored.outer_data_key)}")
        if stored.customer_key_hmac:
            script.put("mac", "disk", "HMAC")
            beside.append(f"a salted HMAC of the customer's key, {shown(stored.customer_key_hmac)}, and no key at all")
        script.badge("disk", f"{len(stored.ciphertext)} bytes of noise")
        self.picture = len(script.frames)
        script.say(
            f"On the disk: {shown(stored.ciphertext)}. Beside it: {', '.join(beside)}. Who steals it reads nothing."
        )

    def _reads(self) -> None:
        with_key = self.customer_key if self.reader == MAY else b""
        script = self.script
        script.badge("reader", self.reader)
        headers = get_headers(with_key)
        asks = (
            f"with {len(headers)} SSE-C headers, the key among them" if headers else "without a word about encryption"
        )
        script.say(f"GetObject {asks}. The reader's s3:GetObject is allowed; now it is about the key.")
        try:
            got = self.bucket.get_object(self.guest, "salaries.txt", customer_key=with_key)
        except S3Error as refused:
            self._count()
            script.put("answer", "s3", "no", "failed")
            script.say(f"S3 answers {refused.code}. {refused}")
            return
        self._count()
        if self.method == CLIENT_SIDE:
            self._opened_by_the_reader()
            return
        script.put("answer", "s3", "data")
        again = {
            SSE_S3: "S3 opens it for everybody with s3:GetObject: SSE-S3 guards the disks and no reader.",
            SSE_C: "S3 finds the key right by its HMAC, decrypts, and forgets the key again.",
        }.get(self.method, "KMS decrypts the key in the reader's name (kms:Decrypt), and S3 the object.")
        script.say(again)
        script.put("answer", "reader", "data")
        script.say(f"Over HTTPS the reader gets {shown(got)}: {got.decode()!r}.")

    def _opened_by_the_reader(self) -> None:
        for place, said in (
            ("s3", "S3 takes its own layer off, and holds what it once got: data that it cannot read."),
            ("reader", "The reader gets the encrypted object and the encrypted data key."),
        ):
            self.script.put("answer", place, "data", "held")
            self.script.put("edk2", place, "eDK", "held")
            self.script.say(said)
        self.script.put("edk2", "kms", "eDK", "held")
        self.script.say("It sends the encrypted data key to KMS: Decrypt with the context file = salaries.txt.")
        try:
            opened = decrypt(self.kms.client(self.guest), self.envelope)
        except KMSException as refused:
            self._count()
            self.script.put("edk2", "kms", "eDK", "failed")
            self.script.say(f"KMS answers {refused.code}. {refused} The reader holds noise, and so does S3.")
            return
        self._count()
        self.script.put("edk2", "reader", "eDK", "held")
        self.script.put("answer", "reader", "data")
        self.script.say(f"KMS decrypts the data key for the reader, which opens the object: {opened.decode()!r}.")

    def _count(self) -> None:
        self.script.numbers["calls to KMS"] = str(len(self.kms.trail))


def _short(value: str) -> str:
    return value if len(value) <= 16 else f"{value[:12]}…"  # noqa: PLR2004 -- what a caption has room for
