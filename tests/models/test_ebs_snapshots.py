"""Do snapshots and AMIs cross accounts as the EBS user guide says, and only with the key?"""

from __future__ import annotations

from typing import Any

import pytest

from course.models.ebs_snapshots import Disk, Ebs, EC2Error
from course.models.kms import Kms, Principal, default_key_policy

OWN, OTHER = "111122223333", "444455556666"
OWNER, TARGET = Principal.root(OWN), Principal.root(OTHER)
DATA = b"root file system"
NEEDED = ("kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*")


def sharing(*actions: str) -> dict[str, Any]:
    """A key policy that lets the target account do these things too."""
    other = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": list(actions), "Resource": "*"}
    return {"Statement": [*default_key_policy(OWN)["Statement"], *([other] if actions else [])]}


def ebs(*actions: str) -> tuple[Ebs, str, str]:
    """EBS, the ARN of the owner's key that the target may use for these actions, and that of the target's own key."""
    made = Ebs(Kms("ebs"))
    shared = made.kms.client(OWNER).create_key(policy=sharing(*actions)).arn
    return made, shared, made.kms.client(TARGET).create_key().arn


def lost(made: Ebs, key: str) -> None:
    """Let the owner's key be gone."""
    made.kms.client(OWNER).disable_key(key)


def test_the_five_steps() -> None:
    """Does the target read a copy under its own key, even when the owner's key is disabled later?"""
    made, shared, own = ebs(*NEEDED)
    snapshot = made.create_snapshot(OWNER, DATA, shared)
    made.share_snapshot(OWNER, snapshot.id, OTHER)
    copy = made.copy_snapshot(TARGET, snapshot.id, own)
    lost(made, shared)
    volume = made.create_volume(TARGET, copy.id)

    assert made.attach_volume(volume.id) == DATA
    assert (copy.owner, copy.kms_key_arn, volume.kms_key_arn) == (OTHER, own, own)
    assert DATA not in snapshot.blocks


@pytest.mark.parametrize("missing", [*NEEDED, "all", "the sharing"])
def test_each_part_is_needed(missing: str) -> None:
    """Does the copy fail without the sharing, or without any one permission on the source's key?"""
    made, shared, own = ebs(*(action for action in NEEDED if missing not in (action, "all")))
    snapshot = made.create_snapshot(OWNER, DATA, shared)
    if missing != "the sharing":
        made.share_snapshot(OWNER, snapshot.id, OTHER)
    with pytest.raises(EC2Error) as refused:
        made.copy_snapshot(TARGET, snapshot.id, own)
    expected = "InvalidSnapshot.NotFound" if missing == "the sharing" else "Client.AccessDeniedException"
    assert refused.value.code == expected
    if missing.startswith("kms:"):
        assert missing.removesuffix("*") in str(refused.value)


def test_a_grant_does_instead_of_the_key_policy() -> None:
    """Do grants to the target's role on the source key, made by the key's owner, do as well?"""
    made, shared, own = ebs()
    snapshot = made.create_snapshot(OWNER, DATA, shared)
    made.share_snapshot(OWNER, snapshot.id, OTHER)
    operations = ["DescribeKey", "CreateGrant", "Decrypt", "ReEncryptFrom", "RetireGrant"]
    made.kms.client(OWNER).create_grant(shared, TARGET.arn, operations)
    assert made.copy_snapshot(TARGET, snapshot.id, own).kms_key_arn == own


@pytest.mark.parametrize("account", [OTHER, "all"])
def test_what_cannot_be_shared(account: str) -> None:
    """Is a snapshot under aws/ebs refused to everybody, and an encrypted one to the public?"""
    made, shared, _ = ebs(*NEEDED)
    default = made.create_snapshot(OWNER, DATA)
    with pytest.raises(EC2Error, match="aws/ebs"):
        made.share_snapshot(OWNER, default.id, account)
    with pytest.raises(EC2Error, match="aws/ebs"):
        made.share_image(OWNER, made.register_image(OWNER, default.id).id, account)
    copy = made.copy_snapshot(OWNER, default.id, shared)
    if account == "all":
        with pytest.raises(EC2Error, match="public"):
            made.share_snapshot(OWNER, copy.id, account)
    else:
        assert made.share_snapshot(OWNER, copy.id, account).shared_with == {OTHER}
    with pytest.raises(EC2Error, match="owner"):
        made.share_snapshot(TARGET, copy.id, account)


def test_an_unencrypted_snapshot_needs_no_key() -> None:
    """Is it shared with anybody in clear, and encrypted when the copy names a key?"""
    made, _, own = ebs()
    snapshot = made.create_snapshot(OWNER, DATA, encrypted=False)
    made.share_snapshot(OWNER, snapshot.id, "all")
    plain, sealed = (made.copy_snapshot(TARGET, snapshot.id, key) for key in ("", own))
    assert plain.blocks == DATA
    assert DATA not in sealed.blocks
    assert [made.attach_volume(made.create_volume(TARGET, copy.id).id) for copy in (plain, sealed)] == [DATA, DATA]


@pytest.mark.parametrize("named", [True, False])
def test_an_ami_is_launched_under_the_targets_key(*, named: bool) -> None:
    """Does a launch need the launch permission and the key, and give a volume under a key of the target's?"""
    made, shared, own = ebs(*NEEDED)
    image = made.register_image(OWNER, made.create_snapshot(OWNER, DATA, shared).id)
    with pytest.raises(EC2Error) as refused:
        made.run_instance(TARGET, image.id)
    assert refused.value.code == "AuthFailure"
    made.share_image(OWNER, image.id, OTHER)
    volume: Disk = made.run_instance(TARGET, image.id, own if named else "")
    lost(made, shared)

    assert volume.kms_key_arn == (own if named else made.default_key(OTHER))
    assert made.attach_volume(volume.id) == DATA
    assert made.kms.client(OWNER).list_grants(shared) == ()


def test_a_launch_permission_is_not_the_key() -> None:
    """Does the launch fail where the AMI is shared and its key is not?"""
    made, shared, own = ebs()
    image = made.register_image(OWNER, made.create_snapshot(OWNER, DATA, shared).id)
    made.share_image(OWNER, image.id, OTHER)
    with pytest.raises(EC2Error) as refused:
        made.run_instance(TARGET, image.id, own)
    assert refused.value.code == "Client.AccessDeniedException"


def test_ones_own_snapshot_keeps_its_key() -> None:
    """Is a volume of one's own snapshot under the snapshot's key, and read by EC2's grant alone?"""
    made, shared, _ = ebs()
    snapshot = made.create_snapshot(OWNER, DATA, shared)
    volume = made.create_volume(OWNER, snapshot.id)
    assert volume.kms_key_arn == shared
    assert made.attach_volume(volume.id) == DATA
    (grant,) = made.kms.client(OWNER).list_grants(shared)
    made.kms.client(OWNER).revoke_grant(shared, grant.grant_id)
    with pytest.raises(EC2Error):
        made.attach_volume(volume.id)
