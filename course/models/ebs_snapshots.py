"""EBS snapshots and AMIs across accounts: who may share, copy, restore and launch, and under which KMS key.

The steps inside EBS are reduced to the permissions that its user guide asks of the one who copies or launches:
DescribeKey, CreateGrant, Decrypt and ReEncrypt* on the key of the source, ReEncrypt*, CreateGrant and Decrypt on the
new one. The data key moves from the old key to the new one here, so that GenerateDataKey*, which the user guide asks
for too, is not used; the user guide tells of a full copy.
Source: the EBS user guide, 'Share a snapshot', 'Copy a snapshot'; the EC2 user guide, 'Use encryption with EBS-backed
AMIs'.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from course.errors import CourseError
from course.models.envelope import lock, unlock
from course.models.kms import KMSException

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.models.kms import Kms, KmsClient, Principal

_EC2 = "ec2.amazonaws.com"


class EC2Error(CourseError, ValueError):
    """EC2 refuses a call. `code` is its error code."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Disk:
    """A snapshot or a volume: blocks as they lie, and the data key that opens them, encrypted (b"": in clear)."""

    id: str
    owner: str
    blocks: bytes
    kms_key_arn: str = ""
    encrypted_data_key: bytes = b""
    encryption_context: Mapping[str, str] = field(default_factory=dict)
    shared_with: frozenset[str] = frozenset()  # CreateVolumePermission: account IDs, or "all"

    @property
    def encrypted(self) -> bool:
        """Tell whether the blocks are encrypted."""
        return bool(self.encrypted_data_key)


@dataclass(frozen=True, slots=True)
class Image:
    """An AMI of one snapshot; `shared_with` are its launch permissions."""

    id: str
    owner: str
    snapshot_id: str
    shared_with: frozenset[str] = frozenset()


class Ebs:
    """The EBS of one Region: snapshots, volumes and AMIs of all accounts."""

    def __init__(self, kms: Kms, region: str = "us-east-1") -> None:
        self.kms, self.region = kms, region
        self.snapshots: dict[str, Disk] = {}
        self.volumes: dict[str, Disk] = {}
        self.images: dict[str, Image] = {}

    def client(self, caller: Principal) -> KmsClient:
        """Return KMS as EC2 calls it for the caller."""
        return self.kms.client(caller, self.region, via=f"ec2.{self.region}.amazonaws.com")

    def default_key(self, account: str) -> str:
        """Return the ARN of the key that EBS takes in an account that names none: aws/ebs."""
        return self.kms.service_key("ebs", account, self.region).arn

    def create_snapshot(self, caller: Principal, data: bytes, kms_key_id: str = "", *, encrypted: bool = True) -> Disk:
        """Make a snapshot of a volume with this data, encrypted under the key (default: aws/ebs) or not at all."""
        disk = Disk(self._id("snap"), caller.account, data)
        if encrypted:
            client, context = self.client(caller), {"aws:ebs:id": self._id("vol")}
            with _as_ec2():
                made = client.generate_data_key(kms_key_id or self.default_key(caller.account), context)
            blocks = lock(made.plaintext, data, {})
            disk = replace(
                disk,
                blocks=blocks,
                kms_key_arn=made.key_id,
                encrypted_data_key=made.ciphertext_blob,
                encryption_context=context,
            )
        self.snapshots[disk.id] = disk
        return disk

    def share_snapshot(self, caller: Principal, snapshot_id: str, account: str) -> Disk:
        """Let an account ("all": everybody) use a snapshot: ModifySnapshotAttribute.

        OperationNotPermitted for a snapshot under aws/ebs, whose key cannot be shared, and for an encrypted one that
        is to be public. Sharing does not share the key.
        """
        disk = self.snapshots[snapshot_id]
        self._check_shareable(caller, disk, account)
        self.snapshots[snapshot_id] = shared = replace(disk, shared_with=disk.shared_with | {account})
        return shared

    def copy_snapshot(self, caller: Principal, snapshot_id: str, kms_key_id: str = "") -> Disk:
        """Make a copy that the caller's account owns, encrypted under its key (default for an encrypted one: aws/ebs).

        The copy does not need the source, its key or its owner any more.
        """
        copy = self._copied(caller, self._visible(caller, snapshot_id), self._id("snap"), kms_key_id)
        self.snapshots[copy.id] = copy
        return copy

    def create_volume(self, caller: Principal, snapshot_id: str, kms_key_id: str = "") -> Disk:
        """Restore a volume, under its own snapshot's key, or for a shared snapshot a key of the caller's account."""
        return self._restored(caller, self._visible(caller, snapshot_id), kms_key_id)

    def attach_volume(self, volume_id: str) -> bytes:
        """Return what an instance reads from the volume: EC2 has the data key decrypted by the grant it was given."""
        disk = self.volumes[volume_id]
        if not disk.encrypted:
            return disk.blocks
        with _as_ec2():
            kms = self.kms.client(_EC2, self.region)
            return unlock(kms.decrypt(disk.encrypted_data_key, disk.encryption_context).plaintext, disk.blocks, {})

    def register_image(self, caller: Principal, snapshot_id: str) -> Image:
        """Make an AMI of a snapshot of the caller's."""
        image = Image(self._id("ami"), caller.account, self._visible(caller, snapshot_id).id)
        self.images[image.id] = image
        return image

    def share_image(self, caller: Principal, image_id: str, account: str) -> Image:
        """Add a launch permission for an account; refused where its snapshot could not be shared."""
        image = self.images[image_id]
        self._check_shareable(caller, self.snapshots[image.snapshot_id], account)
        self.images[image_id] = shared = replace(image, shared_with=image.shared_with | {account})
        return shared

    def run_instance(self, caller: Principal, image_id: str, kms_key_id: str = "") -> Disk:
        """Launch an instance and return its root volume, encrypted under a key of the caller's account.

        AuthFailure without a launch permission. The AMI's snapshot need not be shared by itself, its key must be.
        """
        image = self.images[image_id]
        if not {caller.account, "all"} & ({image.owner} | image.shared_with):
            raise EC2Error("AuthFailure", f"{image_id} has no launch permission for account {caller.account}.")
        return self._restored(caller, self.snapshots[image.snapshot_id], kms_key_id)

    def _restored(self, caller: Principal, source: Disk, kms_key_id: str) -> Disk:
        own_key = source.kms_key_arn if source.owner == caller.account else ""
        volume = self._copied(caller, source, self._id("vol"), kms_key_id or own_key)
        if volume.encrypted:
            with _as_ec2():
                self.client(caller).create_grant(
                    volume.kms_key_arn, _EC2, ["Decrypt"], encryption_context_equals=volume.encryption_context
                )
        self.volumes[volume.id] = volume
        return volume

    def _copied(self, caller: Principal, source: Disk, new_id: str, kms_key_id: str) -> Disk:
        copy = Disk(new_id, caller.account, source.blocks)
        context = {"aws:ebs:id": new_id}
        client = self.client(caller)
        with _as_ec2():
            if not source.encrypted:
                if not kms_key_id:
                    return copy
                made = client.generate_data_key(kms_key_id, context)
                copy = replace(copy, blocks=lock(made.plaintext, source.blocks, {}))
                arn, blob = made.key_id, made.ciphertext_blob
            else:
                key = kms_key_id or self.default_key(caller.account)
                old, used = source.encryption_context, source.kms_key_arn
                client.describe_key(used)
                client.decrypt(source.encrypted_data_key, old)
                grant = client.create_grant(used, _EC2, ["Decrypt", "RetireGrant"], encryption_context_equals=old)
                moved = client.re_encrypt(source.encrypted_data_key, key, old, context)
                self.kms.client(_EC2, self.region).retire_grant(used, grant.grant_id)
                arn, blob = moved.key_id, moved.ciphertext_blob
        return replace(copy, kms_key_arn=arn, encrypted_data_key=blob, encryption_context=context)

    def _visible(self, caller: Principal, snapshot_id: str) -> Disk:
        disk = self.snapshots.get(snapshot_id)
        if disk is None or not {caller.account, "all"} & ({disk.owner} | disk.shared_with):
            raise EC2Error("InvalidSnapshot.NotFound", f"Account {caller.account} sees no snapshot {snapshot_id}.")
        return disk

    def _check_shareable(self, caller: Principal, disk: Disk, account: str) -> None:
        if caller.account != disk.owner:
            raise EC2Error("UnauthorizedOperation", f"Only {disk.owner}, its owner, shares {disk.id}.")
        if not disk.encrypted:
            return
        if disk.kms_key_arn == self.default_key(disk.owner):
            raise EC2Error(
                "OperationNotPermitted",
                f"{disk.id} is encrypted under aws/ebs, which no other account can use, so it cannot be shared: copy "
                "it under a customer managed key and share the copy.",
            )
        if account == "all":
            raise EC2Error("OperationNotPermitted", f"{disk.id} is encrypted: it cannot be public.")

    def _id(self, kind: str) -> str:
        return f"{kind}-{self.kms.random.bytes(9).hex()[:17]}"


@contextmanager
def _as_ec2() -> Iterator[None]:
    """Say as EC2 does what KMS refused."""
    try:
        yield
    except KMSException as refused:
        raise EC2Error(f"Client.{refused.code}", str(refused)) from refused
