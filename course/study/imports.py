"""Importing nbformat in a tenth of its time."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# jsonschema, which nbformat imports, compiles its grammar for over a second, to check a format that no notebook has
COSTLY = "rfc3987_syntax"


@contextmanager
def quick_nbformat() -> Iterator[None]:
    """Import nbformat, and what needs it, within this: jsonschema does without an extra that it can do without."""
    if COSTLY in sys.modules:
        yield
        return
    sys.modules[COSTLY] = None  # type: ignore[assignment] # Python's own way to say 'not installed'
    try:
        yield
    finally:
        del sys.modules[COSTLY]
