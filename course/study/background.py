"""The checker's process: it checks notebooks for whoever reaches it, and ends itself when it is of no more use."""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import sys
import tempfile
import threading
import time
from functools import cache
from multiprocessing.connection import Listener
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from course.errors import CourseError
from course.study import root
from course.study.checker import LOST, Answer, Request, new_contact
from course.study.imports import quick_nbformat

if TYPE_CHECKING:
    from course.study.engine import Grader
    from course.study.result import Result

IDLE_SECONDS = 15 * 60.0
TICK_SECONDS = 5.0
REQUEST_SECONDS = 10.0
WAITING = 16
"""How many may wait while it checks for another."""


def check(slug: str, notebook: Path, *, cell_seconds: float) -> Result:
    """Check a notebook in this process: grade it, say which misconceptions it looks like, remember the points.

    `CourseError` where the file is not a notebook of the chapter.
    """
    from course.study import diagnosis, home, progress  # noqa: PLC0415 - a checker is reached before it can do all this

    grader = _grader()
    graded = grader.grade(notebook, slug, cell_seconds=cell_seconds)
    result = diagnosis.diagnose(
        graded, lambda exercise, answer: grader.attempt(slug, exercise, answer, cell_seconds=cell_seconds)
    )
    progress.save_check(slug, result)
    home.refresh()
    return result


@cache
def _grader() -> Grader:
    """The grader of this process: its processes stay warm as long as it lives."""
    with quick_nbformat():
        from course.study.engine import Grader  # noqa: PLC0415 - a checker is reached before it can do all this

    grader = Grader()
    atexit.register(grader.close)
    return grader


class Checker:
    """Answers requests for one course folder, one after the other. A context manager: its end makes it unreachable."""

    def __init__(self, file: Path, course: Path) -> None:
        self.file, self._course = file, course
        self.contact = new_contact(file)
        self._listener = Listener(self.contact.address, backlog=WAITING, authkey=self.contact.key)
        self._written = msgspec.json.encode(self.contact)
        _write(file, self._written)
        self._package = _newest(root.PACKAGE)
        self._used = time.monotonic()
        self._is_over = threading.Event()
        self._answering = threading.Lock()

    def serve(self) -> None:
        """Answer until there is no more use in it."""
        threading.Thread(target=self._accept, daemon=True).start()
        while not self._is_over.wait(TICK_SECONDS):
            with self._answering:
                if self.useless():
                    self._is_over.set()

    def useless(self) -> bool:
        """Whether nobody needs this process any more.

        It was idle for long, the course folder is gone, its own program has changed, or another one took its place.
        """
        return (
            time.monotonic() - self._used > IDLE_SECONDS
            or not self._course.is_dir()
            or _newest(root.PACKAGE) != self._package
            or not self._is_known()
        )

    def _accept(self) -> None:
        """Answer whoever comes; hang up on somebody who comes too late, so that they start another checker."""
        try:
            while not self._is_over.is_set():
                with contextlib.suppress(*LOST), self._listener.accept() as connection, self._answering:
                    if self.useless():
                        self._is_over.set()
                    elif not self._is_over.is_set() and connection.poll(REQUEST_SECONDS):
                        request = msgspec.msgpack.decode(connection.recv_bytes(), type=Request)
                        connection.send_bytes(msgspec.msgpack.encode(_answer(request)))
                        self._used = time.monotonic()
        finally:
            self._is_over.set()

    def _is_known(self) -> bool:
        try:
            return self.file.read_bytes() == self._written
        except OSError:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        if self._is_known():
            self.file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._listener.close()


def _answer(request: Request) -> Answer:
    said = io.StringIO()
    with contextlib.chdir(request.folder), contextlib.redirect_stderr(said):
        try:
            result = check(request.slug, Path(request.notebook), cell_seconds=request.cell_seconds)
        except CourseError as error:
            return Answer(wrong=str(error), said=said.getvalue())
    return Answer(result, said=said.getvalue())


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, for this user's eyes alone."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    Path(name).replace(file)


def _newest(folder: Path) -> tuple[int, int]:
    """Return how many files there are, and the time of the newest."""
    times = [
        entry.stat().st_mtime_ns for entry in folder.rglob("*") if entry.is_file() and "__pycache__" not in entry.parts
    ]
    return len(times), max(times)


def main() -> None:
    """Be the checker that answers at the contact file, the first argument, for the course folder, the second."""
    file, course = map(Path, sys.argv[1:])
    with Checker(file, course) as checker:
        sys.stdout.write(f"{msgspec.json.encode(checker.contact).decode()}\n")
        sys.stdout.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever started it may go
        checker.serve()


if __name__ == "__main__":
    main()
