"""What libraries work out anew for each AWS client, AWS call and traceback, though it never changes: kept.

Each entry of `MEMOS` is a function that is pure, or pure in the way its sentence says, so that nobody can tell
whether its value was worked out or kept. That pays in a process that makes many clients, or shows many errors, in a
short life.
"""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

from course.grading.processes.memo import client, server, shell

if TYPE_CHECKING:
    from course.grading.processes.memo.keep import Function

MEMOS = (*server.MEMOS, *client.MEMOS, *shell.MEMOS)
_IMPORTERS = ("botocore.", "http.", "moto.", "stack_data", "werkzeug.")  # what imports functions of `MEMOS` by name


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
