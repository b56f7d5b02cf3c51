"""What can be told of a test cell from its text, and of its failure from the exception."""

from __future__ import annotations

import ast
import symtable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
"""nbgrader's own marks (ClearHiddenTests)."""
MOST = 1000
"""Of how many cells is kept what is read in their texts."""
LONGEST_MESSAGE = 2_000
"""How many characters of a test's message are kept."""
HIDDEN_MESSAGE = "It passes what you can see, and fails on inputs that you cannot see."


@lru_cache(MOST)
def hidden_lines(source: str) -> frozenset[int]:
    """Return the numbers of the lines that a learner cannot see, marks included; the first line is 1."""
    hidden, inside = set(), False
    for number, line in enumerate(source.splitlines(), start=1):
        inside = inside or BEGIN_HIDDEN in line
        if inside:
            hidden.add(number)
        inside = inside and END_HIDDEN not in line
    return frozenset(hidden)


@lru_cache(MOST)
def visible_imports(source: str) -> tuple[str, ...]:
    """Return the import statements on the top level of the part of a test cell that a learner can see."""
    hidden = hidden_lines(source)
    return tuple(ast.unparse(node) for node in _imports(source) if node.lineno not in hidden)


def bound_imports(sources: Iterable[str]) -> dict[str, str]:
    """Return the import statements on the top level of these cells, by the name that each binds."""
    bound: dict[str, str] = {}
    for source in sources:
        for node in _imports(source):
            for alias in node.names:
                statement = ast.unparse(
                    ast.Import([alias])
                    if isinstance(node, ast.Import)
                    else ast.ImportFrom(node.module, [alias], node.level)
                )
                bound[alias.asname or alias.name.partition(".")[0]] = statement
    return bound


def bound_names(source: str) -> set[str]:
    """Return the names that a cell binds on the top level, but for imports."""
    from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415 - not all need what is slow to import

    try:
        table = symtable.symtable(TransformerManager().transform_cell(source), "cell", "exec")
    except SyntaxError:
        return set()
    return {found.get_name() for found in table.get_symbols() if found.is_assigned() and not found.is_imported()}


def failure_message(error: BaseException, namespace: dict[str, Any]) -> tuple[str, set[int]]:
    """Return what a test's exception tells the learner, and the lines of the test cell that it passed."""
    lines: set[int] = set()
    file, traceback = "", error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_globals is namespace and frame.f_code.co_filename == (file or frame.f_code.co_filename):
            lines.add(traceback.tb_lineno)
            file = frame.f_code.co_filename
        traceback = traceback.tb_next
    said = _shortened(str(error))
    if isinstance(error, AssertionError):
        return said or "A check failed.", lines
    where = getattr(error, "where", "")
    text = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"{text} (at the line: {where})" if where else text, lines


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} …"


@lru_cache(MOST)
def _imports(source: str) -> list[ast.Import | ast.ImportFrom]:
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a cell with magics
        return []
    return [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
