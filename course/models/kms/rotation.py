"""Key material that comes from outside or changes: import and rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.models.kms.errors import (
    IncorrectKeyMaterialException,
    KMSInvalidStateException,
    LimitExceededException,
    UnsupportedOperationException,
    ValidationException,
)
from course.models.kms.keys import ON_DEMAND_ROTATIONS, ROTATION_DAYS, SYMMETRIC, Key, KeyMetadata, Rotation
from course.models.kms.lifecycle import Lifecycle
from course.models.kms.material import KeyMaterial

if TYPE_CHECKING:
    from course.models.kms.registry import Kms


class Rotating(Lifecycle):
    """ImportKeyMaterial, DeleteImportedKeyMaterial, EnableKeyRotation, DisableKeyRotation, RotateKeyOnDemand."""

    def import_key_material(
        self, key_id: str, key_material: bytes, valid_to: float | None = None, *, new: bool = False
    ) -> KeyMetadata:
        """Give a key of origin EXTERNAL its material, which expires on day `valid_to` (None: never).

        The same material can be imported again; other material only as `new` (ImportType NEW_KEY_MATERIAL), which
        waits for RotateKeyOnDemand. A multi-Region replica takes what its primary has. This model imports symmetric
        material only, and takes it in clear, where KMS wants it wrapped under a public key of its own.
        """
        key = self.customer_key(key_id)
        with self.using("ImportKeyMaterial", key, managing=True):
            if key.shared.origin != "EXTERNAL" or key.shared.spec != SYMMETRIC:
                raise UnsupportedOperationException("Only a symmetric key of origin EXTERNAL takes material here.")
            if len(key_material) != 32:  # noqa: PLR2004 -- AES-256
                raise IncorrectKeyMaterialException(f"The material has 32 bytes (AES-256), not {len(key_material)}.")
            material = KeyMaterial(key_material, imported=True)
            _accept(key, material, new=new)
            key.imported.add(material.id)
            key.valid_to = valid_to
            if key.state == "PendingImport" and key.has_material:
                key.state = "Enabled"
            return key.metadata()

    def delete_imported_key_material(self, key_id: str) -> None:
        """Take the imported material away at once; the key is useless until the same material comes back."""
        key = self.customer_key(key_id)
        with self.using("DeleteImportedKeyMaterial", key, managing=True):
            if key.shared.origin != "EXTERNAL":
                raise UnsupportedOperationException("KMS made this key's material: delete the key instead.")
            self.kms.forget_imported(key)

    def enable_key_rotation(self, key_id: str, rotation_period_in_days: int = 365) -> None:
        """Let KMS rotate the key by itself every 90 to 2,560 days.

        Only symmetric keys whose material KMS made; in a multi-Region key the primary decides for all.
        """
        low, high = ROTATION_DAYS
        if not low <= rotation_period_in_days <= high:
            raise ValidationException(f"The rotation period is {low} to {high} days, not {rotation_period_in_days}.")
        key = self.customer_key(key_id)
        with self.using("EnableKeyRotation", key):
            _check_rotation(key, automatic=True)
            key.shared.rotation_days = rotation_period_in_days
            key.shared.next_rotation = self.kms.day + rotation_period_in_days

    def disable_key_rotation(self, key_id: str) -> None:
        """Stop the automatic rotation; material that is there stays."""
        key = self.customer_key(key_id)
        with self.using("DisableKeyRotation", key):
            _check_rotation(key, automatic=True)
            key.shared.rotation_days = key.shared.next_rotation = None

    def rotate_key_on_demand(self, key_id: str) -> None:
        """Rotate now, at most 25 times a key; the automatic schedule stays as it is.

        A key with imported material needs new material first. What changes is the backing material of new
        encryptions. Key ID, ARN, aliases and policy stay, old ciphertexts still decrypt, and no data key and no data
        is encrypted anew: a stolen data key stays stolen.
        """
        key = self.customer_key(key_id)
        with self.using("RotateKeyOnDemand", key):
            _check_rotation(key, automatic=False)
            if sum(done.kind == "ON_DEMAND" for done in key.shared.rotations) >= ON_DEMAND_ROTATIONS:
                raise LimitExceededException(f"A key is rotated on demand at most {ON_DEMAND_ROTATIONS} times.")
            _check_pending(self.kms, key)
            self.kms.rotate(key.shared, Rotation(self.kms.day, "ON_DEMAND", ""))

    def list_key_rotations(self, key_id: str) -> tuple[Rotation, ...]:
        """Return the rotations that have happened, oldest first."""
        key = self.find(key_id)
        with self.using("ListKeyRotations", key, managing=True):
            return tuple(key.shared.rotations)


def _accept(key: Key, material: KeyMaterial, *, new: bool) -> None:
    """Put imported material where it belongs: the first is current, new material waits for a rotation."""
    shared = key.shared
    known = {one.id for one in shared.materials} | ({shared.pending.id} if shared.pending else set())
    if new and shared.materials:
        if material.id in known:
            raise IncorrectKeyMaterialException("This material belongs to the key already: it is not new.")
        if not key.primary:
            raise UnsupportedOperationException("Import new material into the primary first, then into the replicas.")
        shared.pending = material
    elif not shared.materials and key.primary:
        shared.materials.append(material)
    elif material.id not in known:
        raise IncorrectKeyMaterialException("The key takes the material that it had before, and no other.")


def _check_rotation(key: Key, *, automatic: bool) -> None:
    shared = key.shared
    if shared.spec != SYMMETRIC:
        raise UnsupportedOperationException(f"KMS does not rotate {shared.spec} keys: make a new key, move the alias.")
    if automatic and shared.origin == "EXTERNAL":
        raise UnsupportedOperationException("KMS does not rotate imported material by itself; rotate on demand.")
    if not key.primary:
        raise UnsupportedOperationException(f"Rotate the primary in {shared.primary_region}; its replicas follow.")


def _check_pending(kms: Kms, key: Key) -> None:
    shared = key.shared
    if shared.origin != "EXTERNAL":
        return
    regions = [one for one in kms.keys.values() if one.shared is shared]
    if shared.pending is None or not all(shared.pending.id in one.imported for one in regions):
        raise KMSInvalidStateException("Import new material into every Region of the key before you rotate it.")
