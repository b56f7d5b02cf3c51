"""Employees who sign in with their company's password: SAML 2.0 into one account, or IAM Identity Center into all.

Pure and deterministic; time is the caller's model seconds. Source of the rules: the IAM user guide, 'SAML 2.0
federation' and 'Configure SAML assertions for the authentication response', the STS reference of AssumeRoleWithSAML,
the IAM Identity Center user guide, 'Permission sets'. The assertions are not signed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from course.models.policy import Policies, Policy, Request, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
ASSERTION_LASTS = 300
SIGN_IN = "https://signin.aws.amazon.com/saml"
PORTAL = "https://d-1234567890.awsapps.com/start"
_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
_PROTOCOL, _SAML = "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:assertion"


class Refused(ValueError):  # noqa: N818 - it reads as what happened
    """A sign-in that somebody refuses: who does it, the name of the error where AWS has one, and why."""

    def __init__(self, by: str, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}" if code else why)
        self.by, self.code, self.why = by, code, why


@dataclass(frozen=True, slots=True)
class Person:
    """An employee as the company's directory has them; `active` ends on the last day of work."""

    name: str
    groups: tuple[str, ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the identity provider says of somebody, for one reader, the `audience`; good for five minutes.

    `roles` are pairs of a role's ARN and the ARN of the SAML provider in IAM, `session` is the RoleSessionName, and
    `duration` the SessionDuration in seconds, 0 for none.
    """

    issuer: str
    audience: str
    session: str
    roles: tuple[tuple[str, str], ...] = ()
    duration: int = 0
    issued: float = 0.0

    @property
    def expires(self) -> float:
        """The model second from which on nobody takes it any more."""
        return self.issued + ASSERTION_LASTS

    def xml(self) -> str:
        """Return it as the SAML response that the browser carries, without the signature."""
        for prefix, space in (("samlp", _PROTOCOL), ("saml", _SAML)):
            ET.register_namespace(prefix, space)
        response = ET.Element(f"{{{_PROTOCOL}}}Response", {"Version": "2.0", "IssueInstant": _instant(self.issued)})
        assertion = ET.SubElement(response, f"{{{_SAML}}}Assertion")
        ET.SubElement(assertion, f"{{{_SAML}}}Issuer").text = self.issuer
        conditions = ET.SubElement(assertion, f"{{{_SAML}}}Conditions", {"NotOnOrAfter": _instant(self.expires)})
        restriction = ET.SubElement(conditions, f"{{{_SAML}}}AudienceRestriction")
        ET.SubElement(restriction, f"{{{_SAML}}}Audience").text = self.audience
        statement = ET.SubElement(assertion, f"{{{_SAML}}}AttributeStatement")
        values = [("Role", f"{role},{provider}") for role, provider in self.roles]
        values.append(("RoleSessionName", self.session))
        values += [("SessionDuration", str(self.duration))] if self.duration else []
        for name, value in values:
            attribute = ET.SubElement(statement, f"{{{_SAML}}}Attribute", {"Name": _ATTRIBUTES + name})
            ET.SubElement(attribute, f"{{{_SAML}}}AttributeValue").text = value
        ET.indent(response)
        return ET.tostring(response, encoding="unicode")


def _instant(second: float) -> str:
    return (EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The company's identity provider, in front of its directory (Active Directory, say)."""

    people: tuple[Person, ...]
    issuer: str = "https://idp.example.com/saml"

    def authenticate(self, name: str) -> Person:
        """Return the person, whose password is right; `Refused` for somebody who is unknown or has left."""
        person = next((person for person in self.people if person.name == name), None)
        if person is None or not person.active:
            raise Refused("identity provider", "", f"the directory has no active account for {name}")
        return person


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role that trusts a SAML provider; `longest` is its MaxSessionDuration in seconds."""

    arn: str
    trust: Policy
    longest: int = 3600


@dataclass(frozen=True, slots=True)
class Session:
    """Temporary credentials: the role session's ARN, and the model second at which it ends."""

    arn: str
    expires: float


@dataclass(frozen=True, slots=True)
class Account:
    """One account with its SAML provider and the roles that trust it, by group of the company's directory."""

    id: str
    roles: Mapping[str, Role] = field(default_factory=dict)

    @property
    def provider(self) -> str:
        """The ARN of the SAML provider in this account's IAM."""
        return f"arn:aws:iam::{self.id}:saml-provider/company"

    def assertion(self, idp: IdentityProvider, person: Person, now: float) -> Assertion:
        """Return what the identity provider tells AWS of a person who wants into this account."""
        found = tuple((role.arn, self.provider) for group, role in self.roles.items() if group in person.groups)
        return Assertion(idp.issuer, SIGN_IN, f"{person.name}@example.com", found, issued=now)

    def enter(self, person: Person, account: str, assertion: Assertion, now: float) -> Session:
        """Return a session in this account by the first role of the assertion; `Refused` where it names none."""
        if account != self.id or not assertion.roles:
            raise Refused("AWS sign-in", "", f"the assertion names no role, as no group of {person.name} has one here")
        return self.assume_role_with_saml(assertion.roles[0][0], assertion, now)

    def assume_role_with_saml(self, role_arn: str, assertion: Assertion, now: float) -> Session:
        """Return a session of the role (STS's AssumeRoleWithSAML); `Refused` as STS refuses."""
        if now >= assertion.expires:
            raise Refused("STS", "ExpiredTokenException", "an assertion has to be used within 5 minutes of its issue")
        if (role_arn, self.provider) not in assertion.roles:
            raise Refused("STS", "AccessDenied", f"the assertion does not name the role {_last(role_arn)}")
        role = next((role for role in self.roles.values() if role.arn == role_arn), None)
        context = {"SAML:aud": assertion.audience, "SAML:iss": assertion.issuer}
        request = Request({"Federated": self.provider}, "sts:AssumeRoleWithSAML", role_arn, context)
        if role is None or not evaluate(request, Policies(resource=role.trust)).allowed:
            raise Refused("STS", "AccessDenied", f"the trust policy of {_last(role_arn)} does not let this sign-in in")
        wanted = assertion.duration or 3600
        if wanted > role.longest:
            raise Refused("STS", "ValidationError", f"{wanted} s are more than the role's MaxSessionDuration")
        return Session(_session(self.id, _last(role_arn), assertion.session), now + wanted)


def trust_policy(provider: str) -> Policy:
    """Return the trust policy of a role for people who sign in by one SAML provider."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": SIGN_IN}},
    }
    return Policy.read({"Version": "2012-10-17", "Statement": [statement]}, "trust policy")


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """A template of permissions; Identity Center makes a role of it in each account to which it is assigned."""

    name: str
    hours: int = 1

    def role(self, account: str) -> str:
        """Return the ARN of the role that Identity Center makes in an account."""
        unique = hashlib.sha256(f"{self.name}/{account}".encode()).hexdigest()[:16]
        return f"arn:aws:iam::{account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_{self.name}_{unique}"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who (a group) may do what (a permission set) where (an account's id)."""

    group: str
    permissions: PermissionSet
    account: str


@dataclass(frozen=True, slots=True)
class IdentityCenter:
    """IAM Identity Center of an organization, whose people come from the company's identity provider."""

    assignments: tuple[Assignment, ...]

    def assertion(self, idp: IdentityProvider, person: Person, now: float) -> Assertion:
        """Return what the identity provider tells Identity Center: who it is, and no role."""
        return Assertion(idp.issuer, PORTAL, f"{person.name}@example.com", issued=now)

    def tiles(self, person: Person) -> tuple[tuple[str, PermissionSet], ...]:
        """Return what the access portal offers somebody: accounts, each with a permission set."""
        return tuple((a.account, a.permissions) for a in self.assignments if a.group in person.groups)

    def enter(self, person: Person, account: str, assertion: Assertion, now: float) -> Session:
        """Return a session in an account, by the first permission set there; `Refused` without an assignment."""
        if now >= assertion.expires:
            raise Refused("Identity Center", "", "the assertion is older than 5 minutes, so sign in again")
        found = next((permissions for where, permissions in self.tiles(person) if where == account), None)
        if found is None:
            raise Refused("Identity Center", "", f"no group of {person.name} is assigned to this account")
        return Session(_session(account, _last(found.role(account)), assertion.session), now + found.hours * 3600)


Step = Person | Assertion | Session | Refused


def sign_in(
    idp: IdentityProvider, name: str, target: Account | IdentityCenter, account: str, wait: float = 0.0
) -> Iterator[Step]:
    """Yield the steps of a sign-in: the person, the assertion, and `wait` seconds later the session, or a refusal."""
    try:
        person = idp.authenticate(name)
        yield person
        assertion = target.assertion(idp, person, 0.0)
        yield assertion
        yield target.enter(person, account, assertion, wait)
    except Refused as refusal:
        yield refusal


def _session(account: str, role: str, name: str) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{role}/{name}"


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
