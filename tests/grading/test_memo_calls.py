"""Is an AWS call signed, sent on and understood as the libraries do it, where that is done in fewer steps?"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
import botocore.auth
import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, HeadersDict
from botocore.config import Config
from botocore.configprovider import EnvironmentProvider
from botocore.context import ClientContext, start_as_current_context
from botocore.credentials import Credentials
from botocore.useragent import UserAgentString
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.config import default_user_config
from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random
from moto.sqs.responses import SQSResponse

from tests.grading.memos import kept, original

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
ODD = TEXT | st.text(max_size=5)
NAMES = st.sampled_from(
    (
        *("Host", "X-Amz-Date", "x-amz-meta-my_key", "x_amz_target", "User-Agent", "X-Amz-Content-SHA256", "Expect"),
        *("Content-Type", "content-type", "Content-Length", "Transfer-Encoding", "Authorization", "X-Two--Dashes"),
    )
)
FIELDS = st.dictionaries(
    NAMES, ODD | st.sampled_from(["multipart/form-data", "application/x-www-form-urlencoded", "7"])
)
URLS = st.builds(
    "{}://{}/{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["sqs.us-east-1.amazonaws.com", "a-b.s3.amazonaws.com", "localhost:5000", "127.0.0.1"]),
    st.lists(st.sampled_from(["a", "b c", "%2F", "é", "..", "", "x;y", "$LATEST", "~", "\t"])).map("/".join),
    st.sampled_from(["", "?", "?a=b&a=a", "?acl", "?prefix=%2F+x&marker=", "?é=1", "#top", "?a#top"]),
)
BODIES = st.none() | st.binary(max_size=20) | ODD | st.sampled_from(["Action=A&Version=1", b'{"a": 1}'])


def outcome(function: Callable[..., Any], *args: Any) -> object:  # noqa: ANN401 - any function of the libraries'
    """What it returns, or the error that it raises."""
    try:
        return function(*args)
    except Exception as error:  # noqa: BLE001 - whatever it raises
        return type(error), str(error)


# Signing.

SIGN = "botocore.auth:SigV4Auth.add_auth"
sign = kept(SIGN)


@settings(max_examples=300)
@given(
    st.sampled_from([botocore.auth.SigV4Auth, botocore.auth.S3SigV4Auth, botocore.auth.SigV4QueryAuth]),
    st.sampled_from(["GET", "POST", "put"]),
    URLS,
    FIELDS,
    BODIES,
    st.dictionaries(TEXT, TEXT, max_size=2),
    st.sampled_from([None, "token"]),
    st.sampled_from([{}, {"payload_signing_enabled": False}, {"has_streaming_input": True}]),
)
def test_requests_have_the_same_signature(  # noqa: PLR0913, PLR0917 - what there is in a request
    signer: Any,  # noqa: ANN401 - a class of botocore's
    method: str,
    url: str,
    fields: dict[str, str],
    body: Any,  # noqa: ANN401 - of every kind
    params: dict[str, str],
    token: str | None,
    context: dict[str, object],
) -> None:
    """Has a request the same headers and context when it is signed, or fails it with the same error?"""
    signed = []
    for add_auth in (original(SIGN), sign):
        data = BytesIO(body) if isinstance(body, bytes) and len(body) > 10 else body
        request = AWSRequest(method=method, url=url, headers=fields, data=data, params=params)
        request.context.update(context)
        auth = signer(Credentials("KEY", "secret", token), "sqs", "us-east-1")
        with patch.object(botocore.auth, "get_current_datetime", lambda: NOW):
            said = outcome(add_auth, auth, request)
        signed.append((said, request.headers.items(), request.context, request.url))

    assert signed[0] == signed[1]


def test_a_log_of_signing_is_written(caplog: pytest.LogCaptureFixture) -> None:
    """Does who asks boto3 for its log see what is signed?"""
    with caplog.at_level(logging.DEBUG, "botocore.auth"):
        sign(botocore.auth.SigV4Auth(Credentials("KEY", "secret"), "sqs", "us-east-1"), AWSRequest("GET", "https://a/"))

    assert "CanonicalRequest" in caplog.text


def test_nobody_s_request_is_not_signed() -> None:
    """Is it botocore's own error where there are no credentials?"""
    with pytest.raises(botocore.auth.NoCredentialsError):
        sign(botocore.auth.SigV4Auth(None, "sqs", "us-east-1"), AWSRequest("GET", "https://a/"))


AGENT = "botocore.useragent:UserAgentString.to_string"
name_of = kept(AGENT)
CONFIGS = st.none() | st.builds(
    Config,
    user_agent=st.none() | st.just("mine/1"),
    user_agent_extra=st.none() | st.just("more"),
    user_agent_appid=st.none() | st.just("app"),
    retries=st.none() | st.sampled_from([{"mode": "legacy"}, {"mode": "standard", "max_attempts": 2}]),
)


@given(CONFIGS, st.sets(st.sampled_from("ABZ"), max_size=1), st.sets(st.sampled_from("ABZ"), max_size=1), ODD)
def test_clients_name_themselves_alike(config: Config | None, own: set[str], asked: set[str], extra: str) -> None:
    """Does a client tell the same of itself, its session and the call?"""
    agent = UserAgentString.from_environment().set_session_config("Boto3", "1", extra).with_client_config(config)
    agent.set_client_features(own)
    context = ClientContext()
    context.features |= asked
    with start_as_current_context(context):
        assert [name_of(agent), name_of(agent)] == [original(AGENT)(agent)] * 2


PROFILE = "botocore.session:Session.get_scoped_config"
PROVIDE = "botocore.configprovider:EnvironmentProvider.provide"
FILE = "[default]\nregion = eu-west-1\n[profile mine]\nregion = eu-west-2\n"


@pytest.mark.parametrize("file", ["", FILE])
@pytest.mark.parametrize("variables", [{}, {"AWS_PROFILE": "mine"}, {"AWS_DEFAULT_PROFILE": "other"}])
@pytest.mark.parametrize("profile", [None, "mine", "other"])
def test_the_same_configuration_is_read(
    file: str, variables: dict[str, str], profile: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Does a session read its profile's part of the files, and miss a profile that they do not have?"""
    read, provide = kept(PROFILE), kept(PROVIDE)
    (tmp_path / "config").write_text(file, encoding="utf-8")
    for name, value in {"AWS_CONFIG_FILE": str(tmp_path / "config"), **variables}.items():
        monkeypatch.setenv(name, value)
    session = botocore.session.Session(profile=profile)
    expected = outcome(original(PROFILE), session)

    assert [outcome(read, session), outcome(read, session)] == [expected, expected]
    for name in ("AWS_PROFILE", "AWS_REGION"):
        for environment in (os.environ, {}, {"AWS_REGION": "x"}):
            provider = EnvironmentProvider(name, environment)
            assert provide(provider) == original(PROVIDE)(provider)


# Understanding.

NORMALIZE = "moto.core.request:normalize_request"
normalize = kept(NORMALIZE)


def environment(request: Any) -> object:  # noqa: ANN401 - moto's request
    """What moto can read from a request."""
    environ = {k: v for k, v in request.environ.items() if k not in {"wsgi.input", "werkzeug.request"}}
    about = (request.url, request.raw_url, request.path, request.mimetype, [*request.headers], request.content_length)
    own = request.environ["werkzeug.request"] is request
    return environ, about, own, outcome(request.get_data), [*request.values.items(multi=True)], [*request.files]


@settings(max_examples=500)
@given(st.sampled_from(["GET", "POST", "DELETE"]), URLS, FIELDS, BODIES)
def test_requests_are_understood_alike(method: str, url: str, fields: dict[str, str], body: Any) -> None:  # noqa: ANN401 - of every kind
    """Does moto get the same from a request, whatever it has in its address, headers and body?"""
    assume(body or "multipart/form-data" not in fields.values())  # werkzeug writes it anew each time
    headers = HeadersDict({name: v.encode() if len(v) % 2 else v for name, v in fields.items()})
    read = [
        outcome(
            lambda understand=understand: environment(
                understand(AWSPreparedRequest(method, url, headers, body, stream_output=False))
            )
        )
        for understand in (original(NORMALIZE), normalize, normalize)
    ]

    assert read[0] == read[1] == read[2]


def test_a_request_of_moto_s_stays_as_it_is() -> None:
    """Are only requests of botocore's made into moto's, and nothing else taken?"""
    made = normalize(AWSPreparedRequest("GET", "https://a/", HeadersDict(), None, stream_output=False))

    assert normalize(made) is made
    with pytest.raises(TypeError, match="SimpleNamespace"):
        normalize(SimpleNamespace())


FIND = "moto.core.responses:BaseResponse.get_access_key"
find_key = kept(FIND)
KEYS = ("KEY1" * 5, "KEY2" * 5, "KEY")


@given(
    st.none() | st.lists(st.sampled_from([*KEYS, *"/: =s"]), max_size=6).map(lambda parts: "".join(("AWS ", *parts))),
    st.dictionaries(st.just("AWSAccessKeyId"), st.sampled_from(KEYS).map(lambda key: [key])),
)
def test_the_same_key_is_found(header: str | None, query: dict[str, list[str]]) -> None:
    """Is the access key the one that moto finds in a header, or in the query?"""
    response = SQSResponse()
    response.headers, response.querystring = {"Authorization": header} if header is not None else {}, query

    assert [find_key(response), find_key(response)] == [original(FIND)(response)] * 2


STRING = "moto.moto_api._internal.moto_random:MotoRandom.get_random_string"
string = kept(STRING)


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans(), st.booleans())))
def test_strings_have_the_same_letters(kinds: list[tuple[int, bool, bool]]) -> None:
    """Are equal texts drawn, and as much of what is random left for what is drawn next?"""
    drawn = []
    for make in (original(STRING), string):
        mock_random.seed(7)
        drawn.append([make(mock_random), *(make(mock_random, *kind) for kind in kinds), str(mock_random.random())])

    assert drawn[0] == drawn[1]


# Finding what answers.

ANSWER = "moto.core.botocore_stubber:BotocoreStubber.process_request"
answer = kept(ANSWER)


@contextmanager
def account() -> Iterator[None]:
    """moto, with next to nothing in it."""
    with mock_aws():
        boto3.client("sqs", "eu-west-1").create_queue(QueueName="q")
        boto3.client("s3", "us-east-1").create_bucket(Bucket="bucket")
        yield


QUERY = {"Content-Type": "application/x-www-form-urlencoded"}
TARGET = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.ListQueues"}
ASKED = [
    ("POST", "https://sqs.eu-west-1.amazonaws.com/", TARGET, b"{}"),
    (
        "POST",
        "https://sqs.eu-west-1.amazonaws.com/",
        TARGET | {"X-Amz-Target": "AmazonSQS.DeleteQueue"},
        b'{"QueueUrl": "x"}',
    ),
    ("POST", "https://iam.amazonaws.com/", QUERY, b"Action=ListUsers&Version=2010-05-08"),
    ("POST", "https://iam.amazonaws.com/", QUERY, b"Action=GetUser&UserName=nobody&Version=2010-05-08"),
    ("POST", "https://ec2.us-east-1.amazonaws.com/", QUERY, b"Action=DescribeVpcs&Version=2016-11-15"),
    ("GET", "https://bucket.s3.amazonaws.com/?location", {}, None),
    ("GET", "https://s3.amazonaws.com/bucket/missing%2Fkey", {}, None),
    ("PUT", "https://s3.eu-central-1.amazonaws.com/bucket/a%20key?x-id=PutObject", {"Content-Length": "1"}, b"x"),
    ("GET", "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/nothing", {}, None),
    ("POST", "https://route53.amazonaws.com/2013-04-01/hostedzone", {}, b""),
    ("GET", "https://nothing.amazonaws.com/here", {}, None),
    ("GET", "https://example.org/", {}, None),
]


def answers(process: Callable[..., Any], asked: list[tuple[str, str, dict[str, str], bytes | None]]) -> list[object]:
    """What comes of requests, one after the other, and of what is random after them."""
    mock_random.seed(7)
    sent = [
        AWSPreparedRequest(m, url, HeadersDict(fields), body, stream_output=False) for m, url, fields, body in asked
    ]
    said = [outcome(process, BotocoreStubber(), request) for request in sent]
    for status_headers_body in said:
        if isinstance(status_headers_body, tuple) and len(status_headers_body) > len(("status", "headers")):
            for name in ("date", "last-modified"):
                status_headers_body[1].pop(name, None)
    return [*said, mock_random.random()]


def test_requests_get_the_same_answers() -> None:
    """Does each address reach what answers there, the first time and later, with errors and where nothing is?"""
    said = []
    for process in (original(ANSWER), answer, answer):
        with account():
            said.append(answers(process, [asked for asked in ASKED if "DescribeVpcs" not in str(asked[3])] * 2))

    assert said[0] == said[1] == said[2]


def test_services_are_made_when_they_are_asked_for() -> None:
    """Is a service there after the first request to it, in the Region where moto looks too, though both were known?"""
    asked = ("POST", "https://ec2.eu-west-1.amazonaws.com/", QUERY, b"Action=DescribeKeyPairs&Version=2016-11-15")
    for process in (original(ANSWER), answer, answer):
        with mock_aws():
            assert "123456789012" not in [*ec2_backends.keys()]
            answers(process, [asked])
            assert sorted(ec2_backends["123456789012"].keys()) == ["eu-west-1", "us-east-1"]


@pytest.mark.parametrize(
    "core",
    [
        {"passthrough": {"services": ["sqs"], "urls": []}},
        {"service_whitelist": ["s3"]},
        {"passthrough": {"urls": ["https://sqs"]}},
    ],
)
def test_what_moto_is_told_counts(core: Any) -> None:  # noqa: ANN401 - a part of moto's settings
    """Does moto leave alone what it is told to, though the address was known before?"""
    with account():
        answers(answer, ASKED[:1])
        with patch.dict(default_user_config["core"], core):
            assert answers(answer, ASKED[:1]) == answers(original(ANSWER), ASKED[:1])
