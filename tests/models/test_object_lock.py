"""Does the model of Object Lock protect a version as S3 does?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from course import cloud
from course.models.object_lock import Lock, Mode, Operation, attempt

modes = st.sampled_from([None, *get_args(Mode)])
locks = st.builds(Lock, modes, st.integers(1, 60).map(float), st.booleans())
days = st.integers(0, 90).map(float)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("mode", [None, *get_args(Mode)])
@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("bypass", [False, True])
@pytest.mark.parametrize("day", [9, 11])
def test_deletes_as_in_moto(mode: Mode | None, day: int, *, hold: bool, bypass: bool) -> None:
    """Is the delete of a version refused exactly where moto's S3 refuses it?"""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="records", ObjectLockEnabledForBucket=True)
    now = s3.list_buckets()["ResponseMetadata"]["HTTPHeaders"]["date"]
    start = datetime.strptime(now, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    options = {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": start + timedelta(days=10)} if mode else {}
    version = s3.put_object(Bucket="records", Key="t-1", Body=b"", **options)["VersionId"]
    if hold:
        s3.put_object_legal_hold(Bucket="records", Key="t-1", LegalHold={"Status": "ON"})
    cloud.advance(day * 86_400)
    try:
        header = {"BypassGovernanceRetention": True} if bypass else {}  # moto takes the header with False for True
        s3.delete_object(Bucket="records", Key="t-1", VersionId=version, **header)
        allowed = True
    except ClientError:
        allowed = False

    ours = attempt(Lock(mode, 10.0, hold), "delete the version", float(day), bypass=bypass)
    assert ours.allowed == allowed
    assert ours.version_kept != allowed


@given(locks, days, st.booleans(), st.sampled_from(get_args(Operation)), days)
def test_a_version_goes_only_by_its_own_delete(
    lock: Lock,
    day: float,
    bypass: bool,  # noqa: FBT001 - an argument of a property
    operation: Operation,
    to: float,
) -> None:
    """Does nothing but an allowed delete of the version destroy it, and does every outcome say why?"""
    outcome = attempt(lock, operation, day, bypass=bypass, to=to)
    assert outcome.version_kept == (not (outcome.allowed and operation == "delete the version"))
    assert outcome.reason
    if not outcome.allowed:
        assert outcome.lock == lock


@given(locks, days, st.booleans(), days)
def test_compliance_is_never_weakened(lock: Lock, day: float, bypass: bool, to: float) -> None:  # noqa: FBT001
    """In compliance mode, does no attempt end the protection earlier than the day that was set?"""
    if lock.mode != "COMPLIANCE" or not lock.retained(day):
        return
    for operation in get_args(Operation):
        outcome = attempt(lock, operation, day, bypass=bypass, to=to)
        assert outcome.lock.mode == "COMPLIANCE"
        assert outcome.lock.retain_until >= lock.retain_until
        assert outcome.version_kept


@given(locks, days, days)
def test_what_a_bypass_changes(lock: Lock, day: float, to: float) -> None:
    """Does the bypass matter in a running governance retention only, and never against a legal hold?"""
    for operation in get_args(Operation):
        without, with_it = (attempt(lock, operation, day, bypass=b, to=to) for b in (False, True))
        guarded = operation in ("delete the version", "shorten the retention")
        held = lock.legal_hold and operation == "delete the version"
        expected = guarded and lock.mode == "GOVERNANCE" and lock.retained(day) and not held
        assert (without.allowed != with_it.allowed) == expected


def test_a_retention_can_be_made_longer() -> None:
    """Is a retention lengthened in every mode, and never shortened by that?"""
    for mode in get_args(Mode):
        longer = attempt(Lock(mode, 10.0), "lengthen the retention", 5.0, to=20.0)
        assert longer.lock == Lock(mode, 20.0)
        assert attempt(Lock(mode, 10.0), "lengthen the retention", 5.0, to=3.0).lock.retain_until == 10.0
