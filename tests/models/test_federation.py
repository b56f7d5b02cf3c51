"""Do SAML federation and Identity Center let in whom they should, and does moto's STS read our assertions alike?"""

from __future__ import annotations

import base64
from dataclasses import replace

import boto3
import botocore.session
import pytest
from moto import mock_aws

from course.models.federation import (
    SIGN_IN,
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

PROD, DEV = "111122223333", "444455556666"
IDP = IdentityProvider(
    (Person("anna", ("developers",)), Person("carl", ("finance",)), Person("dora", ("developers",), active=False))
)


def _account(account: str, group: str = "developers", **role: int) -> Account:
    provider = Account(account).provider
    arn = f"arn:aws:iam::{account}:role/Developer"
    return Account(account, {group: Role(arn, trust_policy(provider), **role)})


CENTER = IdentityCenter(
    (
        Assignment("developers", PermissionSet("Developer", 8), DEV),
        Assignment("developers", PermissionSet("ReadOnly"), PROD),
        Assignment("finance", PermissionSet("Billing"), PROD),
    )
)


def _refusal(*arguments: object) -> Refused:
    *_, last = sign_in(*arguments)  # type: ignore[arg-type]
    assert isinstance(last, Refused), last
    return last


@mock_aws
def test_moto_reads_the_assertion_as_we_do() -> None:
    """Does moto's AssumeRoleWithSAML take role, session name and duration from our XML, to the same session?"""
    account = _account("123456789012", longest=7200)
    assertion = replace(account.assertion(IDP, IDP.people[0], 0.0), duration=7200)
    ((role, provider),) = assertion.roles

    answer = boto3.client("sts", region_name="us-east-1").assume_role_with_saml(
        RoleArn=role, PrincipalArn=provider, SAMLAssertion=base64.b64encode(assertion.xml().encode()).decode()
    )

    assert f">{role},{provider}</saml:AttributeValue>" in assertion.xml()
    ours = account.assume_role_with_saml(role, assertion, 0.0)
    assert answer["AssumedRoleUser"]["Arn"] == ours.arn
    assert ours.expires == 7200


def test_a_person_gets_the_role_of_the_group() -> None:
    """Does an assertion name the roles of the person's groups and no others?"""
    person, assertion, session = sign_in(IDP, "anna", _account(DEV), DEV)

    assert person == IDP.people[0]
    assert isinstance(assertion, Assertion)
    assert assertion.audience == SIGN_IN
    assert session == Session(f"arn:aws:sts::{DEV}:assumed-role/Developer/anna@example.com", 3600)
    assert "as no group of carl has one here" in _refusal(IDP, "carl", _account(DEV), DEV).why


@pytest.mark.parametrize("target", [_account(DEV), CENTER])
def test_who_has_left_is_refused_before_aws_hears_of_it(target: Account | IdentityCenter) -> None:
    """Is it the identity provider that refuses, for both ways, and an unknown name as well?"""
    for name in ("dora", "nobody"):
        (refusal,) = sign_in(IDP, name, target, DEV)
        assert isinstance(refusal, Refused)
        assert refusal.by == "identity provider"


@pytest.mark.parametrize(("second", "valid"), [(0, True), (299, True), (300, False)])
@pytest.mark.parametrize("target", [_account(DEV), CENTER])
def test_an_assertion_is_good_for_five_minutes(target: Account | IdentityCenter, second: float, *, valid: bool) -> None:
    """Is an assertion taken for five minutes and refused from then on?"""
    *_, last = sign_in(IDP, "anna", target, DEV, second)
    assert isinstance(last, Session if valid else Refused)


def test_sts_refuses_what_the_trust_policy_does_not_let_in() -> None:
    """Is a role refused that the assertion does not name, that trusts another provider, or another audience?"""
    account = _account(DEV)
    assertion = account.assertion(IDP, IDP.people[0], 0.0)
    ((role, _),) = assertion.roles
    elsewhere = replace(account, roles={"developers": Role(role, trust_policy(Account(PROD).provider))})

    for where, said, what in (
        (account, replace(assertion, roles=()), "does not name the role Developer"),
        (elsewhere, assertion, "trust policy of Developer"),
        (account, replace(assertion, audience="https://elsewhere.example.com"), "trust policy of Developer"),
        (account, replace(assertion, duration=7200), "more than the role's MaxSessionDuration"),
    ):
        with pytest.raises(Refused, match=what):
            where.assume_role_with_saml(role, said, 0.0)


def test_identity_center_offers_what_is_assigned() -> None:
    """Does the portal show the assignments of the person's groups, and lead to a role made for the account?"""
    anna, carl = IDP.people[:2]
    assert [(account, p.name) for account, p in CENTER.tiles(anna)] == [(DEV, "Developer"), (PROD, "ReadOnly")]
    assert [(account, p.name) for account, p in CENTER.tiles(carl)] == [(PROD, "Billing")]
    *_, session = sign_in(IDP, "anna", CENTER, DEV)
    assert isinstance(session, Session)
    assert session.arn.startswith(f"arn:aws:sts::{DEV}:assumed-role/AWSReservedSSO_Developer_")
    assert session.expires == 8 * 3600
    assert "assigned to this account" in _refusal(IDP, "carl", CENTER, DEV).why
    suffixes = {PermissionSet(name).role(account)[-16:] for name in ("Developer", "Billing") for account in (DEV, PROD)}
    assert len(suffixes) == 4


def test_error_names_are_those_of_sts() -> None:
    """Does STS's model in botocore know the expired token?"""
    model = botocore.session.Session().get_service_model("sts")
    errors = {shape.name for shape in model.operation_model("AssumeRoleWithSAML").error_shapes}

    assert _refusal(IDP, "anna", _account(DEV), DEV, 600).code in errors
