"""The pair of processes without a fork: for a learner's own machine, whatever system it runs.

Two processes take seconds to import everything, so the next pair starts while nobody waits for it. There is no
sandbox: the code is that of the person at the machine.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import tempfile
import threading
import time
from contextlib import suppress
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

import msgspec

from course.grading.processes.runner import Finish, NotGradedError
from course.grading.talk.job import TRUSTED_BYTES, Job, Ran
from course.grading.talk.messages import Finished
from course.grading.talk.wire import Wire, WireError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.connection import Connection

    from course.grading.processes.warm import Warmth

START_SECONDS = 120.0
GRACE_SECONDS = 30.0
END_SECONDS = 2.0
_CONTEXT = get_context("spawn")


class Ready(msgspec.Struct, frozen=True, tag=True):
    """A process has imported everything."""


class Work(msgspec.Struct, frozen=True, tag=True):
    """A notebook for an examiner. Each learner process gets a folder with these files, below `folder`."""

    job: Job
    folder: str
    files: dict[str, bytes]


class Begin(msgspec.Struct, frozen=True, tag=True):
    """A learner process's folder, its files, and the port where it finds AWS."""

    folder: str
    files: dict[str, bytes]
    port: int


class Spawned:
    """A pair of processes for each notebook, one notebook at a time."""

    at_once = 1

    def __init__(self, warmth: Warmth) -> None:
        self._warmth = warmth
        self._next: _Child | None = None
        atexit.register(self.close)  # multiprocessing would wait for the pair for ever
        self._prepared()

    def run(self, job: Job, files: Mapping[str, bytes]) -> Finish:
        """Run a notebook's cells, in a folder with these files. `NotGradedError` where the processes failed."""
        started = time.perf_counter()
        examiner, self._next = self._prepared(), None
        try:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, examiner:
                examiner.wait()
                finish = Finish(start_seconds=time.perf_counter() - started)
                wire: Wire[Ran | Finished] = Wire(examiner.connection, Ran | Finished, limit=TRUSTED_BYTES)
                wire.send(Work(job, folder, dict(files)))
                _gather(wire, finish, job.limits.cell_seconds * 2 + GRACE_SECONDS)
        except (WireError, OSError) as error:
            why = "did not answer in time" if isinstance(error, TimeoutError) else f"ended ({error})"
            raise NotGradedError(f"The notebook could not be run, for the examiner {why}: try again.") from None
        finally:
            self._prepared()
        return finish

    def close(self) -> None:
        """End the pair that waits."""
        atexit.unregister(self.close)
        if self._next is not None:
            self._next.end()
            self._next = None

    def _prepared(self) -> _Child:
        """Return the pair that waits; start one where there is none."""
        if self._next is None:
            self._next = _Child(_examiner, self._warmth)
        return self._next


def _gather(wire: Wire[Ran | Finished], finish: Finish, seconds: float) -> None:
    while True:
        match wire.receive(seconds):
            case Ran() as ran:
                finish.cells.append(ran)
            case Finished(trouble):
                if trouble:
                    raise NotGradedError(trouble)
                return


class _Child:
    """A process that runs a function with the other end of `connection`. A context manager: its end ends it."""

    def __init__(self, body: Callable[..., None], *arguments: Warmth) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_run, args=(body, theirs, *arguments))
        self._process.start()
        theirs.close()
        self._ready = self._ended = False
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait until it is ready. `WireError` or `TimeoutError` where it does not become so."""
        if not self._ready:
            Wire[Ready](self.connection, Ready, limit=TRUSTED_BYTES).receive(START_SECONDS)
            self._ready = True

    def end(self, seconds: float = END_SECONDS) -> None:
        """End it, by force where it does not end by itself in so many seconds."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
        if seconds:
            self.connection.close()
            self._process.join(seconds)
        if self._process.pid and hasattr(os, "killpg"):  # what it started too
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


class SpawnedLearners:
    """Learner processes that an examiner starts itself: the first beforehand, the next as soon as one is lost."""

    def __init__(self, first: _Child, warmth: Warmth, work: Work, send: Callable[[Finished], None]) -> None:
        self._waits, self._runs = first, None  # type: tuple[_Child, _Child | None]
        self._warmth, self._work, self._send = warmth, work, send
        self._started = 0
        self._listener: socket.socket | None = None

    def start(self) -> Connection:
        """Let the process that waits begin."""
        self._started += 1
        folder = str(Path(self._work.folder, str(self._started)))
        self._listener = socket.create_server(("127.0.0.1", 0))
        child = self._waits
        try:
            child.wait()
            wire: Wire[Ready] = Wire(child.connection, Ready, limit=TRUSTED_BYTES)
            wire.send(Begin(folder, self._work.files, self._listener.getsockname()[1]))
        except (WireError, TimeoutError) as error:
            self.give_up(f"The learner process did not start ({error or 'it takes too long'}).")
        self._runs = child
        return child.connection

    def serve_aws(self, port: int) -> None:
        """Answer AWS calls where it expects them."""
        from course.grading.processes import endpoint  # noqa: PLC0415 - only an examiner serves

        if self._listener is not None:
            endpoint.serve(self._listener, port, self._work.job.aws)

    def end(self) -> str:
        """End it, and start the next one."""
        lost, self._runs = self._runs, None
        if lost is not None:
            self._waits = _Child(_learner, self._warmth)
            lost.end(0)
        return ""

    def close(self) -> None:
        """End what runs or waits."""
        for child in (self._runs, self._waits):
            if child is not None:
                child.end(0)

    def give_up(self, why: str) -> NoReturn:
        """Say so, and end this process at once: a test must not go on."""
        with suppress(WireError):
            self._send(Finished(why))
        self.close()
        os._exit(1)


def _run(body: Callable[..., None], connection: Connection, *arguments: Warmth) -> None:
    """Be a process for as long as its parent lives, and say nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the parent
    threading.Thread(target=_end_with_parent, daemon=True).start()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    if hasattr(os, "setsid"):
        os.setsid()
    with suppress(WireError):  # the other side is gone
        body(connection, *arguments)


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _examiner(connection: Connection, warmth: Warmth) -> None:
    """Be an examiner process, for one notebook."""
    first = _Child(_learner, warmth)  # it imports while this one does

    from course.grading.processes import examiner, warm  # noqa: PLC0415 - a second that the parent process does not pay
    from course.grading.processes.shell import Shell  # noqa: PLC0415 - a second that the parent process does not pay

    namespace = examiner.Namespace()
    shell = Shell.instance(user_ns=namespace)
    warm.up(warmth)
    wire: Wire[Work] = Wire(connection, Work, limit=TRUSTED_BYTES)
    try:
        first.wait()
        wire.send(Ready())
        work = wire.receive()
    except BaseException:
        first.end(0)
        raise
    source = SpawnedLearners(first, warmth, work, wire.send)
    try:
        examiner.examine(work.job, shell, namespace, source, wire.send)
    finally:
        source.close()


def _learner(connection: Connection, warmth: Warmth) -> None:
    """Be a learner process."""
    from course.grading.processes import learner, warm  # noqa: PLC0415 - a second that the parent process does not pay
    from course.grading.processes.shell import Shell  # noqa: PLC0415 - a second that the parent process does not pay

    shell = Shell.instance()
    warm.up(warmth)
    wire: Wire[Begin] = Wire(connection, Begin, limit=TRUSTED_BYTES)
    wire.send(Ready())
    begin = wire.receive()
    for name, content in begin.files.items():
        path = Path(begin.folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    Path(begin.folder).mkdir(parents=True, exist_ok=True)
    os.chdir(begin.folder)
    learner.main(connection, shell, begin.port)
