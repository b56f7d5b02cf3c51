"""Findings about the values of a statement: actions, ARNs, principals and conditions."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from course.models.policy.conditions import Operator, check_value
from course.models.policy.document import error
from course.models.policy.finding import Finding
from course.models.policy.patterns import UnevaluableError
from course.models.policy.values import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.models.policy.syntax import Member, Value

_ACTION = re.compile(r"(?P<service>[A-Za-z0-9-]+):(?P<name>[A-Za-z0-9*?]+)")
_PRINCIPALS = ("AWS", "Service", "Federated", "CanonicalUser")
_PARTITION = re.compile(r"aws(-[a-z]+)*|\*")
_WITHOUT_REGION = ("iam", "s3", "organizations", "cloudfront", "route53")
_PARTS = 6


def check_actions(member: Member) -> Iterator[Finding]:
    """Find actions that are not of the form service:Action, and an empty list."""
    for value in _texts(member):
        action = value.data
        if action == "*" or _ACTION.fullmatch(action):
            continue
        if ":" not in action:
            problem = f"the action {action!r} has no colon between service and action"
            yield error(value, problem, "write it such as s3:GetObject")
        elif action.count(":") > 1:
            yield error(value, f"the action {action!r} has more than one colon", "write service:Action")
        else:
            problem = f"{action!r} is not the name of an action"
            yield error(value, problem, "write a service's prefix, a colon, and letters, digits, * or ?")
    yield from _no_texts(member)


def check_resources(member: Member, *, variables: bool) -> Iterator[Finding]:
    """Find what is neither * nor an ARN."""
    for value in _texts(member):
        for problem, mend in islice(_arn_problems(value.data, variables=variables), 1):
            yield error(value, problem, mend)
    yield from _no_texts(member)


def check_principal(member: Member) -> Iterator[Finding]:
    """Find principals of an unknown kind, and names that are neither an account nor an ARN."""
    value = member.value
    if value.data == "*":
        return
    if not value.members:
        problem = f'{member.name} is "*" or an object'
        yield error(value, problem, 'write it such as {"AWS": "111122223333"}')
    for kind in value.members:
        if kind.name not in _PRINCIPALS:
            problem = f"there is no principal of the kind {kind.name}"
            yield Finding("error", kind.line, kind.column, problem, f"choose from {', '.join(_PRINCIPALS)}")
            continue
        for name in _texts(kind):
            for problem, mend in islice(_principal_problems(kind.name, name.data), 1):
                yield error(name, problem, mend)
        yield from _no_texts(kind)


def check_condition(member: Member) -> Iterator[Finding]:
    """Find operators that IAM does not know, and values that they cannot compare with."""
    if not isinstance(member.value.data, dict):
        yield error(member.value, "a Condition is an object", 'write {"operator": {"key": "value"}}')
    for operator in member.value.members:
        try:
            parts = Operator.parse(operator.name)
        except UnevaluableError as unknown:
            problem, _, mend = str(unknown).partition("; ")
            yield Finding("error", operator.line, operator.column, problem, mend.rstrip("?"))
            continue
        if not isinstance(operator.value.data, dict):
            yield error(operator.value, f"{operator.name} needs condition keys", 'write {"key": "value"}')
        for key in operator.value.members:
            yield from _values(operator.name, key)
            yield from _set_operator(parts, key)


def _values(operator: str, key: Member) -> Iterator[Finding]:
    for value in key.value.items or (key.value,):
        if isinstance(value.data, dict | list) or value.data is None:
            yield error(
                value, f"{key.name} is compared with texts, numbers and booleans", "write one, or a list of them"
            )
            continue
        try:
            check_value(operator, texts(value.data)[0])
        except UnevaluableError as refused:
            yield error(value, str(refused), "write a value that it can compare with")


def _set_operator(parts: Operator, key: Member) -> Iterator[Finding]:
    """Warn of an Allow's classic hole: ForAllValues holds where the key is missing."""
    if parts.quantifier and key.name.lower() in (
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:principalarn",
        "aws:sourceip",
    ):
        problem = f"{key.name} has one value, and {parts.quantifier} is for keys with several"
        yield Finding("warning", key.line, key.column, problem, f"write {parts.name.partition(':')[2]}")


def _principal_problems(kind: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the name of a principal, the plainest first."""
    if kind == "Service" and not re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", name):
        yield f"{name!r} is not the name of a service", "write it such as sns.amazonaws.com"
    if kind != "AWS" or name == "*" or re.fullmatch(r"\d{12}|A[A-Z0-9]{15,}", name):
        return
    if re.fullmatch(r"\d+", name):
        yield f"{name} is not an account, whose ID has 12 digits", "write all of them"
    if not re.match(r"arn:[\w-]+:(iam|sts)::", name):
        yield f"{name!r} is not a principal", "write an account's ID or an ARN of IAM or STS"
    if ":group/" in name:
        yield "a group is no principal: it does not sign in", "name its users, or a role"
    if "*" in name or "?" in name:
        problem = f"{name!r} has a wildcard, and a part of a principal cannot be a pattern"
        yield problem, 'write "*" and a Condition on aws:PrincipalArn'
    if not re.fullmatch(r"arn:[\w-]+:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)/.+)", name):
        yield f"{name!r} is not the ARN of a principal", "write it such as arn:aws:iam::111122223333:user/Ann"


def _arn_problems(arn: str, *, variables: bool) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an ARN of a resource, the plainest first."""
    if arn == "*":
        return
    parts = arn.split(":", _PARTS - 1)
    partition, service, region, account = (parts + ["*"] * _PARTS)[1:5]
    if parts[0] != "arn":
        yield f'{arn!r} is neither an ARN nor "*"', "begin it with arn:aws: and the service"
    if len(parts) < _PARTS and ("::" in arn or not arn.endswith("*")):  # a star at the end stands for the parts behind
        yield f"{arn!r} has {len(parts)} of the six parts of an ARN", "write arn:partition:service:region:account:name"
    if variables and any("${" in part for part in parts[: _PARTS - 1]):
        yield f"{arn!r} has a policy variable before the fifth colon", "use variables in the resource part only"
    if not _PARTITION.fullmatch(partition):
        yield f"there is no partition {partition!r}", "write aws, aws-cn or aws-us-gov"
    if not re.fullmatch(r"[a-z0-9-]+|\*", service):
        yield f"{service!r} is not a service, of which a part cannot be a pattern", "write it such as s3"
    if service in _WITHOUT_REGION and region not in ("", "*") and not parts[-1].startswith("accesspoint"):
        yield f"an ARN of {service} has no Region, and this one has {region}", "leave that part empty"
    if service == "s3" and account not in ("", "*") and region == "":
        yield "an ARN of a bucket or an object has no account", "leave that part empty"
    if not re.fullmatch(r"(\d{12}|aws|cloudfront|[\d*?]*\*[\d*?]*)?", account):
        yield f"{account!r} is not an account, whose ID has 12 digits", "write the ID"


def _texts(member: Member) -> Iterator[Value]:
    """The texts of an element, which may be one or a list."""
    for value in member.value.items or (member.value,):
        if isinstance(value.data, str):
            yield value


def _no_texts(member: Member) -> Iterator[Finding]:
    if member.value.data == []:
        yield error(member.value, f"{member.name} is an empty list", "write at least one value")
    for value in member.value.items or (member.value,):
        if not isinstance(value.data, str | list):
            yield error(value, f"{member.name} takes texts only", "write it in double quotes")
