"""What each Region of a key has for itself: aliases and the key policy; and how a key gets into another Region."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from course.models.kms.access import default_key_policy
from course.models.kms.errors import (
    AlreadyExistsException,
    NotFoundException,
    UnsupportedOperationException,
    ValidationException,
)
from course.models.kms.keys import Key, KeyMetadata
from course.models.kms.lifecycle import Lifecycle, check_policy

if TYPE_CHECKING:
    from collections.abc import Mapping


class Naming(Lifecycle):
    """Aliases, key policies and multi-Region keys."""

    def create_alias(self, alias_name: str, target_key_id: str) -> None:
        """Give a key a name, in this account and Region."""
        if not re.fullmatch(r"alias/[a-zA-Z0-9/_-]+", alias_name) or alias_name.startswith("alias/aws/"):
            raise ValidationException(f"An alias is alias/ and a name, but not alias/aws/…: {alias_name} is not.")
        place = (self.caller.account, self.region, alias_name)
        if place in self.kms.aliases:
            raise AlreadyExistsException(f"{alias_name} is there already; UpdateAlias moves it to another key.")
        key = self.customer_key(target_key_id)
        with self.using("CreateAlias", key, managing=True):
            self.kms.aliases[place] = key.arn

    def update_alias(self, alias_name: str, target_key_id: str) -> None:
        """Move an alias to another key of the same kind: manual rotation. Who names the alias uses the new key."""
        place, old = self._alias(alias_name)
        key = self.customer_key(target_key_id)
        with self.using("UpdateAlias", old, managing=True), self.using("UpdateAlias", key, managing=True):
            if (old.shared.spec, old.shared.usage) != (key.shared.spec, key.shared.usage):
                raise ValidationException("An alias moves between keys of the same type and usage only.")
            self.kms.aliases[place] = key.arn

    def delete_alias(self, alias_name: str) -> None:
        """Take the name away; the key stays."""
        place, key = self._alias(alias_name)
        with self.using("DeleteAlias", key, managing=True):
            del self.kms.aliases[place]

    def get_key_policy(self, key_id: str) -> Mapping[str, Any]:
        """Return the key policy: each key has exactly one."""
        key = self.find(key_id)
        with self.using("GetKeyPolicy", key, managing=True):
            return key.policy

    def put_key_policy(self, key_id: str, policy: Mapping[str, Any]) -> None:
        """Replace the key policy in this Region; MalformedPolicyDocumentException if you would lock yourself out."""
        key = self.customer_key(key_id)
        with self.using("PutKeyPolicy", key, managing=True):
            check_policy(self.caller, Key(key.shared, key.region, policy))
            key.policy = policy

    def replicate_key(self, key_id: str, replica_region: str, policy: Mapping[str, Any] | None = None) -> KeyMetadata:
        """Make a replica of a multi-Region primary: same key ID and material, its own policy, aliases and grants."""
        key = self.customer_key(key_id)
        with self.using("ReplicateKey", key):
            shared = key.shared
            if not (shared.multi_region and key.primary):
                raise UnsupportedOperationException(
                    f"Only the primary of a multi-Region key is replicated, and {shared.key_id} is none: a "
                    "single-Region key stays one for ever."
                )
            there = Key(shared, replica_region, default_key_policy(shared.account) if policy is None else policy)
            if there.arn in self.kms.keys:
                raise AlreadyExistsException(f"{replica_region} has the key {shared.key_id} already.")
            check_policy(self.caller, there)
            return self.kms.make_key(shared, replica_region, there.policy, key.description).metadata()

    def update_primary_region(self, key_id: str, primary_region: str) -> None:
        """Make the replica in another Region the primary, and the primary a replica."""
        key = self.customer_key(key_id)
        with self.using("UpdatePrimaryRegion", key):
            if not (key.shared.multi_region and key.primary):
                raise UnsupportedOperationException("Call UpdatePrimaryRegion in the Region of the present primary.")
            if Key(key.shared, primary_region, {}).arn not in self.kms.keys:
                raise NotFoundException(f"{primary_region} has no replica of {key.shared.key_id}.")
            key.shared.primary_region = primary_region

    def _alias(self, alias_name: str) -> tuple[tuple[str, str, str], Key]:
        """The place of an alias of this account and Region, and its key."""
        place = (self.caller.account, self.region, alias_name)
        if place not in self.kms.aliases or alias_name.startswith("alias/aws/"):
            raise NotFoundException(f"{self.region} has no alias {alias_name} of yours.")
        return place, self.kms.keys[self.kms.aliases[place]]
