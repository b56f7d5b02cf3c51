"""The CORS demo: a script on one origin asks for an object on another, and the browser asks the bucket first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.cors import (
    Answered,
    Asked,
    Blocked,
    Browser,
    CrossOrigin,
    Fetch,
    Given,
    Remembered,
    RuleRead,
    SameOrigin,
    Step,
)
from course.models.cors_rules import METHODS, CorsError, rules_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.demos.scene import Look
    from course.models.cors_rules import Rule

PAGE = "https://shop.example.com"
URL = "https://pictures.s3.us-east-1.amazonaws.com/kettle.jpg"
RULES = """[
  {"AllowedOrigins": ["*"],
   "AllowedMethods": ["GET"]},
  {"AllowedOrigins": ["https://*.example.com"],
   "AllowedMethods": ["GET", "PUT"],
   "AllowedHeaders": ["content-type", "x-amz-*"],
   "ExposeHeaders": ["ETag"],
   "MaxAgeSeconds": 600}
]"""
READ = ("ETag", "Content-Type", "x-amz-meta-photographer")


def cors() -> Demo:
    """Return the demo of a script's request to a bucket, sent twice; origin, request and CORS rules are editable."""
    return Demo(
        _build,
        {
            "page": ipywidgets.Text(PAGE, description="page (origin)"),
            "url": ipywidgets.Text(URL, description="requested URL"),
            "method": ipywidgets.Dropdown(options=METHODS, value="PUT", description="method"),
            "headers": ipywidgets.Text("Content-Type: image/jpeg", description="headers"),
            "read": ipywidgets.Dropdown(options=READ, description="script reads"),
            "pause": ipywidgets.IntSlider(value=60, min=0, max=3600, step=60, description="again after (s)"),
            "rules": ipywidgets.Textarea(RULES, description="CORS rules", rows=11, placeholder="no CORS configuration"),
        },
    )


def _build(*, page: str, url: str, method: str, headers: str, rules: str, **reading: Any) -> Scene:  # noqa: ANN401
    return cors_scene(Fetch(page, url, method, _headers(headers)), rules_from_json(rules), **reading)


def cors_scene(fetch: Fetch, rules: Sequence[Rule], read: str = "ETag", pause: int = 60) -> Scene:
    """Play the request at 0 s and again `pause` seconds later; the script wants to read the response header `read`.

    Raises ValueError, in a sentence for the learner, for a page or a URL without an origin.
    """
    browser = Browser()
    first = f"A script on {fetch.page} asks the browser for {fetch.method} {fetch.url}."
    frames = [_frame(0.0, first, "page", "plain", {}, (0, 0, "waits"))]
    asked = executed = 0
    for time in (0.0, float(pause)):
        badges: dict[str, str] = {}
        for step in browser.fetch(fetch, rules, time):
            asked += isinstance(step, Asked)
            executed += isinstance(step, Asked) and step.method != "OPTIONS"
            if isinstance(step, RuleRead):
                badges = {"bucket": f"rule {step.number}: {'no' if step.refusal else 'matches'}"}
            caption, at, look = _caption(step, fetch, read, rules)
            again = "The script asks again. " if time and isinstance(step, SameOrigin | CrossOrigin) else ""
            frames.append(_frame(time, again + caption, at, look, badges, (asked, executed, _outcome(step, read))))
    return Scene(
        title="A cross-origin request",
        summary=f"A script on {fetch.page} sends {fetch.method} to {fetch.url}, twice. {frames[-1].caption}",
        nodes=(
            Node("page", "script on the page", 0, 0, "producer", slots=1),
            Node("browser", "browser", 1, 0, "service", slots=1),
            Node("bucket", "S3 bucket", 2, 0, "store", slots=1),
        ),
        edges=(Edge("page", "browser", "fetch()"), Edge("browser", "bucket", "HTTP")),
        frames=tuple(frames),
        legend={"plain": "the request", "held": "the preflight", "failed": "refused", "done": "allowed"},
        picture_frame=next((i for i, f in enumerate(frames) if f.caption.startswith("S3 answers")), len(frames) - 1),
    )


def _headers(text: str) -> Mapping[str, str]:
    found = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, colon, value = part.partition(":")
        if not colon or not name.strip():
            raise CorsError(f"{part!r} is no header: write a name, a colon and a value, such as Range: bytes=0-99.")
        found[name.strip()] = value.strip()
    return found


def _frame(
    time: float, caption: str, at: str, look: Look, badges: Mapping[str, str], figures: tuple[int, int, str]
) -> Frame:
    asked, executed, outcome = figures
    numbers = {"HTTP requests": str(asked), "of them no preflight": str(executed), "script": outcome}
    return Frame(time, caption, (Token("request", at, look=look),), badges, numbers)


def _outcome(step: Step, read: str) -> str:
    match step:
        case Blocked():
            return "gets an error"
        case Given():
            return f"reads {read}" if step.readable(read) else f"cannot read {read}"
        case _:
            return "waits"


def _caption(step: Step, fetch: Fetch, read: str, rules: Sequence[Rule]) -> tuple[str, str, Look]:
    """Return what to say of a step, where the token is, and how it looks."""
    shown: tuple[str, str, Look]
    match step:
        case SameOrigin(origin=origin):
            shown = f"Page and URL have the same origin, {origin}: CORS has nothing to say.", "browser", "plain"
        case CrossOrigin():
            shown = _cross(step, fetch.method), "browser", "held" if step.unsafe else "plain"
        case Remembered(seconds=seconds):
            still = f"The browser remembers S3's answer for {seconds:.0f} s more, so there is no preflight."
            shown = still, "browser", "plain"
        case Asked(method="OPTIONS", headers=headers):
            shown = f"The preflight goes to S3: OPTIONS with {_written(headers)}.", "bucket", "held"
        case Asked(method=method, headers=headers):
            sent = f" with {_written(headers)}" if headers else ""
            shown = f"The request itself goes to S3: {method}{sent}.", "bucket", "plain"
        case RuleRead(number=number, refusal=""):
            shown = f"Rule {number} matches. S3 reads no further.", "bucket", "done"
        case RuleRead(number=number, refusal=refusal):
            shown = f"Rule {number} does not match: {refusal}.", "bucket", "failed"
        case Answered() | Blocked() | Given():
            shown = _ending(step, read, rules)
    return shown


def _cross(step: CrossOrigin, method: str) -> str:
    differ = f"{step.page} and {step.target} differ in {' and '.join(step.parts)}."
    if not step.unsafe:
        return f"{differ} {method} with these headers is a simple request, so the browser sends it without asking."
    why = " and ".join(step.unsafe)
    return f"{differ} {why[0].upper()}{why[1:]}, so the browser has to ask first."


def _written(headers: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in headers.items())


def _ending(step: Answered | Blocked | Given, read: str, rules: Sequence[Rule]) -> tuple[str, str, Look]:
    match step:
        case Answered(status=403):
            why = "no rule matches" if rules else "the bucket has no CORS configuration"
            return f"S3 answers 403: {why}.", "browser", "failed"
        case Answered(headers=headers) if not headers:
            return "S3 answers without any CORS header: to S3 the request may be fine.", "browser", "failed"
        case Answered(headers=headers):
            return f"S3 answers with {_written(headers)}.", "browser", "done"
        case Blocked(reason=reason, executed=executed):
            done = "S3 has executed the request all the same" if executed else "the request itself was never sent"
            return f"The script gets an error: {reason}; {done}.", "page", "failed"
        case Given():
            seen = f"may read {read}" if step.readable(read) else f"sees no {read}: ExposeHeaders does not name it"
            return f"The browser hands the response to the script, which {seen}.", "page", "done"
