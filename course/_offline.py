"""What stands between boto3 and the network while `course.cloud` is started.

Every request of botocore's passes `URLLib3Session.send` at the latest: of any session, of clients older
than the start, of the credential providers that ask a metadata service. That is the one gate. What moto
answers does not get so far; what does goes on only to this machine, or to the endpoint that was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import lru_cache, partial
from ipaddress import ip_address
from itertools import chain
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.handlers import BUILTIN_HANDLERS
from botocore.httpsession import URLLib3Session
from moto import mock_aws
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.botocore_stubber import MockRawResponse
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber, responses_mock
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol, normalize_request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.moto_api._internal import mock_random

from course import _ec2, _environment, _s3, _sqs, _virtual_time
from course.cloud import REAL_ACCOUNT, Call, CloudError
from course.grading.processes import memo

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from moto.core.config import DefaultConfig

RESETS = ("/moto-api/reset", "/_localstack/state/reset")  # moto's server; LocalStack
ADVANCE, ADVANCED = "/moto-api/advance", b'{"advanced": true}'  # the exam's own (course.grading.processes.endpoint)
MOTO: DefaultConfig = {
    "core": {"mock_credentials": False, "reset_boto3_session": False},  # done here, for endpoints too
    "lambda": {"use_docker": False},  # a chapter needs no container engine
    "batch": {"use_docker": False},
}
_SIGNED_AS = {  # boto3's name of a service, where requests are signed for another
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
}
WAYS_OUT = (
    "cloud.start(endpoint='http://localhost:4566') uses LocalStack or moto's server instead, and "
    "help(cloud.start) says how to use an AWS account of your own"
)
PRICES = (
    "boto3 now uses your own AWS account. What this notebook creates there is billed to you until you delete "
    "it: in us-east-1 about $0.015 an hour for a Kinesis shard, used or not, and about $0.50 for a million "
    "SQS or SNS requests above the free tier. Run cloud.stop() when you are done."
)


class Engine:
    """The AWS that is running now, if any: how to undo its start, and what has reached it."""

    def __init__(self) -> None:
        self._running, self._patched = ExitStack(), ExitStack()
        self._hosts: tuple[str, ...] = ()
        self._endpoint = ""
        self._offline = self._guarded = self._answering = False
        self._calls: list[Call | Callable[[], list[Call]]] = []
        BUILTIN_HANDLERS.extend(
            [
                ("before-parameter-build", self._note),
                ("before-call", self._record),
                ("before-send", self._refuse_leftover),
            ]
        )

    def start(self, endpoint: str | None, *, region: str, real_account: bool | str) -> None:
        """Start what `course.cloud.start` describes."""
        self._running.close()  # it puts the environment back
        if real_account:
            self.stop()
            _insist_on_phrase(real_account, endpoint)
            self._start({"AWS_DEFAULT_REGION": region}, keep=True)
            print(PRICES)  # noqa: T201  the learner must see it
        elif endpoint := endpoint or os.environ.get("AWS_ENDPOINT_URL"):
            self.stop()
            _empty(endpoint)
            self._start(_environment.fake(region) | {"AWS_ENDPOINT_URL": endpoint})
            self._hosts, self._endpoint = (str(urlsplit(endpoint).hostname),), endpoint
            self._guard()
        else:
            if not self._offline:
                self.stop()
            self._start(_environment.fake(region))
            self._start_moto()

    def stop(self) -> None:
        """Undo everything that the last start changed."""
        self._running.close()
        self._patched.close()
        self._hosts, self._endpoint, self._offline, self._guarded = (), "", False, False

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        if seconds < 0:
            raise CloudError(f"cloud.advance({seconds!r}) would turn the clock back: pass 0 seconds or more.")
        if self._endpoint and _post(self._endpoint, f"{ADVANCE}?seconds={float(seconds)}") == ADVANCED:
            return
        if not self._offline:
            raise CloudError(
                "cloud.advance moves the clock of the offline AWS, and none is running: call cloud.start()."
            )
        _virtual_time.advance(seconds)
        _sqs.drop_expired()

    def calls(self) -> tuple[Call, ...]:
        """Return what has reached AWS since the last start."""
        found = ([noted] if isinstance(noted, Call) else noted() for noted in self._calls)
        return tuple(chain.from_iterable(found))

    def _start(self, environment: Mapping[str, str], *, keep: bool = False) -> None:
        self._calls = []
        self._running.enter_context(_environment.variables(environment, keep=keep))
        self._running.enter_context(patch.object(boto3, "DEFAULT_SESSION", None))  # it holds earlier credentials

    def _start_moto(self) -> None:
        """Start moto or, where it runs already, empty it, which takes a tenth of the time."""
        memo.remember("botocore", "moto", "werkzeug", "xmltodict")  # at each start: moto imports its services late
        self._running.enter_context(_virtual_time.running())
        if self._offline:
            with patch.object(BaseBackend, "reset", _forget):
                BackendDict.reset()
            reset_model_data()
        else:
            self._patched.enter_context(_sqs.repaired())
            self._patched.enter_context(_ec2.few_images())
            self._patched.enter_context(mock_aws(config=MOTO))
            self._patch(botocore_stubber, "process_request", self._answer(botocore_stubber.process_request))
            self._guard()
            self._patch(responses_mock, "_real_send", self._deliver(responses_mock._real_send))  # noqa: SLF001
            self._offline = True
        mock_random.seed(0)

    def _guard(self) -> None:
        self._patch(URLLib3Session, "send", self._gate(URLLib3Session.send))
        self._guarded = True

    def _patch(self, target: object, name: str, new: object) -> None:
        self._patched.enter_context(patch.object(target, name, new))

    def _is_here(self, url: str) -> bool:
        """Tell whether `url` leads to this machine, or to the endpoint that was asked for."""
        return _is_local(urlsplit(url).hostname or "", self._hosts)

    def _gate(self, send: Callable[..., Any]) -> Callable[..., Any]:
        def gated(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
            if self._is_here(request.url):
                return send(session, request)
            if not self._offline or _is_metadata_service(request.url):
                raise _refusal(request.url)
            # a client older than the first start, which moto does not know of
            status, headers, body = botocore_stubber.process_request(request)  # type: ignore[misc]  # never None
            return AWSResponse(request.url, status, headers, MockRawResponse(body))

        return gated

    def _answer(self, process_request: Callable[..., Any]) -> Callable[..., Any]:
        """Let moto answer; where it cannot, it would pass the request on to the network or answer 404."""

        def answer(request: AWSPreparedRequest) -> tuple[int, dict[str, str], str | bytes] | None:
            if self._is_here(request.url):
                return None
            _virtual_time.advance(_virtual_time.TICK)
            self._answering = True
            try:
                with _s3.repaired(request), _ec2.repaired(request):
                    answered = process_request(request)
            except (NotImplementedError, ImportError) as error:
                raise CloudError(f"The offline AWS cannot do that ({error}): {WAYS_OUT}.") from None
            finally:
                self._answering = False
            if answered is None or answered[2] == "Not yet implemented":
                raise _refusal(request.url)
            return answered  # type: ignore[no-any-return]

        return answer

    def _deliver(self, send: Callable[..., Any]) -> Callable[..., Any]:
        """Keep what moto itself sends (SNS to a web server, say) on this machine."""

        def deliver(adapter: object, request: AWSPreparedRequest, **options: object) -> object:
            if self._answering and not self._is_here(request.url):
                raise _refusal(request.url)
            return send(adapter, request, **options)

        return deliver

    def answer(self, request: AWSPreparedRequest, service: str) -> tuple[int, dict[str, str], str | bytes]:
        """Answer a request of another process, and note it as a call."""
        self._calls.append(partial(_call_of, request, service))  # read when somebody asks, which few do
        return botocore_stubber.process_request(request) or (404, {}, "")

    def _note(self, params: object, context: dict[str, object], **_: object) -> None:
        context["course.parameters"] = _plain(params)

    def _record(self, model: OperationModel, context: dict[str, Any], **_: object) -> None:
        call = Call(model.service_model.service_name, model.name, context.get("course.parameters", {}))
        self._calls.append(call)

    def _refuse_leftover(self, request: AWSPreparedRequest, **_: object) -> None:
        """Refuse a client that was made for a fake AWS which is not running any more."""
        signature = str(request.headers.get("Authorization", ""))
        if f"Credential={_environment.FAKE_KEY}/" in signature and not self._guarded and not self._is_here(request.url):
            raise CloudError("This boto3 client belongs to an offline AWS that was stopped: call cloud.start() first.")


ENGINE = Engine()


class ExamAws:
    """The offline AWS of this process as other processes reach it: what `course.grading` serves to a learner's code."""

    def answer(self, request: AWSPreparedRequest, service: str) -> tuple[int, dict[str, str], str | bytes]:
        """Answer a request that boto3 made in another process."""
        return ENGINE.answer(request, service)

    def reset(self) -> None:
        """Start it afresh, as `cloud.start()` does there."""
        ENGINE.start(None, region=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"), real_account=False)

    def advance(self, seconds: float) -> None:
        """Let time pass, as `cloud.advance()` does there."""
        ENGINE.advance(seconds)


def _forget(backend: BaseBackend) -> None:
    """Drop what a backend of moto holds; moto would fill it anew (EC2 with its images), and throw that away too."""
    vars(backend).clear()


def _call_of(request: AWSPreparedRequest, service: str) -> list[Call]:
    """Read from an HTTP request which call it is; nothing where AWS has no such call."""
    normalized = normalize_request(request)
    try:
        model = get_service_model(_SIGNED_AS.get(service, service))
        target = str(request.headers.get("X-Amz-Target", "")).rpartition(".")[2]
        name, uri_params = target or normalized.values.get("Action", ""), dict[str, Any]()
        if not name:
            operation, uri_params = get_service_router(model.service_name).match(normalized)
            name = operation.name
        parser = PROTOCOL_PARSERS[determine_request_protocol(model, normalized.content_type)]
        parameters = parser(model.operation_model(name)).parse(
            {
                "method": normalized.method,
                "values": normalized.values,
                "headers": normalized.headers,
                "body": normalized.data,
                "url_path": normalized.path,
                "url_params": uri_params,
            }
        )
    except Exception:  # noqa: BLE001 - moto's parsers raise what they like; what cannot be read is no call
        return []
    return [Call(model.service_name, name, _plain(parameters))]  # type: ignore[arg-type]  # a mapping of parameters


def _insist_on_phrase(real_account: bool | str, endpoint: str | None) -> None:  # noqa: FBT001  what start got
    if endpoint:
        raise CloudError("cloud.start got both an endpoint and real_account: pass the one that you mean.")
    if real_account != REAL_ACCOUNT:
        raise CloudError(
            f"cloud.start(real_account={real_account!r}) did not start: your own AWS account costs money, so "
            f"write real_account={REAL_ACCOUNT!r} if you want that."
        )


def _empty(endpoint: str) -> None:
    """Empty the fake AWS at `endpoint`, or raise `CloudError` where there is none."""
    host = urlsplit(endpoint).hostname
    if not endpoint.startswith(("http://", "https://")) or not host:
        raise CloudError(f"The endpoint {endpoint!r} is no URL: write it like 'http://localhost:4566'.")
    if host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
        raise CloudError(f"The endpoint {endpoint!r} is AWS itself: {WAYS_OUT}.")
    if any(_post(endpoint, path) is not None for path in RESETS):
        return
    raise CloudError(
        f"The endpoint {endpoint!r} is not LocalStack or moto's server, so it cannot be emptied: start one of "
        "them, or leave the endpoint (and AWS_ENDPOINT_URL) out to work offline."
    )


def _post(endpoint: str, path: str) -> bytes | None:
    """Ask a fake AWS for something that AWS has not; return its answer, or None where it cannot do that."""
    try:
        with urlopen(Request(endpoint.rstrip("/") + path, method="POST"), timeout=10) as answer:  # noqa: S310
            said: bytes = answer.read()
    except HTTPError as refused:  # another kind of server
        refused.close()
        return None
    except URLError:
        raise CloudError(
            f"Nothing answers at the endpoint {endpoint!r}: start LocalStack or moto's server there, or "
            "leave the endpoint (and AWS_ENDPOINT_URL) out to work offline."
        ) from None
    return said


@lru_cache
def _is_local(host: str, hosts: tuple[str, ...]) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback or host in hosts
    return any(host == name or host.endswith(f".{name}") for name in ("localhost", *hosts))


def _is_metadata_service(url: str) -> bool:
    """Tell whether `url` is where an EC2 instance or a container finds real credentials of its own."""
    with suppress(ValueError):
        return ip_address(urlsplit(url).hostname or "").is_link_local
    return False


def _refusal(url: str) -> CloudError:
    where = urlsplit(url)
    return CloudError(
        f"A call to {where.scheme}://{where.netloc} was stopped, because it would leave this machine: the "
        f"offline AWS does not answer there. {WAYS_OUT}."
    )


def _plain(value: object) -> object:
    """Return a copy of `value` in plain data, with the `repr` of whatever is none."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bytes | int | float | datetime):
        return value
    return repr(value)
