"""What a user or a role of the running AWS may do: IAM's policy simulator, which the offline AWS does not have.

It reads the policies with boto3, as anybody with read access to IAM could, and lets `course.models.policy` decide.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    kind, name = _kind_and_name(arn)
    limit = stored_boundary(kind, name)
    boundary = Policy.read(limit.document, f"the permissions boundary of the {kind} {name}") if limit else None
    return evaluate(
        Request(_principal(arn, kind, name), action, resource, context or {}),
        Policies(tuple(policies(arn)), boundary=boundary),
    )


def policies(arn: str) -> list[Policy]:
    """Return the identity-based policies of a user or role: inline, attached, and for a user those of the groups."""
    return [
        Policy.read(
            found.document, f"the {'inline ' * found.inline}policy {found.name} of the {found.kind} {found.owner}"
        )
        for found in stored_policies(*_kind_and_name(arn))
    ]


@dataclass(frozen=True, slots=True)
class Stored:
    """A policy as IAM keeps it, with its name. `kind` and `owner` say whose it is: ("group", "developers")."""

    name: str
    kind: str
    owner: str
    inline: bool
    document: Mapping[str, Any]


def stored_policies(kind: str, name: str) -> Iterator[Stored]:
    """Yield the policies of a user or a role, inline and attached, and for a user those of the groups.

    botocore's NoSuchEntity for an identity that does not exist.
    """
    iam = boto3.client("iam")
    yield from _policies_of(iam, kind, name)
    if kind == "user":
        for group in _pages(iam, "list_groups_for_user", "Groups", UserName=name):
            yield from _policies_of(iam, "group", group["GroupName"])


def stored_boundary(kind: str, name: str) -> Stored | None:
    """Return the permissions boundary of a user or a role; NoSuchEntity as above."""
    iam = boto3.client("iam")
    entity = getattr(iam, f"get_{kind}")(**_named(kind, name))[kind.capitalize()]
    arn = entity.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return _managed(iam, arn, kind, name) if arn else None


def _kind_and_name(arn: str) -> tuple[str, str]:
    kind, _, path = arn.rpartition(":")[2].partition("/")
    name = path.rpartition("/")[2]
    if not arn.startswith("arn:") or kind not in {"user", "role"} or not name:
        example = "arn:aws:iam::123456789012:user/ana"
        raise SimulatorError(f"{arn!r} is not the ARN of a user or role: write it like {example}.")
    return kind, name


def _principal(arn: str, kind: str, name: str) -> dict[str, str]:
    """Who asks: a role works through a session."""
    if kind == "user":
        return {"AWS": arn}
    return {"AWS": f"arn:aws:sts::{arn.split(':')[4]}:assumed-role/{name}/{name}"}


def _policies_of(iam: Any, kind: str, name: str) -> Iterator[Stored]:  # noqa: ANN401 - boto3's clients have no types
    read, whose = getattr(iam, f"get_{kind}_policy"), _named(kind, name)
    for policy in _pages(iam, f"list_{kind}_policies", "PolicyNames", **whose):
        yield Stored(policy, kind, name, inline=True, document=read(PolicyName=policy, **whose)["PolicyDocument"])
    for policy in _pages(iam, f"list_attached_{kind}_policies", "AttachedPolicies", **whose):
        yield _managed(iam, policy["PolicyArn"], kind, name)


def _managed(iam: Any, arn: str, kind: str, owner: str) -> Stored:  # noqa: ANN401 - as above
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    return Stored(policy["PolicyName"], kind, owner, inline=False, document=version["Document"])


def _pages(iam: Any, operation: str, key: str, **parameters: str) -> Iterator[Any]:  # noqa: ANN401 - as above
    for page in iam.get_paginator(operation).paginate(**parameters):
        yield from page[key]


def _named(kind: str, name: str) -> dict[str, str]:
    return {f"{kind.capitalize()}Name": name}
