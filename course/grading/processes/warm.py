"""Doing once, before the fork, what every submission of a notebook would do for itself.

Nothing of it can be noticed in a notebook, but that the first import, error, figure and AWS call are quick.
"""

from __future__ import annotations

import ast
import gc
import importlib
import inspect
import io
import linecache
import os
import pkgutil
import re
import sys
import warnings
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import msgspec

from course.grading.notebooks.testcell import bound_imports, hidden_lines, visible_imports
from course.grading.processes import memo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_USED = 500
"""How many names of what is used are kept."""
_CLIENT = re.compile(r"""\b(?:client|resource)\(\s*["']([a-z0-9-]+)["']""")
_LATER = re.compile(r"^ +from (moto[\w.]*) import ", re.MULTILINE)
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "warm", "AWS_SECRET_ACCESS_KEY": "warm", "AWS_DEFAULT_REGION": "us-east-1"}


class Warmth(msgspec.Struct, frozen=True, kw_only=True):
    """What to have at hand.

    `modules` are imported by name. `used` are dotted names of what is used of modules ('course.demos.shards'), which
    may be imported only then. `services` are those that AWS clients are of.
    """

    modules: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


def of(sources: Iterable[str], aws: str = "", *, visible_only: bool = False) -> Warmth:
    """Return what the code cells of a notebook need, or their visible part, and an AWS ('module:class')."""
    texts = [_visible(source) for source in sources] if visible_only else list(sources)
    bound = {name: statement.split() for name, statement in bound_imports(texts).items()}
    names = {name: f"{words[1]}.{words[3]}" if words[0] == "from" else words[1] for name, words in bound.items()}
    used = {f"{names[name]}.{attribute}" for name, attribute in _attributes(texts) if name in names}
    services = {name for text in texts for name in _CLIENT.findall(text)}
    return Warmth(
        modules=tuple(sorted({words[1] for words in bound.values()})),
        used=tuple(sorted({*names.values(), *used, aws.partition(":")[0]} - {""})[:MOST_USED]),
        services=tuple(sorted(services)),
    )


def up(warmth: Warmth) -> None:
    """Import all that, use it once, and keep Python's garbage collector from looking at it in every fork."""
    _settle()
    for name in (*warmth.modules, *warmth.used):
        with suppress(Exception), warnings.catch_warnings(action="ignore"):  # the cell that imports it tells
            _import(name)
    for module, use in (
        ("", memo.remember),  # before it is used, so that there are values to keep
        ("matplotlib", _draw),
        ("boto3", lambda: _make_clients(warmth.services)),
        ("moto", lambda: _ask_moto(warmth.services)),
    ):
        if not module or module in sys.modules:
            with suppress(Exception):  # another version of it may be used in another way, and cold
                use()
    shell()
    gc.set_threshold(50_000, 20, 20)  # what a notebook makes is looked at less often: it does not live long


def shell() -> None:
    """Use IPython's shell once, where there is one."""
    for use in (_raise_in_cell, memo.remember, _raise_in_cell):  # of what the first one imports too
        with suppress(Exception):  # another version of it may be used in another way, and cold
            use()
    gc.collect()
    gc.freeze()


def cells(sources: Iterable[str]) -> None:
    """Let IPython's shell work out, and keep, what it works out of a cell's text before it runs it."""
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - only where it is used

    shell: Any = InteractiveShell.instance()
    for source in sources:
        visible_imports(source)
        with suppress(Exception):  # the cell itself tells
            transformed = shell.transform_cell(source)
            shell.should_run_async(source, transformed_cell=transformed)
            shell.compile.keep(source, transformed)
    gc.freeze()


def _settle() -> None:
    """Draw as a notebook does, and know no AWS but the exam's: on a learner's own machine there may be another."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in [name for name in os.environ if name.startswith(("AWS_", "BOTO_CONFIG"))]:
        del os.environ[name]


def _import(name: str) -> None:
    """Import a module, or what a module has by that name; of anything else's attributes nothing is touched."""
    parent, _, attribute = name.rpartition(".")
    owner = pkgutil.resolve_name(parent) if parent else None
    if not parent or (isinstance(owner, ModuleType) and not hasattr(owner, attribute)):
        importlib.import_module(name)


def _raise_in_cell() -> None:
    """Run a cell in which a library raises, and format a value: IPython makes half of itself only then."""
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - only where it is used

    if InteractiveShell.initialized():
        with _unnoticed(shell := InteractiveShell.instance()):
            shell.run_cell("__import__('json').loads('')", silent=True)
            cast("Any", shell.display_formatter).format(0)


@contextmanager
def _unnoticed(shell: Any) -> Iterator[None]:  # noqa: ANN401 - IPython's, which has no types
    """Leave no trace of cells that are run silently within this."""
    kept = [(owner, dict(vars(owner))) for owner in (shell, shell.compile, sys)]
    lines, files = dict(linecache.cache), dict(getattr(shell.compile, "_filename_map", {}))
    try:
        yield
    finally:
        for owner, attributes in kept:
            ours = vars(owner)
            for name in ours.keys() - attributes.keys():
                del ours[name]
            ours.update(attributes)
        for target, before in ((linecache.cache, lines), (getattr(shell.compile, "_filename_map", {}), files)):
            target.clear()
            target.update(before)


def _draw() -> None:
    """Draw a figure with text and a formula: fonts and styles are found, and what draws is imported."""
    importlib.import_module("matplotlib.style")
    from matplotlib.figure import Figure  # noqa: PLC0415 - only where it is used

    for kind in ("svg", "png"):
        figure = Figure()
        panel = figure.subplots()
        panel.plot([1, 2], label="$x^2$")
        panel.legend(title="text")
        figure.savefig(io.BytesIO(), format=kind)


def _make_clients(services: Iterable[str]) -> None:
    """Let the loader of AWS's service models, which all sessions share from now on, read these services' already."""
    import boto3  # noqa: PLC0415 - only where it is used

    with patch.dict(os.environ, _CREDENTIALS), patch.object(boto3, "DEFAULT_SESSION", None):
        for service in services:
            with suppress(Exception):  # a service that there is not
                boto3.client(service)
    memo.client.stock_up()


def _ask_moto(services: Iterable[str]) -> None:
    """Let moto answer a request of each service, with what it thinks of it, and forget that."""
    from botocore.awsrequest import AWSPreparedRequest  # noqa: PLC0415 - only where it is used
    from botocore.compat import HTTPHeaders  # noqa: PLC0415
    from moto.core.base_backend import BackendDict  # noqa: PLC0415
    from moto.core.model_instances import reset_model_data  # noqa: PLC0415
    from moto.core.models import botocore_stubber  # noqa: PLC0415
    from moto.core.utils import get_service_model  # noqa: PLC0415
    from moto.moto_api._internal import mock_random  # noqa: PLC0415

    drawn = mock_random.getstate()
    for service in services:
        mock_random.seed(0)  # as `cloud.start()` does: what is drawn from there is known
        with suppress(Exception):  # it is no request that makes sense
            get_service_model(service)
            backend = importlib.import_module("moto.backends").get_backend(service).backend
            for name in _LATER.findall(inspect.getsource(sys.modules[backend.__module__])):
                with suppress(ImportError):  # of a part of moto that is not installed
                    importlib.import_module(name)
            url = f"https://{service}.us-east-1.amazonaws.com/"
            botocore_stubber.process_request(AWSPreparedRequest("POST", url, HTTPHeaders(), b"", stream_output=False))
    mock_random.setstate(drawn)
    BackendDict.reset()
    reset_model_data()


def _visible(source: str) -> str:
    hidden = hidden_lines(source)
    return "\n".join("" if n in hidden else line for n, line in enumerate(source.splitlines(), start=1))


def _attributes(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the names in cells and the attributes that are used of them."""
    for source in sources:
        with suppress(SyntaxError):  # a cell with magics
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    yield node.value.id, node.attr
