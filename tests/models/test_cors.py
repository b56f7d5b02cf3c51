"""Does the CORS model ask like a browser and answer like S3?"""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from hypothesis import assume, given
from hypothesis import strategies as st
from moto import mock_aws

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
    answer,
    unsafe_headers,
)
from course.models.cors_rules import METHODS, CorsError, Origin, Rule, like, rules_from_json, rules_from_list

SHOP, BUCKET = "https://shop.example.com", "https://pictures.s3.amazonaws.com/kettle.jpg"
origins = st.sampled_from(["https://a.test", "http://a.test", "https://b.a.test", "https://a.test:8443"])
patterns = st.sampled_from(
    ["*", "https://a.test", "https://*", "https://*.a.test", "http*://a.test", "https://a.test/"]
)
names = st.lists(st.sampled_from(["content-type", "x-amz-acl", "X-Amz-Date", "range"]), max_size=3, unique=True)
name_patterns = st.lists(st.sampled_from(["*", "x-amz-*", "Content-Type", "range"]), max_size=2)
rule_lists = st.lists(
    st.fixed_dictionaries(
        {"AllowedOrigins": st.lists(patterns, min_size=1, max_size=2)},
        optional={"AllowedHeaders": name_patterns, "ExposeHeaders": names, "MaxAgeSeconds": st.integers(0, 9)},
    ).flatmap(
        lambda rule: st.lists(st.sampled_from(METHODS), min_size=1, max_size=3, unique=True).map(
            lambda methods: rule | {"AllowedMethods": methods}
        )
    ),
    max_size=4,
)


def _regex(pattern: str) -> str:
    return ".*".join(map(re.escape, pattern.split("*")))


def _by_the_guide(
    rules: list[dict[str, Any]], origin: str, method: str, headers: list[str]
) -> tuple[int, dict[str, Any]] | None:
    """The user guide's three conditions, read once more: the first rule for which all of them hold."""
    for number, rule in enumerate(rules, 1):
        origin_fits = any(re.fullmatch(_regex(one), origin) for one in rule["AllowedOrigins"])
        headers_fit = all(
            any(re.fullmatch(_regex(one), name, re.IGNORECASE) for one in rule.get("AllowedHeaders", []))
            for name in headers
        )
        if origin_fits and method in rule["AllowedMethods"] and headers_fit:
            return number, rule
    return None


@given(rule_lists, origins, st.sampled_from(METHODS), names)
def test_the_first_rule_that_matches_decides(
    rules: list[dict[str, Any]], origin: str, method: str, headers: list[str]
) -> None:
    """Is the rule that answers the one that a second reading of the user guide finds, and are later ones not read?"""
    *read, answered = answer(rules_from_list(rules), origin, method, headers)
    expected = _by_the_guide(rules, origin, method, headers)

    assert isinstance(answered, Answered)
    assert [step.number for step in read if isinstance(step, RuleRead)] == list(
        range(1, 1 + (expected[0] if expected else len(rules)))
    )
    if expected is None:
        assert answered == Answered(403, {})
        return
    rule = expected[1]
    assert answered.status == 200
    assert answered.headers["Access-Control-Allow-Origin"] == ("*" if "*" in rule["AllowedOrigins"] else origin)
    assert answered.headers["Access-Control-Allow-Methods"].split(", ") == rule["AllowedMethods"]
    allowed = answered.headers.get("Access-Control-Allow-Headers", "")
    assert allowed == ", ".join(headers).lower()
    assert answered.headers.get("Access-Control-Max-Age") == (
        str(rule["MaxAgeSeconds"]) if "MaxAgeSeconds" in rule else None
    )


@given(rule_lists, origins, st.sampled_from(METHODS), names)
def test_a_refusal_has_a_reason(rules: list[dict[str, Any]], origin: str, method: str, headers: list[str]) -> None:
    """Does each rule that was passed over say a reason, and only those?"""
    for step in answer(rules_from_list(rules), origin, method, headers):
        if isinstance(step, RuleRead):
            matches = _by_the_guide([rules[step.number - 1]], origin, method, headers) is not None
            assert matches == (not step.refusal)


@mock_aws
@pytest.mark.parametrize("page", [SHOP, "http://shop.example.com", "https://a.example.com", "https://other.test"])
@pytest.mark.parametrize("allowed", ["*", SHOP, "https://*.example.com"])
def test_origins_as_in_moto(page: str, allowed: str) -> None:
    """Does a bucket of moto's send Access-Control-Allow-Origin exactly where the model does?"""
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="kettle.jpg", Body=b"", ACL="public-read")
    rule = {"AllowedOrigins": [allowed], "AllowedMethods": ["GET"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60}
    s3.put_bucket_cors(Bucket="pictures", CORSConfiguration={"CORSRules": [rule]})

    real = requests.get(BUCKET, headers={"Origin": page}, timeout=5)
    *_, ours = answer(rules_from_list([rule]), page, "GET", preflight=False)

    assert isinstance(ours, Answered)
    assert real.status_code == ours.status == 200
    names = ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Access-Control-Max-Age")
    for name in names[allowed == "*" :]:  # to "*" moto sends the origin back, S3 the "*"
        assert real.headers.get(name) == ours.headers.get(name), name


@mock_aws
@pytest.mark.parametrize("method", [*METHODS, "OPTIONS", "PATCH", "*", "get"])
def test_methods_that_s3_takes(method: str) -> None:
    """Does the model refuse in AllowedMethods what moto's S3 refuses?"""
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106
    s3.create_bucket(Bucket="pictures")
    rules = [{"AllowedOrigins": ["*"], "AllowedMethods": [method]}]
    try:
        s3.put_bucket_cors(Bucket="pictures", CORSConfiguration={"CORSRules": rules})
    except ClientError:
        with pytest.raises(CorsError, match="AllowedMethods"):
            rules_from_list(rules)
    else:
        assert rules_from_list(rules) == (Rule(("*",), (method,)),)


@pytest.mark.parametrize(
    ("url", "written", "port"),
    [
        ("https://shop.example.com/a?b#c", "https://shop.example.com", 443),
        ("http://shop.example.com:80", "http://shop.example.com", 80),
        ("HTTPS://Shop.Example.com:443/", "https://shop.example.com", 443),
        ("https://shop.example.com:8443/x", "https://shop.example.com:8443", 8443),
        ("http://shop.example.com:443", "http://shop.example.com:443", 443),
    ],
)
def test_an_origin_has_an_implied_port(url: str, written: str, port: int) -> None:
    """Is the port 443 for https and 80 for http where none is written, and left out when the origin is written?"""
    origin = Origin.of(url)
    assert (str(origin), origin.port) == (written, port)
    assert Origin.of(written) == origin


@given(st.text("ab*", max_size=5).filter(lambda text: text.count("*") < 2), st.text("ab", max_size=6))
def test_one_wildcard(pattern: str, value: str) -> None:
    """Does one * stand for any text, an empty one too, as a regular expression says?"""
    assert like(value, pattern) == bool(re.fullmatch(_regex(pattern), value))


def test_same_origin_needs_no_cors() -> None:
    """Is a request to the page's own origin sent without an Origin header and without a rule?"""
    steps = list(Browser().fetch(Fetch(SHOP, f"{SHOP}:443/basket", "DELETE"), ()))
    assert steps == [SameOrigin(Origin.of(SHOP)), Asked("DELETE", {}), Given(None)]
    assert Given(None).readable("anything")


def test_a_simple_request_is_executed_before_it_is_refused() -> None:
    """Does a POST without a rule reach S3 and is only its answer withheld, and is a PUT never sent?"""
    *_, simple = Browser().fetch(Fetch(SHOP, BUCKET, "POST", {"Content-Type": "text/plain"}), ())
    put = list(Browser().fetch(Fetch(SHOP, BUCKET, "PUT"), ()))

    assert simple == Blocked("the response has no Access-Control-Allow-Origin", executed=True)
    assert put[-1] == Blocked("S3 refused the preflight with 403", executed=False)
    assert [step.method for step in put if isinstance(step, Asked)] == ["OPTIONS"]


def test_the_preflight_asks_for_method_and_headers() -> None:
    """Does OPTIONS carry the origin, the method and, in lower case and sorted, the headers that are not safe?"""
    headers = {"X-Amz-Acl": "private", "Accept": "*/*", "Content-Type": "image/jpeg", "Range": "bytes=0-9"}
    asked = [s for s in Browser().fetch(Fetch(SHOP, BUCKET, "PUT", headers), ()) if isinstance(s, Asked)]
    assert asked == [
        Asked(
            "OPTIONS",
            {
                "Origin": SHOP,
                "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": "content-type,x-amz-acl",
            },
        )
    ]


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_preflight_is_remembered_for_max_age(age: int, pause: int) -> None:
    """Does the second request need no preflight for MaxAgeSeconds, and again one after that or after two hours?"""
    browser, rules = Browser(), (Rule((SHOP,), ("PUT",), max_age_seconds=age),)
    list(browser.fetch(Fetch(SHOP, BUCKET, "PUT"), rules, 0.0))
    again = list(browser.fetch(Fetch(SHOP, BUCKET, "PUT"), rules, float(pause)))
    left = min(age, 7200) - pause
    assert (Remembered(left) in again) == (left > 0)
    assert any(isinstance(s, Asked) and s.method == "OPTIONS" for s in again) == (left <= 0)


@given(rule_lists, origins, st.sampled_from(METHODS), st.lists(st.sampled_from(["ETag", "Expires"]), max_size=2))
def test_only_exposed_headers_are_read(rules: list[dict[str, Any]], page: str, method: str, exposed: list[str]) -> None:
    """Does the script read what is safe or exposed by the rule that matched, and nothing else?"""
    assume(rules)
    rules[0]["ExposeHeaders"] = exposed
    *_, last = Browser().fetch(Fetch(page, BUCKET, method), rules_from_list(rules))
    rule = _by_the_guide(rules, page, method, [])
    assert isinstance(last, Given) == (rule is not None)
    if isinstance(last, Given) and rule is not None:
        assert last.readable("etag") == ("ETag" in rule[1].get("ExposeHeaders", []))
        assert last.readable("Expires")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[{"AllowedOrigins": [', "not JSON: Expecting value at line 1"),
        ('{"AllowedOrigins": ["*"]}', "is a list of rules"),
        ('[{"AllowedOrigins": "*", "AllowedMethods": ["GET"]}]', "AllowedOrigins is a list of texts"),
        ('[{"AllowedOrigin": ["*"], "AllowedMethods": ["GET"]}]', "no 'AllowedOrigin': choose from AllowedOrigins"),
        ('[{"AllowedOrigins": ["*"]}]', "needs AllowedOrigins and AllowedMethods"),
        ('[{"AllowedOrigins": ["https://*.*"], "AllowedMethods": ["GET"]}]', "more than one wildcard"),
        ('[{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "MaxAgeSeconds": "5"}]', "number of seconds, not '5'"),
        (json.dumps([{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}] * 101), "100 CORS rules at most"),
    ],
)
def test_a_bad_configuration_gives_a_sentence(text: str, sentence: str) -> None:
    """Does a configuration that S3 would refuse raise a CorsError that says what is wrong?"""
    with pytest.raises(CorsError, match=re.escape(sentence)):
        rules_from_json(text)


def test_a_near_miss_is_named() -> None:
    """Does the refusal name the slash at the end, or the upper case, that keeps an origin from matching?"""
    assert "without a slash" in Rule((f"{SHOP}/",), ("GET",)).refusal(SHOP, "GET")
    assert "lower case" in Rule(("https://Shop.example.com",), ("GET",)).refusal(SHOP, "GET")
    assert "without a slash" not in Rule(("https://x.test",), ("GET",)).refusal(SHOP, "GET")


@pytest.mark.parametrize("pattern", ["Content-Type", "content-*", "CONTENT-TYPE", "*"])
def test_the_case_of_a_header_does_not_matter(pattern: str) -> None:
    """Does AllowedHeaders match a header however either of them is written?"""
    rule = Rule(("*",), ("PUT",), (pattern,))
    assert not rule.refusal(SHOP, "PUT", ["content-type"])
    assert not rule.refusal(SHOP, "PUT", ["Content-Type"])
    assert bool(rule.refusal(SHOP, "PUT", ["x-amz-acl"])) == (pattern != "*")


@pytest.mark.parametrize("url", ["shop.example.com", "file:///tmp/x", "https://", "https://shop.example.com:99999"])
def test_no_origin_gives_a_sentence(url: str) -> None:
    """Does a page that has no origin raise a CorsError?"""
    with pytest.raises(CorsError, match=r"origin|port"):
        list(Browser().fetch(Fetch(url, BUCKET), ()))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "text/plain; charset=utf-8"}, ()),
        ({"Content-Type": "application/json"}, ("content-type",)),
        ({"Range": "bytes=0-99"}, ()),
        ({"Range": "bytes=-5"}, ("range",)),
        ({"Accept": "x" * 129}, ("accept",)),
        ({"Authorization": "AWS4"}, ("authorization",)),
    ],
)
def test_headers_that_a_form_could_send(headers: dict[str, str], expected: tuple[str, ...]) -> None:
    """Are the safe headers those of the Fetch standard, by name and value?"""
    assert unsafe_headers(Fetch(SHOP, BUCKET, headers=headers)) == expected
    first, *_ = Browser().fetch(Fetch(SHOP, BUCKET, headers=headers), ())
    assert isinstance(first, CrossOrigin)
    assert bool(first.unsafe) == bool(expected)
