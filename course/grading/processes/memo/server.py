"""What moto does for each call, and for each thing that AWS has."""

from __future__ import annotations

import importlib
import io
import re
import string
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from typing import TYPE_CHECKING, Any

from course.grading.processes.memo.keep import (
    MOST,
    SHORT,
    Kept,
    Memo,
    by_arguments,
    by_short_text,
    lists_by_arguments,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from course.grading.processes.memo.keep import Function

MEMBERS = 20_000
"""How many members of AWS's shapes are kept: EC2 alone has thousands."""
_PLAIN = re.compile(r"[\x20-\x7e]*")
_OF_ONE_REQUEST = {"CONTENT_LENGTH", "moto.preserved_header_names", "werkzeug.request"}


def _by_address(function: Function) -> Function:
    stubber, config = importlib.import_module("moto.core.botocore_stubber"), importlib.import_module("moto.core.config")
    account = importlib.import_module("moto.core").DEFAULT_ACCOUNT_ID
    error = importlib.import_module("moto.core.exceptions").HTTPException
    recorder = importlib.import_module("moto.moto_api").recorder
    kept = Kept()

    def destination(address: str) -> Any:  # noqa: ANN401 - a `_Destination`, or None
        settings = config.default_user_config["core"]
        if any(settings.get("passthrough", {}).values()) or settings.get("service_whitelist") is not None:
            return None
        return kept.of(address, lambda: _destination(stubber, address, account)) if len(address) <= SHORT else None

    @wraps(function)
    def processing(self: Any, request: Any) -> Any:  # noqa: ANN401 - moto's stubber, a request, and the answer
        if not (found := destination(request.url.partition("?")[0])):
            return function(self, request)
        for backends, region in found.looked_at:
            backends[account][region]  # moto makes what is not there yet
        normalized = stubber.normalize_request(request)
        recorder._record_request(normalized)  # noqa: SLF001 - as moto
        try:
            status, headers, body = found.method(normalized, normalized.raw_url, normalized.headers)
        except error as raised:
            return raised.code, raised.get_headers(), raised.get_body()
        return status, headers, body

    return processing


@dataclass(frozen=True, slots=True)
class _Destination:
    """What answers at an address: a method. `looked_at` are the backends in which moto looks for it, by Region."""

    method: Function
    looked_at: tuple[tuple[dict[str, Any], str], ...]


def _destination(stubber: Any, address: str, account: str) -> _Destination | None:  # noqa: ANN401 - a module of moto's
    where, _ = stubber.get_equivalent_url_in_aws_domain(address)
    url = f"{where.scheme}://{where.netloc}{where.path}"
    get_backend = importlib.import_module("moto.backends").get_backend
    looked_at: list[tuple[dict[str, Any], str]] = []
    for service, pattern in stubber.backend_index.backend_url_patterns:
        if pattern.match(url):
            backends = get_backend(service)
            if not isinstance(backends, stubber.BackendDict):
                return None
            region = "us-east-1" if "us-east-1" in backends[account] else "aws"
            looked_at.append((backends, region))
            methods = (method for path, method in backends[account][region].urls.items() if re.match(path, url))
            if method := next(methods, None):
                return _Destination(method, tuple(looked_at))
    return None


def _from_a_template(function: Function) -> Function:
    module, sent = importlib.import_module("moto.core.request"), importlib.import_module("botocore.awsrequest")
    preserves, to_key = module.should_preserve_original_header_name, module.environ_key_for_header

    @lru_cache(MOST)
    def template(method: str, address: str) -> dict[str, Any]:
        environ = module.Request.from_primitives(method, address, {}).environ
        return {name: environ[name] for name in environ if name not in _OF_ONE_REQUEST}

    @wraps(function)
    def normalizing(request: Any) -> Any:  # noqa: ANN401 - a request of any kind, and moto's own
        if type(request) is not sent.AWSPreparedRequest:
            return function(request)
        headers = [(key, v.decode() if type(v) is bytes else v) for key, v in request.headers.items()]
        body = request.body.encode() if type(request.body) is str else request.body or b""
        address, _, query = request.url.partition("?")
        plain = all(type(v) is str and _PLAIN.fullmatch(v) for v in (*dict(headers).values(), query))
        if not plain or type(body) is not bytes or len(address) > SHORT or "#" in request.url:
            return function(request)
        fields: dict[str, list[str]] = {}
        for key, value in headers:
            if key.lower() != "transfer-encoding":
                fields.setdefault(to_key(key), []).append(value)
        kind, length = fields.pop("CONTENT_TYPE", None), str(len(body))
        if not body and kind:  # it may be that of a form, which werkzeug writes
            return function(request)
        fields.pop("CONTENT_LENGTH", None)
        about = {"QUERY_STRING": query, "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr}
        about |= {"CONTENT_TYPE": kind[0]} if kind else {}
        about |= {"CONTENT_LENGTH": length} if body else {}
        about |= {key: ", ".join(values) for key, values in fields.items()}
        environ = template(request.method, address) | about
        normalized = module.Request(environ)
        environ[module.PRESERVED_HEADER_NAMES_ENVIRON_KEY] = {to_key(key): key for key, _ in headers if preserves(key)}
        environ.setdefault("CONTENT_LENGTH", "0")
        return normalized

    return normalizing


def _by_start_of_header(function: Function) -> Function:
    pattern = importlib.import_module("moto.core.responses").BaseResponse.access_key_regex
    kept = Kept()  # by what there is of a header up to the last mark that may end a key

    @wraps(function)
    def finding(self: Any) -> Any:  # noqa: ANN401 - moto's response, and a text
        header = self.headers.get("Authorization")
        if type(header) is not str or self.access_key_regex is not pattern or "AWSAccessKeyId" in self.querystring:
            return function(self)
        start = header[: max(header.rfind("/"), header.rfind(":")) + 1]
        return kept.of(start, lambda: function(self)) if len(start) <= SHORT else function(self)

    return finding


def _by_instant(function: Function) -> Function:
    kept, utils = lru_cache(MOST)(function), importlib.import_module("moto.core.utils")
    return wraps(function)(lambda dt=None: kept(dt or utils.utcnow()))


def _by_member(function: Function) -> Function:
    serialize = importlib.import_module("moto.core.serialize")
    usual, missing, get_value = serialize.DEFAULT_ALIAS_PROVIDERS, serialize.MISSING, serialize.get_value
    kept = Kept(MEMBERS)

    @wraps(function)
    def picking(self: Any, context: Any) -> Any:  # noqa: ANN401 - moto's picker of a member's value, and its context
        if type(self) is not serialize.XFormedAttributePicker or self.alias_providers is not usual:
            return function(self, context)
        member = (type(context.obj), context.key, id(context.shape))
        keys, _ = kept.of(
            member,
            lambda: (
                tuple(dict.fromkeys(self.get_possible_keys(context))),
                context.shape,
            ),  # kept alive, it keeps its id
        )
        values = (get_value(context.obj, key, missing) for key in keys)
        value = next((value for value in values if value is not missing), None)
        path = f"{context.key_path}.{context.key}"
        if path.endswith(tuple(self.response_transformers)):
            return next(to for end, to in self.response_transformers.items() if path.endswith(end))(value)
        return value

    return picking


def _drawer(letters: str) -> Callable[[Random, int], str]:
    """What draws letters as `choice` does, which looks at the first bits of 32, and draws again what is too large."""
    shift = 8 - len(letters).bit_length()
    letter = bytes(ord(letters[min(byte >> shift, len(letters) - 1)]) for byte in range(256))
    thrown_away = bytes(byte for byte in range(256) if byte >> shift >= len(letters))

    def draw(random: Random, size: int) -> str:
        drawn = b""
        while (missing := size - len(drawn)) > 0:
            draws = random.getrandbits(32 * missing).to_bytes(4 * missing, "little")
            drawn += draws[3::4].translate(letter, thrown_away)
        return drawn.decode()

    return draw


def _at_one_go(letters: str) -> Callable[[Function], Function]:
    draw = _drawer(letters)

    def keep(function: Function) -> Function:
        random = importlib.import_module("moto.moto_api._internal").mock_random
        usual = len(function())
        return wraps(function)(lambda size=usual: draw(random, size))

    return keep


def _string_at_one_go(function: Function) -> Function:
    draw = _drawer(string.ascii_letters + string.digits)

    @wraps(function)
    def drawing(self: Random, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:  # noqa: FBT001, FBT002 - moto's signature
        if not include_digits:
            return str(function(self, length, include_digits, lower_case))
        drawn = draw(self, length)
        return drawn.lower() if lower_case else drawn

    return drawing


def _when_it_is_used(function: Function) -> Function:
    sizes = (2048, 3072, 4096)

    def private_key(self: Any) -> Any:  # noqa: ANN401 - a key of moto's
        function(self, self.key_size)
        return vars(self)["private_key"]

    @wraps(function)
    def preparing(self: Any, key_size: int) -> None:  # noqa: ANN401 - as above
        if key_size not in sizes:
            function(self, key_size)
        self.key_size = key_size

    used = cached_property(private_key)
    owner = importlib.import_module("moto.kms.utils").RSAPrivateKey
    used.__set_name__(owner, "private_key")
    owner.private_key = used
    return preparing


MEMOS = (
    Memo("moto.core.botocore_stubber:BotocoreStubber.process_request", _by_address, "one method answers an address"),
    Memo("moto.core.request:normalize_request", _from_a_template, "but for these parts it is the address's"),
    Memo(
        "moto.core.responses:BaseResponse.get_access_key",
        _by_start_of_header,
        "a header has none after its last / or :",
    ),
    Memo("moto.moto_api._internal.moto_random:MotoRandom.get_random_string", _string_at_one_go, "the same are drawn"),
    Memo("werkzeug.sansio.utils:get_current_url", by_arguments, "an address is written in one way"),
    Memo("moto.core.utils:camelcase_to_underscores", by_short_text, "a text is spelt in one way"),
    Memo("moto.core.utils:method_names_from_class", lists_by_arguments, "nobody gives moto's classes new methods"),
    Memo("moto.core.utils:unix_time", _by_instant, "an instant has one number of seconds"),
    Memo("moto.core.serialize:AttributePicker.__call__", _by_member, "a member has the same names in all of a class"),
    Memo("xmltodict:_validate_name", by_arguments, "a name is right or wrong"),
    Memo("moto.sqs.utils:generate_receipt_handle", _at_one_go(string.ascii_lowercase), "the same letters are drawn"),
    Memo("moto.ec2.utils:random_resource_id", _at_one_go("0123456789abcdef"), "the same digits are drawn"),
    Memo("moto.kms.utils:RSAPrivateKey.__init__", _when_it_is_used, "it is random, whenever it is made"),
)
