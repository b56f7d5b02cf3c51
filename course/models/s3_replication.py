"""S3 Replication of encrypted objects: what is copied, with which keys, and what it needs.

Source of the rules: the S3 user guide, 'Replicating encrypted objects'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from course.models.s3_stored import S3Error

if TYPE_CHECKING:
    from course.models.kms import Principal
    from course.models.s3_encryption import Bucket
    from course.models.s3_stored import StoredObject

ReplicationStatus = Literal["COMPLETED", "FAILED", ""]


@dataclass(frozen=True, slots=True)
class ReplicationRule:
    """One rule of a replication configuration, as far as encryption is concerned.

    `sse_kms_encrypted_objects` is SourceSelectionCriteria/SseKmsEncryptedObjects (Enabled or not);
    `replica_kms_key_id` is EncryptionConfiguration/ReplicaKmsKeyID, a key in the target's Region; `role` is the IAM
    role that S3 assumes.
    """

    role: Principal
    sse_kms_encrypted_objects: bool = False
    replica_kms_key_id: str = ""


@dataclass(frozen=True, slots=True)
class Replicated:
    """What became of one object. `status` is x-amz-replication-status; "" when the rule does not select it."""

    status: ReplicationStatus
    reason: str
    replica: StoredObject | None = None


def replicate(source: Bucket, key: str, target: Bucket, rule: ReplicationRule) -> Replicated:
    """Copy one object to the target bucket, as S3 does in the background with the role's permissions.

    An object under S3's own keys is copied by default, whatever the target's default encryption is. One under a KMS
    key only if the rule selects such objects and names a key there: S3 decrypts it in its Region (kms:Decrypt on the
    source's key) and encrypts it anew in the other (kms:Encrypt on the target's), with a multi-Region key too. One
    with SSE-C is copied as it lies: S3 has no key, and the replica opens with the customer's; but no replica is made
    where the target blocks SSE-C.
    """
    stored = source.objects[key]
    if stored.method == "SSE-C":
        if target.blocks_sse_c:
            return Replicated("FAILED", f"{target.name} blocks SSE-C, for replicas too.")
        target.objects[key] = stored
        return Replicated("COMPLETED", "The bytes were copied as they lie: the customer's key opens both.", stored)
    if stored.method == "SSE-S3":
        replica = target.put_object(rule.role, key, source.get_object(rule.role, key), "SSE-S3")
        return Replicated(
            "COMPLETED", f"Decrypted and encrypted anew with a key of S3's own in {target.region}.", replica
        )
    if not rule.sse_kms_encrypted_objects:
        return Replicated(
            "", f"The rule does not select {stored.method} objects: SseKmsEncryptedObjects is not Enabled."
        )
    if not rule.replica_kms_key_id:
        raise S3Error("InvalidRequest", "A rule for objects under KMS keys names a ReplicaKmsKeyID for the replicas.")
    try:
        body = source.get_object(rule.role, key)
        replica = target.put_replica(rule.role, key, body, stored.method, rule.replica_kms_key_id)
    except S3Error as refused:
        return Replicated("FAILED", str(refused))
    where = f"Decrypted in {source.region} and encrypted anew in {target.region}, under {replica.kms_key_arn}."
    return Replicated("COMPLETED", where, replica)
