"""What a worker of a dask cluster is asked to do: to say whether it can grade, and to grade."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

import course
from course.grading import grade as grading
from course.grading.processes import sandbox

if TYPE_CHECKING:
    from course.grading.processes.sandbox import Sandbox

_lock = Lock()
"""An engine grades one notebook at a time, whatever number of threads the worker has."""


@cache
def build() -> dict[str, str]:
    """What has to be the same on every machine, for the same grades."""
    root = Path(course.__file__).parent
    code = sha256()
    for path in sorted(path for path in root.rglob("*.py") if "chapters" not in path.relative_to(root).parts):
        code.update(path.read_bytes())
    python = ".".join(map(str, sys.version_info[:2]))
    others = {name: version(name) for name in ("nbgrader", "ipython", "boto3", "moto")}
    return {"course package": f"{version('course')} ({code.hexdigest()[:8]})", "Python": python, **others}


def unfit(box: Sandbox | None, wanted: dict[str, str]) -> str:
    """Say why this worker cannot grade; nothing where it can."""
    for name, theirs in wanted.items():
        ours = build()[name]
        if ours != theirs:
            return f"its {name} is {ours}, but {theirs} where `course grade` runs: install the same on both"
    try:
        if box is not None:
            sandbox.check(box)
    except sandbox.NoSandboxError as error:
        return str(error).rstrip(".")
    return ""


def grade(task: bytes) -> bytes:
    """Grade a submission here."""
    with _lock:
        return msgspec.msgpack.encode(grading.grade(msgspec.msgpack.decode(task, type=grading.Task)))


def rest() -> None:
    """End this worker's engines, unless somebody else's run needs them."""
    if _lock.acquire(blocking=False):
        try:
            grading.close()
        finally:
            _lock.release()
