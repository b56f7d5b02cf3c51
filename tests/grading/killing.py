"""Grading that is killed at one of its steps."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.grading.small_class import Here, SmallClass
from tests.programs import FORKS

if TYPE_CHECKING:
    from course.grading.grade import Outcome

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.rmtree"}
_READS = ("SELECT", "PRAGMA")


def grade_until(small: SmallClass, known: dict[str, Outcome], last: int) -> bool:
    """Grade in a process of its own that is killed at a step; return whether there are as many.

    The steps are: before any change of a file or the gradebook, and halfway in the writing of a file.
    """
    process = FORKS.Process(target=_grade, args=(small, known, last))
    process.start()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def _grade(small: SmallClass, known: dict[str, Outcome], last: int) -> None:
    steps = itertools.count(1)

    def step(*_: object) -> None:
        if next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(name: str, arguments: tuple[Any, ...]) -> None:
        opened = name == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (opened or name in _CHANGES) and str(arguments[0]).startswith(str(small.root)):
            step()

    def execute(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(_READS):
            step()

    def write_bytes(self: Path, data: bytes) -> None:
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            step()
            file.write(data[len(data) // 2 :])

    Path.write_bytes = write_bytes  # type: ignore[method-assign, assignment]
    event.listen(Engine, "before_cursor_execute", execute)
    event.listen(Engine, "commit", step)
    sys.addaudithook(audit)
    small.grade(Here(known))
