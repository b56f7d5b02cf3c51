"""Cross-origin requests: what a browser asks before it sends one, and how S3 answers from a bucket's CORS rules.

Sources of the rules: the WHATWG's Fetch standard ('CORS protocol', 'HTTP-network-or-cache fetch') for the browser; for
S3 the user guide, 'Using cross-origin resource sharing (CORS)' and 'Elements of a CORS configuration', and botocore's
description of PutBucketCors. Left out: requests with cookies, mixed content, and headers that scripts may not set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from course.models.cors_rules import CorsError, Origin, Rule, header_names, requested

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

SAFE_METHODS = frozenset({"GET", "HEAD", "POST"})
SAFE_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
SAFE_HEADERS = frozenset({"accept", "accept-language", "content-language", "content-type", "range"})
READABLE = frozenset(
    {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"}
)
DEFAULT_MAX_AGE = 5
"""Seconds for which a browser remembers a preflight that was answered without Access-Control-Max-Age."""
LONGEST_MAX_AGE = 7200
"""Seconds above which Chromium does not go, whatever the bucket says."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a script on `page` (its URL) asks the browser for: a method, a URL, and the headers that it sets itself."""

    page: str
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SameOrigin:
    """Page and URL have one origin: no CORS at all."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class CrossOrigin:
    """The two origins differ in `parts` (scheme, host, port); `unsafe` says why the browser has to ask first, if so."""

    page: Origin
    target: Origin
    parts: tuple[str, ...]
    unsafe: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remembered:
    """The browser still knows the answer to this preflight, for `seconds` more, and does not ask again."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A request reaches S3, with these headers: the preflight (OPTIONS) or the request itself."""

    method: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleRead:
    """S3 has compared rule `number` (from 1) with the request: it matches, or the sentence says why not."""

    number: int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """S3's answer, as far as CORS goes."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Blocked:
    """The script gets an error. `executed` says whether S3 has done what it was asked for all the same."""

    reason: str
    executed: bool


@dataclass(frozen=True, slots=True)
class Given:
    """The script gets the response, and of its headers those that are safe or exposed."""

    exposed: tuple[str, ...] | None

    def readable(self, name: str) -> bool:
        """Tell whether the script may read a response header; all of them where no CORS was needed."""
        return self.exposed is None or name.lower() in READABLE or name.lower() in self.exposed


Step = SameOrigin | CrossOrigin | Remembered | Asked | RuleRead | Answered | Blocked | Given


def unsafe(fetch: Fetch) -> tuple[str, ...]:
    """Say why a cross-origin request needs a preflight, one sentence per reason; nothing for a simple request."""
    reasons = [] if fetch.method in SAFE_METHODS else [f"{fetch.method} is none of GET, HEAD and POST"]
    values = {name.lower(): value for name, value in fetch.headers.items()}
    return (*reasons, *(f"no plain form sends {name}: {values[name]}" for name in unsafe_headers(fetch)))


def unsafe_headers(fetch: Fetch) -> tuple[str, ...]:
    """Return the names that Access-Control-Request-Headers lists: in lower case, sorted."""
    return tuple(sorted(name.lower() for name, value in fetch.headers.items() if not _safe(name.lower(), value)))


def _safe(name: str, value: str) -> bool:
    if name == "content-type":
        return value.partition(";")[0].strip().lower() in SAFE_TYPES
    if name == "range":  # one range with a beginning: 'bytes=0-99', 'bytes=100-'
        return re.fullmatch(r"bytes=\d+-\d*", value) is not None
    return name in SAFE_HEADERS and len(value) <= 128  # noqa: PLR2004 - the standard's own number


def answer(
    rules: Sequence[Rule], origin: str, method: str, headers: Sequence[str] = (), *, preflight: bool = True
) -> Iterator[RuleRead | Answered]:
    """Yield each rule that S3 reads, in order and up to the first that matches, then its answer.

    The answer to a preflight is 200 with the rule's permissions, or 403. To a request itself (`preflight=False`; only
    origin and method count then) CORS adds headers or none: its status, 200 here, is a matter of policies.
    """
    for number, rule in enumerate(rules, start=1):
        refusal = rule.refusal(origin, method, headers)
        yield RuleRead(number, refusal)
        if not refusal:
            yield Answered(200, _permissions(rule, origin, headers))
            return
    yield Answered(403 if preflight else 200, {})


def _permissions(rule: Rule, origin: str, headers: Sequence[str]) -> dict[str, str]:
    found = {
        "Access-Control-Allow-Origin": "*" if "*" in rule.allowed_origins else origin,
        "Access-Control-Allow-Methods": ", ".join(rule.allowed_methods),
    }
    if headers:
        found["Access-Control-Allow-Headers"] = ", ".join(name.lower() for name in headers)
    if rule.expose_headers:
        found["Access-Control-Expose-Headers"] = ", ".join(rule.expose_headers)
    if rule.max_age_seconds is not None:
        found["Access-Control-Max-Age"] = str(rule.max_age_seconds)
    return found


class Browser:
    """A browser that remembers preflights, as long as their answers allow (here for the whole request, as it was)."""

    def __init__(self) -> None:
        self._until: dict[tuple[object, ...], float] = {}

    def fetch(self, fetch: Fetch, rules: Sequence[Rule], time: float = 0.0) -> Iterator[Step]:
        """Yield what happens to a script's request to a bucket with these rules, at `time` seconds.

        Raises `CorsError` for a page or a URL that has no origin.
        """
        page, target = Origin.of(fetch.page), Origin.of(fetch.url)
        if page == target:
            yield SameOrigin(page)
            yield Asked(fetch.method, {})
            yield Given(None)
            return
        reasons = unsafe(fetch)
        yield CrossOrigin(page, target, page.differences(target), reasons)
        if reasons:
            refused = yield from self._preflight(fetch, str(page), rules, time)
            if refused:
                yield Blocked(refused, executed=False)
                return
        yield Asked(fetch.method, {"Origin": str(page)})
        allowed = yield from _last(answer(rules, str(page), fetch.method, preflight=False))
        if "Access-Control-Allow-Origin" in allowed.headers:
            yield Given(header_names(allowed.headers.get("Access-Control-Expose-Headers", "")))
        else:
            yield Blocked("the response has no Access-Control-Allow-Origin", executed=True)

    def _preflight(self, fetch: Fetch, origin: str, rules: Sequence[Rule], time: float) -> Generator[Step, None, str]:
        """Ask, or remember, and return why the request may not be sent ('' where it may)."""
        headers = unsafe_headers(fetch)
        key = (origin, fetch.url, fetch.method, headers)
        if time < self._until.get(key, time):
            yield Remembered(self._until[key] - time)
            return ""
        yield Asked("OPTIONS", requested(origin, fetch.method, headers))
        allowed = yield from _last(answer(rules, origin, fetch.method, headers))
        if allowed.status != 200:  # noqa: PLR2004 - OK
            return "S3 refused the preflight with 403"
        age = min(int(allowed.headers.get("Access-Control-Max-Age", DEFAULT_MAX_AGE)), LONGEST_MAX_AGE)
        self._until[key] = time + age
        return ""


def _last(steps: Iterator[RuleRead | Answered]) -> Generator[Step, None, Answered]:
    """Yield all steps, and return the answer that ends them."""
    for step in steps:
        yield step
        if isinstance(step, Answered):
            return step
    raise AssertionError  # `answer` ends with one


__all__ = [
    "Answered",
    "Asked",
    "Blocked",
    "Browser",
    "CorsError",
    "CrossOrigin",
    "Fetch",
    "Given",
    "Origin",
    "Remembered",
    "Rule",
    "RuleRead",
    "SameOrigin",
    "Step",
    "answer",
    "unsafe",
    "unsafe_headers",
]
