"""What a cell does with the names of its notebook, as far as its text tells."""

from __future__ import annotations

import ast
import builtins
import symtable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY = "*"
"""Stands for the names of `from somewhere import *`."""
_DEFINES = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_PLAIN = ast.Constant | ast.Name | ast.List | ast.Tuple | ast.Dict | ast.expr_context
_BUILTINS = set(dir(builtins))
_BRANCHES, _BLOCKS = ("handlers", "cases"), ("body", "orelse", "finalbody")


@dataclass(slots=True)
class Names:
    """What a cell does with the names of the notebook.

    It `uses` names, some of which it `needs` from elsewhere because it has not bound them yet. It `binds` names,
    those in `surely` whatever happens; `values` are bound to something else than an import or a definition, something
    that other cells may change. `acts` tells that it does more than to define.
    """

    uses: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    surely: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    acts: bool = False


@lru_cache(maxsize=1000)
def names_in(source: str) -> Names:
    """Read a cell; IPython's own lines (%magic, !command) are left out, and one that is not Python binds nothing."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!", "?"))]
    found = Names(acts=len(lines) < len(source.splitlines()))
    with suppress(SyntaxError):
        body = ast.parse("\n".join(lines)).body
        alone = not any(statement.col_offset for statement in body)  # no two of them on a line
        found.surely = _read(body, set(), found, lines if alone else ())
    return found


def _read(body: Sequence[ast.stmt], so_far: set[str], found: Names, lines: Sequence[str] = ()) -> set[str]:
    """Add what statements do to `found`, with the names bound `so_far`; return those that they surely bind.

    With `lines`, the statements stand there as they are numbered.
    """
    so_far, surely, goes_on = set(so_far), set[str](), True
    for statement in body:
        defines = isinstance(statement, _DEFINES)
        blocks = [] if defines else _blocks(statement)
        used, bound = _names_of(_head(statement)) if blocks else _names_of(statement, _text(statement, lines))
        found.needs |= used - (so_far | bound if blocks else so_far)
        found.uses |= used
        found.binds |= bound
        found.values |= bound - _defined(statement, bound)
        found.acts = found.acts or not (defines or _is_plain(statement))
        for block in blocks:
            _read(block, so_far | bound, found)
        goes_on = goes_on and not _may_raise(statement, so_far)
        surely |= bound if goes_on else set()
        so_far |= set() if blocks else bound
    return surely


def _may_raise(statement: ast.stmt, known: set[str]) -> bool:
    """Whether a statement may raise or not run, so that neither it nor what follows binds anything for sure."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return False
    if isinstance(statement, ast.FunctionDef):
        runs: list[ast.expr] = [
            *statement.decorator_list,
            *statement.args.defaults,
            *filter(None, statement.args.kw_defaults),
        ]
    elif isinstance(statement, ast.Assign | ast.Expr):
        runs = [statement.value, *getattr(statement, "targets", [])]
    else:
        return True
    plain = all(isinstance(node, _PLAIN) for value in runs for node in ast.walk(value))
    return not plain or not _names_of(_head(statement))[0] <= known | _BUILTINS


def _defined(statement: ast.stmt, bound: set[str]) -> set[str]:
    """Return those of the names that a statement binds which stand for a module, a function or a class."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return bound
    changed = {name for node in ast.walk(statement) if isinstance(node, ast.Global) for name in node.names}
    return {getattr(statement, "name", "")} - changed


def _parts(statement: ast.stmt) -> list[ast.AST]:
    """Return what of a statement may have blocks: itself, its handlers, its cases."""
    return [statement, *(branch for name in _BRANCHES for branch in getattr(statement, name, []))]


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Return the blocks of a compound statement; none of a simple one."""
    return [block for part in _parts(statement) for name in _BLOCKS if (block := getattr(part, name, []))]


def _head(statement: ast.stmt) -> ast.stmt:
    """Return a statement with nothing in its blocks, if it has some."""
    head = copy(statement)
    for name in _BRANCHES:
        if branches := getattr(head, name, []):
            setattr(head, name, [copy(branch) for branch in branches])
    for part in _parts(head):
        for name in _BLOCKS:
            if getattr(part, name, []):
                setattr(part, name, [ast.Pass()])
    return head


def _text(statement: ast.stmt, lines: Sequence[str]) -> str:
    """Return a statement's own text in these lines, with its decorators; nothing where there are none."""
    first = min([statement, *getattr(statement, "decorator_list", [])], key=lambda part: part.lineno)
    return "\n".join(lines[first.lineno - 1 : statement.end_lineno])


def _names_of(statement: ast.stmt, text: str = "") -> tuple[set[str], set[str]]:
    """Return the names of the notebook that a statement, of this text, uses, and those that it binds."""
    if isinstance(statement, ast.ImportFrom) and statement.names[0].name == ANY:
        return set(), {ANY}
    top = symtable.symtable(text or ast.unparse(statement), "cell", "exec")
    used = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    bound = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used |= {
        n.target.id for n in ast.walk(statement) if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
    }
    tables = list(top.get_children())
    while tables:
        table = tables.pop()
        tables += table.get_children()
        shared = [symbol for symbol in table.get_symbols() if symbol.is_global()]
        used |= {symbol.get_name() for symbol in shared}
        bound |= {symbol.get_name() for symbol in shared if symbol.is_assigned()}
    return used, bound


def _is_plain(statement: ast.stmt) -> bool:
    """Whether a statement only gives names to values, or is a text."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return False
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    calls = any(isinstance(node, ast.Call | ast.Await) for node in ast.walk(statement))
    return not calls and all(isinstance(target, ast.Name) for target in targets)
