"""All of KMS: the keys of every account and Region, the clock by which they rotate and expire, and a trail of calls."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from course.models.kms.access import Principal, authorize, service_key_policy
from course.models.kms.errors import (
    AccessDeniedException,
    DisabledException,
    KMSException,
    KMSInvalidStateException,
    NotFoundException,
)
from course.models.kms.keys import SYMMETRIC, Key, KeyManager, Rotation, SharedKey
from course.models.kms.material import KeyMaterial, Random

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.models.kms.access import Verdict

YEAR = 365
_CURVES: Mapping[str, type[ec.EllipticCurve]] = {
    "ECC_NIST_P256": ec.SECP256R1,
    "ECC_NIST_P384": ec.SECP384R1,
    "ECC_NIST_P521": ec.SECP521R1,
    "ECC_SECG_P256K1": ec.SECP256K1,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call to KMS, as CloudTrail logs it (ReEncrypt makes two: the permissions ReEncryptFrom and ReEncryptTo).

    `context` is the encryption context, which stands in the log in clear; `via` the service that called for the
    caller; `error` the exception's name or ""; `reason` a sentence: who allowed it, or why it failed.
    """

    operation: str
    caller: str
    region: str
    key_arn: str
    context: Mapping[str, str]
    via: str
    error: str
    reason: str


class Kms:
    """KMS in all accounts and Regions, with no network and no clock but `advance`.

    With a `seed`, key material, data keys, nonces and IDs follow from it (see `Random`). Requests are never
    throttled. The real KMS allows, shared by all symmetric operations of an account in a Region, 10,000 requests a
    second, in large Regions 20,000 and more, and far fewer with RSA and ECC keys. What S3 or EBS call for you counts
    too; above it the answer is ThrottlingException: try again with backoff, cache data keys, turn S3 Bucket Keys on,
    or ask Service Quotas for more.
    """

    def __init__(self, seed: str | None = None) -> None:
        self.random = Random(seed)
        self.day = 0.0
        self.trail: list[Call] = []
        self.keys: dict[str, Key] = {}  # by ARN
        self.aliases: dict[tuple[str, str, str], str] = {}  # (account, Region, alias) -> the key's ARN

    def advance(self, days: float) -> None:
        """Let days pass: keys rotate when it is time, imported material expires, scheduled deletions happen."""
        self.day += days
        for shared in {id(key.shared): key.shared for key in self.keys.values()}.values():
            while shared.rotation_days and shared.next_rotation is not None and shared.next_rotation <= self.day:
                self.rotate(shared, Rotation(shared.next_rotation, "AUTOMATIC", ""))
                shared.next_rotation += shared.rotation_days
        for key in list(self.keys.values()):
            if key.valid_to is not None and key.valid_to <= self.day:
                self.forget_imported(key)
            if key.deletion_day is not None and key.deletion_day <= self.day:
                self._delete(key)

    def make_key(self, shared: SharedKey, region: str, policy: Mapping[str, Any], description: str = "") -> Key:
        """Put a key into a Region, with new material unless it is to be imported or shared with another Region."""
        if shared.origin == "AWS_KMS" and not shared.materials:
            shared.materials.append(self.new_material(shared.spec))
        key = Key(shared, region, policy, description)
        if shared.origin == "EXTERNAL":
            key.state = "PendingImport"
        self.keys[key.arn] = key
        return key

    def new_material(self, spec: str) -> KeyMaterial:
        """Make the secret of a new key: an AES or HMAC key, or a private key in DER."""
        if spec.startswith("RSA"):
            private: Any = rsa.generate_private_key(65537, int(spec.removeprefix("RSA_")))
        elif spec in _CURVES:
            curve = _CURVES[spec]()
            private = ec.derive_private_key(int.from_bytes(self.random.bytes(curve.key_size // 8 - 1)) + 1, curve)
        else:
            bits = 256 if spec == SYMMETRIC else int(spec.removeprefix("HMAC_"))
            return KeyMaterial(self.random.bytes(bits // 8))
        return KeyMaterial(private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))

    def rotate(self, shared: SharedKey, rotation: Rotation) -> None:
        """Add material: it encrypts from now on. The old material stays and decrypts what it encrypted."""
        material = shared.pending or self.new_material(shared.spec)
        shared.pending = None
        shared.materials.append(material)
        shared.rotations.append(Rotation(rotation.day, rotation.kind, material.id))

    def forget_imported(self, key: Key) -> None:
        """Take imported material away from a Region: the key is useless until the same material is imported again."""
        key.imported.clear()
        key.valid_to = None
        if key.deletion_day is None:
            key.state = "PendingImport"

    def service_key(self, service: str, account: str, region: str, manager: KeyManager = "AWS") -> Key:
        """Return the AWS managed key (alias/aws/s3 …) of an account and Region, or the AWS owned key of a service.

        It is made when a service first needs it. AWS rotates an AWS managed key each year.
        """
        owner = account if manager == "AWS" else "000000000000"
        alias = (owner, region, f"alias/aws/{service}")
        if alias not in self.aliases:
            shared = SharedKey(
                key_id=self.random.uuid(),
                account=owner,
                spec=SYMMETRIC,
                usage="ENCRYPT_DECRYPT",
                origin="AWS_KMS",
                manager=manager,
                multi_region=False,
                primary_region=region,
            )
            shared.rotation_days, shared.next_rotation = YEAR, self.day + YEAR
            policy = service_key_policy(owner, service, region)
            if manager == "AWS_OWNED":
                who = {"Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "kms:*"}
                policy = {"Statement": [{"Effect": "Allow", "Resource": "*"} | who]}
            self.aliases[alias] = self.make_key(shared, region, policy).arn
        return self.keys[self.aliases[alias]]

    def _delete(self, key: Key) -> None:
        del self.keys[key.arn]
        self.aliases = {alias: arn for alias, arn in self.aliases.items() if arn != key.arn}
        others = [other for other in self.keys.values() if other.shared is key.shared]
        if [other.state for other in others] == ["PendingReplicaDeletion"]:
            others[0].state, others[0].deletion_day = "PendingDeletion", self.day + others[0].deletion_window


class Session:
    """The calls of one principal to the KMS of one Region; `via` is the endpoint of a service that calls for it."""

    def __init__(self, kms: Kms, caller: Principal | str, region: str = "us-east-1", via: str = "") -> None:
        self.kms, self.region, self.via = kms, region, via
        self.caller = Principal(caller) if isinstance(caller, str) else caller

    def find(self, key_id: str) -> Key:
        """Return the key with this key ID, key ARN, alias name or alias ARN; an ID or name is one of the own account.

        Raises NotFoundException, also for a key of another Region: KMS has one endpoint a Region.
        """
        if key_id.startswith("arn:"):
            _, _, _, region, account, name = key_id.split(":", 5)
        else:
            region, account = self.region, self.caller.account
            name = key_id if key_id.startswith("alias/") else f"key/{key_id}"
        arn = f"arn:aws:kms:{region}:{account}:{name}"
        key = self.kms.keys.get(self.kms.aliases.get((account, region, name), arn))
        if key is None or region != self.region or key.shared.manager == "AWS_OWNED":
            raise NotFoundException(f"{self.region} has no key {key_id}: give the ARN of a key of another account.")
        return key

    def verdict(self, operation: str, key: Key, context: Mapping[str, str] | None = None) -> Verdict:
        """Say whether the caller may do it with the key, and why, without doing it."""
        grants = tuple(key.grants.values())
        return authorize(self.caller, operation, key.arn, key.policy, grants, context=context, via=self.via)

    @contextmanager
    def using(
        self, operation: str, key: Key, context: Mapping[str, str] | None = None, *, managing: bool = False
    ) -> Iterator[Verdict]:
        """Ask for permission, look at the key's state, let the call happen, and write it into the trail.

        `managing` calls work on keys that are disabled or wait for deletion; the others need an enabled key.
        """
        verdict = self.verdict(operation, key, context)
        error, reason = "", verdict.reason
        try:
            if not verdict.allowed:
                raise AccessDeniedException(verdict.reason)
            if not managing:
                _check_state(key)
            yield verdict
        except KMSException as refused:
            error, reason = refused.code, str(refused)
            raise
        finally:
            pairs = dict(context or {})
            arn = key.arn
            self.kms.trail.append(Call(operation, self.caller.arn, self.region, arn, pairs, self.via, error, reason))


def _check_state(key: Key) -> None:
    name = key.shared.key_id
    if key.state == "Disabled":
        raise DisabledException(f"The key {name} is disabled; EnableKey makes it usable again.")
    if key.state == "PendingImport":
        raise KMSInvalidStateException(f"The key {name} has no key material (PendingImport): import it.")
    if key.state != "Enabled":
        raise KMSInvalidStateException(
            f"The key {name} waits for its deletion ({key.state}); CancelKeyDeletion, then EnableKey, save it."
        )
