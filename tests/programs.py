"""`nbgrader` and `course` as commands, in processes that do not import anew what the commands are made of.

Each is forked from a process that has imported both, and gets its own arguments, folder, environment and output, as
`subprocess` gives them.
"""

from __future__ import annotations

import functools
import importlib
import os
import subprocess
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader import api

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAIN = {"nbgrader": "nbgrader.apps.nbgraderapp", "course": "course.cli"}
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.forked"])
# Which is the version of nbgrader's tables, and takes a command of its own for each gradebook that is made.
api.get_alembic_version = functools.cache(api.get_alembic_version)


def run(
    program: str, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command until it ends, in a folder, with this environment in place of its parent's.

    Raises `subprocess.TimeoutExpired` where it takes more than `timeout` seconds; it is killed then.
    """
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder, name) for name in ("stdout", "stderr")]
        process = FORKS.Process(target=_be, args=(program, arguments, cwd, dict(env or os.environ), said))
        process.start()
        process.join(timeout)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired([program, *arguments], timeout or 0)
        out, err = (path.read_text(encoding="utf-8", errors="replace") for path in said)
    assert process.exitcode is not None
    return subprocess.CompletedProcess([program, *arguments], process.exitcode, out, err)


def _be(program: str, arguments: tuple[str, ...], cwd: Path, env: dict[str, str], said: list[Path]) -> None:
    """Become the command."""
    for descriptor, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    sys.stdout, sys.stderr = (open(number, "w", buffering=1, closefd=False) for number in (1, 2))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.argv = [str(Path(sys.executable).with_name(program)), *arguments]
    sys.exit(importlib.import_module(_MAIN[program]).main())
