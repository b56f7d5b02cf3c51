"""Why can the other account not use the backup?

Account 111122223333 is to get the backup of a volume. The administrator shares the snapshot and AWS refuses: a
snapshot that is encrypted under the AWS managed key `aws/ebs` cannot be shared, because nobody can change the policy
of that key. Other snapshots can be shared, and yet the other account fails when it copies them.

Write `share_backup(snapshot_id, account, key_id)`. `key_id` is the ARN of the customer managed key for backups. See
what the snapshot lacks, mend it, and return the **ID of the snapshot** that the other account can use:

- a snapshot under another key than `key_id` is copied to a new one under `key_id`, within us-east-1. One that is
  under `key_id` already is not copied, since a copy takes time and is paid for;
- the snapshot that you return is shared with `account`. It stays shared with others to whom it was shared before. A
  snapshot under another key is not shared;
- the key policy of `key_id` lets `account` call what the EBS user guide asks for, `kms:DescribeKey`, `kms:CreateGrant`,
  `kms:Decrypt`, `kms:ReEncrypt*` and `kms:GenerateDataKey*`, nothing more, and says all that it said before.

```python
share_backup("snap-01d236218278f30f8", "111122223333", key_arn)  # 'snap-578984770d8765815'
```

The offline AWS shares whatever it is told to, and enforces no key policy: your state is judged as AWS would judge it.
It also keeps the key of a snapshot only where the snapshot is a copy, so the cases begin with copies.

Objective: Find out why an encrypted snapshot cannot be used by another account, and give it over in the right steps.
Out of scope: What happens in the other account: its own copy under its own key, and the volume from it.
Kind: diagnosis
Task: 1.3
Hint: `describe_snapshots(SnapshotIds=[…])` tells the `KmsKeyId` of a snapshot.
Hint: `copy_snapshot` needs `SourceRegion`, `SourceSnapshotId`, `Encrypted=True` and `KmsKeyId`. Left out, the last
one means aws/ebs again.
Hint: Sharing is `modify_snapshot_attribute` with `Attribute="createVolumePermission"`, `OperationType="add"` and
`UserIds`.
Hint: For the key policy: read it, add one statement, write it back.
"""

import json

import boto3

from course.authoring import case, misconception


def share_backup(snapshot_id: str, account: str, key_id: str) -> str:
    """Return the ID of a snapshot under `key_id` that `account` can use."""
    ### BEGIN SOLUTION
    ec2, kms = boto3.client("ec2"), boto3.client("kms")
    snapshot = ec2.describe_snapshots(SnapshotIds=[snapshot_id])["Snapshots"][0]
    if snapshot.get("KmsKeyId") != key_id:
        copy = ec2.copy_snapshot(
            SourceRegion="us-east-1", SourceSnapshotId=snapshot_id, Encrypted=True, KmsKeyId=key_id
        )
        snapshot_id = copy["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot_id, Attribute="createVolumePermission", OperationType="add", UserIds=[account]
    )
    policy = json.loads(kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
            "Resource": "*",
        }
    )
    kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=json.dumps(policy))
    return snapshot_id
    ### END SOLUTION


@case(points=2)
def a_snapshot_under_aws_ebs_is_copied() -> None:
    """Does a snapshot under aws/ebs stay private, and is a copy under the backup key shared in its place?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2, kms = boto3.client("ec2"), boto3.client("kms")
    aws_ebs = kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]["Arn"]
    key = kms.create_key(Description="backups")["KeyMetadata"]["Arn"]
    volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a", Encrypted=True)["VolumeId"]
    first = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    source = ec2.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=first, Encrypted=True, KmsKeyId=aws_ebs)[
        "SnapshotId"
    ]
    got = share_backup(source, "111122223333", key)
    of_volume = [{"Name": "volume-id", "Values": [volume]}]
    known = {snapshot["SnapshotId"]: snapshot for snapshot in ec2.describe_snapshots(Filters=of_volume)["Snapshots"]}
    assert got in known, f"share_backup gave {got!r}, expected the ID of a snapshot"
    assert known[got].get("KmsKeyId") == key, (
        f"the snapshot that share_backup gave is encrypted under {known[got].get('KmsKeyId')}, expected {key}: AWS "
        "refuses to share a snapshot under aws/ebs"
    )
    assert source in known, f"the first snapshot {source} is gone, expected that it stays: it is a backup"
    attribute = "createVolumePermission"
    left = ec2.describe_snapshot_attribute(SnapshotId=source, Attribute=attribute)["CreateVolumePermissions"]
    assert left == [], f"the snapshot under aws/ebs is shared with {left}, expected with nobody: AWS refuses that"


@case(points=1)
def a_good_snapshot_is_not_copied() -> None:
    """Is a snapshot that is under the backup key already given over without a copy?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2, kms = boto3.client("ec2"), boto3.client("kms")
    key = kms.create_key(Description="backups")["KeyMetadata"]["Arn"]
    volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a", Encrypted=True)["VolumeId"]
    first = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    source = ec2.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=first, Encrypted=True, KmsKeyId=key)
    of_volume = [{"Name": "volume-id", "Values": [volume]}]
    count = len(ec2.describe_snapshots(Filters=of_volume)["Snapshots"])
    got = share_backup(source["SnapshotId"], "111122223333", key)
    assert got == source["SnapshotId"], (
        f"share_backup gave {got!r} for a snapshot under the backup key, expected this snapshot {source['SnapshotId']}"
    )
    more = len(ec2.describe_snapshots(Filters=of_volume)["Snapshots"]) - count
    assert more == 0, f"share_backup made {more} copy of a snapshot under the backup key, expected none"


@case(points=2)
def the_account_and_no_other_gets_it() -> None:
    """Is the snapshot shared with this account, with nobody new besides, and still with those who had it?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2, kms = boto3.client("ec2"), boto3.client("kms")
    key = kms.create_key(Description="backups")["KeyMetadata"]["Arn"]
    volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a", Encrypted=True)["VolumeId"]
    first = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    source = ec2.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=first, Encrypted=True, KmsKeyId=key)
    attribute = "createVolumePermission"
    ec2.modify_snapshot_attribute(
        SnapshotId=source["SnapshotId"], Attribute=attribute, OperationType="add", UserIds=["444455556666"]
    )
    got = share_backup(source["SnapshotId"], "111122223333", key)
    known = [snapshot["SnapshotId"] for snapshot in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]]
    assert got in known, f"share_backup gave {got!r}, expected the ID of a snapshot"
    shares = ec2.describe_snapshot_attribute(SnapshotId=got, Attribute=attribute)["CreateVolumePermissions"]
    names = sorted(share.get("UserId") or f"everybody ({share.get('Group')})" for share in shares)
    expected = ["111122223333", "444455556666"] if got == source["SnapshotId"] else ["111122223333"]
    assert names == expected, (
        f"the snapshot that share_backup gave is shared with {names or 'nobody'}, expected {expected}: 444455556666 "
        "had it before, and an encrypted snapshot cannot be public"
    )


@case(points=2)
def the_key_is_shared_too() -> None:
    """Does the key policy let the account use the key for a copy, no more, and what it allowed before?"""
    import json

    import boto3

    from course import cloud
    from course.models.policy import Request, allows

    cloud.start()
    ec2, kms = boto3.client("ec2"), boto3.client("kms")
    key = kms.create_key(Description="backups")["KeyMetadata"]["Arn"]
    aws_ebs = kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]["Arn"]
    volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a", Encrypted=True)["VolumeId"]
    first = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    for of in (key, aws_ebs):
        source = ec2.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=first, Encrypted=True, KmsKeyId=of)
        share_backup(source["SnapshotId"], "111122223333", key)
        policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
        theirs, own = "arn:aws:iam::111122223333:role/restore", "arn:aws:iam::123456789012:role/backup"
        for principal, action, expected in (
            (theirs, "kms:DescribeKey", True),
            (theirs, "kms:CreateGrant", True),
            (theirs, "kms:Decrypt", True),
            (theirs, "kms:ReEncryptFrom", True),
            (theirs, "kms:GenerateDataKeyWithoutPlaintext", True),
            (theirs, "kms:PutKeyPolicy", False),
            (theirs, "kms:ScheduleKeyDeletion", False),
            ("arn:aws:iam::999999999999:role/restore", "kms:Decrypt", False),
            (own, "kms:PutKeyPolicy", True),
        ):
            got = allows(policy, Request({"AWS": principal}, action, key))
            assert got == expected, (
                f"may {principal} call {action}? The policy of the backup key says {got}, expected {expected}: {policy}"
            )


@misconception(a_snapshot_under_aws_ebs_is_copied, swap={'snapshot.get("KmsKeyId") != key_id': "not snapshot"})
def shares_the_default_key() -> None:
    """You shared the snapshot under aws/ebs; AWS refuses that, since the policy of an AWS managed key is not yours."""


@misconception(a_snapshot_under_aws_ebs_is_copied, swap={", Encrypted=True, KmsKeyId=key_id": ", Encrypted=True"})
def copies_under_the_default_key() -> None:
    """You copied without naming a key; the copy is then encrypted under aws/ebs again, and cannot be shared either."""


@misconception(
    the_key_is_shared_too,
    swap={'kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=json.dumps(policy))': ""},
)
def shares_only_the_snapshot() -> None:
    """You shared the snapshot but not the key; the other account sees the snapshot and cannot decrypt it."""


@misconception(
    the_account_and_no_other_gets_it,
    swap={
        """ec2.modify_snapshot_attribute(
        SnapshotId=snapshot_id, Attribute="createVolumePermission", OperationType="add", UserIds=[account]
    )""": ""
    },
)
def shares_only_the_key() -> None:
    """You shared the key but not the snapshot; the other account may decrypt what it cannot see."""


@misconception(the_account_and_no_other_gets_it, swap={"UserIds=[account]": 'GroupNames=["all"]'})
def makes_it_public() -> None:
    """You shared the snapshot with everybody; one account asked for it, and AWS refuses a public encrypted snapshot."""


@misconception(a_good_snapshot_is_not_copied, swap={'snapshot.get("KmsKeyId") != key_id': "snapshot"})
def copies_always() -> None:
    """You copied a snapshot that was under the right key already; the copy takes time and is stored at your cost."""


@misconception(
    the_key_is_shared_too,
    swap={
        '["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]': (
            '["kms:Decrypt"]'
        )
    },
)
def allows_decrypt_alone() -> None:
    """You allowed kms:Decrypt alone; EBS works in the background through grants and re-encrypts the volume's key, so
    the copy fails without the others."""
