"""What a user or a role of the running AWS may do: IAM's policy simulator, which the offline AWS does not have.

It reads the policies with boto3, as anybody with read access to IAM could, and lets `course.models.policy` decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3

from course.errors import CourseError
from course.models.policy import Policies, Policy, Request, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.models.policy import Decision, Evaluation


class SimulatorError(CourseError, ValueError):
    """The ARN is not that of a user or a role."""


def simulate(
    arn: str, action: str, resource: str = "*", context: Mapping[str, str | Sequence[str]] | None = None
) -> Decision:
    """Say how IAM decides about one request of a user or role: 'allowed', 'explicitDeny' or 'implicitDeny'.

    `context` holds the condition keys of the request, such as {"aws:MultiFactorAuthPresent": "true"}; `resource` is
    an ARN, or '*' for an action that has none. What counts are the identity-based policies and the permissions
    boundary: resource-based policies and the organization's are not read.

    Raises `SimulatorError` for another ARN, botocore's NoSuchEntity for one that does not exist.
    """
    return explain(arn, action, resource, context).decision


def explain(
    arn: str, action: str, resource: str = "*", context: Mapping[str, str | Sequence[str]] | None = None
) -> Evaluation:
    """Return the same decision with its steps; `deciding.sentence` gives the reason."""
    boundary = _boundary(*_kind_and_name(arn))
    return evaluate(
        Request(_principal(arn), action, resource, context or {}), Policies(tuple(policies(arn)), boundary=boundary)
    )


def policies(arn: str) -> list[Policy]:
    """Return the identity-based policies of a user or role: inline, attached, and for a user those of the groups."""
    kind, name = _kind_and_name(arn)
    found = [*_inline(kind, name), *_attached(kind, name)]
    if kind == "user":
        for group in _pages("list_groups_for_user", "Groups", UserName=name):
            found += [*_inline("group", group["GroupName"]), *_attached("group", group["GroupName"])]
    return found


def _kind_and_name(arn: str) -> tuple[str, str]:
    kind, _, path = arn.rpartition(":")[2].partition("/")
    name = path.rpartition("/")[2]
    if not arn.startswith("arn:") or kind not in {"user", "role"} or not name:
        example = "arn:aws:iam::123456789012:user/ana"
        raise SimulatorError(f"{arn!r} is not the ARN of a user or role: write it like {example}.")
    return kind, name


def _principal(arn: str) -> dict[str, str]:
    """Who asks: a role works through a session."""
    kind, name = _kind_and_name(arn)
    if kind == "user":
        return {"AWS": arn}
    return {"AWS": f"arn:aws:sts::{arn.split(':')[4]}:assumed-role/{name}/{name}"}


def _inline(kind: str, name: str) -> Iterator[Policy]:
    read = getattr(boto3.client("iam"), f"get_{kind}_policy")
    for policy in _pages(f"list_{kind}_policies", "PolicyNames", **_named(kind, name)):
        document = read(PolicyName=policy, **_named(kind, name))["PolicyDocument"]
        yield Policy.read(document, f"the inline policy {policy} of the {kind} {name}")


def _attached(kind: str, name: str) -> Iterator[Policy]:
    for policy in _pages(f"list_attached_{kind}_policies", "AttachedPolicies", **_named(kind, name)):
        yield _managed(policy["PolicyArn"], f"the policy {policy['PolicyName']} of the {kind} {name}")


def _managed(arn: str, label: str) -> Policy:
    iam = boto3.client("iam")
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return Policy.read(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"], label)


def _boundary(kind: str, name: str) -> Policy | None:
    entity = getattr(boto3.client("iam"), f"get_{kind}")(**_named(kind, name))[kind.capitalize()]
    arn = entity.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return _managed(arn, f"the permissions boundary of the {kind} {name}") if arn else None


def _pages(operation: str, key: str, **parameters: str) -> Iterator[Any]:
    for page in boto3.client("iam").get_paginator(operation).paginate(**parameters):
        yield from page[key]


def _named(kind: str, name: str) -> dict[str, str]:
    return {f"{kind.capitalize()}Name": name}
