"""The situations of the policy demo: each a request with the policies that decide it, ready to be edited."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE, THERE, MANAGEMENT = "111122223333", "444455556666", "999999999999"
ANN = f"arn:aws:iam::{HERE}:user/Ann"
READER = f"arn:aws:iam::{HERE}:role/Reader"
SESSION = f"arn:aws:sts::{HERE}:assumed-role/Reader/batch"
KIOSK = f"arn:aws:sts::{HERE}:federated-user/kiosk"
OLGA = f"arn:aws:iam::{THERE}:user/Olga"
LINKED = f"arn:aws:iam::{HERE}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
KEY = f"arn:aws:kms:eu-west-1:{HERE}:key/1234abcd"
OBJECT = "arn:aws:s3:::reports/may.csv"

# what the dropdown says -> principal and issuer of the request
CALLERS: Mapping[str, tuple[Mapping[str, str] | None, str]] = {
    "user Ann": ({"AWS": ANN}, ""),
    "session batch of role Reader": ({"AWS": SESSION}, ""),
    "federated user kiosk, by Ann": ({"AWS": KIOSK}, ANN),
    "root user": ({"AWS": HERE}, ""),
    "user Olga of another account": ({"AWS": OLGA}, ""),
    "service-linked role of Auto Scaling": (
        {"AWS": f"arn:aws:sts::{HERE}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling"},
        LINKED,
    ),
    "service sns.amazonaws.com": ({"Service": "sns.amazonaws.com"}, ""),
    "anonymous": (None, ""),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """The texts of the demo's controls: empty is no such policy, or no organization where SCP and RCP are empty."""

    caller: str = "user Ann"
    action: str = "s3:GetObject"
    resource: str = OBJECT
    context: str = ""
    identity: str = ""
    resource_policy: str = ""
    boundary: str = ""
    session: str = ""
    scp: str = ""
    rcp: str = ""

    def values(self) -> dict[str, str]:
        """Return the texts by control."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def text(*statements: Mapping[str, Any]) -> str:
    """Return a policy as a person writes it: a statement's element is a line, an object in it too."""
    lines = ['{"Version": "2012-10-17", "Statement": [']
    for number, statement in enumerate(statements):
        elements = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in statement.items()]
        comma = "," if number < len(statements) - 1 else ""
        lines.append("  {" + ",\n   ".join(elements) + "}" + comma)
    return "\n".join([*lines, "]}"])


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an Allow statement."""
    return {"Effect": "Allow", **more, "Action": action, "Resource": resource}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a Deny statement; a Condition goes to its end."""
    condition = {"Condition": more.pop("Condition")} if "Condition" in more else {}
    return {"Effect": "Deny", **more, "Action": action, "Resource": resource, **condition}


_ALL, _S3, _EC2 = text(allow("*")), text(allow("s3:*")), text(allow("ec2:*"))
_REPORTS = "arn:aws:s3:::reports/*"

SITUATIONS: Mapping[str, Situation] = {
    "an identity policy allows": Situation(identity=text(allow("s3:GetObject", _REPORTS, Sid="ReadReports"))),
    "a bucket is not its objects": Situation(
        identity=text(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::reports", Sid="ReadReports"))
    ),
    "an explicit deny wins": Situation(
        identity=_S3,
        resource_policy=text(
            allow("s3:GetObject", _REPORTS, Sid="Ann", Principal={"AWS": ANN}),
            deny(
                "s3:*",
                _REPORTS,
                Sid="OnlyTls",
                Principal="*",
                Condition={"Bool": {"aws:SecureTransport": "false"}},
            ),
        ),
        context='{"aws:SecureTransport": "false"}',
    ),
    "a boundary forgets an action": Situation(identity=_S3, boundary=text(allow("s3:ListBucket", Sid="Limit"))),
    "a bucket policy names the user": Situation(
        boundary=text(allow("s3:ListBucket", Sid="Limit")),
        resource_policy=text(allow("s3:GetObject", _REPORTS, Sid="Ann", Principal={"AWS": ANN})),
    ),
    "a bucket policy names the role": Situation(
        caller="session batch of role Reader",
        boundary=text(allow("s3:ListBucket", Sid="Limit")),
        resource_policy=text(allow("s3:GetObject", _REPORTS, Sid="Role", Principal={"AWS": READER})),
    ),
    "an SCP at the OU leaves it out": Situation(identity=_ALL, scp=text(allow(["ec2:*", "sqs:*"], Sid="OnlyThese"))),
    "an RCP keeps strangers out": Situation(
        caller="user Olga of another account",
        identity=_S3,
        resource_policy=text(allow("s3:GetObject", _REPORTS, Sid="Open", Principal="*")),
        rcp=text(
            deny(
                "s3:*",
                Sid="OnlyUs",
                Principal="*",
                Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}},
            )
        ),
    ),
    "two accounts: both must allow": Situation(
        caller="user Olga of another account",
        identity=_EC2,
        resource_policy=text(allow("s3:GetObject", _REPORTS, Sid="Olga", Principal={"AWS": THERE})),
    ),
    "a key policy names nobody of them": Situation(
        action="kms:Decrypt",
        resource=KEY,
        identity=text(allow("kms:*")),
        resource_policy=text(allow("kms:*", Sid="Admins", Principal={"AWS": f"arn:aws:iam::{HERE}:role/KeyAdmin"})),
    ),
    "Bool and a key that is missing": Situation(
        action="ec2:TerminateInstances",
        resource=f"arn:aws:ec2:eu-west-1:{HERE}:instance/i-0abc",
        identity=text(
            allow("ec2:*"),
            deny("ec2:Terminate*", Sid="OnlyMfa", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
        ),
    ),
    "a variable without a value": Situation(
        caller="session batch of role Reader",
        resource="arn:aws:s3:::home/Ann/notes.txt",
        identity=text(allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*", Sid="Home")),
    ),
}
