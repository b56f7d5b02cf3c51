"""Grants: permissions on one key that are given and taken without touching a policy. AWS services use them much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.models.kms.access import Grant
from course.models.kms.errors import AccessDeniedException, NotFoundException, ValidationException
from course.models.kms.keys import SYMMETRIC
from course.models.kms.registry import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from course.models.kms.keys import Key

_MANAGING = frozenset({"CreateGrant", "RetireGrant", "DescribeKey"})
_OPERATIONS: Mapping[str, frozenset[str]] = {
    "ENCRYPT_DECRYPT": frozenset({"Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"}),
    "SIGN_VERIFY": frozenset({"Sign", "Verify", "GetPublicKey"}),
    "GENERATE_VERIFY_MAC": frozenset({"GenerateMac", "VerifyMac"}),
}
_DATA_KEYS = frozenset({"GenerateDataKey", "GenerateDataKeyWithoutPlaintext"})


class Granting(Session):
    """CreateGrant, ListGrants, RetireGrant and RevokeGrant."""

    def create_grant(  # noqa: PLR0913 -- the parameters of CreateGrant
        self,
        key_id: str,
        grantee_principal: str,
        operations: Iterable[str],
        *,
        retiring_principal: str = "",
        encryption_context_equals: Mapping[str, str] | None = None,
        encryption_context_subset: Mapping[str, str] | None = None,
        name: str = "",
    ) -> Grant:
        """Let a principal, also of another account, do exactly these operations with the key.

        Needs kms:CreateGrant. Whoever has that by a grant can give on only what that grant has, and under
        constraints at least as strict. ValidationException for operations that such a key does not do.
        """
        key = self.find(key_id)
        wanted = frozenset(operations)
        if not wanted or (foreign := wanted - _possible(key)):
            what = ", ".join(sorted(foreign)) if wanted else "nothing"
            raise ValidationException(f"A grant on a {key.shared.spec} key cannot be for {what}.")
        if encryption_context_equals is not None and encryption_context_subset is not None:
            raise ValidationException("A grant has EncryptionContextEquals or EncryptionContextSubset, not both.")
        constrained = encryption_context_equals is not None or encryption_context_subset is not None
        if constrained and key.shared.spec != SYMMETRIC:
            raise ValidationException("Only operations with symmetric keys have an encryption context to constrain.")
        with self.using("CreateGrant", key) as verdict:
            grant = Grant(
                self.kms.random.bytes(32).hex(),
                key.arn,
                grantee_principal,
                wanted,
                retiring_principal,
                encryption_context_equals,
                encryption_context_subset,
                name,
            )
            if verdict.grant is not None and not _within(grant, verdict.grant):
                raise AccessDeniedException("A grant made by a grant has no more operations, and no laxer constraints.")
            key.grants[grant.grant_id] = grant
        return grant

    def list_grants(self, key_id: str) -> tuple[Grant, ...]:
        """Return the grants on a key in this Region."""
        key = self.find(key_id)
        with self.using("ListGrants", key, managing=True):
            return tuple(key.grants.values())

    def retire_grant(self, key_id: str, grant_id: str) -> None:
        """End a grant whose work is done.

        Its retiring principal may, its grantee if the grant allows RetireGrant, and the root user of the key's account.
        """
        key = self.find(key_id)
        grant = _grant(key, grant_id)
        root = self.caller.arn == f"arn:aws:iam::{key.shared.account}:root"
        retires = grant.retiring_principal and grant.is_for(self.caller, grant.retiring_principal)
        if not (root or retires or grant.covers(self.caller, "RetireGrant", None)):
            raise AccessDeniedException(f"{self.caller.name} may not retire this grant, only revoke it.")
        del key.grants[grant_id]

    def revoke_grant(self, key_id: str, grant_id: str) -> None:
        """End a grant at once, whoever uses it. Needs kms:RevokeGrant: it is the key administrator's way."""
        key = self.find(key_id)
        with self.using("RevokeGrant", key, managing=True):
            del key.grants[_grant(key, grant_id).grant_id]


def _possible(key: Key) -> frozenset[str]:
    shared = key.shared
    possible = _OPERATIONS[shared.usage] | _MANAGING
    if shared.spec == SYMMETRIC:
        return possible | _DATA_KEYS
    return possible | {"GetPublicKey"} if shared.usage == "ENCRYPT_DECRYPT" else possible


def _within(grant: Grant, parent: Grant) -> bool:
    """Tell whether the grant gives no more than its parent does."""
    if not grant.operations <= parent.operations:
        return False
    if parent.encryption_context_equals is not None:
        return grant.encryption_context_equals == parent.encryption_context_equals
    if parent.encryption_context_subset is None:
        return True
    own = grant.encryption_context_equals or grant.encryption_context_subset or {}
    return parent.encryption_context_subset.items() <= own.items()


def _grant(key: Key, grant_id: str) -> Grant:
    if grant_id not in key.grants:
        raise NotFoundException(f"The key {key.shared.key_id} has no grant {grant_id[:12]}… in {key.region}.")
    return key.grants[grant_id]
