"""Who may use a key: do key policy, IAM policies and grants count as in KMS?"""

from __future__ import annotations

from typing import Any

import pytest

from course.models.kms import (
    AccessDeniedException,
    Kms,
    KmsClient,
    NotFoundException,
    Principal,
    ValidationException,
    default_key_policy,
)

OWN, OTHER = "111122223333", "444455556666"
ALICE, BOB = f"arn:aws:iam::{OWN}:user/alice", f"arn:aws:iam::{OTHER}:user/bob"


def statement(effect: str, action: str | list[str], principal: str | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A statement of a key policy, or without a principal of an identity-based policy."""
    made: dict[str, Any] = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return made | ({"Principal": {"AWS": principal}} if principal else {})


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


MANAGE = statement("Allow", ["kms:Put*", "kms:Create*", "kms:Encrypt", "kms:Re*"], f"arn:aws:iam::{OWN}:root")
ALLOW = policy(statement("Allow", "kms:Decrypt"))
DENY = policy(statement("Deny", "kms:Decrypt"))


def decrypts(key_policy: dict[str, Any], arn: str, *policies: dict[str, Any]) -> tuple[bool, str]:
    """Whether the caller may decrypt under this key policy, and what decided."""
    kms = Kms("access")
    root = kms.client(Principal.root(OWN))
    key = root.create_key(policy=key_policy)
    client = kms.client(Principal(arn, policies))
    verdict = client.verdict("Decrypt", client.find(key.arn))
    blob = root.encrypt(key.key_id, b"x").ciphertext_blob
    if verdict.allowed:
        assert client.decrypt(blob).plaintext == b"x"
    else:
        with pytest.raises(AccessDeniedException):
            client.decrypt(blob)
    assert kms.trail[-1].reason == verdict.reason
    return verdict.allowed, verdict.by


DELEGATES = policy(MANAGE, statement("Allow", "kms:Decrypt", f"arn:aws:iam::{OWN}:root"))
NAMES_ALICE = policy(MANAGE, statement("Allow", "kms:Decrypt", ALICE))
NAMES_NOBODY = policy(MANAGE)
SHARES = policy(MANAGE, statement("Allow", "kms:Decrypt", f"arn:aws:iam::{OTHER}:root"))
NAMES_BOB = policy(MANAGE, statement("Allow", "kms:Decrypt", BOB))
EVERYBODY = policy(MANAGE, statement("Allow", "kms:Decrypt", "*"))
EXCEPT_ALICE = policy(MANAGE, statement("Allow", "kms:Decrypt", "*"), statement("Deny", "kms:Decrypt", ALICE))


@pytest.mark.parametrize(
    ("key_policy", "arn", "policies", "expected"),
    [
        (DELEGATES, ALICE, (ALLOW,), (True, "key policy and IAM policy")),
        (DELEGATES, ALICE, (), (False, "nothing")),
        (DELEGATES, ALICE, (ALLOW, DENY), (False, "IAM policy")),
        (DELEGATES, f"arn:aws:iam::{OWN}:root", (), (True, "key policy and IAM policy")),
        (NAMES_ALICE, ALICE, (), (True, "key policy")),
        (NAMES_ALICE, ALICE, (DENY,), (False, "IAM policy")),
        (NAMES_NOBODY, ALICE, (ALLOW,), (False, "nothing")),
        (NAMES_NOBODY, f"arn:aws:iam::{OWN}:root", (), (False, "nothing")),
        (SHARES, BOB, (ALLOW,), (True, "key policy and IAM policy")),
        (SHARES, BOB, (), (False, "nothing")),
        (NAMES_BOB, BOB, (), (False, "nothing")),
        (NAMES_BOB, BOB, (ALLOW,), (True, "key policy and IAM policy")),
        (DELEGATES, BOB, (ALLOW,), (False, "nothing")),
        (EVERYBODY, ALICE, (), (True, "key policy")),
        (EVERYBODY, BOB, (), (False, "nothing")),
        (EXCEPT_ALICE, ALICE, (ALLOW,), (False, "key policy")),
    ],
)
def test_key_policy_and_iam_policies_together(
    key_policy: dict[str, Any], arn: str, policies: tuple[dict[str, Any], ...], expected: tuple[bool, str]
) -> None:
    """Does the key policy decide, alone or through the account's IAM policies, and are both needed across accounts?"""
    assert decrypts(key_policy, arn, *policies) == expected


def test_a_role_session_is_its_role() -> None:
    """Does a key policy or a grant that names a role let its sessions in, and aws:PrincipalArn name the role?"""
    session = f"arn:aws:sts::{OWN}:assumed-role/app/i-0123"
    named = policy(MANAGE, statement("Allow", "kms:Decrypt", f"arn:aws:iam::{OWN}:role/app"))
    assert decrypts(named, session) == (True, "key policy")
    assert decrypts(named, session.replace("app", "web")) == (False, "nothing")
    condition = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/app"}}
    by_key = policy(MANAGE, statement("Allow", "kms:Decrypt", "*", Condition=condition))
    assert decrypts(by_key, session) == (True, "key policy")
    root, key, _ = granting()
    blob = root.encrypt(key, b"x").ciphertext_blob
    root.create_grant(key, f"arn:aws:iam::{OWN}:role/app", ["Decrypt"])
    assert root.kms.client(session).decrypt(blob).plaintext == b"x"
    with pytest.raises(AccessDeniedException):
        root.kms.client(session.replace("app", "web")).decrypt(blob)


def test_conditions_see_the_context_and_the_service() -> None:
    """Do kms:EncryptionContext:… and kms:ViaService in a key policy open it to the right calls only?"""
    condition = {
        "StringEquals": {
            "kms:EncryptionContext:department": "hr",
            "kms:ViaService": "s3.us-east-1.amazonaws.com",
        }
    }
    kms = Kms("access")
    root = kms.client(Principal.root(OWN))
    key = root.create_key(policy=policy(MANAGE, statement("Allow", "kms:Decrypt", ALICE, Condition=condition)))
    blobs = {name: root.encrypt(key.key_id, b"x", {"department": name}).ciphertext_blob for name in ("hr", "it")}
    via, direct = kms.client(ALICE, via="s3.us-east-1.amazonaws.com"), kms.client(ALICE)

    assert via.decrypt(blobs["hr"], {"department": "hr"}).plaintext == b"x"
    for client, name in ((via, "it"), (direct, "hr")):
        with pytest.raises(AccessDeniedException):
            client.decrypt(blobs[name], {"department": name})


def granting() -> tuple[KmsClient, str, KmsClient]:
    """The key's administrator, the key's ARN, and a grantee of another account without policies."""
    kms = Kms("grants")
    root = kms.client(Principal.root(OWN))
    return root, root.create_key().arn, kms.client(BOB)


def test_a_grant_allows_exactly_its_operations() -> None:
    """Is a grant alone enough, also across accounts, for its operations and its grantee, until it is revoked?"""
    root, key, bob = granting()
    blob = root.encrypt(key, b"x").ciphertext_blob
    grant = root.create_grant(key, BOB, ["Decrypt"])

    assert bob.decrypt(blob).plaintext == b"x"
    assert bob.kms.trail[-1].reason == f"A grant allows bob kms:Decrypt on {key.rsplit('/', 1)[1]}."
    for call in (lambda: bob.encrypt(key, b"y"), lambda: bob.generate_data_key(key), lambda: bob.describe_key(key)):
        with pytest.raises(AccessDeniedException):
            call()
    with pytest.raises(AccessDeniedException):
        bob.kms.client(BOB.replace("bob", "eve")).decrypt(blob)
    root.revoke_grant(key, grant.grant_id)
    with pytest.raises(AccessDeniedException):
        bob.decrypt(blob)
    with pytest.raises(NotFoundException):
        root.revoke_grant(key, grant.grant_id)


def test_a_deny_is_stronger_than_a_grant() -> None:
    """Does an explicit Deny in the key policy win over a grant?"""
    root, key, bob = granting()
    blob = root.encrypt(key, b"x").ciphertext_blob
    root.create_grant(key, BOB, ["Decrypt"])
    own = default_key_policy(OWN)["Statement"]
    root.put_key_policy(key, policy(*own, statement("Deny", "kms:Decrypt", BOB)))
    with pytest.raises(AccessDeniedException, match="denies"):
        bob.decrypt(blob)


@pytest.mark.parametrize(
    ("constraint", "context", "allowed"),
    [
        ({"encryption_context_subset": {"Department": "hr"}}, {"department": "hr", "year": "2026"}, True),
        ({"encryption_context_subset": {"department": "hr"}}, {"department": "HR"}, False),
        ({"encryption_context_subset": {"department": "hr"}}, {}, False),
        ({"encryption_context_equals": {"department": "hr"}}, {"department": "hr"}, True),
        ({"encryption_context_equals": {"department": "hr"}}, {"department": "hr", "year": "2026"}, False),
    ],
)
def test_constraints_look_at_the_context(constraint: dict[str, Any], context: dict[str, str], *, allowed: bool) -> None:
    """Does a subset constraint want at least its pairs and an equals constraint exactly them, and DescribeKey none?"""
    root, key, bob = granting()
    blob = root.encrypt(key, b"x", context).ciphertext_blob
    root.create_grant(key, BOB, ["Decrypt", "DescribeKey"], **constraint)

    assert bob.describe_key(key).arn == key
    if allowed:
        assert bob.decrypt(blob, context).plaintext == b"x"
    else:
        with pytest.raises(AccessDeniedException):
            bob.decrypt(blob, context)


def test_a_grant_gives_on_no_more_than_it_has() -> None:
    """Can a grantee with CreateGrant pass its operations on, with constraints as strict, and nothing else?"""
    root, key, bob = granting()
    root.create_grant(key, BOB, ["Decrypt", "CreateGrant"], encryption_context_subset={"a": "1"})
    eve = f"arn:aws:iam::{OTHER}:user/eve"
    narrow = {"a": "1", "b": "2"}

    with pytest.raises(AccessDeniedException, match="no more operations"):
        bob.create_grant(key, eve, ["Encrypt"], encryption_context_subset=narrow)
    with pytest.raises(AccessDeniedException, match="no laxer"):
        bob.create_grant(key, eve, ["Decrypt"])
    bob.create_grant(key, eve, ["Decrypt"], encryption_context_subset=narrow)
    blob = root.encrypt(key, b"x", narrow).ciphertext_blob
    assert bob.kms.client(eve).decrypt(blob, narrow).plaintext == b"x"


def test_who_may_retire_a_grant() -> None:
    """May the retiring principal, a grantee with RetireGrant and the key's account retire a grant, and nobody else?"""
    root, key, bob = granting()
    alice = root.kms.client(ALICE)

    def made(**options: Any) -> str:  # noqa: ANN401
        return root.create_grant(key, BOB, options.pop("operations", ["Decrypt"]), **options).grant_id

    with pytest.raises(AccessDeniedException):
        bob.retire_grant(key, made())
    with pytest.raises(AccessDeniedException):
        alice.retire_grant(key, made())
    bob.retire_grant(key, made(operations=["Decrypt", "RetireGrant"]))
    alice.retire_grant(key, made(retiring_principal=ALICE))
    root.retire_grant(key, made())
    assert len(root.list_grants(key)) == 2


def test_a_grant_must_suit_its_key() -> None:
    """Are operations that a key does not do, and constraints without a context, refused?"""
    root, key, _ = granting()
    rsa = root.create_key(key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT").arn
    with pytest.raises(ValidationException, match="Sign"):
        root.create_grant(key, BOB, ["Sign"])
    with pytest.raises(ValidationException, match="GenerateDataKey"):
        root.create_grant(rsa, BOB, ["GenerateDataKey"])
    with pytest.raises(ValidationException, match="context"):
        root.create_grant(rsa, BOB, ["Decrypt"], encryption_context_subset={"a": "1"})
    with pytest.raises(ValidationException, match="not both"):
        root.create_grant(key, BOB, ["Decrypt"], encryption_context_subset={}, encryption_context_equals={})
    assert root.create_grant(rsa, BOB, ["Encrypt", "GetPublicKey"])


def test_re_encrypt_needs_both_keys() -> None:
    """Does ReEncrypt ask for ReEncryptFrom on the one key and ReEncryptTo on the other?"""
    root, source, bob = granting()
    target = root.create_key().arn
    blob = root.encrypt(source, b"x").ciphertext_blob
    root.create_grant(source, BOB, ["ReEncryptFrom"])
    with pytest.raises(AccessDeniedException, match="ReEncryptTo"):
        bob.re_encrypt(blob, target)
    root.create_grant(target, BOB, ["ReEncryptTo"])
    moved = bob.re_encrypt(blob, target)
    assert root.decrypt(moved.ciphertext_blob).key_id == target
    with pytest.raises(AccessDeniedException):
        bob.decrypt(moved.ciphertext_blob)


def test_creating_a_key_needs_iam() -> None:
    """Is kms:CreateKey a matter of IAM policies, since there is no key policy yet?"""
    kms = Kms("create")
    with pytest.raises(AccessDeniedException, match="kms:CreateKey"):
        kms.client(ALICE).create_key()
    assert kms.client(Principal(ALICE, (policy(statement("Allow", "kms:CreateKey")),))).create_key().account == OWN
