"""The engines of this process: one for each notebook that it grades, as long as there is room for it."""

from __future__ import annotations

import atexit
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from course.grading import engine, foreign

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from course.grading.engine import Settings
    from course.grading.notebooks.assignment import CourseNotebook
    from course.grading.processes.sandbox import Sandbox

    Engine = engine.Engine | foreign.Engine

_engines: dict[bytes, Engine] = {}
_beside: Path | None = None
_lock = Lock()


def share(folder: Path) -> None:
    """Let the engines of all processes that share this folder find out together what is the same for all."""
    global _beside  # noqa: PLW0603 - as the engines: for the life of the process
    _beside = folder


def engine_for(
    course: CourseNotebook, settings: Settings, box: Sandbox | None, files: Mapping[str, bytes], *, room: int
) -> Engine:
    """Return the engine for a notebook of a course that has these files; the oldest ends where there is no room."""
    key = msgspec.msgpack.encode([course, settings, box is None, dict(files)])
    with _lock:
        if key not in _engines:
            while len(_engines) >= room:
                _engines.pop(next(iter(_engines))).close()
            _engines[key] = (
                engine.Engine(course, settings, box, files, _beside and _beside / sha256(key).hexdigest())
                if course.language == "python"
                else foreign.Engine(course, settings, box, files)
            )
        return _engines[key]


def close() -> None:
    """End them all."""
    while _engines:
        _engines.popitem()[1].close()


atexit.register(close)
