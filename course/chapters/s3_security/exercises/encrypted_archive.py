"""Encrypt whatever comes, with a key of your own.

Invoices go into a bucket. The auditors want to see in CloudTrail who decrypted which invoice, and the security team
wants to withdraw the key one day. Programs that upload know nothing of encryption and send no header.

Write `encrypted_archive(name)`. Create the bucket and a KMS key, and return the **key's ARN**:

- what is uploaded without any header is encrypted with this key (SSE-KMS);
- it is a **customer managed key**: not `aws/s3`, whose policy nobody can change;
- the bucket uses an **S3 Bucket Key**, so that a million invoices do not make a million calls to KMS.

```python
arn = encrypted_archive("invoices")  # arn:aws:kms:us-east-1:123456789012:key/…
```

Objective: Set a bucket's default encryption to SSE-KMS with a customer managed key and a Bucket Key.
Out of scope: The key's policy, rotation, objects that are in the bucket already.
Kind: cloud
Task: 1.3
Hint: Three calls: `create_key` in KMS, `create_bucket` and `put_bucket_encryption` in S3.
Hint: `put_bucket_encryption` takes `ServerSideEncryptionConfiguration={"Rules": [{…}]}`, and in the rule
`ApplyServerSideEncryptionByDefault`.
Hint: Without `KMSMasterKeyID` the rule means the AWS managed key. `BucketKeyEnabled` stands beside
`ApplyServerSideEncryptionByDefault`, not in it.
"""

import boto3

from course.authoring import case, misconception


def encrypted_archive(name: str) -> str:
    """Create the bucket `name`, encrypted by default with a new customer managed key; return the key's ARN."""
    ### BEGIN SOLUTION
    s3, kms = boto3.client("s3"), boto3.client("kms")
    key: str = kms.create_key(Description=f"Encrypts the bucket {name}")["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket=name)
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
        "BucketKeyEnabled": True,
    }
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return key
    ### END SOLUTION


@case(points=2)
def an_upload_without_a_header_is_encrypted() -> None:
    """Is an object that is uploaded without any header encrypted with the key that was returned?"""
    import boto3

    from course import cloud

    cloud.start()
    s3 = boto3.client("s3")
    arn = encrypted_archive("invoices")
    assert type(arn) is str, f"encrypted_archive('invoices') gave {arn!r}, expected the ARN of the key"
    s3.put_object(Bucket="invoices", Key="2026/4711.pdf", Body=b"...")
    head = s3.head_object(Bucket="invoices", Key="2026/4711.pdf")
    way = head.get("ServerSideEncryption")
    assert way == "aws:kms", (
        f"an invoice that was uploaded without a header has ServerSideEncryption {way!r}, expected 'aws:kms': what an "
        "upload does not say, the default encryption of the bucket decides"
    )
    used = head.get("SSEKMSKeyId")
    assert used == arn, f"the invoice is encrypted with the key {used!r}, expected the one that was returned, {arn!r}"
    ### BEGIN HIDDEN TESTS
    other = encrypted_archive("contracts")
    s3.put_object(Bucket="contracts", Key="a", Body=b"...")
    used = s3.head_object(Bucket="contracts", Key="a").get("SSEKMSKeyId")
    assert used == other, f"encrypted_archive('contracts') encrypts with {used!r}, expected the key returned, {other!r}"
    ### END HIDDEN TESTS


@case(points=1)
def the_key_is_yours() -> None:
    """Is the key a customer managed one that exists and is enabled?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    arn = encrypted_archive("invoices")
    s3, kms = boto3.client("s3"), boto3.client("kms")
    try:
        rule = s3.get_bucket_encryption(Bucket="invoices")["ServerSideEncryptionConfiguration"]["Rules"][0]
    except ClientError as error:
        raise AssertionError(f"the bucket invoices has no default encryption of yours: {error}") from None
    named = rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
    assert named, (
        "the default encryption of invoices names no KMSMasterKeyID, so S3 uses the AWS managed key aws/s3: nobody "
        "can change its policy, expected a customer managed key"
    )
    try:
        found = kms.describe_key(KeyId=named)["KeyMetadata"]
    except ClientError as error:
        raise AssertionError(f"the default encryption of invoices names {named!r}, and KMS says: {error}") from None
    assert (found["KeyManager"], found["Enabled"]) == ("CUSTOMER", True), (
        f"the key {named} has the KeyManager {found['KeyManager']} and Enabled {found['Enabled']}, expected an enabled "
        "key of the CUSTOMER"
    )
    assert found["Arn"] == arn, f"encrypted_archive('invoices') gave {arn!r}, expected the ARN {found['Arn']!r}"


@case(points=1)
def kms_is_called_seldom() -> None:
    """Does the bucket use a Bucket Key?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    encrypted_archive("invoices")
    s3 = boto3.client("s3")
    try:
        rule = s3.get_bucket_encryption(Bucket="invoices")["ServerSideEncryptionConfiguration"]["Rules"][0]
    except ClientError as error:
        raise AssertionError(f"the bucket invoices has no default encryption of yours: {error}") from None
    assert rule.get("BucketKeyEnabled") is True, (
        f"the rule of invoices has BucketKeyEnabled {rule.get('BucketKeyEnabled')!r}, expected True: without it S3 "
        "asks KMS for every single object"
    )


@misconception(
    an_upload_without_a_header_is_encrypted,
    the_key_is_yours,
    swap={', "KMSMasterKeyID": key': ""},
)
def uses_the_aws_managed_key() -> None:
    """You named no key; S3 then uses aws/s3, which you can neither withdraw nor let another account use."""


@misconception(kms_is_called_seldom, swap={'"BucketKeyEnabled": True': '"BucketKeyEnabled": False'})
def leaves_the_bucket_key_off() -> None:
    """You left the Bucket Key off; each object then costs a KMS request, and a busy bucket meets KMS's quota."""


@misconception(
    an_upload_without_a_header_is_encrypted,
    the_key_is_yours,
    swap={'{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}': '{"SSEAlgorithm": "AES256"}'},
)
def chooses_s3_keys() -> None:
    """You chose SSE-S3; it encrypts, but with keys that you cannot withdraw and whose use no CloudTrail event shows."""


@misconception(
    an_upload_without_a_header_is_encrypted, the_key_is_yours, swap={"return key": 'return key.rpartition("/")[2]'}
)
def returns_the_id() -> None:
    """You returned the key's ID; another account or Region would look for it at home, so hand on the whole ARN."""
