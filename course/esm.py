"""A widget in the browser is one ES module; this joins ours, so that they can be written as several."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.{1,2}/[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|class|const) )", re.MULTILINE)


def bundle(module: Path) -> str:
    """Return the text of an ES module, with the modules that it imports by relative paths written before it, each once.

    Top-level names must differ between the modules, and an import must be a list of names without `as`.
    """
    texts: dict[Path, str] = {}

    def visit(path: Path) -> None:
        if path in texts:
            return
        text = path.read_text(encoding="utf-8")
        for relative in _IMPORT.findall(text):
            visit((path.parent / relative).resolve())
        texts[path] = _IMPORT.sub("", text)

    visit(module.resolve())
    *imported, own = texts.values()
    return "\n".join([*(_EXPORT.sub("", text) for text in imported), own])
