"""Does a key of the KMS model live as one of KMS: rotated, named, imported, replicated, deleted?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from course.models.kms import (
    AccessDeniedException,
    AlreadyExistsException,
    DisabledException,
    IncorrectKeyException,
    IncorrectKeyMaterialException,
    KMSInvalidStateException,
    LimitExceededException,
    MalformedPolicyDocumentException,
    NotFoundException,
    Principal,
    UnsupportedOperationException,
    ValidationException,
    default_key_policy,
)
from tests.models.kms_clients import ACCOUNT, Pair, client, refusal

if TYPE_CHECKING:
    from collections.abc import Callable


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["encrypt", "on demand", "year"]), min_size=1, max_size=12))
def test_old_ciphertexts_decrypt_after_any_rotations(actions: list[str]) -> None:
    """Do all ciphertexts decrypt whatever rotations came after, with the key's ID, ARN and alias unchanged?"""
    kms = client()
    key = kms.create_key()
    kms.create_alias("alias/orders", key.key_id)
    kms.enable_key_rotation(key.key_id)
    made: list[tuple[bytes, str]] = []
    for number, action in enumerate(actions):
        if action == "encrypt":
            blob = kms.encrypt("alias/orders", bytes([number])).ciphertext_blob
            made.append((blob, kms.describe_key(key.key_id).current_key_material_id))
        elif action == "on demand":
            kms.rotate_key_on_demand(key.key_id)
        else:
            kms.kms.advance(365)

    assert kms.describe_key("alias/orders").arn == key.arn
    assert len(kms.list_key_rotations(key.key_id)) == sum(action != "encrypt" for action in actions)
    for blob, material in made:
        assert kms.decrypt(blob).key_material_id == material


@mock_aws
def test_rotation_on_demand_as_moto() -> None:
    """Does a rotation keep old ciphertexts readable, as in moto, and refuse an RSA key, where moto does not look?"""
    pair = Pair()
    ours, theirs = pair.key()
    blob = pair.kms.encrypt(ours, b"old").ciphertext_blob
    real = pair.moto.encrypt(KeyId=theirs, Plaintext=b"old")["CiphertextBlob"]
    pair.kms.rotate_key_on_demand(ours)
    pair.moto.rotate_key_on_demand(KeyId=theirs)
    assert pair.kms.decrypt(blob).plaintext == pair.moto.decrypt(CiphertextBlob=real)["Plaintext"]
    rsa = pair.kms.create_key(key_spec="RSA_2048", key_usage="SIGN_VERIFY").key_id
    assert refusal(lambda: pair.kms.rotate_key_on_demand(rsa)) == "UnsupportedOperationException"


@pytest.mark.parametrize("days", [89, 90, 2560, 2561])
def test_the_rotation_period_is_the_service_models(days: int) -> None:
    """Is the automatic period 90 to 2,560 days, as botocore's service model has it?"""
    shape = boto3.client("kms", "us-east-1").meta.service_model.shape_for("RotationPeriodInDaysType")
    allowed = shape.metadata["min"] <= days <= shape.metadata["max"]
    kms = client()
    key = kms.create_key().key_id
    assert (refusal(lambda: kms.enable_key_rotation(key, days)) == "") == allowed


def test_automatic_rotation_keeps_its_schedule() -> None:
    """Does the key rotate every period, on-demand rotations in between or not, and stop when told so?"""
    kms = client()
    key = kms.create_key().key_id
    kms.enable_key_rotation(key, 90)
    kms.kms.advance(80)
    kms.rotate_key_on_demand(key)
    kms.kms.advance(100)
    assert [(one.day, one.kind) for one in kms.list_key_rotations(key)] == [
        (80, "ON_DEMAND"),
        (90, "AUTOMATIC"),
        (180, "AUTOMATIC"),
    ]
    kms.disable_key_rotation(key)
    kms.kms.advance(1000)
    assert len(kms.list_key_rotations(key)) == 3


def test_a_key_is_rotated_on_demand_25_times() -> None:
    """Is the 26th rotation on demand refused?"""
    kms = client()
    key = kms.create_key().key_id
    for _ in range(25):
        kms.rotate_key_on_demand(key)
    with pytest.raises(LimitExceededException, match="25"):
        kms.rotate_key_on_demand(key)


def test_manual_rotation_moves_an_alias() -> None:
    """Does an application that names the alias get the new key, while old ciphertexts need the old key still?"""
    kms = client()
    old, new = kms.create_key(), kms.create_key()
    kms.create_alias("alias/app", old.key_id)
    blob = kms.encrypt("alias/app", b"x").ciphertext_blob
    kms.update_alias("alias/app", new.key_id)

    assert kms.encrypt("alias/app", b"y").key_id == new.arn
    assert kms.decrypt(blob).key_id == old.arn
    with pytest.raises(IncorrectKeyException):
        kms.decrypt(blob, key_id="alias/app")
    kms.disable_key(old.key_id)
    with pytest.raises(DisabledException):
        kms.decrypt(blob)


def test_aliases_have_rules() -> None:
    """Are doubled, reserved and unknown aliases, and a move to another kind of key, refused?"""
    kms = client()
    key = kms.create_key().key_id
    kms.create_alias("alias/app", key)
    mac = kms.create_key(key_spec="HMAC_256").key_id
    calls: dict[str, Callable[[], object]] = {
        "AlreadyExistsException": lambda: kms.create_alias("alias/app", key),
        "NotFoundException": lambda: kms.update_alias("alias/none", key),
    }
    for name, call in calls.items():
        assert refusal(call) == name
    for bad in ("app", "alias/aws/app"):
        with pytest.raises(ValidationException):
            kms.create_alias(bad, key)
    with pytest.raises(ValidationException, match="same type"):
        kms.update_alias("alias/app", mac)
    guest = kms.kms.client(f"arn:aws:iam::{ACCOUNT}:user/guest")
    assert refusal(lambda: guest.delete_alias("alias/app")) == "AccessDeniedException"
    assert refusal(lambda: guest.update_alias("alias/app", key)) == "AccessDeniedException"
    kms.delete_alias("alias/app")
    assert refusal(lambda: kms.delete_alias("alias/app")) == "NotFoundException"
    with pytest.raises(NotFoundException):
        kms.encrypt("alias/app", b"x")


@pytest.mark.parametrize("days", [6, 7, 30, 31])
def test_a_deletion_waits_seven_to_thirty_days(days: int) -> None:
    """Is the window 7 to 30 days, can the key be saved on its last day, and is it gone after it?"""
    kms = client()
    key = kms.create_key().key_id
    if not 7 <= days <= 30:
        with pytest.raises(ValidationException, match="7 to 30"):
            kms.schedule_key_deletion(key, days)
        return
    blob = kms.encrypt(key, b"x").ciphertext_blob
    assert kms.schedule_key_deletion(key, days).key_state == "PendingDeletion"
    kms.kms.advance(days - 1)
    kms.cancel_key_deletion(key)
    assert kms.describe_key(key).key_state == "Disabled"
    kms.enable_key(key)
    assert kms.decrypt(blob).plaintext == b"x"
    kms.schedule_key_deletion(key, days)
    kms.kms.advance(days)
    with pytest.raises(NotFoundException):
        kms.describe_key(key)
    with pytest.raises(AccessDeniedException):
        kms.decrypt(blob)


def test_imported_material_expires_and_comes_back() -> None:
    """Is a key with imported material useless after its day, until the very same material is imported again?"""
    kms = client()
    key = kms.create_key(origin="EXTERNAL").key_id
    assert refusal(lambda: kms.encrypt(key, b"x")) == "KMSInvalidStateException"
    assert kms.import_key_material(key, b"k" * 32, valid_to=10).key_state == "Enabled"
    blob = kms.encrypt(key, b"x").ciphertext_blob
    kms.kms.advance(10)
    with pytest.raises(KMSInvalidStateException, match="PendingImport"):
        kms.decrypt(blob)
    with pytest.raises(IncorrectKeyMaterialException):
        kms.import_key_material(key, b"l" * 32)
    kms.import_key_material(key, b"k" * 32)
    assert kms.decrypt(blob).plaintext == b"x"
    kms.delete_imported_key_material(key)
    assert refusal(lambda: kms.decrypt(blob)) == "KMSInvalidStateException"


def test_a_key_that_lost_its_material_is_not_saved_whole() -> None:
    """Does a deletion that is cancelled after the material expired leave the key waiting for its import?"""
    kms = client()
    key = kms.create_key(origin="EXTERNAL").key_id
    kms.import_key_material(key, b"k" * 32, valid_to=10)
    kms.schedule_key_deletion(key, 30)
    kms.kms.advance(10)
    assert kms.describe_key(key).key_state == "PendingDeletion"
    kms.cancel_key_deletion(key)
    assert kms.describe_key(key).key_state == "PendingImport"
    kms.import_key_material(key, b"k" * 32)
    assert kms.describe_key(key).key_state == "Enabled"
    empty = kms.create_key(origin="EXTERNAL").key_id
    kms.schedule_key_deletion(empty)
    kms.cancel_key_deletion(empty)
    assert kms.describe_key(empty).key_state == "PendingImport"


def test_imported_material_rotates_on_demand_only() -> None:
    """Does such a key refuse automatic rotation, and rotate on demand once new material is imported?"""
    kms = client()
    key = kms.create_key(origin="EXTERNAL").key_id
    kms.import_key_material(key, b"k" * 32)
    blob = kms.encrypt(key, b"x").ciphertext_blob
    with pytest.raises(UnsupportedOperationException):
        kms.enable_key_rotation(key)
    with pytest.raises(KMSInvalidStateException, match="new material"):
        kms.rotate_key_on_demand(key)
    kms.import_key_material(key, b"n" * 32, new=True)
    assert kms.decrypt(kms.encrypt(key, b"y").ciphertext_blob).key_material_id == kms.decrypt(blob).key_material_id
    kms.rotate_key_on_demand(key)
    assert kms.decrypt(blob).plaintext == b"x"
    assert kms.decrypt(kms.encrypt(key, b"y").ciphertext_blob).key_material_id != kms.decrypt(blob).key_material_id


def test_replicas_decrypt_what_the_primary_encrypted() -> None:
    """Does a replica with the same key ID decrypt in its Region, also after rotations, and a single-Region key not?"""
    home = client("eu-west-1")
    away = client("us-west-2", home.kms)
    key = home.create_key(multi_region=True)
    assert key.key_id.startswith("mrk-")
    old = home.encrypt(key.key_id, b"old").ciphertext_blob
    with pytest.raises(AccessDeniedException):
        away.decrypt(old)

    replica = home.replicate_key(key.key_id, "us-west-2")
    home.rotate_key_on_demand(key.key_id)
    new = home.encrypt(key.key_id, b"new").ciphertext_blob

    assert (replica.key_id, replica.multi_region_type) == (key.key_id, "REPLICA")
    assert [away.decrypt(blob).plaintext for blob in (old, new)] == [b"old", b"new"]
    assert away.decrypt(new).key_id == replica.arn != key.arn
    assert {call.region for call in away.kms.trail if call.operation == "Decrypt"} == {"us-west-2"}
    single = home.create_key()
    with pytest.raises(AccessDeniedException, match="Region"):
        away.decrypt(home.encrypt(single.key_id, b"x").ciphertext_blob)
    with pytest.raises(UnsupportedOperationException):
        home.replicate_key(single.key_id, "us-west-2")
    with pytest.raises(NotFoundException):
        away.describe_key(single.arn)


def test_each_region_has_its_own_policy_alias_and_state() -> None:
    """Are policy, aliases, grants and state of a replica its own, and is rotation the primary's business?"""
    home = client("eu-west-1")
    away = client("us-west-2", home.kms)
    key = home.create_key(multi_region=True).key_id
    home.create_alias("alias/app", key)
    home.create_grant(key, f"arn:aws:iam::{ACCOUNT}:role/app", ["Decrypt"])
    home.replicate_key(key, "us-west-2")

    assert refusal(lambda: away.encrypt("alias/app", b"x")) == "NotFoundException"
    assert away.list_grants(key) == ()
    home.disable_key(key)
    assert refusal(lambda: home.encrypt(key, b"x")) == "DisabledException"
    assert refusal(lambda: away.encrypt(key, b"x")) == ""
    assert refusal(lambda: away.enable_key_rotation(key)) == "UnsupportedOperationException"
    assert refusal(lambda: away.replicate_key(key, "sa-east-1")) == "UnsupportedOperationException"
    home.enable_key(key)
    assert refusal(lambda: home.replicate_key(key, "us-west-2")) == "AlreadyExistsException"
    home.update_primary_region(key, "us-west-2")
    assert home.describe_key(key).multi_region_type == "REPLICA"
    away.rotate_key_on_demand(key)
    assert home.describe_key(key).current_key_material_id == away.describe_key(key).current_key_material_id


def test_a_primary_is_deleted_after_its_replicas() -> None:
    """Does the primary's waiting period begin only when the last replica is gone?"""
    home = client("eu-west-1")
    away = client("us-west-2", home.kms)
    key = home.create_key(multi_region=True).key_id
    home.replicate_key(key, "us-west-2")
    assert home.schedule_key_deletion(key, 7).key_state == "PendingReplicaDeletion"
    home.kms.advance(100)
    assert home.describe_key(key).key_state == "PendingReplicaDeletion"
    away.schedule_key_deletion(key, 7)
    home.kms.advance(7)
    assert home.describe_key(key).key_state == "PendingDeletion"
    home.kms.advance(7)
    assert refusal(lambda: home.describe_key(key)) == "NotFoundException"


def test_an_aws_managed_key_is_used_and_not_changed() -> None:
    """Is aws/s3 there for callers through S3 only, rotated each year, and closed to every change and other account?"""
    kms = client()
    key = kms.kms.service_key("s3", ACCOUNT, "us-east-1")
    through = kms.kms.client(f"arn:aws:iam::{ACCOUNT}:user/alice", via="s3.us-east-1.amazonaws.com")
    blob = through.encrypt("alias/aws/s3", b"x").ciphertext_blob
    assert through.decrypt(blob).plaintext == b"x"
    assert kms.describe_key("alias/aws/s3").key_manager == "AWS"
    assert refusal(lambda: kms.decrypt(blob)) == "AccessDeniedException"
    stranger = kms.kms.client(Principal.root("444455556666"), via="s3.us-east-1.amazonaws.com")
    assert refusal(lambda: stranger.decrypt(blob)) == "AccessDeniedException"
    changes: list[Callable[[], Any]] = [
        lambda: kms.disable_key(key.arn),
        lambda: kms.schedule_key_deletion(key.arn),
        lambda: kms.put_key_policy(key.arn, default_key_policy(ACCOUNT)),
        lambda: kms.rotate_key_on_demand(key.arn),
        lambda: kms.create_alias("alias/mine", key.arn),
    ]
    assert {refusal(change) for change in changes} == {"ValidationException"}
    kms.kms.advance(365)
    assert len(kms.list_key_rotations(key.arn)) == 1
    assert through.decrypt(blob).plaintext == b"x"


def test_an_aws_owned_key_is_not_seen() -> None:
    """Does no account see a key that a service owns, while the service itself uses it?"""
    kms = client()
    key = kms.kms.service_key("dynamodb", ACCOUNT, "us-east-1", "AWS_OWNED")
    assert refusal(lambda: kms.describe_key(key.arn)) == "NotFoundException"
    assert not kms.verdict("Decrypt", key).allowed
    assert kms.kms.client("dynamodb.amazonaws.com").verdict("Decrypt", key).allowed


def test_a_policy_must_not_lock_its_author_out() -> None:
    """Is a key policy refused that its author could not change again, or that cannot be read?"""
    kms = client()
    key = kms.create_key().key_id
    stranger = default_key_policy("444455556666")
    with pytest.raises(MalformedPolicyDocumentException, match="could not change the policy"):
        kms.put_key_policy(key, stranger)
    with pytest.raises(MalformedPolicyDocumentException, match="could not change the policy"):
        kms.create_key(policy=stranger)
    with pytest.raises(MalformedPolicyDocumentException, match="cannot be read"):
        kms.put_key_policy(key, {"Statement": [{"Effect": "Perhaps"}]})
    assert kms.get_key_policy(key) == default_key_policy(ACCOUNT)


def test_the_trail_has_every_call() -> None:
    """Does the trail tell who did what with which key and context, and what was refused, as CloudTrail does?"""
    kms = client()
    key = kms.create_key()
    blob = kms.encrypt(key.key_id, b"x", {"order": "1"}).ciphertext_blob
    refusal(lambda: kms.decrypt(blob, {"order": "2"}))

    first, last = kms.kms.trail
    assert (first.operation, first.error, first.key_arn, first.context) == ("Encrypt", "", key.arn, {"order": "1"})
    assert (last.operation, last.error) == ("Decrypt", "InvalidCiphertextException")
    assert last.caller == f"arn:aws:iam::{ACCOUNT}:root"


def test_an_existing_replica_is_no_news() -> None:
    """Do a second replica in a Region and a new material for a replica get AWS's answers?"""
    home = client("eu-west-1")
    away = client("us-west-2", home.kms)
    key = home.create_key(multi_region=True, origin="EXTERNAL").key_id
    home.import_key_material(key, b"k" * 32)
    replica = home.replicate_key(key, "us-west-2")
    assert replica.key_state == "PendingImport"
    with pytest.raises(AlreadyExistsException):
        home.replicate_key(key, "us-west-2")
    with pytest.raises(IncorrectKeyMaterialException):
        away.import_key_material(key, b"x" * 32)
    with pytest.raises(UnsupportedOperationException, match="primary first"):
        away.import_key_material(key, b"x" * 32, new=True)
    away.import_key_material(key, b"k" * 32)
    assert away.decrypt(home.encrypt(key, b"x").ciphertext_blob).plaintext == b"x"
