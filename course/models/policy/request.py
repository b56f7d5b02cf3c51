"""A request to AWS, and what its principal says of itself: kind, account, and the role or user behind a session."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from course.models.policy.values import texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["user", "role", "role session", "federated user", "root", "service", "identity provider", "anonymous"]

_ARN = re.compile(r"arn:(?P<partition>[\w-]+):(?:iam|sts)::(?P<account>\d{12}):(?P<name>.+)")
_KINDS: Mapping[str, Kind] = {
    "user": "user",
    "role": "role",
    "assumed-role": "role session",
    "federated-user": "federated user",
}
_PRINCIPAL_TYPES: Mapping[Kind, str] = {
    "user": "User",
    "role": "AssumedRole",
    "role session": "AssumedRole",
    "federated user": "FederatedUser",
    "root": "Account",
    "anonymous": "Anonymous",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request. `name` is an ARN, a service or an identity provider; `issuer` the ARN behind a session."""

    kind: Kind
    name: str = ""
    account: str = ""
    issuer: str = ""

    @property
    def service_linked(self) -> bool:
        """Whether it is a session of a service-linked role, which neither SCPs nor RCPs restrict."""
        return self.kind.startswith("role") and ":role/aws-service-role/" in self.issuer

    def keys(self) -> dict[str, str]:
        """Return the condition keys that the caller itself gives to a request."""
        found = {"aws:PrincipalIsAWSService": str(self.kind == "service").lower()}
        if self.kind == "service":
            found["aws:PrincipalServiceName"] = self.name
        if self.kind in _PRINCIPAL_TYPES:
            found["aws:PrincipalType"] = _PRINCIPAL_TYPES[self.kind]
        if self.account:
            of_role = self.kind.startswith("role")
            found |= {"aws:PrincipalArn": self.issuer if of_role else self.name, "aws:PrincipalAccount": self.account}
        if self.kind == "user":
            found["aws:username"] = self.name.rsplit("/", 1)[-1]
        return found

    def __str__(self) -> str:
        """The caller as a caption names it."""
        if self.kind == "anonymous":
            return "an anonymous caller"
        if self.kind == "root":
            return f"the root user of account {self.account}"
        return f"the {self.kind} {self.name.rsplit('/', 1)[-1] if self.account else self.name}"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to AWS: who wants to do what with which resource.

    `principal` is written as in a policy: {"Service": "sns.amazonaws.com"}, {"Federated": …}, or {"AWS": …} with the
    ARN of a user, a role session or a federated user; an account's ID or the ARN of its root is the root user; None is
    an anonymous caller. `context` holds the condition keys of the request, a list where a key is multivalued; the keys
    that follow from the principal (aws:PrincipalArn, aws:username, …) need not be there. `issuer` is the ARN of the
    role behind a role session, needed where its path matters, or of the user behind a federated user.
    """

    principal: Mapping[str, str] | None
    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    issuer: str = ""

    @property
    def caller(self) -> Caller:
        """Who makes the request."""
        for kind, name in (self.principal or {}).items():
            if kind == "Service":
                return Caller("service", name)
            return _named(name, self.issuer) if kind == "AWS" else Caller("identity provider", name)
        return Caller("anonymous")

    def values(self, key: str) -> list[str]:
        """Return what the request has for a condition key, whose upper and lower case are one; [] when it has none."""
        wanted = key.lower()
        for found in (self.context, self.caller.keys()):
            if has := [text for name, values in found.items() if name.lower() == wanted for text in texts(values)]:
                return has
        return []


def _named(name: str, issuer: str) -> Caller:
    if re.fullmatch(r"\d{12}", name):
        return Caller("root", f"arn:aws:iam::{name}:root", name)
    found = _ARN.fullmatch(name)
    if found is None:
        return Caller("user", name)
    partition, account, rest = found.groups()
    parts = rest.split("/")
    kind = _KINDS.get(parts[0], "root")
    if kind == "role session":
        issuer = issuer or f"arn:{partition}:iam::{account}:role/{parts[1]}"
    return Caller(kind, name, account, name if kind == "role" else issuer)
