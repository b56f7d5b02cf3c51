"""The Cognito flow: sign in to a user pool, exchange the token at an identity pool, read a photo in S3."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models import jwt
from course.models.cognito import (
    EPOCH,
    PROVIDER,
    Credentials,
    Group,
    Identified,
    IdentityPool,
    Refused,
    RoleChosen,
    Rule,
    Tokens,
    User,
    UserPool,
    trust_policy,
)
from course.models.policy import Policies, Policy, evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.demos.scene import Look

Who = Literal["anna, an editor", "ben, in no group", "a guest"]
Mapped = Literal["default", "Token", "Rules"]

EDITOR, MEMBER, GUEST = (f"arn:aws:iam::123456789012:role/{name}" for name in ("editor", "member", "guest"))
USERS = UserPool(
    (User("anna", "secret", "anna@press.example.com", ("editors",)), User("ben", "secret", "ben@example.com")),
    (Group("editors", EDITOR, 1),),
)
_OWN = f"arn:aws:s3:::photos/${{{PROVIDER}:sub}}/*"
_PUBLIC = "arn:aws:s3:::photos/public/*"
RESOURCES: Mapping[str, list[str]] = {
    EDITOR: ["arn:aws:s3:::photos/*"],
    MEMBER: [_OWN, _PUBLIC],
    GUEST: [_PUBLIC],
}
FILES = ("own photo", "photo of another user", "public photo")
WHO: tuple[Who, ...] = ("anna, an editor", "ben, in no group", "a guest")
_NODES = (
    Node("app", "app on a phone", 0, 1, "producer", slots=2),
    Node("users", "user pool", 1, 0, "store", slots=2),
    Node("identities", "identity pool", 1, 1, "service", slots=2),
    Node("sts", "AWS STS", 2, 1, "service", slots=2),
    Node("s3", "S3 bucket photos", 1, 2, "store", slots=2),
)
_EDGES = (
    Edge("app", "users", "sign in"),
    Edge("app", "identities", "ID token"),
    Edge("identities", "sts", "web identity"),
    Edge("app", "s3", "GetObject"),
)


def cognito_flow() -> Demo:
    """Return the demo of a sign-in with Cognito, from the password to an object in S3."""
    return Demo(
        cognito_scene,
        {
            "who": ipywidgets.Dropdown(options=WHO, description="who"),
            "wrong_password": ipywidgets.Checkbox(value=False, description="wrong password"),
            "minutes": ipywidgets.IntSlider(5, 0, 120, 5, description="minutes since sign-in"),
            "refresh": ipywidgets.Checkbox(value=False, description="refresh first"),
            "forged": ipywidgets.Checkbox(value=False, description="write 'editors' into the token"),
            "mapping": ipywidgets.Dropdown(
                options=[("always 'member'", "default"), ("by the token's groups", "Token"), ("by rules", "Rules")],
                description="role",
            ),
            "guests": ipywidgets.Checkbox(value=True, description="guests allowed"),
            "file": ipywidgets.Dropdown(options=FILES, description="reads"),
        },
    )


def cognito_scene(  # noqa: PLR0913 -- one argument for each control
    who: Who = "anna, an editor",
    *,
    wrong_password: bool = False,
    minutes: int = 5,
    refresh: bool = False,
    forged: bool = False,
    mapping: Mapped = "default",
    guests: bool = True,
    file: str = "own photo",
) -> Scene:
    """Let somebody sign in, wait `minutes`, ask for credentials and read a file of the bucket."""
    journey = _Journey(who.partition(",")[0], _pool(mapping, guests=guests))
    if journey.start(wrong_password=wrong_password):
        journey.wait(minutes, refresh=refresh)
        if forged:
            journey.forge()
        journey.exchange()
    if journey.credentials:
        journey.read(file)
    frames = tuple(journey.frames)
    return Scene(
        title="Cognito: from a password to AWS credentials",
        summary=f"{who[0].upper()}{who[1:]}, uses an app. {frames[-1].caption}".replace("guest,", "guest"),
        nodes=_NODES,
        edges=_EDGES,
        frames=frames,
        legend={
            "plain": "password, token or credentials",
            "held": "a token that is not used yet",
            "failed": "refused",
            "done": "an answer",
        },
        picture_frame=len(frames) - 1,
    )


def _pool(mapping: Mapped, *, guests: bool) -> IdentityPool:
    rules = (Rule("email", "Contains", "@press.example.com", EDITOR),)
    pool = IdentityPool(USERS, MEMBER, {}, guest_role=GUEST if guests else "", mapping=mapping, rules=rules)
    trust = {role: trust_policy(pool.id, "authenticated") for role in (EDITOR, MEMBER)}
    trust[GUEST] = trust_policy(pool.id, "unauthenticated")
    return IdentityPool(USERS, MEMBER, trust, guest_role=pool.guest_role, mapping=mapping, rules=rules)


@dataclass(slots=True)
class _Journey:
    """One user's way through the services, and the frames that it leaves."""

    name: str
    pool: IdentityPool
    frames: list[Frame] = field(default_factory=list)
    now: float = 0
    token: str | None = None
    credentials: Credentials | None = None
    tokens: Tokens | None = None

    def start(self, *, wrong_password: bool) -> bool:
        """Sign in, unless it is a guest; tell whether there is a reason to go on."""
        if self.name == "a guest":
            self._frame("A guest opens the app and does not sign in: there is no token.")
            return True
        self._frame(f"{self._who} opens the app and types name and password.", "app", "pw")
        self._frame("The user pool compares the password with what it has stored.", "users", "pw")
        password = "guess" if wrong_password else "secret"
        try:
            self.tokens = USERS.sign_in(self.name, password, self.now)
        except Refused as refusal:
            self._refuse("users", "pw", refusal)
            return False
        self.token = self.tokens.id_token
        self._frame(
            "It is right: the user pool signs an ID token, which says who it is, an access token and a refresh token.",
            "users",
            "JWT",
            "done",
        )
        self._frame(
            f"The app keeps the tokens. The ID token ends in 60 minutes. It says: {self._said()}.", "app", "JWT"
        )
        return True

    def wait(self, minutes: int, *, refresh: bool) -> None:
        """Let time pass, and renew the tokens if asked for."""
        self.now = minutes * 60.0
        if self.token and minutes:
            left = 60 - minutes
            state = f"it is good for {left} minutes more" if left > 0 else "it has ended"
            self._frame(f"{minutes} minutes later the app still has the ID token; {state}.", "app", "JWT", "held")
        if self.tokens and refresh:
            self.tokens = USERS.refresh(self.tokens, self.now)
            self.token = self.tokens.id_token
            self._frame("With the refresh token, good for 30 days, the app fetches a new ID token.", "users", "JWT")
            self._frame("The new ID token is good for 60 minutes again; nobody typed a password.", "app", "JWT")

    def forge(self) -> None:
        """Let the user edit the token."""
        if self.token:
            changes = {"cognito:groups": ["editors"], "cognito:preferred_role": EDITOR, "email": "x@press.example.com"}
            self.token = jwt.forge(self.token, **changes)
            text = f"{self._who} decodes the token, which needs no key, writes 'editors' into it and encodes it again."
            self._frame(text, "app", "JWT")

    def exchange(self) -> None:
        """Ask the identity pool for credentials."""
        label = "JWT" if self.token else "ask"
        self._frame(
            "The app asks the identity pool for credentials"
            + (" and shows the ID token." if self.token else ", without a token."),
            "identities",
            label,
        )
        for step in self.pool.credentials(self.token, self.now):
            match step:
                case Refused():
                    self._refuse("sts" if step.by == "STS" else "identities", label, step)
                case Identified(identity=identity):
                    checked = "It checks signature, issuer and time of the token. " if self.token else ""
                    self._frame(f"{checked}To the identity pool this is {_short(identity)}.", "identities", label)
                case RoleChosen(role=role, why=why):
                    self._frame(f"It chooses the role {_name(role)}: {why}.", "identities", label)
                    text = "It asks STS by AssumeRoleWithWebIdentity; the trust policy of the role has to agree."
                    self._frame(text, "sts", "web")
                case Credentials():
                    self.credentials = step
                    self._frame("STS hands out temporary credentials for 60 minutes.", "sts", "keys", "done")
                    self._frame(f"The app has AWS credentials of the role {_name(step.role)}.", "app", "keys")

    def read(self, file: str) -> None:
        """Read a file of the bucket with the credentials."""
        assert self.credentials is not None  # noqa: S101 -- said to the type checker: the scene asks before
        identity = self.credentials.identity
        other = self.pool.identity({"sub": next(u.sub for u in USERS.users if u.name != self.name)})
        folder = {"own photo": identity, "photo of another user": other, "public photo": "public"}[file]
        self._frame(
            f"The app calls S3 itself, with these credentials, for photos/{_short(folder)}/1.jpg.", "s3", "keys"
        )
        request = self.credentials.request("s3:GetObject", f"arn:aws:s3:::photos/{folder}/1.jpg")
        allowed = RESOURCES[self.credentials.role]
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": allowed}
        policy = Policy.read({"Version": "2012-10-17", "Statement": statement})
        answer = evaluate(request, Policies(identity=(policy,)))
        shown = " and ".join(one.removeprefix("arn:aws:s3:::") for one in allowed)
        if answer.allowed:
            text = f"S3 answers with the {file}: the role {_name(self.credentials.role)} allows {shown}."
        else:
            text = f"S3 denies the {file}: the role {_name(self.credentials.role)} allows only {shown}."
        self._frame(text, "s3", "keys", "done" if answer.allowed else "failed")

    @property
    def _who(self) -> str:
        return self.name.capitalize()

    def _said(self) -> str:
        claims = jwt.claims_of(self.token or "")
        shown = {name: claims[name] for name in ("cognito:username", "cognito:groups", "email") if name in claims}
        return ", ".join(f"{k} {', '.join(v) if isinstance(v, list) else v}" for k, v in shown.items())

    def _refuse(self, at: str, label: str, refusal: Refused) -> None:
        by = {"user pool": "The user pool", "identity pool": "The identity pool", "STS": "STS"}[refusal.by]
        self._frame(f"{by} refuses with {refusal.code}: {refusal.why}", at, label, "failed")

    def _frame(self, caption: str, at: str = "", label: str = "", look: Look = "plain") -> None:
        claims = jwt.claims_of(self.token) if self.token else {}
        numbers = {
            "ID token: sub": str(claims["sub"])[:8] + "…" if claims else "none",
            "cognito:groups": ", ".join(claims.get("cognito:groups", [])) or "none",
            "minutes to exp": str(_left(claims, self.now)) if claims else "none",
            "AWS credentials": _name(self.credentials.role) if self.credentials else "none",
        }
        tokens = (Token("travels", at, label, look),) if at else ()
        self.frames.append(Frame(self.now, caption, tokens, numbers=numbers))


def _left(claims: Mapping[str, Any], now: float) -> int:
    """Return the minutes until a token ends, negative afterwards."""
    return int((float(claims["exp"]) - EPOCH - now) / 60)


def _short(identity: str) -> str:
    return identity[:18] + "…" if identity.startswith("us-east-1:") else identity


def _name(role: str) -> str:
    return role.rpartition("/")[2]
