"""The demo of S3 Replication of encrypted objects: what is copied by default, what needs an option and permissions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Node, Scene
from course.demos.script import Script, shown
from course.models.kms import Kms, Principal
from course.models.s3_encryption import Bucket
from course.models.s3_replication import ReplicationRule, replicate

if TYPE_CHECKING:
    from course.models.s3_replication import Replicated
    from course.models.s3_stored import Method

SSE_S3, SSE_KMS, MULTI_REGION, DSSE, SSE_C = "SSE-S3", "SSE-KMS", "SSE-KMS, multi-Region key", "DSSE-KMS", "SSE-C"
METHODS = (SSE_S3, SSE_KMS, MULTI_REGION, DSSE, SSE_C)
SOURCE, TARGET = "eu-west-1", "us-west-2"
BODY = b"invoice 17: 250 euros"
_ACCOUNT = "111122223333"
_ROOT = Principal.root(_ACCOUNT)


def encrypted_replication() -> Demo:
    """Return the demo of one encrypted object that a replication rule copies to another Region, or does not."""
    return Demo(
        replication_scene,
        {
            "method": ipywidgets.Dropdown(options=METHODS, value=SSE_KMS, description="the object"),
            "selected": ipywidgets.Checkbox(value=True, description="SseKmsEncryptedObjects: Enabled"),
            "may_decrypt": ipywidgets.Checkbox(value=True, description="role: kms:Decrypt, source's key"),
            "may_encrypt": ipywidgets.Checkbox(value=False, description="role: kms:Encrypt, target's key"),
        },
    )


def replication_scene(method: str, *, selected: bool, may_decrypt: bool, may_encrypt: bool) -> Scene:
    """Put an object and let S3 replicate it."""
    play = _Play(method)
    play.put()
    play.replicate(selected=selected, may_decrypt=may_decrypt, may_encrypt=may_encrypt)
    frames = tuple(play.script.frames)
    return Scene(
        title=f"Replication of an object under {method}",
        summary=f"S3 is to replicate an object from {SOURCE} to {TARGET}. {frames[-1].caption}",
        nodes=(
            Node("source", f"bucket in {SOURCE}", 0, 0, "store", 3),
            Node("s3", "S3 Replication", 1, 0, "service", 3),
            Node("target", f"bucket in {TARGET}", 2, 0, "store", 3),
            Node("kms-source", f"KMS in {SOURCE}", 0, 1, "service", 2),
            Node("kms-target", f"KMS in {TARGET}", 2, 1, "service", 2),
        ),
        edges=(
            Edge("source", "s3"),
            Edge("s3", "target"),
            Edge("kms-source", "s3", "Decrypt"),
            Edge("kms-target", "s3", "Encrypt"),
        ),
        frames=frames,
        legend={"plain": "in clear", "held": "encrypted", "done": "encrypted anew", "failed": "not replicated"},
        picture_frame=len(frames) - 1,
    )


@dataclass
class _Play:
    """One object and its replica."""

    method: str
    script: Script = field(default_factory=lambda: Script({"x-amz-replication-status": "PENDING"}))

    def __post_init__(self) -> None:
        self.kms = Kms("encrypted replication")
        home, away = (self.kms.client(_ROOT, region) for region in (SOURCE, TARGET))
        multi = self.method == MULTI_REGION
        made = home.create_key(multi_region=multi)
        self.target_key = (home.replicate_key(made.key_id, TARGET) if multi else away.create_key()).arn
        self.source_key = made.arn
        self.source = Bucket(self.kms, "invoices", _ACCOUNT, SOURCE, kms_key_id=made.arn, blocks_sse_c=False)
        self.target = Bucket(self.kms, "invoices-copy", _ACCOUNT, TARGET, blocks_sse_c=False)
        self.customer_key = self.kms.random.bytes(32) if self.method == SSE_C else b""
        for node, arn in (("kms-source", made.arn), ("kms-target", self.target_key)):
            self.script.badge(node, f"key {arn.rsplit('/', 1)[1][:12]}…")
        self.script.badge("source", "empty")
        self.script.badge("target", "empty")

    def put(self) -> None:
        named: dict[str, Method] = {MULTI_REGION: "SSE-KMS", SSE_KMS: "SSE-KMS", DSSE: "DSSE-KMS"}
        self.stored = self.source.put_object(
            _ROOT, "17.txt", BODY, named.get(self.method, "SSE-S3"), customer_key=self.customer_key
        )
        self.script.put("object", "source", "17", "held")
        self.script.badge("source", self.stored.method)
        self.script.say(f"The object lies in {SOURCE} with {self.method}: {shown(self.stored.ciphertext)}.")

    def replicate(self, *, selected: bool, may_decrypt: bool, may_encrypt: bool) -> None:
        pairs = (("kms:Decrypt", self.source_key, may_decrypt), ("kms:Encrypt", self.target_key, may_encrypt))
        statements = [{"Effect": "Allow", "Action": do, "Resource": on} for do, on, may in pairs if may]
        role = Principal(f"arn:aws:iam::{_ACCOUNT}:role/replication", ({"Statement": statements},))
        before = len(self.kms.trail)
        rule = ReplicationRule(role, selected, self.target_key if selected else "")
        done = replicate(self.source, "17.txt", self.target, rule)
        self._looks(selected=selected)
        if self.method in (SSE_S3, SSE_C):
            self.script.put("replica", "s3", "17", "held" if self.customer_key else "plain")
            self.script.say("S3 takes the bytes as they lie." if self.customer_key else "S3 opens it by itself.")
        if done.status:
            self._asks_kms(before)
        self.script.numbers["x-amz-replication-status"] = done.status or "none: not selected"
        self._ends(done)

    def _looks(self, *, selected: bool) -> None:
        says = {
            SSE_S3: "objects under S3's own keys are replicated by default: no option, no permission on a key.",
            SSE_C: "S3 has no key for it. Replication of SSE-C objects, once impossible, copies the bytes as they lie.",
        }
        option = f"its SourceSelectionCriteria {'selects' if selected else 'does not select'} objects under KMS keys"
        self.script.say(f"S3 looks at the rule: {says.get(self.method, option)}{'' if self.method in says else '.'}")

    def _asks_kms(self, before: int) -> None:
        """Play what S3 asked of KMS with the role's permissions."""
        script = self.script
        for call in self.kms.trail[before:]:
            place = "kms-source" if call.operation == "Decrypt" else "kms-target"
            script.put("edk", place, "eDK", "failed" if call.error else "held")
            script.say(f"S3 calls {call.operation} in {call.region} with the role's permissions. {call.reason}")
            if call.error:
                return
            script.drop("edk")
            if call.operation == "Decrypt":
                script.put("replica", "s3", "17")
                script.say("With the data key S3 decrypts the object, inside S3.")

    def _ends(self, done: Replicated) -> None:
        script = self.script
        if done.replica is None:
            script.put("object", "source", "17", "failed")
            script.drop("replica")
            script.badge("target", "no replica")
            why = "S3 may not do what it has to" if done.status else done.reason[0].lower() + done.reason[1:-1]
            script.say(f"Nothing is replicated: {why}. The object itself stays as it is.")
            return
        same = done.replica.ciphertext == self.stored.ciphertext
        script.put("replica", "target", "17", "held" if same else "done")
        script.badge("target", done.replica.method)
        opened = self.target.get_object(_ROOT, "17.txt", customer_key=self.customer_key)
        alone = ""
        if self.method == MULTI_REGION:
            alone = " S3 treats the multi-Region key as two keys, and makes a new data key all the same."
        script.say(
            f"The replica lies in {TARGET}: {shown(done.replica.ciphertext)}, {'the same' if same else 'other'} bytes, "
            f"and opens to {opened.decode()!r}.{alone}"
        )
