"""What boto3 and botocore do for each client and each call."""

from __future__ import annotations

import hmac
import importlib
import io
import logging
import os
import re
from copy import copy
from functools import lru_cache, reduce, wraps
from hashlib import sha256
from types import FunctionType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from course.grading.processes.memo.keep import MOST, Kept, Memo, by_arguments, by_identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.grading.processes.memo.keep import Function

AHEAD = 200
"""How many contexts of SSL are at hand: each client and session has one, used or not."""
_CONTEXTS: list[Any] = []
_PROFILES = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
_TOLD = (
    "_supplied_user_agent",
    "user_agent",
    "user_agent_appid",
    "user_agent_extra",
    "endpoint_discovery_enabled",
)
_FIELD = re.compile(
    rb"(?!(?i:content-type:[ \t]*m(?:ultipart|essage)/))([A-Za-z0-9-]+):[ \t]*"
    rb"([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)\r?\n"
)
"""A header line that has one reading: plain text, and no blank at its end."""


def _with_common_cache(function: Function) -> Function:
    names: dict[str, str] = {}
    usual = importlib.import_module("botocore.utils").EVENT_ALIASES

    @wraps(function)
    def remembering(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - an EventAliaser, which this sets up
        function(self, *args, **kwargs)
        if self._event_aliases == usual:
            self._alias_name_cache = names

    return remembering


def _from_the_first_session(function: Function) -> Function:
    hooks, handlers = importlib.import_module("botocore.hooks"), importlib.import_module("botocore.handlers")
    kept: list[Any] = []  # the handlers that were registered, and the emitter that had nothing before

    @wraps(function)
    def registering(self: Any, events: Any) -> None:  # noqa: ANN401 - a session, which this sets up, and its events
        emitter = self._original_handler
        if type(emitter) is not hooks.HierarchicalEmitter or emitter._handlers._root["children"]:  # noqa: SLF001
            function(self, events)
        elif kept and kept[0] == handlers.BUILTIN_HANDLERS:
            vars(emitter).update(vars(copy(kept[1])), _lookup_cache={})
        else:
            function(self, events)
            kept[:] = [list(handlers.BUILTIN_HANDLERS), copy(emitter)]

    return registering


def _on_new_nodes(change: Function) -> Function:
    node_list = importlib.import_module("botocore.hooks").NodeList

    def renewed(node: dict[str, Any], parts: list[str]) -> dict[str, Any]:
        values, children = node["values"], dict(node["children"])
        if parts and parts[0] in children:
            children[parts[0]] = renewed(children[parts[0]], parts[1:])
        return {"chunk": node["chunk"], "children": children, "values": values and node_list(*map(list, values))}

    @wraps(change)
    def changing(self: Any, key: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a trie, and what it holds
        self._root = renewed(self._root, key.split("."))
        change(self, key, *args, **kwargs)

    return changing


def _sharing_nodes(function: Function) -> Function:
    trie = importlib.import_module("botocore.hooks")._PrefixTrie  # noqa: SLF001 - the function is its own

    @wraps(function)
    def sharing(self: Any, node: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a trie
        renews = all(hasattr(change, "__wrapped__") for change in (trie.append_item, trie.remove_item))
        return dict(node) if renews and [*node] == ["_root"] else function(self, node)

    return sharing


def _methods_by_model(function: Function) -> Function:
    kept = Kept()

    @wraps(function)
    def remembering(self: Any, service_model: Any) -> dict[str, Function]:  # noqa: ANN401 - botocore's
        methods, _ = kept.of(
            id(service_model),
            lambda: (function(self, service_model), service_model),  # what is kept alive keeps its id
        )
        return dict(methods)

    return remembering


def _in_one_look(function: Function) -> Function:
    auth = importlib.import_module("botocore.auth")
    signers = (auth.SigV4Auth, auth.S3SigV4Auth)  # the others sign something else

    @lru_cache(MOST)
    def key(secret: str, *scope: str) -> bytes:
        return reduce(lambda key, part: hmac.digest(key, part.encode(), "sha256"), scope, f"AWS4{secret}".encode())

    def signed(headers: Iterable[tuple[str, str]], url: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in headers:
            if (lower := name.lower()) not in auth.SIGNED_HEADERS_BLACKLIST:
                found.setdefault(lower, []).append(" ".join(value.split()))
        return found if "host" in found else found | {"host": [auth._host_from_url(url)]}  # noqa: SLF001 - as botocore

    @wraps(function)
    def signing(self: Any, request: Any) -> None:  # noqa: ANN401 - a signer of botocore's, and what it signs
        if type(self) not in signers or not self.credentials or auth.logger.isEnabledFor(logging.DEBUG):
            function(self, request)
            return
        stamp = request.context["timestamp"] = auth.get_current_datetime().strftime(auth.SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)
        fields = request.headers.items()
        if not all(type(value) is str and value.isascii() for _, value in fields):
            function(self, request)
            return
        headers = signed(fields, request.url)
        names = sorted(headers)
        lines = (
            request.method.upper(),
            self._normalize_url_path(urlsplit(request.url).path),
            self.canonical_query_string(request),
            *(f"{name}:{','.join(headers[name])}" for name in names),
            "",
            ";".join(names),
            request.headers["X-Amz-Content-SHA256"]
            if "X-Amz-Content-SHA256" in request.headers
            else self.payload(request),
        )
        scope = (stamp[:8], self._region_name, self._service_name, "aws4_request")
        digest = sha256("\n".join(lines).encode()).hexdigest()
        text = "\n".join(("AWS4-HMAC-SHA256", stamp, "/".join(scope), digest))
        signature = hmac.digest(key(self.credentials.secret_key, *scope), text.encode(), "sha256").hex()
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={'/'.join((self.credentials.access_key, *scope))}, "
            f"SignedHeaders={';'.join(names)}, Signature={signature}"
        )

    return signing


def _by_what_it_tells(function: Function) -> Function:
    get_context = importlib.import_module("botocore.context").get_context
    kept = Kept()

    @wraps(function)
    def remembering(self: Any) -> Any:  # noqa: ANN401 - what a client says of itself
        parts = dict(vars(self))
        config, features = parts.pop("_client_config"), parts.pop("_client_features")
        asked = () if config is None else tuple(getattr(config, name, None) for name in _TOLD)
        mode = None if config is None or not config.retries else config.retries.get("mode")
        context = get_context()
        told = (*parts.items(), *asked, mode, frozenset(features or ()), frozenset(context.features if context else ()))
        return kept.of(told, lambda: function(self))

    return remembering


def _by_code(function: Function) -> Function:
    kept = Kept()

    @wraps(function)
    def remembering(func: Any) -> Any:  # noqa: ANN401 - whatever can be called
        plain = getattr(func, "__func__", func)
        if type(plain) is not FunctionType or vars(plain):  # it may claim to accept something else
            return function(func)
        return kept.of(plain.__code__, lambda: function(func))

    return remembering


def stock_up() -> None:
    """Make contexts of SSL for the processes that are forked from this one."""
    session = importlib.import_module("botocore.httpsession")
    _CONTEXTS[:] = [session.create_urllib3_context() for _ in range(AHEAD)]


def _from_stock(make: Function) -> Function:
    @wraps(make)
    def taking(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as `make`
        usual = not (args or kwargs or os.environ.get("SSLKEYLOGFILE"))
        return _CONTEXTS.pop() if usual and _CONTEXTS else make(*args, **kwargs)

    return taking


def _is_set(name: str) -> bool:
    variables: Any = os.environ
    if type(variables).__name__ != "_Environ":
        return name in variables
    return variables.encodekey(name) in variables._data  # noqa: SLF001 - `in` raises two errors to find that it is not


def _asked_at_one_go(function: Function) -> Function:
    @wraps(function)
    def providing(self: Any) -> Any:  # noqa: ANN401 - what provides a variable of the environment, and its value
        return function(self) if self._env is not os.environ or _is_set(self._name) else None

    return providing


def _where_no_profile_is(function: Function) -> Function:
    @wraps(function)
    def asking(self: Any) -> Any:  # noqa: ANN401 - a session, and what its configuration files say
        named = self._session_instance_vars.get("profile") or any(map(_is_set, _PROFILES))
        return function(self) if named or self._profile_map != {} else {}

    return asking


def _unless_variables_say(function: Function) -> Function:
    request = importlib.import_module("urllib.request")

    @wraps(function)
    def asking(url: str) -> Any:  # noqa: ANN401 - proxies by scheme
        only_variables = request.getproxies is request.getproxies_environment  # not so on macOS and Windows
        if only_variables and not any(name.lower().endswith("_proxy") for name in os.environ):
            return {}
        return function(url)

    return asking


def _without_a_parser(function: Function) -> Function:
    client = importlib.import_module("http.client")

    @wraps(function)
    def reading(fp: Any, _class: Any = client.HTTPMessage) -> Any:  # noqa: ANN401 - http.client's signature
        lines = client._read_headers(fp)  # noqa: SLF001 - the function is its own
        fields = [_FIELD.fullmatch(line) for line in lines[:-1]]
        if _class is not client.HTTPMessage or lines[-1].strip(b"\r\n") or not all(fields):
            return function(io.BytesIO(b"".join(lines)), _class)
        message = _class()
        for name, value in (found.groups() for found in fields if found):
            message.set_raw(name.decode(), value.decode())
        message.set_payload("")
        return message

    return reading


MEMOS = (
    Memo("botocore.auth:SigV4Auth.add_auth", _in_one_look, "a request has one signature"),
    Memo("botocore.useragent:UserAgentString.to_string", _by_what_it_tells, "it tells nothing else"),
    Memo("botocore.session:create_loader", by_arguments, "a loader keeps what it has read, which never changes"),
    Memo("botocore.client:ServiceModel", by_identity, "it reads what the one loader has read, and changes nothing"),
    Memo("botocore.client:ClientCreator._create_methods", _methods_by_model, "they differ in the service alone"),
    Memo("botocore.regions:EndpointProvider", by_identity, "so do the rules of endpoints"),
    Memo("botocore.compat:accepts_kwargs", _by_code, "a plain function's arguments stand in its code"),
    Memo("botocore.session:Session.get_scoped_config", _where_no_profile_is, "there is nothing in no file"),
    Memo("botocore.configprovider:EnvironmentProvider.provide", _asked_at_one_go, "what is not set has no value"),
    Memo("botocore.hooks:EventAliaser.__init__", _with_common_cache, "equal aliases give an event one name"),
    Memo(
        "botocore.session:Session._register_builtin_handlers", _from_the_first_session, "a new session has just these"
    ),
    Memo("botocore.hooks:_PrefixTrie.append_item", _on_new_nodes, "copies may share nodes that never change"),
    Memo("botocore.hooks:_PrefixTrie.remove_item", _on_new_nodes, "copies may share nodes that never change"),
    Memo("botocore.hooks:_PrefixTrie._recursive_copy", _sharing_nodes, "what is changed is a copy's own"),
    Memo("botocore.useragent:UserAgentComponent.to_string", by_arguments, "it is a tuple of texts"),
    Memo("http.client:parse_headers", _without_a_parser, "plain header lines have one reading"),
    Memo("botocore.httpsession:create_urllib3_context", _from_stock, "each is handed out once, as new"),
    Memo("botocore.utils:get_environ_proxies", _unless_variables_say, "proxies are named by variables *_proxy"),
)
