"""JSON Web Tokens as a user pool signs them: anybody can read one, nobody can change one.

Source of the rules: RFC 7519 (JWT), RFC 7515 (JWS), RFC 7518 section 3.3 (RS256). The signature is a real one.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_ID = "course-key-1"
# The user pool of this model always has the same key, so that its tokens are the same in every run. It guards nothing.
_P = int(
    "ddd29e239a22a5d7725c1ecf659a90c74528f784bb2fc5162f8be7eafe0232d4657a957b5fabe5f8b7b79514516f5160"
    "ea3583cc56eb1b906cccb0115013a0009e073e7f912880449f125f2697cf6b27b312d5d1e49941aba8926092639c6154"
    "b3fc3b384e8a4e47d3bda4d650c9f941fa88ff4dfc5c91c036e707d14f7a3d03",
    16,
)
_Q = int(
    "d71c46c216dd1ed391e2d09061fa5a5c52d501c2088b3a5b789c98242be6de7bdf1f611b198fa5eff9d42b85d142ae5e"
    "58dfa8f24e437eb39930fa542a4248b449a26cbeae840204fd9375d05428b4580e956c17debc4fa2dd01c0e932c3d0db"
    "b24ba795abc1316b9665a3b4493b30755394fd329bcf7f8fa10d1f372381b1d5",
    16,
)
_EXPONENT = 65537


class TokenError(ValueError):
    """A text that is no JSON Web Token, said in one sentence."""


def sign(claims: Mapping[str, Any]) -> str:
    """Return the claims as a compact token: header, claims and RS256 signature, each in base64url, joined by dots."""
    signed = ".".join(_encode(_json(part)) for part in ({"kid": KEY_ID, "alg": "RS256"}, claims))
    signature = _key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_encode(signature)}"


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says, genuine or not; `TokenError` for a text that is no token."""
    try:
        _, claims, _ = token.split(".")
        read = json.loads(_decode(claims))
    except ValueError:
        raise TokenError("This is no JSON Web Token: it has three parts in base64url, joined by dots.") from None
    if not isinstance(read, dict):
        raise TokenError("This is no JSON Web Token: its middle part holds no JSON object.")
    return read


def is_genuine(token: str) -> bool:
    """Tell whether the signature was made over exactly this token, with the private key of the pool."""
    signed, _, signature = token.rpartition(".")
    try:
        _key().public_key().verify(_decode(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def forge(token: str, **changes: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the token with other claims under its old signature: what a user with a text editor can make of it."""
    header, _, signature = token.split(".")
    return f"{header}.{_encode(_json(claims_of(token) | changes))}.{signature}"


@cache
def _key() -> rsa.RSAPrivateKey:
    private = pow(_EXPONENT, -1, (_P - 1) * (_Q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=_P,
        q=_Q,
        d=private,
        dmp1=rsa.rsa_crt_dmp1(private, _P),
        dmq1=rsa.rsa_crt_dmq1(private, _Q),
        iqmp=rsa.rsa_crt_iqmp(_P, _Q),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, _P * _Q),
    )
    return numbers.private_key()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
