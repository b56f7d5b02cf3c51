"""The broken set-ups of the policy labs: their policies as somebody wrote them, and what requests should do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = "123456789012"
ANN_AS_DEVELOPER = f"arn:aws:sts::{_HERE}:assumed-role/Developer/Ann"
ANN, _BOB = f"arn:aws:iam::{_HERE}:user/Ann", f"arn:aws:iam::{_HERE}:user/Bob"
_ADMIN = f"arn:aws:iam::{_HERE}:role/KeyAdmin"
_ADMINS_SESSION = f"arn:aws:sts::{_HERE}:assumed-role/KeyAdmin/work"
_OLGA = "arn:aws:iam::444455556666:user/Olga"
KEY = f"arn:aws:kms:us-east-1:{_HERE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_INSTANCE = f"arn:aws:ec2:us-east-1:{_HERE}:instance/i-0abc"
_REPORT, _BUCKET = "arn:aws:s3:::reports/may.csv", "arn:aws:s3:::reports"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a lab and whether it should be allowed. `what` names it at the beginning of a complaint.

    `also` is an identity-based policy that the caller has beside those of the lab; `elsewhere` says that the resource
    is not the lab's own, so that its resource-based policy has no say.
    """

    what: str
    who: str
    action: str
    resource: str
    allowed: bool
    context: Mapping[str, str] = field(default_factory=dict)
    also: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class SetUp:
    """A lab's row: title, symptom, policy texts by slot, requests."""

    title: str
    symptom: str
    policies: Mapping[str, str]
    asks: tuple[Ask, ...]


def text(*statements: Mapping[str, Any]) -> str:
    """Return a policy's text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


FULL = text(allow("*"))


def _without_mfa(condition: Mapping[str, Any]) -> dict[str, Any]:
    return {"Sid": "OnlyMfa", "Effect": "Deny", "Action": "ec2:Terminate*", "Resource": "*", "Condition": condition}


SET_UPS: Mapping[str, SetUp] = {
    "boundary-forgets": SetUp(
        title="A developer who can read and not write",
        symptom=(
            "The role Developer allows all that Ann needs in the bucket reports. She lists and reads, but each upload "
            "is denied. The role's permissions boundary, which keeps developers away from IAM, must go on doing that."
        ),
        policies={
            "identity": text(
                allow(["s3:ListBucket", "s3:GetObject", "s3:PutObject"], [_BUCKET, f"{_BUCKET}/*"], Sid="Work")
            ),
            "boundary": text(allow(["s3:Get*", "s3:List*", "ec2:*"], Sid="Developers")),
            "bucket": "",
        },
        asks=(
            Ask("Ann's upload of a report", ANN_AS_DEVELOPER, "s3:PutObject", _REPORT, allowed=True),
            Ask("Ann's reading of a report", ANN_AS_DEVELOPER, "s3:GetObject", _REPORT, allowed=True),
            Ask("Ann's listing of the reports", ANN_AS_DEVELOPER, "s3:ListBucket", _BUCKET, allowed=True),
            Ask("Ann's deleting of the bucket", ANN_AS_DEVELOPER, "s3:DeleteBucket", _BUCKET, allowed=False),
            Ask("Bob's upload of a report", _BOB, "s3:PutObject", _REPORT, allowed=False),
            Ask(
                "Ann's making of a user, when somebody attaches AdministratorAccess to the role",
                ANN_AS_DEVELOPER,
                "iam:CreateUser",
                f"arn:aws:iam::{_HERE}:user/New",
                allowed=False,
                also=FULL,
                elsewhere=True,
            ),
        ),
    ),
    "scp-missing-at-ou": SetUp(
        title="A service that nobody in the OU can use",
        symptom=(
            "The accounts of the OU Sandbox should use EC2, S3 and SQS, and never change IAM users. Ann, an "
            "administrator, has every permission, yet all her calls of SQS are denied. Root and account have "
            "FullAWSAccess, which is in order."
        ),
        policies={
            "root": FULL,
            "ou": text(allow(["ec2:*", "s3:*"], Sid="AllowList")),
            "account": FULL,
            "identity": FULL,
        },
        asks=(
            Ask("Ann's sending to a queue", ANN, "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{_HERE}:q", allowed=True),
            Ask("Ann's starting of an instance", ANN, "ec2:StartInstances", _INSTANCE, allowed=True),
            Ask("Ann's reading of a report", ANN, "s3:GetObject", _REPORT, allowed=True),
            Ask("Ann's making of a user", ANN, "iam:CreateUser", f"arn:aws:iam::{_HERE}:user/New", allowed=False),
            Ask(
                "Bob, without permissions, sending",
                _BOB,
                "sqs:SendMessage",
                f"arn:aws:sqs:us-east-1:{_HERE}:q",
                allowed=False,
            ),
        ),
    ),
    "mfa-key-missing": SetUp(
        title="An instance that was terminated without MFA",
        symptom=(
            "A Deny forbids to terminate instances without MFA, and in the console it works. Then a script terminated "
            "production with Ann's access key, and no MFA device was near."
        ),
        policies={
            "identity": text(
                allow("ec2:*", Sid="Operate"), _without_mfa({"Bool": {"aws:MultiFactorAuthPresent": "false"}})
            ),
        },
        asks=(
            Ask(
                "Terminating with an access key, which has no MFA key at all",
                ANN,
                "ec2:TerminateInstances",
                _INSTANCE,
                allowed=False,
            ),
            Ask(
                "Terminating in a session without MFA",
                ANN,
                "ec2:TerminateInstances",
                _INSTANCE,
                allowed=False,
                context={"aws:MultiFactorAuthPresent": "false"},
            ),
            Ask(
                "Terminating in a session with MFA",
                ANN,
                "ec2:TerminateInstances",
                _INSTANCE,
                allowed=True,
                context={"aws:MultiFactorAuthPresent": "true"},
            ),
            Ask("Describing instances with an access key", ANN, "ec2:DescribeInstances", "*", allowed=True),
        ),
    ),
    "bucket-is-not-its-objects": SetUp(
        title="Reports that can be listed and not opened",
        symptom=(
            "Ann sees every file of the bucket reports in a list, and gets AccessDenied as soon as she opens one. Her "
            "policy names the bucket and both actions. The bucket reports-hr is none of her business."
        ),
        policies={"identity": text(allow(["s3:ListBucket", "s3:GetObject"], _BUCKET, Sid="Read")), "bucket": ""},
        asks=(
            Ask("Ann's reading of a report", ANN, "s3:GetObject", _REPORT, allowed=True),
            Ask("Ann's reading of a report in a folder", ANN, "s3:GetObject", f"{_BUCKET}/2026/may.csv", allowed=True),
            Ask("Ann's listing of the reports", ANN, "s3:ListBucket", _BUCKET, allowed=True),
            Ask("Ann's writing of a report", ANN, "s3:PutObject", _REPORT, allowed=False),
            Ask(
                "Ann's reading in reports-hr",
                ANN,
                "s3:GetObject",
                f"{_BUCKET}-hr/pay.csv",
                allowed=False,
                elsewhere=True,
            ),
            Ask("Bob's reading of a report", _BOB, "s3:GetObject", _REPORT, allowed=False),
        ),
    ),
    "key-delegates-nobody": SetUp(
        title="A key that no IAM policy opens",
        symptom=(
            "Somebody made the key policy from scratch and named only the administrators' role. Ann's identity policy "
            "allows kms:Decrypt, and she still cannot open a single file. Nobody else should be able to."
        ),
        policies={
            "identity": text(allow("kms:Decrypt", Sid="Open")),
            "key": text(
                allow(["kms:Describe*", "kms:Put*", "kms:ScheduleKeyDeletion"], Sid="Admins", Principal={"AWS": _ADMIN})
            ),
        },
        asks=(
            Ask("Ann's decrypting", ANN, "kms:Decrypt", KEY, allowed=True),
            Ask("Ann's deleting of the key", ANN, "kms:ScheduleKeyDeletion", KEY, allowed=False),
            Ask("Bob's decrypting", _BOB, "kms:Decrypt", KEY, allowed=False),
            Ask(
                "Olga's decrypting from another account, whose administrators allow her everything",
                _OLGA,
                "kms:Decrypt",
                KEY,
                allowed=False,
                also=FULL,
            ),
            Ask(
                "The key administrators' changing of the key policy",
                _ADMINS_SESSION,
                "kms:PutKeyPolicy",
                KEY,
                allowed=True,
            ),
        ),
    ),
}
