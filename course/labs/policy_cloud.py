"""The policy labs in the offline AWS: put their policies where AWS keeps them, and read what stands there now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from course.labs.error import LabError
from course.labs.policy_set_ups import KEY
from course.models.policy import Policy
from course.simulator import stored_boundary, stored_policies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

USER, ROLE, BUCKET, ALIAS, OU = "Ann", "Developer", "reports", "alias/reports", "Sandbox"
_FULL = "p-FullAWSAccess"
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"},
    }
)


def deploy(policies: Mapping[str, str]) -> dict[str, str]:
    """Make what the slots of a lab need; return the names and IDs by what they name."""
    names: dict[str, str] = {}
    for slots, make in _MAKERS.items():
        if any(slot in policies for slot in slots):
            names |= make(policies)
    return names


def read(policies: Mapping[str, str]) -> dict[str, tuple[Policy, ...]]:
    """Read the policies that stand now in the slots of a lab.

    Raises LabError for what was deployed and is gone, PolicyError for a policy that cannot be read.
    """
    try:
        readers = {**_READERS, "identity": lambda: _policies("role", ROLE)} if "boundary" in policies else _READERS
        return {slot: tuple(readers[slot]()) for slot in policies}
    except ClientError as error:
        raise LabError(f"The lab cannot be judged: {error.response['Error']['Message']}") from None


def resources(policies: Mapping[str, str]) -> dict[str, str]:
    """Return the ARN that a lab's key has in this AWS, by the one that its requests have."""
    if "key" not in policies:
        return {}
    arn: str = boto3.client("kms").describe_key(KeyId=ALIAS)["KeyMetadata"]["Arn"]
    return {KEY: arn}


def _identity(policies: Mapping[str, str]) -> dict[str, str]:
    """Make the user, or the role where there is a boundary: the offline AWS has boundaries for roles only."""
    iam = boto3.client("iam")
    if "boundary" not in policies:
        iam.create_user(UserName=USER)
        iam.put_user_policy(UserName=USER, PolicyName="work", PolicyDocument=policies["identity"])
        return {"user": USER, "policy": "work"}
    arn = iam.create_policy(PolicyName="boundary", PolicyDocument=policies["boundary"])["Policy"]["Arn"]
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=_TRUST, PermissionsBoundary=arn)
    iam.put_role_policy(RoleName=ROLE, PolicyName="work", PolicyDocument=policies["identity"])
    return {"role": ROLE, "policy": "work", "boundary": arn}


def _bucket(policies: Mapping[str, str]) -> dict[str, str]:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket=BUCKET)
    if policies["bucket"]:
        s3.put_bucket_policy(Bucket=BUCKET, Policy=policies["bucket"])
    return {"bucket": BUCKET}


def _key(policies: Mapping[str, str]) -> dict[str, str]:
    kms = boto3.client("kms")
    key: str = kms.create_key(Policy=policies["key"], BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=ALIAS, TargetKeyId=key)
    return {"key": key}


def _organization(policies: Mapping[str, str]) -> dict[str, str]:
    organizations = boto3.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root, Name=OU)["OrganizationalUnit"]["Id"]
    made = organizations.create_account(Email="sandbox@example.com", AccountName="sandbox")["CreateAccountStatus"]
    organizations.move_account(AccountId=made["AccountId"], SourceParentId=root, DestinationParentId=unit)
    allow_list = organizations.create_policy(
        Content=policies["ou"], Name="allow-list", Description="What the OU may use.", Type="SERVICE_CONTROL_POLICY"
    )["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=allow_list["Id"], TargetId=unit)
    organizations.detach_policy(PolicyId=_FULL, TargetId=unit)
    return {"root": root, "ou": unit, "account": made["AccountId"], "scp": allow_list["Id"]}


def _policies(kind: str, name: str) -> Iterator[Policy]:
    """Yield the policies of the user and of its groups, or of the role: the inline ones, then the attached ones."""
    for found in sorted(stored_policies(kind, name), key=lambda policy: not policy.inline):
        group = f" of group {found.owner}" if found.kind == "group" else ""
        yield Policy.read(found.document, f"policy {found.name}{group}" if found.inline else found.name)


def _boundaries() -> Iterator[Policy]:
    if found := stored_boundary("role", ROLE):
        yield Policy.read(found.document, found.name)


def _buckets() -> Iterator[Policy]:
    try:
        yield Policy.read(boto3.client("s3").get_bucket_policy(Bucket=BUCKET)["Policy"], "bucket policy")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise


def _keys() -> Iterator[Policy]:
    kms = boto3.client("kms")
    key = kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyId"]
    yield Policy.read(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"], "key policy")


def _scps(slot: str) -> Iterator[Policy]:
    organizations = boto3.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    unit = next((unit["Id"] for unit in units if unit["Name"] == OU), None)
    if unit is None:
        raise LabError(f"The lab cannot be judged: there is no OU {OU} below the root any more.")
    accounts = organizations.list_accounts_for_parent(ParentId=unit)["Accounts"]
    if not accounts:
        raise LabError(f"The lab cannot be judged: its account is not in the OU {OU} any more.")
    target = {"root": root, "ou": unit, "account": accounts[0]["Id"]}[slot]
    found = organizations.list_policies_for_target(TargetId=target, Filter="SERVICE_CONTROL_POLICY")["Policies"]
    for summary in found:
        content = organizations.describe_policy(PolicyId=summary["Id"])["Policy"]["Content"]
        yield Policy.read(content, f"SCP {summary['Name']}")


_MAKERS: Mapping[tuple[str, ...], Callable[[Mapping[str, str]], dict[str, str]]] = {
    ("identity",): _identity,
    ("bucket",): _bucket,
    ("key",): _key,
    ("ou",): _organization,
}
_READERS: Mapping[str, Callable[[], Iterator[Policy]]] = {
    "identity": lambda: _policies("user", USER),
    "boundary": _boundaries,
    "bucket": _buckets,
    "key": _keys,
    "root": lambda: _scps("root"),
    "ou": lambda: _scps("ou"),
    "account": lambda: _scps("account"),
}
