"""Doing once, before the fork, what every submission of a notebook would do for itself.

Nothing of it can be noticed in a notebook, but that the first import, error, figure and AWS call are quick.
"""

from __future__ import annotations

import ast
import gc
import io
import linecache
import os
import pkgutil
import re
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import msgspec

from course.grading import memo
from course.grading.testcell import bound_imports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CLIENT = re.compile(r"""\b(?:client|resource)\(\s*["']([a-z0-9-]+)["']""")
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "warm", "AWS_SECRET_ACCESS_KEY": "warm", "AWS_DEFAULT_REGION": "us-east-1"}


class Warmth(msgspec.Struct, frozen=True, kw_only=True):
    """What to have at hand: modules, and what is used of them, by dotted names; services that AWS clients are made of."""

    modules: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


def of(sources: Iterable[str], aws: str = "") -> Warmth:
    """Return what the code cells of a notebook need, and what answers their AWS calls ('module:class')."""
    texts = list(sources)
    bound = {name: _imported(statement) for name, statement in bound_imports(texts).items()}
    used = {f"{bound[name]}.{attribute}" for name, attribute in _attributes(texts) if name in bound}
    services = {name for text in texts for name in _CLIENT.findall(text)}
    modules = {*bound.values(), *used, aws.partition(":")[0]} - {""}
    return Warmth(modules=tuple(sorted(modules)), services=tuple(sorted(services)))


def up(warmth: Warmth) -> None:
    """Import all that, use it once, and keep Python's garbage collector from looking at it in every fork."""
    for name in warmth.modules:
        with suppress(Exception):  # the cell that imports it tells
            pkgutil.resolve_name(name)
    for module, use in (
        ("IPython", _raise_in_cell),
        ("matplotlib", _draw),
        ("boto3", lambda: _make_clients(warmth.services)),
        ("moto", lambda: _ask_moto(warmth.services)),
    ):
        if module in sys.modules:
            with suppress(Exception):  # another version of it may be used in another way, and cold
                use()
    memo.remember()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # the default suits a process that lives longer


def _raise_in_cell() -> None:
    """Run a cell that raises: IPython imports half of itself only then."""
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - only where it is used

    if InteractiveShell.initialized():
        with _unnoticed(shell := InteractiveShell.instance()):
            shell.run_cell("1 / 0", silent=True)


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
            for name in [name for name in ours if name not in attributes or name.startswith("last_")]:
                del ours[name]
            ours.update(attributes)
        for target, before in ((linecache.cache, lines), (getattr(shell.compile, "_filename_map", {}), files)):
            target.clear()
            target.update(before)


def _draw() -> None:
    """Draw a figure with text and a formula: the fonts are found, and what draws is imported."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only where it is used

    for kind in ("svg", "png"):
        figure = Figure()
        panel = figure.subplots()
        panel.plot([1, 2], label="$x^2$")
        panel.legend(title="text")
        figure.savefig(io.BytesIO(), format=kind)


def _make_clients(services: Iterable[str]) -> None:
    """Let all sessions share one loader of AWS's service models, that has read these services' already."""
    import boto3  # noqa: PLC0415 - only where it is used
    import botocore.session  # noqa: PLC0415
    from botocore.loaders import Loader  # noqa: PLC0415

    own = botocore.session.create_loader
    loader = Loader(include_default_search_paths=False, extra_search_paths=[Loader.BUILTIN_DATA_PATH])
    botocore.session.create_loader = lambda search_path_string=None: own(search_path_string) if search_path_string else loader
    with patch.dict(os.environ, _CREDENTIALS), patch.object(boto3, "DEFAULT_SESSION", None):
        for service in services:
            with suppress(Exception):  # a service that there is not
                boto3.client(service)


def _ask_moto(services: Iterable[str]) -> None:
    """Let moto answer a request of each service, with what it thinks of it, and forget that."""
    from botocore.awsrequest import AWSPreparedRequest  # noqa: PLC0415 - only where it is used
    from botocore.compat import HTTPHeaders  # noqa: PLC0415
    from moto.core.base_backend import BackendDict  # noqa: PLC0415
    from moto.core.model_instances import reset_model_data  # noqa: PLC0415
    from moto.core.models import botocore_stubber  # noqa: PLC0415
    from moto.core.utils import get_service_model  # noqa: PLC0415

    for service in services:
        with suppress(Exception):  # it is no request that makes sense
            get_service_model(service)
            url = f"https://{service}.us-east-1.amazonaws.com/"
            botocore_stubber.process_request(AWSPreparedRequest("POST", url, HTTPHeaders(), b"", stream_output=False))
    BackendDict.reset()
    reset_model_data()


def _imported(statement: str) -> str:
    """Return what an import statement of one name imports: 'course.cloud' for 'from course import cloud'."""
    words = statement.split()
    return f"{words[1]}.{words[3]}" if words[0] == "from" else words[1]


def _attributes(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the names in cells and the attributes that are used of them."""
    for source in sources:
        with suppress(SyntaxError):  # a cell with magics
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    yield node.value.id, node.attr
