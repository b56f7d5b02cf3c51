"""The demo of encrypted snapshots and AMIs across accounts: to share the disk is not to share its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Node, Scene
from course.demos.script import Script, shown
from course.models.ebs_snapshots import Ebs, EC2Error
from course.models.kms import Kms, Principal, default_key_policy

if TYPE_CHECKING:
    from course.demos.scene import Look
    from course.models.ebs_snapshots import Disk

SNAPSHOT, AMI = "a snapshot", "an AMI"
POLICY, GRANT, NOT_SHARED, DEFAULT, CLEAR = "policy", "grant", "not shared", "aws/ebs", "none"
KEYS = {
    POLICY: "customer managed, its policy lets the target in",
    GRANT: "customer managed, a grant lets the target in",
    NOT_SHARED: "customer managed, not shared",
    DEFAULT: "the AWS managed key aws/ebs",
    CLEAR: "none: it is not encrypted",
}
DATA = b"/etc/shop.conf: licence 4711"
SOURCE, TARGET = "111122223333", "444455556666"
_NEEDED = ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*"]
_OPERATIONS = ["DescribeKey", "CreateGrant", "Decrypt", "ReEncryptFrom", "RetireGrant"]


def snapshot_sharing() -> Demo:
    """Return the demo of a snapshot or AMI that one account shares with another."""
    return Demo(
        sharing_scene,
        {
            "what": ipywidgets.Dropdown(options=[SNAPSHOT, AMI], description="shared"),
            "key": ipywidgets.Dropdown(options=[(text, key) for key, text in KEYS.items()], description="its key"),
            "gone": ipywidgets.Checkbox(value=False, description="later the source disables its key"),
        },
    )


def sharing_scene(what: str, key: str, *, gone: bool) -> Scene:
    """Share, copy or launch under the target's key, and read."""
    play = _Play(what, key)
    try:
        play.run(gone=gone)
    except EC2Error as refused:
        play.refused(refused)
    frames = tuple(play.script.frames)
    return Scene(
        title=f"{'A snapshot' if what == SNAPSHOT else 'An AMI'} for another account",
        summary=f"Account {SOURCE} shares {what} with account {TARGET}; key: {KEYS[key]}. {frames[-1].caption}",
        nodes=(
            Node("source", f"source {SOURCE}", 0, 0, "producer", 3),
            Node("disk", "shared " + what.split()[1], 1, 0, "store", 3),
            Node("target", f"target {TARGET}", 2, 0, "consumer", 3),
            Node("key", "the source's key", 0, 1, "service", 2),
            Node("own", "the target's key", 1, 1, "service", 2),
            Node("volume", "the target's volume", 2, 1, "store", 3),
        ),
        edges=(
            Edge("source", "disk"),
            Edge("disk", "target"),
            Edge("key", "disk"),
            Edge("own", "target"),
            Edge("target", "volume"),
        ),
        frames=frames,
        legend={"plain": "in clear", "held": "encrypted", "done": "the target's own", "failed": "refused"},
        picture_frame=len(frames) - 1,
    )


@dataclass
class _Play:
    """One snapshot from one account to the other."""

    what: str
    key: str
    at: str = "disk"
    script: Script = field(
        default_factory=lambda: Script({"the target sees the disk": "no", "the target may use the key": "no"})
    )

    def __post_init__(self) -> None:
        self.ebs = Ebs(Kms("snapshots"))
        everything = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
        self.owner = Principal.root(SOURCE)
        self.guest = Principal(f"arn:aws:iam::{TARGET}:role/builder", ({"Statement": [everything]},))
        self.source_kms = self.ebs.kms.client(self.owner)
        self.source_key = self._source_key()
        self.own_key = self.ebs.kms.client(self.guest).create_key(description="target").arn

    def _source_key(self) -> str:
        if self.key == DEFAULT:
            return self.ebs.default_key(SOURCE)
        if self.key == CLEAR:
            return ""
        return self.source_kms.create_key(description="images").arn

    def run(self, *, gone: bool) -> None:
        disk = self.ebs.create_snapshot(self.owner, DATA, self.source_key, encrypted=self.key != CLEAR)
        self._taken(disk)
        self._lets_in()
        image = self.ebs.register_image(self.owner, disk.id) if self.what == AMI else None
        if image:
            self.ebs.share_image(self.owner, image.id, TARGET)
        else:
            self.ebs.share_snapshot(self.owner, disk.id, TARGET)
        self._shared(disk)
        self.at = "own"
        wanted = "" if self.key == CLEAR and image else self.own_key
        if image:
            made = self.ebs.run_instance(self.guest, image.id, wanted)
        else:
            made = self.ebs.copy_snapshot(self.guest, disk.id, wanted)
        self._moved(made)
        if gone and self.source_key:
            self._key_gone()
        self._read(made if image else self.ebs.create_volume(self.guest, made.id))

    def refused(self, error: EC2Error) -> None:
        self.script.put("no", self.at, "no", "failed")
        self.script.say(f"EC2 answers {error.code}. {error}")

    def _taken(self, disk: Disk) -> None:
        self.script.put("disk", "source", "disk", "held" if disk.encrypted else "plain")
        self.script.badge("key", "no key" if not self.source_key else KEYS[self.key].split(",")[0])
        self.script.badge("own", "customer managed")
        self.script.badge("volume", "empty")
        if disk.encrypted:
            self.script.put("edk", "source", "eDK", "held")
        how = f"a data key under its key, {shown(disk.encrypted_data_key)}" if disk.encrypted else "no key at all"
        self.script.say(f"The source takes a snapshot: {shown(disk.blocks)}, with {how}.")

    def _lets_in(self) -> None:
        needed = ", ".join(_NEEDED)
        if self.key == POLICY:
            let: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": TARGET}, "Action": _NEEDED, "Resource": "*"}
            statements = [*default_key_policy(SOURCE)["Statement"], let]
            self.source_kms.put_key_policy(self.source_key, {"Statement": statements})
            said = f"The source adds the target's account to the key policy, with {needed}."
        elif self.key == GRANT:
            self.source_kms.create_grant(self.source_key, self.guest.arn, _OPERATIONS)
            said = f"The source creates a grant on the key for the target's role: {', '.join(_OPERATIONS)}."
        else:
            self._keeps_out()
            return
        self.script.numbers["the target may use the key"] = "yes"
        self.script.badge("key", "open to the target")
        self.script.say(said)

    def _keeps_out(self) -> None:
        if self.key == DEFAULT:
            self.script.say(
                "The policy of aws/ebs is AWS's: it lets its own account in, through EC2, and nobody edits it."
            )
        elif self.key == NOT_SHARED:
            self.script.say("The source leaves the key policy as it is: it lets the source's own account in.")

    def _shared(self, disk: Disk) -> None:
        self.script.numbers["the target sees the disk"] = "yes"
        if not disk.encrypted:
            self.script.numbers["the target may use the key"] = "no key needed"
        self.script.put("disk", "disk", "disk", "held" if disk.encrypted else "plain")
        if disk.encrypted:
            self.script.put("edk", "disk", "eDK", "held")
        call = "createVolumePermission" if self.what == SNAPSHOT else "launch permission"
        more = "The key is another matter." if disk.encrypted else "Anybody who sees it reads it."
        self.script.say(
            f"The source gives the target's account a {call}: the target sees the {self.what.split()[1]}. {more}"
        )

    def _moved(self, made: Disk) -> None:
        trail = [call.operation for call in self.ebs.kms.trail if call.caller == self.guest.arn and call.via]
        look: Look = "done" if made.encrypted else "plain"
        place = "target" if self.what == SNAPSHOT else "volume"
        self.script.badge("volume", "to come" if place == "target" else "not attached yet")
        self.script.put("copy", place, "copy" if self.what == SNAPSHOT else "root", look)
        verb = "copies it" if self.what == SNAPSHOT else "launches an instance"
        if made.encrypted:
            self.script.put("copykey", place, "eDK", "done")
            how = f"under its own key: {shown(made.encrypted_data_key)}. KMS was asked for {', '.join(trail)}."
        else:
            how = "without any encryption."
        self.script.say(f"The target {verb}, {how}")

    def _key_gone(self) -> None:
        if self.key == DEFAULT:
            return
        self.source_kms.disable_key(self.source_key)
        self.script.badge("key", "disabled")
        self.script.say("The source disables its key. What the target owns is under the target's key, so it stays.")

    def _read(self, volume: Disk) -> None:
        data = self.ebs.attach_volume(volume.id)
        self.script.put("copy", "volume", "root", "done" if volume.encrypted else "plain")
        if volume.encrypted:
            self.script.put("copykey", "volume", "eDK", "done")
        self.script.badge("volume", "attached")
        by = "EC2 decrypts its data key by a grant on the target's key" if volume.encrypted else "No key is needed"
        self.script.say(f"An instance of the target's reads the volume. {by}: {data.decode()!r}.")
