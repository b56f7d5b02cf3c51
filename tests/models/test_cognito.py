"""Do user pool and identity pool turn a sign-in into the right role, and refuse what AWS refuses?"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st

from course.models import jwt
from course.models.cognito import (
    PROVIDER,
    Credentials,
    Group,
    Identified,
    IdentityPool,
    Refused,
    RoleChosen,
    Rule,
    User,
    UserPool,
    trust_policy,
)
from course.models.policy import Policies, Policy, evaluate

EDITOR, READER, MEMBER, GUEST = (f"arn:aws:iam::123456789012:role/{n}" for n in ("editor", "reader", "member", "guest"))
USERS = UserPool(
    (User("anna", "right", "anna@example.com", ("editors", "readers")), User("ben", "right", "ben@example.com")),
    (Group("readers", READER, 5), Group("editors", EDITOR, 1), Group("friends")),
)


def _pool(**changes: Any) -> IdentityPool:  # noqa: ANN401 -- fields of several types
    pool = IdentityPool(USERS, MEMBER, {})
    trust = {role: trust_policy(pool.id, "authenticated") for role in (EDITOR, READER, MEMBER)}
    return replace(pool, trust=trust | {GUEST: trust_policy(pool.id, "unauthenticated")}, **changes)


def _credentials(pool: IdentityPool, token: str | None, now: float = 60) -> Credentials:
    *_, last = pool.credentials(token, now)
    assert isinstance(last, Credentials), last
    return last


def _refusal(pool: IdentityPool, token: str | None, now: float = 60) -> Refused:
    *_, last = pool.credentials(token, now)
    assert isinstance(last, Refused), last
    return last


# Tokens


def test_a_token_is_a_real_rs256_token() -> None:
    """Does cryptography's own RSA verify the signature over header and claims, read by nothing of ours?"""
    token = USERS.sign_in("anna", "right", 0).id_token
    header, claims, signature = token.split(".")
    decoded = [base64.urlsafe_b64decode(part + "==") for part in (header, claims, signature)]
    key = jwt._key().public_key()  # noqa: SLF001

    key.verify(decoded[2], f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    assert json.loads(decoded[0])["alg"] == "RS256"
    assert json.loads(decoded[1]) == jwt.claims_of(token)
    assert key.key_size == 2048


def test_the_id_token_says_who_and_the_access_token_what_for() -> None:
    """Does the ID token carry the person and the roles, the access token the scope, and both an hour?"""
    tokens = USERS.sign_in("anna", "right", 120)
    identity, access = jwt.claims_of(tokens.id_token), jwt.claims_of(tokens.access_token)

    assert identity["cognito:groups"] == access["cognito:groups"] == ["editors", "readers"]
    assert identity["cognito:roles"] == [EDITOR, READER]
    assert identity["cognito:preferred_role"] == EDITOR
    assert (identity["token_use"], access["token_use"]) == ("id", "access")
    assert "email" in identity
    assert "email" not in access
    assert identity["exp"] - identity["iat"] == access["exp"] - access["iat"] == 3600
    assert identity["sub"] == access["sub"] != jwt.claims_of(USERS.sign_in("ben", "right", 0).id_token)["sub"]


@settings(max_examples=60, deadline=None)
@given(st.text(), st.integers(0, 2000), st.characters())
def test_a_changed_token_is_never_genuine(claim: str, place: int, character: str) -> None:
    """Is a token no longer genuine when a claim or any character of it is changed?"""
    token = USERS.sign_in("anna", "right", 0).id_token
    assert jwt.is_genuine(token)
    forged = jwt.forge(token, email=claim)
    assert jwt.is_genuine(forged) == (claim == "anna@example.com")
    place %= token.rpartition(".")[0].__len__()
    changed = token[:place] + character + token[place + 1 :]
    assert jwt.is_genuine(changed) == (changed == token)


@pytest.mark.parametrize("text", ["", "abc", "a.b", "a.!!!!.c", "a.W10.c"])
def test_what_is_no_token_is_said_in_a_sentence(text: str) -> None:
    """Does a text that is no token give one sentence?"""
    with pytest.raises(jwt.TokenError, match=r"This is no JSON Web Token: .*\.$"):
        jwt.claims_of(text)


def test_wrong_password_and_unknown_user_sound_the_same() -> None:
    """Can nobody find out by the message whether a user exists?"""
    said = set()
    for name, password in (("anna", "wrong"), ("nobody", "right")):
        with pytest.raises(Refused) as error:
            USERS.sign_in(name, password, 0)
        said.add(str(error.value))

    assert said == {"NotAuthorizedException: Incorrect username or password."}


def test_refreshing_renews_the_hour_until_the_refresh_token_ends() -> None:
    """Does a refresh give new tokens for an hour, keep the time of the sign-in, and end after 30 days?"""
    tokens = USERS.sign_in("anna", "right", 0)
    later = USERS.refresh(tokens, 7200)

    claims = jwt.claims_of(later.id_token)
    assert claims["auth_time"] == jwt.claims_of(tokens.id_token)["auth_time"]
    assert claims["iat"] - claims["auth_time"] == 7200
    assert _credentials(_pool(), later.id_token, 7300)
    assert later.refresh_expires == tokens.refresh_expires == 30 * 86_400
    with pytest.raises(Refused, match="Refresh Token has expired"):
        USERS.refresh(later, 30 * 86_400)


# The identity pool


@pytest.mark.parametrize(("second", "valid"), [(0, True), (3599, True), (3600, False), (5400, False)])
def test_an_id_token_is_good_for_an_hour(second: float, *, valid: bool) -> None:
    """Is a token taken up to its last second, and refused from then on with the minutes that have passed?"""
    token = USERS.sign_in("anna", "right", 0).id_token
    *_, last = _pool().credentials(token, second)

    assert isinstance(last, Credentials if valid else Refused)
    if second == 5400:
        assert str(last).startswith("NotAuthorizedException: the token expired 30 minutes ago")


def test_what_is_no_id_token_of_this_pool_is_refused() -> None:
    """Is the access token refused, and a token of another user pool?"""
    other = replace(USERS, id="us-east-1_Other", client="other")
    for token in (USERS.sign_in("anna", "right", 0).access_token, other.sign_in("anna", "right", 0).id_token):
        assert "no ID token of the user pool" in _refusal(_pool(), token).why


def test_a_forged_group_gives_nothing() -> None:
    """Is Ben refused who writes himself into the group editors?"""
    token = USERS.sign_in("ben", "right", 0).id_token
    forged = jwt.forge(token, **{"cognito:preferred_role": EDITOR, "cognito:groups": ["editors"]})

    assert "signature does not fit" in _refusal(_pool(mapping="Token"), forged).why


def test_roles_by_token() -> None:
    """Is the preferred role taken, and without one the authenticated role or nothing, as the pool says?"""
    anna, ben = (USERS.sign_in(name, "right", 0).id_token for name in ("anna", "ben"))
    tie = replace(USERS, groups=(Group("readers", READER, 1), Group("editors", EDITOR, 1)))
    torn = tie.sign_in("anna", "right", 0).id_token

    assert _credentials(_pool(mapping="Token"), anna).role == EDITOR
    assert _credentials(_pool(), anna).role == MEMBER
    assert _pool(mapping="Token", unresolved="Deny").choose_role({"cognito:roles": [READER]})[0] == READER
    for token in (ben, torn):
        assert _credentials(_pool(mapping="Token"), token).role == MEMBER
        assert "then denies" in _refusal(_pool(mapping="Token", unresolved="Deny"), token).why


def test_a_group_without_precedence_goes_last() -> None:
    """Does a group with a precedence go before one without, and one group alone decide?"""
    pool = replace(USERS, groups=(Group("readers", READER), Group("editors", EDITOR, 9)))
    assert jwt.claims_of(pool.sign_in("anna", "right", 0).id_token)["cognito:preferred_role"] == EDITOR


matches = st.sampled_from(["Equals", "Contains", "StartsWith", "NotEqual"])
rules = st.lists(
    st.builds(
        Rule,
        st.sampled_from(["email", "dept"]),
        matches,
        st.sampled_from(["a", "ab", "b"]),
        st.sampled_from([EDITOR, READER]),
    ),
    max_size=4,
)


@given(rules, st.dictionaries(st.sampled_from(["email", "dept"]), st.sampled_from(["a", "ab", "ba", "c"])))
def test_the_first_rule_that_fits_decides(rules: list[Rule], claims: dict[str, str]) -> None:
    """Does the first rule that fits give the role, whatever stands behind it?"""
    role, _ = _pool(mapping="Rules", rules=tuple(rules)).choose_role(claims)

    compare = {"Equals": str.__eq__, "Contains": str.__contains__, "StartsWith": str.startswith, "NotEqual": str.__ne__}
    fitting = [r.role for r in rules if r.claim in claims and compare[r.match](claims[r.claim], r.value)]
    assert role == (fitting[0] if fitting else MEMBER)


def test_guests_get_the_guest_role_or_nothing() -> None:
    """Does a guest get the guest role where there is one, and is it no way in for the signed-in?"""
    identified, chosen, credentials = _pool(guest_role=GUEST).credentials(None, 0)

    assert isinstance(identified, Identified)
    assert identified.guest
    assert chosen == RoleChosen(GUEST, "a guest gets the guest role")
    assert isinstance(credentials, Credentials)
    assert "Unauthenticated access is not supported" in _refusal(_pool(), None).why
    swapped = _pool(guest_role=MEMBER)
    refused = _refusal(swapped, None)
    assert (refused.by, refused.code) == ("STS", "InvalidIdentityPoolConfigurationException")


def test_a_policy_variable_keeps_users_apart() -> None:
    """Does the variable ${cognito-identity.amazonaws.com:sub} open the own prefix and no other?"""
    document = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::photos/${{{PROVIDER}:sub}}/*"}
    own = Policies(identity=(Policy.read({"Version": "2012-10-17", "Statement": document}),))
    anna, ben = (_credentials(_pool(), USERS.sign_in(name, "right", 0).id_token) for name in ("anna", "ben"))

    assert anna.identity != ben.identity
    for caller in (anna, ben):
        for whose in (anna, ben):
            request = caller.request("s3:GetObject", f"arn:aws:s3:::photos/{whose.identity}/1.jpg")
            assert evaluate(request, own).allowed == (caller is whose)


def test_names_are_those_of_the_apis() -> None:
    """Do match types and resolutions stand in botocore's model of cognito-identity?"""
    model = botocore.session.Session().get_service_model("cognito-identity")

    assert set(model.shape_for("MappingRuleMatchType").enum) == {"Equals", "Contains", "StartsWith", "NotEqual"}
    assert set(model.shape_for("AmbiguousRoleResolutionType").enum) == {"AuthenticatedRole", "Deny"}
    errors = {shape.name for shape in model.operation_model("GetCredentialsForIdentity").error_shapes}
    assert {"NotAuthorizedException", "InvalidIdentityPoolConfigurationException"} <= errors
