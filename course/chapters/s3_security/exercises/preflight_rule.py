"""Which CORS rule answers?

A browser sends a preflight to a bucket: may a script of this origin use this method, with these headers? S3 goes
through the bucket's CORS rules **in order** and takes the first one that matches. A rule matches when all of this
holds:

- the origin matches an entry of `AllowedOrigins`. An entry may hold one `*`, which stands for any text. Upper and
  lower case are different here, as in all the rest of an entry;
- the method is in `AllowedMethods`;
- **each** requested header matches an entry of `AllowedHeaders`, which may hold one `*` too. Here upper and lower case
  are the same. A rule without `AllowedHeaders` allows none.

Write `preflight_rule(rules, origin, method, headers)`. `rules` is the list that `get_bucket_cors` gives. Return the
number of the rule that answers, counted from 1, or `None` where S3 answers 403.

```python
rules = [{"AllowedOrigins": ["https://*.example.com"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["x-amz-*"]}]
preflight_rule(rules, "https://shop.example.com", "PUT", ["x-amz-acl"])  # 1
preflight_rule(rules, "https://shop.example.com", "PUT", ["x-amz-acl", "content-type"])  # None
```

Objective: Read a CORS configuration as S3 does.
Out of scope: The headers of the answer, what the browser makes of it, the request after the preflight.
Kind: function
Task: 1.2
Hint: Write a small function that compares one text with one entry, and use it for origins and headers.
Hint: With `before, star, after = entry.partition("*")`, a text matches if it begins with `before`, ends with `after`,
and is long enough for both.
Hint: `all(any(...) for header in headers)`: every header needs some entry. `all` of nothing is true, and that is right.
Hint: Go on to the next rule when one of the three conditions fails; do not give up.
"""

from typing import Any

from course.authoring import case, misconception


def preflight_rule(rules: list[dict[str, Any]], origin: str, method: str, headers: list[str]) -> int | None:
    """Return the number, from 1, of the first rule that matches a preflight; None where none does."""
    ### BEGIN SOLUTION

    def fits(text: str, entry: str) -> bool:
        before, star, after = entry.partition("*")
        if not star:
            return text == entry
        return len(text) >= len(before + after) and text.startswith(before) and text.endswith(after)

    for number, rule in enumerate(rules, 1):
        entries = rule.get("AllowedHeaders", [])
        if (
            any(fits(origin, entry) for entry in rule["AllowedOrigins"])
            and method in rule["AllowedMethods"]
            and all(any(fits(name.lower(), entry.lower()) for entry in entries) for name in headers)
        ):
            return number
    return None
    ### END SOLUTION


@case(points=1)
def the_first_match_answers() -> None:
    """Is the first rule that matches taken, and a rule that does not match passed over?"""
    rules = [
        {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]},
        {"AllowedOrigins": ["https://a.test"], "AllowedMethods": ["GET", "PUT"]},
        {"AllowedOrigins": ["*"], "AllowedMethods": ["PUT", "DELETE"]},
    ]
    for origin, method, expected in (
        ("https://a.test", "GET", 1),
        ("https://a.test", "PUT", 2),
        ("https://b.test", "PUT", 3),
        ("https://b.test", "HEAD", None),
    ):
        got = preflight_rule(rules, origin, method, [])
        assert got == expected, (
            f"{method} from {origin}: preflight_rule gave {got!r}, expected {expected!r}: the first rule whose origin "
            f"and method both fit, of {rules}"
        )
    assert preflight_rule([], "https://a.test", "GET", []) is None, "without rules S3 answers 403, expected None"


@case(points=1)
def origins_are_compared_whole() -> None:
    """Is an origin compared as a whole, with scheme and port, and does one wildcard stand for any text?"""
    rules = [{"AllowedOrigins": ["https://*.example.com", "http://localhost:8000"], "AllowedMethods": ["GET"]}]
    for origin, expected in (
        ("https://shop.example.com", 1),
        ("http://shop.example.com", None),
        ("https://example.com", None),
        ("https://shop.example.com.evil.test", None),
        ("http://localhost:8000", 1),
        ("http://localhost", None),
    ):
        got = preflight_rule(rules, origin, "GET", [])
        assert got == expected, (
            f"GET from {origin}: preflight_rule gave {got!r}, expected {expected!r} for {rules[0]['AllowedOrigins']}"
        )
    ### BEGIN HIDDEN TESTS
    rules = [{"AllowedOrigins": ["https://ab*ba.test"], "AllowedMethods": ["GET"]}]
    for origin, expected in (("https://abba.test", 1), ("https://aba.test", None), ("https://ab.x.ba.test", 1)):
        got = preflight_rule(rules, origin, "GET", [])
        assert got == expected, f"GET from {origin}: got {got!r}, expected {expected!r} for https://ab*ba.test"
    ### END HIDDEN TESTS


@case(points=2)
def every_header_is_allowed() -> None:
    """Does every requested header need an entry, in whatever case, and does a rule without entries allow none?"""
    rules = [
        {"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"]},
        {"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["Content-Type", "x-amz-*"]},
        {"AllowedOrigins": ["https://a.test"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["*"]},
    ]
    for origin, headers, expected in (
        ("https://b.test", [], 1),
        ("https://b.test", ["content-type"], 2),
        ("https://b.test", ["content-type", "x-amz-acl"], 2),
        ("https://b.test", ["content-type", "authorization"], None),
        ("https://a.test", ["content-type", "authorization"], 3),
    ):
        got = preflight_rule(rules, origin, "PUT", headers)
        assert got == expected, (
            f"PUT from {origin} with {headers}: preflight_rule gave {got!r}, expected {expected!r}: each header needs "
            f"an entry in AllowedHeaders of the rule, of {rules}"
        )


@case(points=1)
def it_agrees_with_the_model() -> None:
    """Does it agree with the course's model on many configurations and preflights?"""
    rules = [{"AllowedOrigins": ["https://a.test"], "AllowedMethods": ["GET"], "AllowedHeaders": ["range"]}]
    got = preflight_rule(rules, "https://a.test", "GET", ["Range"])
    assert got == 1, f"GET from https://a.test with ['Range']: preflight_rule gave {got!r}, expected 1"
    ### BEGIN HIDDEN TESTS
    import random

    from course.models.cors import RuleRead, answer
    from course.models.cors_rules import METHODS, rules_from_list

    dice = random.Random(100)
    origins = ["https://a.test", "http://a.test", "https://b.a.test", "https://a.test:8443"]
    entries = ["*", "https://*", "https://*.a.test", "http*a.test", *origins, "https://a.test/"]
    names = ["content-type", "x-amz-acl", "x-amz-meta-by", "range"]
    for _ in range(300):
        rules = [
            {
                "AllowedOrigins": dice.sample(entries, dice.randrange(1, 3)),
                "AllowedMethods": dice.sample(METHODS, dice.randrange(1, 4)),
                "AllowedHeaders": dice.sample(["*", "x-amz-*", "Content-Type", "range"], dice.randrange(3)),
            }
            for _ in range(dice.randrange(4))
        ]
        preflight = dice.choice(origins), dice.choice(METHODS), dice.sample(names, dice.randrange(3))
        steps = answer(rules_from_list(rules), *preflight)
        expected = next((step.number for step in steps if isinstance(step, RuleRead) and not step.refusal), None)
        got = preflight_rule(rules, *preflight)
        assert got == expected, f"the preflight {preflight} on {rules}: got {got!r}, expected {expected!r}"
    ### END HIDDEN TESTS


@misconception(
    the_first_match_answers,
    every_header_is_allowed,
    it_agrees_with_the_model,
    swap={
        "for number, rule in enumerate(rules, 1):": "for number, rule in reversed(list(enumerate(rules, 1))):",
    },
)
def takes_the_last_match() -> None:
    """You took the last rule that matches; S3 stops at the first."""


@misconception(
    the_first_match_answers,
    every_header_is_allowed,
    it_agrees_with_the_model,
)
def gives_up_at_the_first_origin(
    rules: list[dict[str, Any]], origin: str, method: str, headers: list[str]
) -> int | None:
    """You decided by the first rule whose origin fits; if its method or headers do not, S3 reads the next rule."""
    from fnmatch import fnmatchcase

    for number, rule in enumerate(rules, 1):
        if any(fnmatchcase(origin, entry) for entry in rule["AllowedOrigins"]):
            entries = [entry.lower() for entry in rule.get("AllowedHeaders", [])]
            allowed = all(any(fnmatchcase(name.lower(), entry) for entry in entries) for name in headers)
            return number if method in rule["AllowedMethods"] and allowed else None
    return None


@misconception(every_header_is_allowed, it_agrees_with_the_model, swap={"all(any(": "(not headers) or any(any("})
def wants_one_header() -> None:
    """You were content with one allowed header; every header of the preflight needs an entry."""


@misconception(
    every_header_is_allowed,
    it_agrees_with_the_model,
    swap={"fits(name.lower(), entry.lower())": "fits(name, entry)"},
)
def minds_the_case_of_headers() -> None:
    """You compared header names with their upper and lower case; browsers send them in lower case."""


@misconception(
    every_header_is_allowed,
    it_agrees_with_the_model,
    swap={'rule.get("AllowedHeaders", [])': 'rule.get("AllowedHeaders") or ["*"]'},
)
def allows_all_without_an_entry() -> None:
    """You let a rule without AllowedHeaders allow every header; it allows none."""


@misconception(origins_are_compared_whole, it_agrees_with_the_model, swap={"and text.endswith(after)": ""})
def ignores_the_end() -> None:
    """You compared the beginning only; https://shop.example.com.evil.test belongs to somebody else."""


@misconception(
    origins_are_compared_whole,
    it_agrees_with_the_model,
    swap={
        "any(fits(origin, entry) for entry in": ('any(fits(origin.split("//")[1], entry.split("//")[-1]) for entry in')
    },
)
def ignores_the_scheme() -> None:
    """You compared the hosts; an origin is scheme, host and port, and http is another origin than https."""
