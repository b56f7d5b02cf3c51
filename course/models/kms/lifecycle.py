"""A key's life: made, disabled, enabled, deleted; its material is `rotation`'s business, its names are `names`'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.models.kms.access import default_key_policy, identity_decision
from course.models.kms.errors import (
    AccessDeniedException,
    KMSInvalidStateException,
    MalformedPolicyDocumentException,
    ValidationException,
)
from course.models.kms.keys import DELETION_DAYS, SYMMETRIC, USAGES, Key, KeyMetadata, KeyUsage, Origin, SharedKey
from course.models.kms.registry import Session
from course.models.policy import Request, decision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.models.kms.access import Principal


class Lifecycle(Session):
    """CreateKey, DescribeKey, EnableKey, DisableKey, ScheduleKeyDeletion and CancelKeyDeletion."""

    def create_key(
        self,
        *,
        key_spec: str = SYMMETRIC,
        key_usage: KeyUsage | None = None,
        origin: Origin = "AWS_KMS",
        multi_region: bool = False,
        policy: Mapping[str, Any] | None = None,
        description: str = "",
    ) -> KeyMetadata:
        """Make a customer managed key; without a policy it gets the default one, which lets the account decide.

        A multi-Region key begins with mrk- and is the primary. An RSA key is for ENCRYPT_DECRYPT or for SIGN_VERIFY,
        which the caller must say. Origin EXTERNAL: the key waits for `import_key_material`.
        """
        if identity_decision(self.caller, Request(self.caller.as_principal(), "kms:CreateKey", "*")) != "allowed":
            raise AccessDeniedException(f"No IAM policy allows {self.caller.name} kms:CreateKey.")
        usage = _usage(key_spec, key_usage)
        unique = self.kms.random.uuid()
        key_id = f"mrk-{unique.replace('-', '')}" if multi_region else unique
        shared = SharedKey(key_id, self.caller.account, key_spec, usage, origin, "CUSTOMER", multi_region, self.region)
        policy = default_key_policy(self.caller.account) if policy is None else policy
        check_policy(self.caller, Key(shared, self.region, policy))
        return self.kms.make_key(shared, self.region, policy, description).metadata()

    def describe_key(self, key_id: str) -> KeyMetadata:
        """Return what KMS tells about a key."""
        key = self.find(key_id)
        with self.using("DescribeKey", key, managing=True):
            return key.metadata()

    def enable_key(self, key_id: str) -> None:
        """Make a disabled key usable again."""
        self._set_state(key_id, "EnableKey", disabled=False)

    def disable_key(self, key_id: str) -> None:
        """Make a key unusable for now: whatever it encrypted cannot be read until it is enabled."""
        self._set_state(key_id, "DisableKey", disabled=True)

    def schedule_key_deletion(self, key_id: str, pending_window_in_days: int = 30) -> KeyMetadata:
        """Let the key be deleted after 7 to 30 days; until then it is unusable, and the deletion can be cancelled.

        A multi-Region primary waits longer: its window begins when its last replica is deleted.
        """
        low, high = DELETION_DAYS
        if not low <= pending_window_in_days <= high:
            raise ValidationException(f"The waiting period is {low} to {high} days, not {pending_window_in_days}.")
        key = self.customer_key(key_id)
        with self.using("ScheduleKeyDeletion", key, managing=True):
            if key.state in ("PendingDeletion", "PendingReplicaDeletion"):
                raise KMSInvalidStateException(f"The key {key.shared.key_id} waits for its deletion already.")
            replicas = [other for other in self.kms.keys.values() if other.shared is key.shared and other is not key]
            key.deletion_window = pending_window_in_days
            if key.primary and replicas:
                key.state = "PendingReplicaDeletion"
            else:
                key.state, key.deletion_day = "PendingDeletion", self.kms.day + pending_window_in_days
            return key.metadata()

    def cancel_key_deletion(self, key_id: str) -> None:
        """Take a key back from its deletion: it is then disabled."""
        key = self.customer_key(key_id)
        with self.using("CancelKeyDeletion", key, managing=True):
            if key.state not in ("PendingDeletion", "PendingReplicaDeletion"):
                raise KMSInvalidStateException(f"The key {key.shared.key_id} does not wait for its deletion.")
            key.state, key.deletion_day = "Disabled" if key.has_material else "PendingImport", None

    def customer_key(self, key_id: str) -> Key:
        """Return a key that its account manages; ValidationException for one that AWS manages."""
        key = self.find(key_id)
        if key.shared.manager != "CUSTOMER":
            raise ValidationException(f"AWS manages the key {key.shared.key_id}: you can use it, not change it.")
        return key

    def _set_state(self, key_id: str, operation: str, *, disabled: bool) -> None:
        key = self.customer_key(key_id)
        with self.using(operation, key, managing=True):
            if key.state not in ("Enabled", "Disabled"):
                raise KMSInvalidStateException(f"The key {key.shared.key_id} is {key.state}: it stays as it is.")
            key.state = "Disabled" if disabled else "Enabled"


def check_policy(caller: Principal, key: Key) -> None:
    """Refuse a key policy that cannot be read, or after which its author could not change it any more."""
    try:
        decided = decision(key.policy, Request(caller.as_principal(), "kms:PutKeyPolicy", key.arn))
    except ValueError as error:
        raise MalformedPolicyDocumentException(f"The key policy cannot be read: {error}") from None
    if decided != "allowed":
        raise MalformedPolicyDocumentException(
            f"With this policy {caller.name} could not change the policy again: let it allow kms:PutKeyPolicy "
            "to you, or to the account."
        )


def _usage(spec: str, usage: KeyUsage | None) -> KeyUsage:
    if spec not in USAGES:
        raise ValidationException(f"This model has no key spec {spec}; it has {', '.join(USAGES)}.")
    if usage is None and len(USAGES[spec]) == 1:
        return USAGES[spec][0]
    if usage not in USAGES[spec]:
        raise ValidationException(f"A {spec} key is for {' or '.join(USAGES[spec])}: say which in KeyUsage.")
    return usage
