"""What a notebook shows where an exercise is not written yet: a sentence, in place of a traceback that says no more."""

from __future__ import annotations

import linecache
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType, TracebackType

    from IPython.core.interactiveshell import InteractiveShell

STUB = "raise NotImplementedError()"
"""What stands in an exercise that is not written yet, as nbgrader has it."""


def say_so() -> None:
    """Let the notebook that this process runs, if it runs one, say so from now on."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        shell.set_custom_exc((NotImplementedError,), _show)


def _show(
    shell: InteractiveShell,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show an error as a notebook's shell does, that of a stub by a sentence."""
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    if _is_stub(code, trace.tb_lineno):
        sentence = f"{kind.__name__}: {code.co_name} is not written yet."
        shell._showtraceback(kind, error, [sentence])  # noqa: SLF001 - what kernels override, and what all errors pass
    else:
        shell.showtraceback((kind, error, error.__traceback__), tb_offset=tb_offset)


def _is_stub(code: CodeType, line: int) -> bool:
    return code.co_name.isidentifier() and linecache.getline(code.co_filename, line).strip() == STUB
