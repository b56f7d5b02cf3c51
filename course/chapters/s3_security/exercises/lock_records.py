"""Keep it, whoever asks.

A broker must keep each trade record for years. Until then **nobody** may delete it, not an administrator, not the
root user. Some records are part of a lawsuit: they stay as long as the court wants, even when the years are over.

Write `lock_records(bucket, days, records, held)`. Create the bucket and store `records` (key to text) in it, so that

- no version of a record can be deleted for `days` days by anybody; the bucket does this for every new object, also for
  those that other programs store later;
- the records whose keys are in `held` are under a **legal hold**, and nobody can delete them before it is taken off.

It returns nothing.

```python
lock_records("trades", 2555, {"t-1": "buy 10", "t-2": "sell 5"}, ["t-2"])
```

Objective: Protect objects with Object Lock: a default retention in compliance mode, and legal holds.
Out of scope: Who may set holds, governance mode's bypass, S3 Glacier Vault Lock, lifecycle rules.
Kind: cloud
Task: 1.3
Hint: Object Lock is switched on at `create_bucket` with `ObjectLockEnabledForBucket=True`; this switches versioning on.
Hint: `put_object_lock_configuration` sets the default retention, with `Mode` and `Days`. It counts for objects that
come after it, so set it first.
Hint: One of the two modes can be bypassed with a permission, the other by nobody. Which is which?
Hint: `put_object_legal_hold(…, LegalHold={"Status": "ON"})`.
"""

import boto3

from course.authoring import case, misconception


def lock_records(bucket: str, days: int, records: dict[str, str], held: list[str]) -> None:
    """Create the bucket and store the records, locked for `days`, those in `held` under a legal hold as well."""
    ### BEGIN SOLUTION
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    retention = {"Mode": "COMPLIANCE", "Days": days}
    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
    )
    for key, text in records.items():
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    for key in held:
        s3.put_object_legal_hold(Bucket=bucket, Key=key, LegalHold={"Status": "ON"})
    ### END SOLUTION


@case(points=2)
def not_even_with_a_bypass() -> None:
    """Is the deletion of a record's version refused, even to somebody who may bypass governance mode?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    s3 = boto3.client("s3")
    lock_records("trades", 365, {"t-1": "buy 10", "t-2": "sell 5"}, [])
    versions = s3.list_object_versions(Bucket="trades").get("Versions", [])
    found = sorted(version["Key"] for version in versions)
    assert found == ["t-1", "t-2"], f"the bucket trades holds {found}, expected one version of each record"
    cloud.advance(364 * 86_400)
    for bypass in ({}, {"BypassGovernanceRetention": True}):
        deleted = []
        for version in versions:
            try:
                s3.delete_object(Bucket="trades", Key=version["Key"], VersionId=version["VersionId"], **bypass)
                deleted.append(version["Key"])
            except ClientError:
                pass
        how = " with BypassGovernanceRetention" if bypass else ""
        assert not deleted, (
            f"on day 364 of 365 a delete{how} of {deleted} succeeded, expected AccessDenied: nobody may delete it "
            "in this time"
        )


@case(points=1)
def later_records_are_locked_too() -> None:
    """Is a record locked that another program stores later, without a word about retention?"""
    import boto3

    from course import cloud

    cloud.start()
    s3 = boto3.client("s3")
    lock_records("trades", 30, {"t-1": "buy 10"}, [])
    s3.put_object(Bucket="trades", Key="t-9", Body=b"sell 1")
    head = s3.head_object(Bucket="trades", Key="t-9")
    assert head.get("ObjectLockMode") == "COMPLIANCE", (
        f"a record that was stored later has the ObjectLockMode {head.get('ObjectLockMode')!r}, expected 'COMPLIANCE': "
        "the default retention of the bucket locks what comes in"
    )
    days = (head["ObjectLockRetainUntilDate"] - head["LastModified"]).days
    assert days == 30, f"lock_records('trades', 30, …) locks a later record for {days} days, expected 30"


@case(points=1)
def a_lock_ends() -> None:
    """Can a record without a hold be deleted when its time is over?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    s3 = boto3.client("s3")
    lock_records("trades", 30, {"t-1": "buy 10"}, [])
    version = s3.list_object_versions(Bucket="trades")["Versions"][0]
    cloud.advance(31 * 86_400)
    try:
        s3.delete_object(Bucket="trades", Key="t-1", VersionId=version["VersionId"])
    except ClientError as error:
        raise AssertionError(f"on day 31 of 30 the delete of t-1 gave: {error}, expected it to succeed") from None


@case(points=2)
def a_hold_stays() -> None:
    """Does a held record outlive its time, until the hold is taken off, and is no other one held?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    s3 = boto3.client("s3")
    lock_records("trades", 30, {"t-1": "buy 10", "t-2": "sell 5", "t-3": "buy 7"}, ["t-2"])
    versions = {
        version["Key"]: version["VersionId"] for version in s3.list_object_versions(Bucket="trades")["Versions"]
    }
    cloud.advance(400 * 86_400)
    kept = []
    for key, version in versions.items():
        try:
            s3.delete_object(Bucket="trades", Key=key, VersionId=version, BypassGovernanceRetention=True)
        except ClientError:
            kept.append(key)
    assert kept == ["t-2"], (
        f"400 days later, with a retention of 30, the deletes of {kept} were refused, expected those of ['t-2']: a "
        "legal hold has no end, and it protects only what it is put on"
    )
    s3.put_object_legal_hold(Bucket="trades", Key="t-2", VersionId=versions["t-2"], LegalHold={"Status": "OFF"})
    deleted_now = s3.delete_object(Bucket="trades", Key="t-2", VersionId=versions["t-2"])
    assert deleted_now["ResponseMetadata"]["HTTPStatusCode"] == 204, "without the hold the record can be deleted"


@misconception(not_even_with_a_bypass, later_records_are_locked_too, swap={"COMPLIANCE": "GOVERNANCE"})
def uses_governance() -> None:
    """You used governance mode; who has s3:BypassGovernanceRetention can delete the records all the same."""


@misconception(
    not_even_with_a_bypass,
    later_records_are_locked_too,
    swap={
        """    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
    )
""": "    assert retention\n"
    },
)
def only_switches_it_on() -> None:
    """You switched Object Lock on and set no retention; an object without a retention or a hold is not locked."""


@misconception(a_lock_ends, a_hold_stays, swap={"for key in held:": "for key in records:"})
def holds_everything() -> None:
    """You put every record under a legal hold; those that no court wants can never be deleted by their time."""


@misconception(a_hold_stays, swap={'LegalHold={"Status": "ON"}': 'LegalHold={"Status": "OFF"}'})
def takes_holds_off() -> None:
    """You took the holds off; the held records can be deleted as soon as the retention is over."""


@misconception(a_lock_ends, a_hold_stays, later_records_are_locked_too, swap={'"Days": days': '"Years": days'})
def counts_in_years() -> None:
    """You gave the days as years; in compliance mode nobody can correct that, and you pay for all the years."""


@misconception(not_even_with_a_bypass, later_records_are_locked_too, a_hold_stays)
def relies_on_versioning(bucket: str, days: int, records: dict[str, str], held: list[str]) -> None:
    """You relied on versioning; it keeps old versions from being overwritten, but a version can still be deleted."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key, text in records.items():
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
