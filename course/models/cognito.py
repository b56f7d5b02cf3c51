"""Amazon Cognito: a user pool says who somebody is, an identity pool turns that into AWS credentials.

Pure and deterministic; time is the caller's model seconds. Source of the rules: the Cognito developer guide, 'Using
tokens with user pools', 'Using role-based access control' and 'Identity pools authentication flow' (the enhanced
flow). Not modelled: MFA, attributes for access control, and the policy by which AWS narrows a guest's session.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from course.models import jwt
from course.models.policy import Policies, Policy, Request, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EPOCH = 1_767_225_600  # model second 0 is the start of 2026, UTC
HOUR, DAY = 3600, 86_400
CREDENTIALS_LAST = HOUR
PROVIDER = "cognito-identity.amazonaws.com"

MatchType = Literal["Equals", "Contains", "StartsWith", "NotEqual"]
Resolution = Literal["AuthenticatedRole", "Deny"]


class Refused(ValueError):  # noqa: N818 - it reads as what happened
    """A call that Cognito or STS refuses: AWS's name of the error, who refuses, and a sentence on why."""

    def __init__(self, by: str, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.by, self.code, self.why = by, code, why


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a user pool. `role` is an IAM role's ARN or ''; a lower `precedence` goes before a higher one."""

    name: str
    role: str = ""
    precedence: int | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A user of a user pool and the names of the groups it is in."""

    name: str
    password: str
    email: str
    groups: tuple[str, ...] = ()

    @property
    def sub(self) -> str:
        """The id that the pool gives the user for ever."""
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.name}.user-pool"))


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gives: two JSON Web Tokens, and a refresh token that only the pool can read.

    `expire` and `refresh_expires` are model seconds.
    """

    id_token: str
    access_token: str
    refresh_token: str
    expire: float
    refresh_expires: float


@dataclass(frozen=True, slots=True)
class UserPool:
    """A directory of an application's users; `tokens_last` and `refresh_lasts` are seconds."""

    users: tuple[User, ...]
    groups: tuple[Group, ...] = ()
    id: str = "us-east-1_Course001"
    client: str = "1h57kf5cpq17m0eml12example"
    tokens_last: int = HOUR
    refresh_lasts: int = 30 * DAY

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens; without https:// it is the pool's name as an identity provider."""
        return f"https://cognito-idp.us-east-1.amazonaws.com/{self.id}"

    def sign_in(self, name: str, password: str, now: float) -> Tokens:
        """Return the tokens of a sign-in; `Refused` for a wrong password, and in the same words for an unknown user."""
        user = next((user for user in self.users if (user.name, user.password) == (name, password)), None)
        if user is None:
            raise Refused("user pool", "NotAuthorizedException", "Incorrect username or password.")
        return self._tokens(user, now, now, now + self.refresh_lasts)

    def refresh(self, tokens: Tokens, now: float) -> Tokens:
        """Return a new ID token and access token for a refresh token; `Refused` when it is too old itself."""
        if now >= tokens.refresh_expires:
            raise Refused("user pool", "NotAuthorizedException", "Refresh Token has expired.")
        old = jwt.claims_of(tokens.id_token)
        user = next(user for user in self.users if user.sub == old["sub"])
        return self._tokens(user, float(old["auth_time"] - EPOCH), now, tokens.refresh_expires)

    def _tokens(self, user: User, signed_in: float, now: float, refresh_expires: float) -> Tokens:
        groups = sorted((group for group in self.groups if group.name in user.groups), key=_order)
        times = {"auth_time": _seconds(signed_in), "iat": _seconds(now), "exp": _seconds(now + self.tokens_last)}
        common = {"sub": user.sub, "iss": self.issuer}
        if groups:
            common["cognito:groups"] = [group.name for group in groups]  # type: ignore[assignment]
        identity = {"aud": self.client, "token_use": "id", "cognito:username": user.name, "email": user.email}
        access = {"client_id": self.client, "token_use": "access", "scope": "aws.cognito.signin.user.admin"}
        refresh = hashlib.sha256(f"{user.sub}/{signed_in}".encode()).hexdigest()
        return Tokens(
            jwt.sign(common | _roles(groups) | identity | times),
            jwt.sign(common | access | {"username": user.name} | times),
            refresh,
            now + self.tokens_last,
            refresh_expires,
        )


def _order(group: Group) -> tuple[float, str]:
    return (float("inf") if group.precedence is None else group.precedence, group.name)


def _seconds(model_time: float) -> int:
    return EPOCH + int(model_time)


def _roles(groups: Sequence[Group]) -> dict[str, Any]:
    """The roles' claims. The lowest precedence gives the preferred role; two different roles with it give none."""
    with_role = [group for group in groups if group.role]
    if not with_role:
        return {}
    claims: dict[str, Any] = {"cognito:roles": list(dict.fromkeys(group.role for group in with_role))}
    first = {group.role for group in with_role if group.precedence == with_role[0].precedence}
    if len(first) == 1:
        claims["cognito:preferred_role"] = first.pop()
    return claims


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an identity pool: a claim that fits `value` in the manner of `match` gives the role."""

    claim: str
    match: MatchType
    value: str
    role: str

    def fits(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether the rule fits; a missing claim fits no rule, a list is compared as one text."""
        if self.claim not in claims:
            return False
        found = claims[self.claim]
        text = ",".join(map(str, found)) if isinstance(found, list) else str(found)
        return {
            "Equals": text == self.value,
            "Contains": self.value in text,
            "StartsWith": text.startswith(self.value),
            "NotEqual": text != self.value,
        }[self.match]


@dataclass(frozen=True, slots=True)
class IdentityPool:
    """An identity pool over one user pool.

    `mapping` says how the role of a signed-in user is chosen: always the authenticated role, by the roles in the token,
    or by `rules` in their order. `unresolved` (AmbiguousRoleResolution) is for tokens and rules that name no role.
    `guest_role` is '' where guests get nothing. `trust` holds the roles' trust policies by ARN.
    """

    users: UserPool
    authenticated_role: str
    trust: Mapping[str, Policy]
    guest_role: str = ""
    mapping: Literal["default", "Token", "Rules"] = "default"
    rules: tuple[Rule, ...] = ()
    unresolved: Resolution = "AuthenticatedRole"
    id: str = "us-east-1:0a1b2c3d-0000-4000-8000-00000c0f5e01"

    def identity(self, claims: Mapping[str, Any] | None) -> str:
        """Return the id (GetId) under which the pool knows this user, or a guest's device."""
        who = str(claims["sub"]) if claims else "guest device 1"
        return f"us-east-1:{uuid.uuid5(uuid.NAMESPACE_DNS, f'{who}.{self.id}')}"

    def check(self, token: str, now: float) -> dict[str, Any]:
        """Return the claims of an ID token; `Refused` if it is forged, expired, of another pool or no ID token."""
        claims = jwt.claims_of(token)
        if not jwt.is_genuine(token):
            raise self._refused("the signature does not fit the token: somebody has changed it")
        if claims["iss"] != self.users.issuer or claims.get("aud") != self.users.client:
            raise self._refused("this is no ID token of the user pool and app client that this identity pool trusts")
        if _seconds(now) >= claims["exp"]:
            minutes = (_seconds(now) - claims["exp"]) // 60
            raise self._refused(f"the token expired {minutes} minutes ago: refresh it, or sign in again")
        return claims

    def choose_role(self, claims: Mapping[str, Any] | None) -> tuple[str, str]:
        """Return the role's ARN and a clause on why it is this one; `Refused` where no role is left."""
        if claims is None:
            if not self.guest_role:
                raise self._refused("Unauthenticated access is not supported for this identity pool")
            return self.guest_role, "a guest gets the guest role"
        if self.mapping == "Token":
            return self._by_token(claims)
        if self.mapping == "Rules":
            return self._by_rules(claims)
        return self.authenticated_role, "this pool gives every signed-in user the authenticated role"

    def _by_token(self, claims: Mapping[str, Any]) -> tuple[str, str]:
        roles = claims.get("cognito:roles", [])
        if preferred := claims.get("cognito:preferred_role"):
            return str(preferred), "the token names it as cognito:preferred_role, from the group that goes first"
        if len(roles) == 1:
            return str(roles[0]), "it is the only one in cognito:roles"
        return self._default("the token names no preferred role")

    def _by_rules(self, claims: Mapping[str, Any]) -> tuple[str, str]:
        for number, rule in enumerate(self.rules, 1):
            if rule.fits(claims):
                return rule.role, f"rule {number} is the first that fits: {rule.claim} {rule.match} {rule.value}"
        return self._default("no rule fits")

    def _default(self, reason: str) -> tuple[str, str]:
        if self.unresolved == "Deny":
            raise self._refused(f"{reason}, and this pool then denies")
        return self.authenticated_role, f"{reason}, so it is the authenticated role"

    def _refused(self, why: str) -> Refused:
        return Refused("identity pool", "NotAuthorizedException", f"{why}.")

    def credentials(self, token: str | None, now: float) -> Iterator[Step]:
        """Yield what GetId and GetCredentialsForIdentity do for an ID token, or for a guest with None."""
        try:
            claims = None if token is None else self.check(token, now)
            role, why = self.choose_role(claims)
        except Refused as refusal:
            yield refusal
            return
        identity, amr = self.identity(claims), "unauthenticated" if claims is None else "authenticated"
        yield Identified(identity, guest=claims is None)
        yield RoleChosen(role, why)
        web = {f"{PROVIDER}:aud": self.id, f"{PROVIDER}:amr": amr, f"{PROVIDER}:sub": identity}
        request = Request({"Federated": PROVIDER}, "sts:AssumeRoleWithWebIdentity", role, web)
        if role not in self.trust or not evaluate(request, Policies(resource=self.trust[role])).allowed:
            why = f"the trust policy of {role.rpartition('/')[2]} does not let in {amr} identities of this pool."
            yield Refused("STS", "InvalidIdentityPoolConfigurationException", why)
            return
        yield Credentials(role, identity, now + CREDENTIALS_LAST)


@dataclass(frozen=True, slots=True)
class Identified:
    """The identity pool knows the caller under this id, signed in or as a guest."""

    identity: str
    guest: bool


@dataclass(frozen=True, slots=True)
class RoleChosen:
    """The identity pool chose this role, and why."""

    role: str
    why: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary AWS credentials from STS; `expires` is in model seconds."""

    role: str
    identity: str
    expires: float
    session: str = field(default="CognitoIdentityCredentials")

    def request(self, action: str, resource: str) -> Request:
        """Return a request that is signed with them: the session of the role, and the variables of its identity."""
        _, _, _, _, account, role = self.role.split(":", 5)
        arn = f"arn:aws:sts::{account}:assumed-role/{role.rpartition('/')[2]}/{self.session}"
        context = {f"{PROVIDER}:sub": self.identity}
        return Request({"AWS": arn}, action, resource, context, issuer=self.role)


Step = Identified | RoleChosen | Credentials | Refused


def trust_policy(pool: str, amr: Literal["authenticated", "unauthenticated"]) -> Policy:
    """Return the trust policy of a role for one kind of identities of one identity pool."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{PROVIDER}:aud": pool},
            "ForAnyValue:StringLike": {f"{PROVIDER}:amr": amr},
        },
    }
    return Policy.read({"Version": "2012-10-17", "Statement": [statement]}, f"trust {amr}")
