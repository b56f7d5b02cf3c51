"""A KMS key: what all Regions of it share, what one Region has for itself, and what a caller gets to see of it.

| who manages it | whose account | you see it | policy, rotation, deletion | a month |
|---|---|---|---|---|
| customer managed key | yours | yes | you | $1, and each replica $1 |
| AWS managed key (`aws/s3`, `aws/ebs`) | yours | yes | AWS; rotated each year | free |
| AWS owned key | the service's | no | the service | free |

Material comes from KMS (`AWS_KMS`), from you (`EXTERNAL`, imported, may expire) or lies in a custom key store: an
AWS CloudHSM cluster of yours (`AWS_CLOUDHSM`, single-tenant HSMs, each call goes there and fails when it is down) or
a key manager outside AWS (`EXTERNAL_KEY_STORE`, whose owner can pull the plug). Custom key stores hold symmetric
encryption keys only, are never rotated by KMS and cannot be multi-Region; this model has them in these words only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.models.kms.access import Grant
    from course.models.kms.material import KeyMaterial

KeyState = Literal["Enabled", "Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport"]
KeyManager = Literal["CUSTOMER", "AWS", "AWS_OWNED"]
KeyUsage = Literal["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC"]
MultiRegionKeyType = Literal["PRIMARY", "REPLICA", ""]
Origin = Literal["AWS_KMS", "EXTERNAL"]

SYMMETRIC = "SYMMETRIC_DEFAULT"
# what a key of each spec may be for; the first is the only one, or what the caller must choose from
USAGES: Mapping[str, tuple[KeyUsage, ...]] = {
    SYMMETRIC: ("ENCRYPT_DECRYPT",),
    **dict.fromkeys(("RSA_2048", "RSA_3072", "RSA_4096"), ("ENCRYPT_DECRYPT", "SIGN_VERIFY")),
    **dict.fromkeys(("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"), ("SIGN_VERIFY",)),
    **dict.fromkeys(("HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"), ("GENERATE_VERIFY_MAC",)),
}
ROTATION_DAYS = (90, 2560)
DELETION_DAYS = (7, 30)
ON_DEMAND_ROTATIONS = 25
PLAINTEXT_LIMIT = 4096  # bytes that Encrypt takes under a symmetric key


@dataclass(frozen=True, slots=True)
class Rotation:
    """One change of key material, as ListKeyRotations tells it."""

    day: float
    kind: Literal["AUTOMATIC", "ON_DEMAND"]
    material_id: str


@dataclass(slots=True)
class SharedKey:
    """What every Region of a key has in common (a single-Region key is in one Region only)."""

    key_id: str
    account: str
    spec: str
    usage: KeyUsage
    origin: Origin
    manager: KeyManager
    multi_region: bool
    primary_region: str
    materials: list[KeyMaterial] = field(default_factory=list)  # the last one encrypts, all of them decrypt
    pending: KeyMaterial | None = None  # imported, waits for RotateKeyOnDemand
    rotation_days: int | None = None
    next_rotation: float | None = None
    rotations: list[Rotation] = field(default_factory=list)


@dataclass(slots=True)
class Key:
    """A key in one Region: the shared part, and the policy, grants and state that each Region has for itself."""

    shared: SharedKey
    region: str
    policy: Mapping[str, Any]
    description: str = ""
    state: KeyState = "Enabled"
    grants: dict[str, Grant] = field(default_factory=dict)
    deletion_day: float | None = None
    deletion_window: int = 0
    imported: set[str] = field(default_factory=set)  # fingerprints of the imported material that this Region holds
    valid_to: float | None = None

    @property
    def arn(self) -> str:
        """The key's ARN in this Region."""
        return f"arn:aws:kms:{self.region}:{self.shared.account}:key/{self.shared.key_id}"

    @property
    def primary(self) -> bool:
        """Tell whether this is the primary of a multi-Region key, or a single-Region key."""
        return self.shared.primary_region == self.region

    @property
    def has_material(self) -> bool:
        """Tell whether this Region holds the key's material: imported material may be missing."""
        needed = {one.id for one in self.shared.materials}
        return self.shared.origin != "EXTERNAL" or (bool(needed) and needed <= self.imported)

    def metadata(self) -> KeyMetadata:
        """Return what DescribeKey tells."""
        shared = self.shared
        kind: MultiRegionKeyType = ("PRIMARY" if self.primary else "REPLICA") if shared.multi_region else ""
        return KeyMetadata(
            key_id=shared.key_id,
            arn=self.arn,
            account=shared.account,
            region=self.region,
            key_state=self.state,
            key_manager=shared.manager,
            key_spec=shared.spec,
            key_usage=shared.usage,
            origin=shared.origin,
            multi_region_type=kind,
            description=self.description,
            current_key_material_id=shared.materials[-1].id if shared.materials else "",
            deletion_day=self.deletion_day,
            valid_to=self.valid_to,
        )


@dataclass(frozen=True, slots=True)
class KeyMetadata:
    """What DescribeKey tells: never the key material.

    Days are the model's. `multi_region_type` is "" for a single-Region key; `valid_to` is the day on which imported
    material expires, None for never.
    """

    key_id: str
    arn: str
    account: str
    region: str
    key_state: KeyState
    key_manager: KeyManager
    key_spec: str
    key_usage: KeyUsage
    origin: Origin
    multi_region_type: MultiRegionKeyType
    description: str
    current_key_material_id: str
    deletion_day: float | None
    valid_to: float | None
