"""Is a warm process quick without being any different?"""

from __future__ import annotations

import inspect
import io
import json
import os
import ssl
import subprocess
import sys
from copy import copy
from email.errors import MessageError
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import botocore.client
import botocore.hooks
import botocore.loaders
import botocore.session
import moto.core.utils
import pygments  # type: ignore[import-untyped]
import pytest
from botocore import xform_name
from botocore.useragent import UserAgentComponent
from hypothesis import example, given, settings
from hypothesis import strategies as st
from moto.core import serialize
from moto.core.utils import get_service_model
from moto.kms.exceptions import ValidationException
from moto.kms.utils import RSAPrivateKey
from moto.moto_api._internal import mock_random
from moto.sqs.responses import SQSResponse
from pygments.formatters.terminal256 import Terminal256Formatter  # type: ignore[import-untyped]
from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
from pygments.styles import get_style_by_name  # type: ignore[import-untyped]

from course.grading.processes import memo, warm
from course.grading.processes.memo.keep import Kept
from tests.grading import warmed
from tests.grading.memos import kept, original

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from email.message import Message

ROOT = Path(__file__).parents[2]


def report(*arguments: str) -> list[tuple[str, list[str]]]:
    """What tests.grading.warmed prints, in a process of its own: a warm-up changes libraries for good."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BOTO_CONFIG"))}
    environment = own | {"PYTHONHASHSEED": "0", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    command = [sys.executable, "-m", "tests.grading.warmed", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return [(shown, imported) for shown, imported in json.loads(done.stdout)]


@pytest.fixture(scope="module")
def after_warm_up() -> list[tuple[str, list[str]]]:
    return report("warm")


def test_a_warm_up_cannot_be_noticed(after_warm_up: list[tuple[str, list[str]]]) -> None:
    """Do cells show the same after a warm-up: names, AWS's answers, endpoints, errors, figures, no trace of it?"""
    cold = [shown for shown, _ in report()]

    warm_ = [shown for shown, _ in after_warm_up]

    for source, expected, got in zip(warmed.CELLS, cold, warm_, strict=True):
        assert expected == got, source


def test_a_warm_notebook_imports_little(after_warm_up: list[tuple[str, list[str]]]) -> None:
    """Are the large libraries there whole, with what they import only when they are used?"""
    late = {name for _, imported in after_warm_up for name in imported}

    assert late <= {"IPython.core.logger"}


def test_the_reference_answers_stay_out() -> None:
    """Does warming up for a chapter's notebook, with its tests, load none of the modules that hold its answers?"""
    program = """
import json, pathlib, sys
from course.grading.processes import warm
cells = json.loads(pathlib.Path("source/messaging/messaging.ipynb").read_text())["cells"]
warm.up(warm.of("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
print("course.demos.queue" in sys.modules, [name for name in sys.modules if "exercises" in name])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "True []\n"


def test_what_a_notebook_needs() -> None:
    """Is it found in imports, in the attributes of what they bind, and in the names of AWS's services?"""
    found = warm.of(
        [
            "from course import demos\nimport os.path, boto3 as aws\nsqs = aws.client('sqs')",
            "%matplotlib inline\nimport nothing",
            "demos.shards()\nsqs.receive_message(x.y)",
            "import json\n### BEGIN HIDDEN TESTS\nimport math\nmath.pi\n### END HIDDEN TESTS\njson.loads",
        ],
        "course._offline:ExamAws",
        visible_only=True,
    )

    assert found.modules == ("boto3", "course", "json", "os.path")
    assert found.used == (
        "boto3", "boto3.client", "course._offline", "course.demos", "course.demos.shards", "json", "json.loads",
        "os.path",
    )  # fmt: skip
    assert found.services == ("sqs",)


def test_the_whole_of_a_cell_counts_for_the_examiner() -> None:
    """Are hidden lines read where nobody asks for the visible ones alone?"""
    assert warm.of(["### BEGIN HIDDEN TESTS\nimport math\n### END HIDDEN TESTS"]).modules == ("math",)


@pytest.mark.parametrize("name", [one.function for one in memo.MEMOS])
def test_the_function_is_there(name: str) -> None:
    """Does the installed library have this function, so that it is not kept in vain?"""
    assert callable(original(name))


SPELL = "moto.core.utils:camelcase_to_underscores"
spell = kept(SPELL)


@given(st.one_of(st.none(), st.text(), st.text(alphabet="aBcD_ 9É", max_size=150)))
def test_names_are_spelt_alike(name: str | None) -> None:
    """Does moto find the same method for an action?"""
    assert [spell(name), spell(name)] == [original(SPELL)(name)] * 2


SECONDS = "moto.core.utils:unix_time"
seconds = kept(SECONDS)


@given(st.datetimes())
def test_an_instant_is_the_same_number_of_seconds(instant: datetime) -> None:
    """Is the time of day read each time, and only what it is in seconds kept?"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moto.core.utils, "utcnow", lambda: instant)

        assert [seconds(), seconds(), seconds(instant)] == [original(SECONDS)(instant)] * 3


PICK = "moto.core.serialize:AttributePicker.__call__"
pick = kept(PICK)
MEMBERS = [
    (
        shape,
        key,
        member,
        serialize.XFormedAttributePicker(response_transformers={key: str, f"{shape.name}.{key}": type}),
    )
    for service, names in {"ec2": ["Vpc", "Subnet", "RouteTable"], "iam": ["Role", "User"], "sqs": ["Message"]}.items()
    for shape in map(get_service_model(service).shape_for, names)
    for key, member in shape.members.items()
    if len(key) < 10
]


class Bare:
    """A model of moto's, as it may be: names as in AWS or as in Python, or with its own name before them."""


class Vpc(Bare):
    class Meta:
        serialization_aliases: ClassVar = {"IsDefault": "default", "State": "vpc.state"}

    default = None

    @property
    def state(self) -> str:
        raise AttributeError


@settings(max_examples=500)
@given(st.sampled_from(MEMBERS), st.data())
def test_a_member_is_found_by_the_same_names(chosen: Any, data: st.DataObject) -> None:  # noqa: ANN401 - of MEMBERS
    """Does moto find the value of an AWS member in whatever holds it, and change it as its service asks?"""
    shape, key, member, plain = chosen
    member.parent = shape
    names = [key, xform_name(key), key[len(shape.name) :], key[3:], "default", "vpc", member.name, "other"]
    values = data.draw(st.dictionaries(st.sampled_from(names), st.integers(0, 2) | st.none() | st.just({"state": 1})))
    picker = data.draw(st.sampled_from([plain, serialize.XFormedAttributePicker(), serialize.AttributePicker()]))
    for holder in (values, Bare(), Vpc()):
        if isinstance(holder, Bare):
            vars(holder).update(values)
        context = serialize.AttributePickerContext(holder, key, member, key_path=f"All.{shape.name}")
        assert [pick(picker, context), pick(picker, context)] == [original(PICK)(picker, context)] * 2


def test_methods_are_listed_afresh() -> None:
    """Is the list of a class's methods its owner's to change?"""
    name = "moto.core.utils:method_names_from_class"
    listed = kept(name)
    listed(SQSResponse).clear()

    assert listed(SQSResponse) == original(name)(SQSResponse)


class Handler:
    """Handlers of events, as botocore and moto have them."""

    def __call__(self, **kwargs: object) -> None:
        """Be one."""

    def method(self, first: object, **rest: object) -> None:
        """Be another."""

    def narrow(self, first: object) -> None:
        """Be none."""


def accepting() -> Callable[..., object]:
    """A handler whose code it shares with others."""

    def handler(**rest: object) -> object:
        return rest

    return handler


claiming = accepting()
claiming.__signature__ = inspect.Signature()  # type: ignore[attr-defined]
CALLABLES: list[Any] = [
    Handler(), Handler().method, Handler.method, Handler().narrow, Handler, partial(accepting(), a=1), len, print,
    accepting(), claiming, accepting(), lambda *a, b=1, **k: (a, b, k), lambda a: a,
]  # fmt: skip


def test_handlers_accept_the_same() -> None:
    """Is a callable asked that is more than a plain function, and may it be none?"""
    name = "botocore.compat:accepts_kwargs"

    def outcome(ask: Callable[[object], object], function: object) -> object:
        try:
            return ask(function)
        except TypeError as error:
            return str(error)

    expected = [outcome(original(name), function) for function in CALLABLES]
    accepts = kept(name)

    assert [outcome(accepts, function) for function in CALLABLES] == expected
    assert [outcome(accepts, function) for function in CALLABLES] == expected


NAMES = st.lists(st.sampled_from(["before-send", "sqs", "s3", "*", "GetObject", "alexaforbusiness", "x"]), min_size=1)


TRIE = "botocore.hooks:_PrefixTrie"
CHANGE = st.tuples(st.sampled_from(["append_item", "remove_item"]), NAMES.map(".".join), st.integers(0, 2))


@given(st.lists(CHANGE), st.lists(CHANGE), st.lists(CHANGE))
def test_handlers_are_copied_alike(
    first: list[tuple[str, str, int]], ours: list[tuple[str, str, int]], its: list[tuple[str, str, int]]
) -> None:
    """Have a trie of handlers and its copy what they have without sharing nodes, whatever is done to either?"""

    def played() -> list[object]:
        trie = botocore.hooks._PrefixTrie()  # noqa: SLF001 - the functions are its own
        seen = [_change(trie, *change) for change in first]
        other = copy(trie)
        seen += [_change(owner, *change) for owner, changes in ((trie, ours), (other, its)) for change in changes]
        return [*seen, vars(trie), vars(other)]

    expected = played()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("append_item", "remove_item", "_recursive_copy"):
            patch.setattr(botocore.hooks._PrefixTrie, name, kept(f"{TRIE}.{name}"))  # noqa: SLF001 - as above

        assert played() == expected


def _change(trie: Any, how: str, event: str, section: int) -> str:  # noqa: ANN401 - botocore ships no types
    try:
        trie.append_item(event, section, section) if how == "append_item" else trie.remove_item(event, section)
    except (AttributeError, ValueError) as error:  # AttributeError: of an event without handlers
        return str(error)
    return ""


def test_copies_share_their_handlers() -> None:
    """Is a copy of a trie no more than its root, as long as nothing is changed?"""
    trie = botocore.hooks._PrefixTrie()  # noqa: SLF001 - the functions are its own
    trie.append_item("before-send.s3", print)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("append_item", "remove_item", "_recursive_copy"):
            patch.setattr(botocore.hooks._PrefixTrie, name, kept(f"{TRIE}.{name}"))  # noqa: SLF001 - as above

        assert copy(trie)._root is trie._root  # noqa: SLF001 - as above


FIELD = st.tuples(
    st.from_regex(r"[A-Za-z-]{1,12}", fullmatch=True) | st.sampled_from(["Content-Type", "a_b", "", " x"]),
    st.sampled_from([": ", ":", ":  ", " : "]),
    st.text(st.characters(codec="latin-1"), max_size=20)
    | st.sampled_from(["multipart/mixed; boundary=x", "message/x"]),
    st.sampled_from(["\r\n", "\n", " \r\n", "\r\n folded\r\n"]),
)


def written(message: Message) -> str:
    """A message as text, or why Python does not write it: Debian's 3.11.2 looks for line breaks in what was read."""
    try:
        return message.as_string()
    except MessageError as error:
        return str(error)


@given(st.lists(FIELD), st.sampled_from(["\r\n", "\n", ""]))
@example([("Content-Type", ": ", "\x0c0", "\r\n")], "\r\n")
def test_headers_are_read_alike(fields: list[tuple[str, str, str, str]], end: str) -> None:
    """Are the headers of an HTTP message what Python's own parser reads, of lines of every kind?"""
    name = "http.client:parse_headers"
    text = ("".join(map("".join, fields)) + end).encode("latin-1")
    expected, got = (read(io.BytesIO(text + b"body")) for read in (original(name), kept(name)))

    read_as = [(m.items(), written(m), [type(d) for d in m.defects]) for m in (expected, got)]
    assert read_as[0] == read_as[1]


@given(st.lists(st.integers(0, 60)))
@pytest.mark.parametrize("name", ["moto.sqs.utils:generate_receipt_handle", "moto.ec2.utils:random_resource_id"])
def test_ids_have_the_same_letters(name: str, sizes: list[int]) -> None:
    """Are equal receipt handles and ids drawn, and as much of what is random left for what is drawn next?"""
    drawn = []
    for make in (original(name), kept(name)):
        mock_random.seed(7)
        sized = [make(size) for size in sizes] if "ec2" in name else []
        drawn.append([make(), *sized, make(), str(mock_random.random())])

    assert drawn[0] == drawn[1]


def test_a_private_key_is_made_once_for_who_uses_it() -> None:
    """Is a key of KMS a real one, the same each time, and is a size refused that RSA keys of KMS do not have?"""
    prepare, key = kept("moto.kms.utils:RSAPrivateKey.__init__"), RSAPrivateKey.__new__(RSAPrivateKey)
    prepare(key, 2048)
    assert "private_key" not in vars(key)

    signature = key.sign(b"x", "RSASSA_PSS_SHA_256")
    assert key.verify(b"x", signature, "RSASSA_PSS_SHA_256")
    assert key.public_key() == key.public_key()
    with pytest.raises(ValidationException):
        prepare(key, 1024)


def test_sessions_share_a_loader() -> None:
    """Is it one that finds what a session's own would, and another for other folders?"""
    name = "botocore.session:create_loader"
    make = kept(name)

    assert make() is make()
    assert make().search_paths == original(name)().search_paths
    assert make("/elsewhere").search_paths == original(name)("/elsewhere").search_paths != make().search_paths


def test_clients_have_methods_of_their_own() -> None:
    """Has each client of a service the methods and their help, whatever became of another's?"""
    name = "botocore.client:ClientCreator._create_methods"
    creator = botocore.client.ClientCreator.__new__(botocore.client.ClientCreator)
    creator._event_emitter = botocore.hooks.HierarchicalEmitter()  # noqa: SLF001 - what the help asks
    models = [botocore.session.Session().get_service_model(service) for service in ("sqs", "sns")]
    make = kept(name)
    for model in models * 2:
        expected, got = original(name)(creator, model), make(creator, model)

        asked = [
            {called: method(client) for called, method in methods.items()}
            for methods in (expected, got)
            for client in [SimpleNamespace(_make_api_call=lambda operation, _: operation)]
        ]
        assert asked[0] == asked[1]
        assert {called: str(method.__doc__) for called, method in got.items()} == {
            called: str(method.__doc__) for called, method in expected.items()
        }
        got.clear()


@given(NAMES.map(".".join))
def test_events_have_the_same_names(event: str) -> None:
    """Has an event the name that the aliases give it, the usual ones and others?"""
    name = "botocore.hooks:EventAliaser.__init__"
    prepare = kept(name)
    for aliases in (None, {"sqs": "other"}, None):
        aliaser = botocore.hooks.EventAliaser.__new__(botocore.hooks.EventAliaser)
        prepare(aliaser, None, aliases)
        expected = botocore.hooks.EventAliaser(None, aliases)._alias_event_name(event)  # noqa: SLF001 - what is kept

        assert aliaser._alias_event_name(event) == expected  # noqa: SLF001 - as above


AGENT = "botocore.useragent:UserAgentComponent.to_string"
agent = kept(AGENT)


@given(st.text(), st.text(), st.none() | st.text())
def test_clients_name_themselves_alike(prefix: str, name: str, value: str | None) -> None:
    """Is a part of the user agent's name the same?"""
    part = UserAgentComponent(prefix, name, value)

    assert [agent(part), agent(part)] == [original(AGENT)(part)] * 2


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"HTTP_PROXY": "http://p:1"},
        {"https_proxy": "http://p:1", "NO_PROXY": "amazonaws.com"},
        {"all_proxy": "p:1"},
    ],
)
def test_proxies_are_the_environment_s(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a proxy found that is set before, or while, the process runs?"""
    name = "botocore.utils:get_environ_proxies"
    proxies = kept(name)
    for variable in [variable for variable in os.environ if variable.lower().endswith("_proxy")]:
        monkeypatch.delenv(variable)
    urls = ["https://sqs.us-east-1.amazonaws.com/", "http://localhost:1/"]
    assert [proxies(url) for url in urls] == [{}, {}]

    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)

    assert [proxies(url) for url in urls] == [original(name)(url) for url in urls]


def test_contexts_are_nobody_else_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Is an SSL context that was made ahead like one made now, given once, and not to who asks for another kind?"""
    name = "botocore.httpsession:create_urllib3_context"
    create = kept(name)
    new = original(name)()
    memo.client.stock_up()

    def settings(context: ssl.SSLContext) -> object:
        return (
            context.verify_mode,
            context.check_hostname,
            context.options,
            context.minimum_version,
            context.keylog_filename,
        )

    assert create() is not create()
    assert settings(create()) == settings(new)
    assert create(cert_reqs=ssl.CERT_NONE).verify_mode == ssl.CERT_NONE
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert create().keylog_filename == str(tmp_path / "keys")


def test_service_models_are_each_their_file_s() -> None:
    """Are two services two models, and is one service's the same one?"""
    name, load = "botocore.client:ServiceModel", botocore.loaders.Loader().load_service_model
    sqs, sns = load("sqs", "service-2"), load("sns", "service-2")
    model = kept(name)

    assert model(sqs, service_name="sqs") is model(sqs, service_name="sqs")
    assert model(sqs, service_name="sqs").operation_names == original(name)(sqs).operation_names
    assert model(sns, service_name="sns").service_name == "sns"


def test_a_cell_is_in_no_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Is a file's module found as before, as soon as there is one, and a cell in none?"""
    name, file = "inspect:getmodule", str(tmp_path / "cell.py")
    module, code = kept(name), compile("1", file, "exec")
    asked: list[Any] = [code, test_a_cell_is_in_no_module, inspect.currentframe(), inspect, Handler, 1]
    expected = [original(name)(one) for one in asked]

    assert [module(one) for one in asked] == expected
    assert [module(one) for one in asked] == expected
    made = ModuleType("cell")
    made.__file__ = file
    monkeypatch.setitem(sys.modules, "cell", made)
    assert module(code) is made


CODE = "class A:\n    '''é'''\n    def f(self, x=f'{1}'): return [x async for x in y] # z\n"


@pytest.mark.parametrize("style", ["default", "monokai", "bw"])
def test_tracebacks_have_the_same_colours(style: str) -> None:
    """Is code coloured as before, by a style, by a style that was made of it, and by two formatters?"""
    setup = kept("pygments.formatters.terminal256:Terminal256Formatter._setup_styles")
    mark = kept("stack_data.core:style_with_executing_node")
    plain = get_style_by_name(style)
    marked = original("stack_data.core:style_with_executing_node")(plain, "bg:ansiyellow")
    assert list(mark(plain, "bg:ansiyellow")) == list(marked) != list(mark(plain, "underline"))
    for used in (plain, marked, plain):
        for options in ({}, {"nobold": True}):
            expected, got = (Terminal256Formatter(style=used, **options) for _ in range(2))
            got.style_string, got.best_match = {}, {}

            setup(got)

            assert (got.style_string, got.best_match) == (expected.style_string, expected.best_match)
            assert pygments.highlight(CODE, PythonLexer(), got) == pygments.highlight(CODE, PythonLexer(), expected)
            got.style_string.clear()


def test_lexers_have_their_base_s_tokens() -> None:
    """Does a lexer class without tokens of its own read code as its base does, and one with tokens by its own?"""
    make = kept("pygments.lexer:RegexLexerMeta.__call__")

    class Same(PythonLexer):  # type: ignore[misc] # pygments ships no types
        pass

    class Other(PythonLexer):  # type: ignore[misc] # as above
        tokens = PythonLexer.tokens | {"root": [(r"(?s).+", pygments.token.Error)]}

    make(PythonLexer)

    assert list(make(Same).get_tokens(CODE)) == list(PythonLexer().get_tokens(CODE))
    assert {kind for kind, _ in make(Other).get_tokens(CODE)} == {pygments.token.Error}


def test_what_is_kept_has_a_limit() -> None:
    """Is a value made once, again when there were too many others, and each time where there is none?"""
    found, made = Kept(2), []

    def make(value: object) -> Any:  # noqa: ANN401 - any value
        made.append(value)
        return value

    assert [found.of(key, partial(make, key)) for key in (1, 2, 1, 3, 1)] == [1, 2, 1, 3, 1]
    assert [found.of("none", partial(make, None)) for _ in range(2)] == [None, None]

    assert made == [1, 2, 3, 1, None, None]
    assert found == {3: 3, 1: 1}
