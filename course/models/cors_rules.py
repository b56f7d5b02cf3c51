"""A bucket's CORS configuration: its rules as S3 takes them, and whether a rule matches a request.

Source of the rules: the S3 user guide, 'Elements of a CORS configuration'; for what S3 refuses, PutBucketCors.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD")
IMPLIED_PORTS = {"http": 80, "https": 443}
MOST_RULES = 100
_KEYS = ("AllowedOrigins", "AllowedMethods", "AllowedHeaders", "ExposeHeaders", "MaxAgeSeconds", "ID")


class CorsError(CourseError, ValueError):
    """A CORS configuration that S3 refuses, or a URL without an origin; said in one sentence."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a URL; `str` writes it as browsers do, without the port that the scheme implies."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """Return the origin of a URL; `CorsError` where it has none."""
        parts = urlsplit(url.strip())
        scheme = parts.scheme.lower()
        if scheme not in IMPLIED_PORTS or not parts.hostname:
            raise CorsError(f"{url!r} has no origin here: write scheme and host, such as https://shop.example.com.")
        try:
            port = IMPLIED_PORTS[scheme] if parts.port is None else parts.port
        except ValueError:
            raise CorsError(f"{url!r} has no port from 0 to 65535 behind its host.") from None
        return cls(scheme, parts.hostname, port)

    def differences(self, other: Origin) -> tuple[str, ...]:
        """Name the parts in which two origins differ."""
        return tuple(part for part in ("scheme", "host", "port") if getattr(self, part) != getattr(other, part))

    def __str__(self) -> str:
        port = "" if self.port == IMPLIED_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One CORSRule. Origins and headers may hold one `*` each; `max_age_seconds` is how long a preflight is good."""

    allowed_origins: tuple[str, ...]
    allowed_methods: tuple[str, ...]
    allowed_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_seconds: int | None = None

    def __post_init__(self) -> None:
        if not self.allowed_origins or not self.allowed_methods:
            raise CorsError("A CORS rule needs AllowedOrigins and AllowedMethods, each with at least one entry.")
        for method in self.allowed_methods:
            if method not in METHODS:
                raise CorsError(f"S3 takes no {method} in AllowedMethods: choose from {', '.join(METHODS)}.")
        for pattern in (*self.allowed_origins, *self.allowed_headers):
            if pattern.count("*") > 1:
                raise CorsError(f"{pattern!r} has more than one wildcard *: S3 takes one at most.")

    def refusal(self, origin: str, method: str, headers: Iterable[str] = ()) -> str:
        """Say why the rule does not match: '' where origin, method and every header of the preflight are allowed."""
        if not any(like(origin, pattern) for pattern in self.allowed_origins):
            return f"AllowedOrigins {_listed(self.allowed_origins)} has nothing for {origin}{self._near(origin)}"
        if method not in self.allowed_methods:
            return f"AllowedMethods {_listed(self.allowed_methods)} has no {method}"
        for name in headers:
            if not any(like(name.lower(), pattern.lower()) for pattern in self.allowed_headers):
                return f"AllowedHeaders {_listed(self.allowed_headers)} has nothing for {name.lower()}"
        return ""

    def _near(self, origin: str) -> str:
        if f"{origin}/" in self.allowed_origins:
            return " (an origin ends without a slash)"
        if origin in (pattern.lower() for pattern in self.allowed_origins):
            return " (browsers send an origin in lower case)"
        return ""


def rules_from_json(text: str) -> tuple[Rule, ...]:
    """Read the rules as the S3 console takes them, a JSON list, or with {"CORSRules": [...]} around it as boto3 does.

    An empty text is a bucket without CORS. `CorsError` says what S3 would not take.
    """
    if not text.strip():
        return ()
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"at line {error.lineno}, column {error.colno}"
        raise CorsError(f"The CORS configuration is not JSON: {error.msg} {where}.") from None
    return rules_from_list(found.get("CORSRules") if isinstance(found, dict) else found)


def rules_from_list(found: object) -> tuple[Rule, ...]:
    """Read the rules from plain data, as boto3 takes and gives them; `CorsError` says what S3 would not take."""
    if not isinstance(found, list) or not all(isinstance(rule, dict) for rule in found):
        raise CorsError('A CORS configuration is a list of rules, such as [{"AllowedOrigins": ["*"], ...}].')
    if len(found) > MOST_RULES:
        raise CorsError(f"A bucket has {MOST_RULES} CORS rules at most, not {len(found)}.")
    return tuple(map(_rule, found))


def _rule(found: Mapping[str, Any]) -> Rule:
    for key, value in found.items():
        if key not in _KEYS:
            raise CorsError(f"A CORS rule has no {key!r}: choose from {', '.join(_KEYS)}.")
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if key not in ("MaxAgeSeconds", "ID") and not texts:
            raise CorsError(f'{key} is a list of texts, such as ["GET"], not {value!r}.')
    age = found.get("MaxAgeSeconds")
    if age is not None and (type(age) is not int or age < 0):
        raise CorsError(f"MaxAgeSeconds is a number of seconds, not {age!r}.")
    origins, methods, headers, exposed = (tuple(found.get(key, ())) for key in _KEYS[:4])
    return Rule(origins, methods, headers, exposed, age)


def like(value: str, pattern: str) -> bool:
    """Match a pattern with one `*` at most, which stands for any text, an empty one too."""
    before, star, after = pattern.partition("*")
    if not star:
        return value == pattern
    return len(value) >= len(before) + len(after) and value.startswith(before) and value.endswith(after)


def requested(origin: str, method: str, headers: Sequence[str]) -> dict[str, str]:
    """Return the headers of a preflight."""
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    return asked | ({"Access-Control-Request-Headers": ",".join(headers)} if headers else {})


def header_names(text: str) -> tuple[str, ...]:
    """Split a list of header names, in lower case."""
    return tuple(name.lower() for name in re.split(r"\s*,\s*", text.strip()) if name)


def _listed(patterns: Sequence[str]) -> str:
    return json.dumps(list(patterns))
