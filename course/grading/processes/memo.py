"""What libraries work out anew for each AWS client, AWS call and traceback, though it never changes: kept.

Each entry of `MEMOS` is a function that is pure, or pure in the way its sentence says, so that nobody can tell
whether its value was worked out or kept. That pays in a process that makes many clients, or shows many errors, in a
short life.
"""

from __future__ import annotations

import importlib
import inspect
import io
import os
import re
import string
import sys
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial, wraps
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    Function = Callable[..., Any]

MOST = 1000
"""How many values are kept of a function."""
MEMBERS = 20_000
"""How many members of AWS's shapes are kept: EC2 alone has thousands."""
STATES = 50
"""How many states of a random generator are kept: each is 625 numbers."""
SHORT = 100
"""How many characters a text may have that is kept: a request may have long ones."""
AHEAD = 200
"""How many contexts of SSL are at hand: each client and session has one, used or not."""
_IMPORTERS = ("botocore.", "http.", "moto.", "stack_data")  # what imports functions of `MEMOS` by name
_FIELD = re.compile(
    rb"(?!(?i:content-type:[ \t]*m(?:ultipart|essage)/))([A-Za-z0-9-]+):[ \t]*"
    rb"([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)\r?\n"
)
"""A header line that has one reading: plain text, and no blank at its end."""
_OF_LEXERS = {"_tokens", "tokens", "token_variants", "flags", "get_tokendefs"}


def remember(*libraries: str) -> None:
    """Keep from now on the values of the functions in `MEMOS`, of all libraries or some, as far as they are there."""
    replaced: dict[int, Function] = {}
    for memo in MEMOS:
        module, _, path = memo.function.partition(":")
        if libraries and module.partition(".")[0] not in libraries:
            continue
        *parents, name = path.split(".")
        owner: Any = sys.modules.get(module)
        for parent in parents:
            owner = getattr(owner, parent, None)
        function = vars(owner).get(name) if owner else None
        if function is not None and not hasattr(function, "__wrapped__"):
            setattr(owner, name, memo.keep(function))
            if isinstance(function, FunctionType) and not parents:
                replaced[id(function)] = vars(owner)[name]
    for module_name, imported in list(sys.modules.items()) if replaced else ():
        if module_name.startswith(_IMPORTERS):
            for name, value in list(vars(imported).items()):
                if id(value) in replaced:
                    setattr(imported, name, replaced[id(value)])


# Ways to keep values.


def _by_arguments(function: Function) -> Function:
    return lru_cache(MOST)(function)


def _by_short_text(function: Function) -> Function:
    kept = lru_cache(MOST)(function)

    @wraps(function)
    def remembering(argument: Any) -> Any:  # noqa: ANN401 - as `function`
        short = type(argument) is str and len(argument) <= SHORT
        return kept(argument) if short else function(argument)

    return remembering


def _by_cell_with_usual_transforms(function: Function) -> Function:
    usual = importlib.import_module("IPython.core.inputtransformer2").TransformerManager()
    lists = (usual.cleanup_transforms, usual.line_transforms, usual.token_transformers)
    kept = lru_cache(MOST)(lambda cell: function(usual, cell))

    @wraps(function)
    def remembering(self: Any, cell: str) -> Any:  # noqa: ANN401 - IPython's manager of transforms
        own = (self.cleanup_transforms, self.line_transforms, self.token_transformers)
        return kept(cell) if own == lists else function(self, cell)

    return remembering


def _lists_by_arguments(function: Function) -> Function:
    kept = lru_cache(MOST)(lambda *args: tuple(function(*args)))
    return wraps(function)(lambda *args: list(kept(*args)))


def _by_instant(function: Function) -> Function:
    kept, utils = lru_cache(MOST)(function), importlib.import_module("moto.core.utils")
    return wraps(function)(lambda dt=None: kept(dt or utils.utcnow()))


def _by_identity(make: Function) -> Function:
    kept: dict[tuple[int, ...], tuple[Any, ...]] = {}

    @wraps(make, updated=())
    def remembering(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as `make`
        key = tuple(map(id, (*args, *kwargs, *kwargs.values())))
        if key not in kept:
            _make_room(kept)
            kept[key] = (make(*args, **kwargs), args, kwargs)  # what is kept alive keeps its id
        return kept[key][0]

    return remembering


def _by_member(function: Function) -> Function:
    serialize = importlib.import_module("moto.core.serialize")
    usual, missing, get_value = serialize.DEFAULT_ALIAS_PROVIDERS, serialize.MISSING, serialize.get_value
    kept: dict[tuple[type, str, int], tuple[tuple[str, ...], Any]] = {}

    @wraps(function)
    def picking(self: Any, context: Any) -> Any:  # noqa: ANN401 - moto's picker of a member's value, and its context
        if type(self) is not serialize.XFormedAttributePicker or self.alias_providers is not usual:
            return function(self, context)
        member = (type(context.obj), context.key, id(context.shape))
        if member not in kept:
            _make_room(kept, MEMBERS)
            keys = tuple(dict.fromkeys(self.get_possible_keys(context)))
            kept[member] = keys, context.shape  # what is kept alive keeps its id
        values = (get_value(context.obj, key, missing) for key in kept[member][0])
        value = next((value for value in values if value is not missing), None)
        path = f"{context.key_path}.{context.key}"
        if path.endswith(tuple(self.response_transformers)):
            return next(to for end, to in self.response_transformers.items() if path.endswith(end))(value)
        return value

    return picking


def _by_code(function: Function) -> Function:
    kept: dict[CodeType, Any] = {}

    @wraps(function)
    def remembering(func: Any) -> Any:  # noqa: ANN401 - whatever can be called
        plain = getattr(func, "__func__", func)
        if type(plain) is not FunctionType or vars(plain):  # it may claim to accept something else
            return function(func)
        if plain.__code__ not in kept:
            _make_room(kept)
            kept[plain.__code__] = function(func)
        return kept[plain.__code__]

    return remembering


def _unless_no_file_is_new(function: Function) -> Function:
    """Of code, `inspect.getmodule` looks at nothing but files, and only then at all modules if its file is new."""
    looked_at: tuple[int, str] | None = None

    @wraps(function)
    def remembering(object: Any, _filename: str | None = None) -> Any:  # noqa: A002, ANN401 - inspect's signature
        nonlocal looked_at
        code = object.f_code if isinstance(object, FrameType) else object
        if not isinstance(code, CodeType):
            return function(object, _filename)
        modules = (len(sys.modules), next(reversed(sys.modules)))
        names = {_filename, code.co_filename, os.path.normcase(os.path.abspath(code.co_filename))}  # noqa: PTH100 - as inspect
        if looked_at == modules and names.isdisjoint(inspect.modulesbyfile):
            return None
        looked_at = modules
        return function(object, _filename)

    return remembering


def _by_style(function: Function) -> Function:
    kept: dict[tuple[object, ...], tuple[dict[str, Any], dict[str, Any]]] = {}

    @wraps(function)
    def remembering(self: Any) -> None:  # noqa: ANN401 - a formatter, which this sets up
        key = (type(self), self.style, self.usebold, self.useunderline, self.useitalic)
        if key not in kept:
            _make_room(kept)
            function(self)
            kept[key] = dict(self.best_match), dict(self.style_string)
        self.best_match, self.style_string = map(dict, kept[key])

    return remembering


def _make_room(kept: dict[Any, Any], most: int = MOST) -> None:
    if len(kept) >= most:
        kept.clear()


# Ways to the same value that are shorter.


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


def _made_ahead(make: Function) -> Function:
    stock = [make() for _ in range(AHEAD)]

    @wraps(make)
    def taking(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as `make`
        usual = not (args or kwargs or os.environ.get("SSLKEYLOGFILE"))
        return stock.pop() if usual and stock else make(*args, **kwargs)

    return taking


def _unless_variables_say(function: Function) -> Function:
    request = importlib.import_module("urllib.request")

    @wraps(function)
    def asking(url: str) -> Any:  # noqa: ANN401 - proxies by scheme
        only_variables = request.getproxies is request.getproxies_environment  # not so on macOS and Windows
        if only_variables and not any(name.lower().endswith("_proxy") for name in os.environ):
            return {}
        return function(url)

    return asking


def _at_one_go(letters: str) -> Callable[[Function], Function]:
    shift = 8 - len(letters).bit_length()
    letter = bytes(ord(letters[min(byte >> shift, len(letters) - 1)]) for byte in range(256))
    thrown_away = bytes(byte for byte in range(256) if byte >> shift >= len(letters))

    def keep(function: Function) -> Function:
        random = importlib.import_module("moto.moto_api._internal").mock_random
        usual = len(function())

        @wraps(function)
        def drawing(size: int = usual) -> str:
            drawn = b""
            while (missing := size - len(drawn)) > 0:  # as `choice` does: each draw looks at the first bits of 32
                draws = random.getrandbits(32 * missing).to_bytes(4 * missing, "little")
                drawn += draws[3::4].translate(letter, thrown_away)
            return drawn.decode()

        return drawing

    return keep


def _methods_by_model(function: Function) -> Function:
    kept: dict[int, tuple[dict[str, Function], Any]] = {}

    @wraps(function)
    def remembering(self: Any, service_model: Any) -> dict[str, Function]:  # noqa: ANN401 - botocore's
        if id(service_model) not in kept:
            _make_room(kept)
            kept[id(service_model)] = function(self, service_model), service_model  # what is kept alive keeps its id
        return dict(kept[id(service_model)][0])

    return remembering


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


def _when_asked_for(load: Function) -> Function:
    models = importlib.import_module("moto.ec2.models")
    random = importlib.import_module("moto.moto_api._internal").mock_random
    drawn: dict[Any, Any] = {}  # by the state of what draws the ids, its state when all images have theirs

    def loading(self: Any, before: object, since: datetime) -> None:  # noqa: ANN401 - moto's EC2
        now = random.getstate()
        random.setstate(before)
        clock: Any = {"utcnow": lambda: since}
        with patch.multiple(models.amis, **clock), patch.multiple(models.elastic_block_store, **clock):
            load(self)
        random.setstate(now)

    def asked_for(name: str) -> property:
        def get(self: Any) -> Any:  # noqa: ANN401 - as above
            if waiting := vars(self).pop("_waiting", None):
                waiting()
            try:
                return vars(self)[name]
            except KeyError:
                raise AttributeError(name) from None

        return property(get, lambda self, value: vars(self).update({name: value}))

    for name in ("amis", "snapshots"):
        setattr(models.EC2Backend, name, asked_for(name))

    @wraps(load)
    def later(self: Any) -> None:  # noqa: ANN401 - as above
        before = random.getstate()
        if (after := drawn.get((self.region_name, before))) is None:
            load(self)
            _make_room(drawn, STATES)
            drawn[self.region_name, before] = random.getstate()
            return
        random.setstate(after)
        vars(self)["_waiting"] = partial(loading, self, before, models.amis.utcnow())

    return later


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


def _from_base(function: Function) -> Function:
    @wraps(function)
    def making(cls: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a class of lexers, and a lexer
        base = vars(cls.__base__)
        if len(cls.__bases__) == 1 and _OF_LEXERS.isdisjoint(vars(cls)) and "_tokens" in base:
            cls._all_tokens, cls._tmpname, cls._tokens = (base[name] for name in ("_all_tokens", "_tmpname", "_tokens"))
        return function(cls, *args, **kwargs)

    return making


@dataclass(frozen=True, slots=True)
class Memo:
    """A function 'module:name', the way in which its values are kept, and why that is right."""

    function: str
    keep: Callable[[Function], Function]
    why: str


MEMOS = (
    Memo("moto.core.utils:camelcase_to_underscores", _by_short_text, "a text is spelt in one way"),
    Memo("moto.core.utils:method_names_from_class", _lists_by_arguments, "nobody gives moto's classes new methods"),
    Memo("moto.core.utils:unix_time", _by_instant, "an instant has one number of seconds"),
    Memo("moto.core.serialize:AttributePicker.__call__", _by_member, "a member has the same names in all of a class"),
    Memo("xmltodict:_validate_name", _by_arguments, "a name is right or wrong"),
    Memo("botocore.session:create_loader", _by_arguments, "a loader keeps what it has read, which never changes"),
    Memo("botocore.client:ServiceModel", _by_identity, "it reads what the one loader has read, and changes nothing"),
    Memo("botocore.client:ClientCreator._create_methods", _methods_by_model, "they differ in the service alone"),
    Memo("botocore.regions:EndpointProvider", _by_identity, "so do the rules of endpoints"),
    Memo("botocore.compat:accepts_kwargs", _by_code, "a plain function's arguments stand in its code"),
    Memo("botocore.hooks:EventAliaser.__init__", _with_common_cache, "equal aliases give an event one name"),
    Memo(
        "botocore.session:Session._register_builtin_handlers", _from_the_first_session, "a new session has just these"
    ),
    Memo("botocore.hooks:_PrefixTrie.append_item", _on_new_nodes, "copies may share nodes that never change"),
    Memo("botocore.hooks:_PrefixTrie.remove_item", _on_new_nodes, "copies may share nodes that never change"),
    Memo("botocore.hooks:_PrefixTrie._recursive_copy", _sharing_nodes, "what is changed is a copy's own"),
    Memo("botocore.useragent:UserAgentComponent.to_string", _by_arguments, "it is a tuple of texts"),
    Memo("moto.sqs.utils:generate_receipt_handle", _at_one_go(string.ascii_lowercase), "the same letters are drawn"),
    Memo("moto.ec2.utils:random_resource_id", _at_one_go("0123456789abcdef"), "the same digits are drawn"),
    Memo("moto.kms.utils:RSAPrivateKey.__init__", _when_it_is_used, "it is random, whenever it is made"),
    Memo("moto.ec2.models.amis:AmiBackend._load_amis", _when_asked_for, "the same images, with the same ids"),
    Memo("http.client:parse_headers", _without_a_parser, "plain header lines have one reading"),
    Memo("botocore.httpsession:create_urllib3_context", _made_ahead, "each is handed out once, as new"),
    Memo("botocore.utils:get_environ_proxies", _unless_variables_say, "proxies are named by variables *_proxy"),
    Memo(
        "IPython.core.inputtransformer2:TransformerManager.transform_cell",
        _by_cell_with_usual_transforms,
        "IPython's own transforms look at the cell alone",
    ),
    Memo("IPython.core.interactiveshell:_should_be_async", _by_arguments, "it compiles a text, and forgets what came"),
    Memo("ipykernel.compiler:murmur2_x86", _by_arguments, "it is a hash of a text"),
    Memo("inspect:getmodule", _unless_no_file_is_new, "a cell is in no module until there are other modules"),
    Memo("stack_data.core:style_with_executing_node", _by_arguments, "it makes equal classes of equal styles"),
    Memo("pygments.formatters.terminal256:Terminal256Formatter._setup_styles", _by_style, "it looks at nothing else"),
    Memo("pygments.lexer:RegexLexerMeta.__call__", _from_base, "a lexer without tokens of its own has its base's"),
)
