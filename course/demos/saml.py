"""The federation demo: an employee signs in by a SAML provider in one account, or by IAM Identity Center."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.federation import (
    Account,
    Assertion,
    Assignment,
    IdentityCenter,
    IdentityProvider,
    PermissionSet,
    Person,
    Refused,
    Role,
    Session,
    sign_in,
    trust_policy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.demos.scene import Look

Way = Literal["SAML provider in the account", "IAM Identity Center"]
SAML: Way = "SAML provider in the account"
CENTER: Way = "IAM Identity Center"
ACCOUNTS: Mapping[str, str] = {"dev": "444455556666", "prod": "111122223333"}
WHO = ("anna, developer", "carl, finance", "dora, has left the company")
IDP = IdentityProvider(
    (
        Person("anna", ("developers",)),
        Person("carl", ("finance",)),
        Person("dora", ("developers",), active=False),
    )
)
_MAY = (("developers", "Developer", "dev"), ("developers", "ReadOnly", "prod"), ("finance", "Billing", "prod"))
_ROLES = len({role for _, role, _ in _MAY})


def federation() -> Demo:
    """Return the demo of an employee's sign-in to AWS, in the two ways."""
    return Demo(
        federation_scene,
        {
            "way": ipywidgets.Dropdown(options=[SAML, CENTER], description="way"),
            "who": ipywidgets.Dropdown(options=WHO, description="who"),
            "account": ipywidgets.Dropdown(options=list(ACCOUNTS), description="wants into"),
            "minutes": ipywidgets.IntSlider(0, 0, 10, description="minutes until the assertion is used"),
            "accounts": ipywidgets.IntSlider(20, 2, 100, description="accounts in all"),
        },
    )


def federation_scene(
    way: Way = SAML, who: str = WHO[0], account: str = "dev", *, minutes: int = 0, accounts: int = 20
) -> Scene:
    """Let an employee sign in to one account, `minutes` after the identity provider has spoken."""
    frames = tuple(_frames(way, who.partition(",")[0], account, minutes, accounts))
    middle = Node("aws", "AWS STS" if way == SAML else "Identity Center", 2, 1, "service", slots=2)
    return Scene(
        title=f"Employees sign in: {way}",
        summary=f"{who[0].upper()}{who[1:]}: wants into the account {account}. {frames[-1].caption}",
        nodes=(
            Node("browser", "browser", 0, 1, "producer", slots=2),
            Node("idp", "company's IdP", 1, 0, "store", slots=2),
            middle,
            Node("account", f"account {account}", 3, 1, "service", slots=2),
        ),
        edges=(
            Edge("browser", "idp", "password, MFA"),
            Edge("browser", "aws", "assertion"),
            Edge("aws", "account", "role session"),
        ),
        frames=frames,
        legend={
            "plain": "password or assertion",
            "held": "an assertion that is not used yet",
            "failed": "refused",
            "done": "a role session",
        },
        picture_frame=len(frames) - 1,
    )


def _target(way: Way, account: str) -> Account | IdentityCenter:
    if way == CENTER:
        return IdentityCenter(
            tuple(Assignment(group, PermissionSet(role, 8), ACCOUNTS[where]) for group, role, where in _MAY)
        )
    number = ACCOUNTS[account]
    trust = trust_policy(Account(number).provider)
    roles = {g: Role(f"arn:aws:iam::{number}:role/{role}", trust) for g, role, where in _MAY if where == account}
    return Account(number, roles)


def _frames(way: Way, name: str, account: str, minutes: int, accounts: int) -> Iterator[Frame]:
    who = name.capitalize()
    maintained = f"{accounts * (1 + _ROLES)} in {accounts} accounts" if way == SAML else "0, Identity Center makes them"

    def frame(caption: str, at: str, label: str, look: Look = "plain", time: float = 0.0) -> Frame:
        return Frame(
            time, caption, (Token("travels", at, label, look),), numbers={"providers and roles to maintain": maintained}
        )

    target, number = _target(way, account), ACCOUNTS[account]
    start = "the company's own page for AWS" if way == SAML else "the access portal, which sends the browser on"
    yield frame(f"{who} opens {start}; the password is asked for by the company's identity provider.", "browser", "pw")
    yield frame(f"The identity provider looks {who} up in the company's directory.", "idp", "pw")
    for step in sign_in(IDP, name, target, number, minutes * 60.0):
        match step:
            case Person(groups=groups):
                yield frame(f"The password is right, and {who} is in the group {groups[0]}.", "idp", "pw", "done")
            case Assertion():
                said = _said(step, account)
                yield frame(f"It signs an assertion, good for five minutes. {said}", "idp", "SAML")
                yield frame("The browser carries the assertion; AWS never saw the password.", "browser", "SAML")
                if minutes:
                    text = f"{minutes} minute{'' if minutes == 1 else 's'} pass before the browser sends it."
                    yield frame(text, "browser", "SAML", "held", minutes * 60.0)
                yield frame(_arrival(step, way), "aws", "SAML", "plain", minutes * 60.0)
                if isinstance(target, IdentityCenter):
                    yield frame(_portal(target, name, who), "aws", "SAML", "plain", minutes * 60.0)
            case Session(arn=arn, expires=expires):
                hours = (expires - minutes * 60) / 3600
                yield frame(f"The session is there for {hours:g} h.", "aws", "keys", "done", minutes * 60.0)
                text = (
                    f"In the account {account} {who} is {arn.partition(':assumed-role/')[2]}; CloudTrail names it so."
                )
                yield frame(text, "account", "keys", "done", minutes * 60.0)
            case Refused(by=by, code=code, why=why):
                error = f" with {code}" if code else ""
                if by == "identity provider":
                    yield frame(f"The identity provider refuses{error}: {why}.", "idp", "pw", "failed")
                else:
                    yield frame(f"{by} refuses{error}: {why}.", "aws", "SAML", "failed", minutes * 60.0)


def _said(assertion: Assertion, account: str) -> str:
    if assertion.roles:
        return f"It names the role {assertion.roles[0][0].rpartition('/')[2]} in the account {account}."
    if assertion.audience.endswith("/saml"):
        return f"It names no role in the account {account}."
    return "It says who it is and names no role."


def _arrival(assertion: Assertion, way: Way) -> str:
    if way == SAML and not assertion.roles:
        return "It goes to the sign-in page of AWS, which reads the roles out of it."
    if way == SAML:
        return "It goes to STS as AssumeRoleWithSAML; the role's trust policy must name the account's SAML provider."
    return "Identity Center reads who it is and looks for the assignments of the group."


def _portal(center: IdentityCenter, name: str, who: str) -> str:
    person = next(person for person in IDP.people if person.name == name)
    names = {number: account for account, number in ACCOUNTS.items()}
    tiles = ", ".join(f"{permissions.name} in {names[number]}" for number, permissions in center.tiles(person))
    return f"The access portal offers {who}: {tiles}."
