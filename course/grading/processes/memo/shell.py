"""What IPython, and Python's own inspect, do for each cell and each traceback."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from functools import lru_cache, wraps
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from course.grading.processes.memo.keep import MOST, Kept, Memo, by_arguments

if TYPE_CHECKING:
    from course.grading.processes.memo.keep import Function

_OF_LEXERS = {"_tokens", "tokens", "token_variants", "flags", "get_tokendefs"}


def _by_cell_with_usual_transforms(function: Function) -> Function:
    usual = importlib.import_module("IPython.core.inputtransformer2").TransformerManager()
    lists = (usual.cleanup_transforms, usual.line_transforms, usual.token_transformers)
    kept = lru_cache(MOST)(lambda cell: function(usual, cell))

    @wraps(function)
    def remembering(self: Any, cell: str) -> Any:  # noqa: ANN401 - IPython's manager of transforms
        own = (self.cleanup_transforms, self.line_transforms, self.token_transformers)
        return kept(cell) if own == lists else function(self, cell)

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
    kept = Kept()

    def set_up(self: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - a formatter
        function(self)
        return dict(self.best_match), dict(self.style_string)

    @wraps(function)
    def remembering(self: Any) -> None:  # noqa: ANN401 - a formatter, which this sets up
        key = (type(self), self.style, self.usebold, self.useunderline, self.useitalic)
        self.best_match, self.style_string = map(dict, kept.of(key, lambda: set_up(self)))

    return remembering


def _from_base(function: Function) -> Function:
    @wraps(function)
    def making(cls: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a class of lexers, and a lexer
        base = vars(cls.__base__)
        if len(cls.__bases__) == 1 and _OF_LEXERS.isdisjoint(vars(cls)) and "_tokens" in base:
            cls._all_tokens, cls._tmpname, cls._tokens = (base[name] for name in ("_all_tokens", "_tmpname", "_tokens"))
        return function(cls, *args, **kwargs)

    return making


MEMOS = (
    Memo(
        "IPython.core.inputtransformer2:TransformerManager.transform_cell",
        _by_cell_with_usual_transforms,
        "IPython's own transforms look at the cell alone",
    ),
    Memo("IPython.core.interactiveshell:_should_be_async", by_arguments, "it compiles a text, and forgets what came"),
    Memo("ipykernel.compiler:murmur2_x86", by_arguments, "it is a hash of a text"),
    Memo("inspect:getmodule", _unless_no_file_is_new, "a cell is in no module until there are other modules"),
    Memo("stack_data.core:style_with_executing_node", by_arguments, "it makes equal classes of equal styles"),
    Memo("pygments.formatters.terminal256:Terminal256Formatter._setup_styles", _by_style, "it looks at nothing else"),
    Memo("pygments.lexer:RegexLexerMeta.__call__", _from_base, "a lexer without tokens of its own has its base's"),
)
