"""Nobody deletes it with a stolen key.

The bucket keeps backups. Whoever steals an administrator's access keys shall not be able to delete a version for good,
or to switch versioning off. **MFA Delete** asks for a code from a device as well.

Write `guard_versions(bucket, device, code)`. The bucket exists; switch versioning and MFA Delete on, in one call.
`device` is the serial number of the root user's MFA device, for a virtual one its ARN, and `code` the six digits that
it shows now. It returns nothing.

```python
guard_versions("backups", "arn:aws:iam::123456789012:mfa/root", "123456")
```

In AWS only the root user's credentials may do this, and the console cannot. The offline AWS accepts the call and
forgets MFA Delete, so the cases look at the call that you made, as CloudTrail would show it.

Objective: Switch MFA Delete on, with everything that S3 wants in the call.
Out of scope: Registering a device, deleting a version with a code.
Kind: cloud
Task: 1.3
Hint: MFA Delete is a part of the versioning configuration: `put_bucket_versioning`.
Hint: `VersioningConfiguration` has `Status` and `MFADelete`; both are `"Enabled"`.
Hint: The `MFA` parameter is one text: the device's serial number, a space, and the code.
"""

import boto3

from course.authoring import case, misconception


def guard_versions(bucket: str, device: str, code: str) -> None:
    """Switch versioning and MFA Delete of the bucket on, with the code that the device shows."""
    ### BEGIN SOLUTION
    boto3.client("s3").put_bucket_versioning(
        Bucket=bucket,
        MFA=f"{device} {code}",
        VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"},
    )
    ### END SOLUTION


@case(points=1)
def old_versions_are_kept() -> None:
    """Does the bucket keep old versions afterwards?"""
    import boto3

    from course import cloud

    cloud.start()
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="backups")
    guard_versions("backups", "arn:aws:iam::123456789012:mfa/root", "123456")
    for text in ("monday", "tuesday"):
        s3.put_object(Bucket="backups", Key="db.dump", Body=text.encode())
    kept = len(s3.list_object_versions(Bucket="backups").get("Versions", []))
    assert kept == 2, f"an object was stored twice, and {kept} of its versions are kept, expected 2: versioning is off"


@case(points=2)
def mfa_delete_is_asked_for() -> None:
    """Does the call that switches versioning on ask for MFA Delete?"""
    import boto3

    from course import cloud

    cloud.start()
    boto3.client("s3").create_bucket(Bucket="backups")
    guard_versions("backups", "arn:aws:iam::123456789012:mfa/root", "123456")
    calls = [dict(call.parameters) for call in cloud.calls() if call.operation == "PutBucketVersioning"]
    assert calls, "guard_versions made no PutBucketVersioning: MFA Delete is part of the versioning configuration"
    asked = calls[-1].get("VersioningConfiguration")
    assert asked == {"Status": "Enabled", "MFADelete": "Enabled"}, (
        f"guard_versions sent VersioningConfiguration {asked}, expected Status and MFADelete, both Enabled"
    )


@case(points=2)
def the_device_and_its_code_are_sent() -> None:
    """Does the call carry serial number and code, as one text?"""
    import boto3

    from course import cloud

    cloud.start()
    boto3.client("s3").create_bucket(Bucket="backups")
    for device, code in (("arn:aws:iam::123456789012:mfa/root", "123456"), ("20899872", "001749")):
        guard_versions("backups", device, code)
        calls = [dict(call.parameters) for call in cloud.calls() if call.operation == "PutBucketVersioning"]
        assert calls, "guard_versions made no PutBucketVersioning"
        sent = calls[-1].get("MFA")
        assert sent == f"{device} {code}", (
            f"guard_versions('backups', {device!r}, {code!r}) sent MFA {sent!r}, expected {f'{device} {code}'!r}"
        )


@misconception(mfa_delete_is_asked_for, swap={', "MFADelete": "Enabled"': ""})
def only_versions() -> None:
    """You switched versioning on and not MFA Delete; a version can then be deleted for good without a code."""


@misconception(old_versions_are_kept, mfa_delete_is_asked_for, swap={'"Status": "Enabled"': '"Status": "Suspended"'})
def suspends_versioning() -> None:
    """You suspended versioning; then a new object overwrites the old one, and there is nothing left to protect."""


@misconception(the_device_and_its_code_are_sent, swap={'f"{device} {code}"': "code"})
def sends_the_code_alone() -> None:
    """You sent the code alone; S3 has to know of which device it is, so the serial number stands before it."""


@misconception(the_device_and_its_code_are_sent, swap={'f"{device} {code}"': 'f"{code} {device}"'})
def turns_them_round() -> None:
    """You wrote the code first; the text is serial number, space, code."""


@misconception(the_device_and_its_code_are_sent, swap={'{code}"': '{int(code)}"'})
def makes_a_number_of_it() -> None:
    """You made a number of the code; one that begins with a zero loses it."""
