"""Running notebooks in pairs of processes, examiner and learner, one notebook after the other."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import IO, TYPE_CHECKING, Self

import msgspec

from course.grading.processes import sandbox
from course.grading.processes.runner import Finish, NotGradedError
from course.grading.processes.warden import Ended
from course.grading.processes.zygote import KINDS, READY, SPEC_BYTES, Fork, Kind, Prepare, Start
from course.grading.talk.job import TRUSTED_BYTES, Job, Limits, Ran
from course.grading.talk.messages import EndLearner, Finished, LearnerEnded, StartLearner
from course.grading.talk.wire import Wire, WireError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from course.grading.processes.sandbox import Sandbox
    from course.grading.processes.warm import Warmth

START_SECONDS = 120.0
GRACE_SECONDS = 30.0


class _Process:
    """A forked process: its line, and its warden's."""

    def __init__(self, line: Connection, life: socket.socket) -> None:
        self.line, self.life = line, life

    def begin_cell(self) -> None:
        """Tell the warden that from now on CPU time counts for another cell."""
        with suppress(OSError):
            self.life.send(b".")

    def end(self) -> Ended | None:
        """End it, and say what it was ended for before, if it was; None where its warden is gone with it."""
        with suppress(OSError):
            self.life.shutdown(socket.SHUT_WR)
        try:
            return msgspec.msgpack.decode(self.life.recv(SPEC_BYTES), type=Ended)
        except (OSError, msgspec.MsgspecError):
            return None
        finally:
            self.life.close()


class ForkServer:
    """A fork server in a process of its own, in the sandbox or, with none, without."""

    def __init__(self, start: Start, box: Sandbox | None) -> None:
        pairs = {kind: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for kind in KINDS}
        self._controls = {kind: ours for kind, (ours, _) in pairs.items()}
        theirs = [theirs.fileno() for _, theirs in pairs.values()]
        program = ("-c", "from course.grading.processes import zygote; zygote.main()", *map(str, theirs))
        command = box.command(*program) if box else [sys.executable, "-P", *program]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the server
        self._server = subprocess.Popen(  # noqa: S603 - our own command
            command,
            pass_fds=theirs,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )
        for _, end in pairs.values():
            end.close()
        self._ready = False
        self._known: set[tuple[Kind, str]] = set()
        with suppress(OSError):  # it is gone already: `wait` tells
            self._controls["learner"].send(msgspec.msgpack.encode(start))

    def wait(self) -> None:
        """Wait until everything is imported. `NotGradedError` where that fails."""
        if self._ready:
            return
        for control in self._controls.values():
            control.settimeout(START_SECONDS)
            try:
                ready = control.recv(len(READY))
            except OSError:
                ready = b""
            control.settimeout(None)
            if ready != READY:
                raise NotGradedError(f"The grading processes do not start ({self.said() or 'no reason given'}).")
        self._ready = True

    def said(self) -> str:
        """Return the last lines that the server, or what it forked, wrote to standard error."""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return "\n".join(lines[-12:]) if lines else ""

    def prepare(self, kind: Kind, cells: Iterable[str]) -> None:
        """Let the processes to come know these cells of the course's."""
        new = dict.fromkeys(cell for cell in cells if (kind, cell) not in self._known)
        if new:
            self._known.update((kind, cell) for cell in new)
            with _packed(tuple(new)) as packed:
                self._send(kind, Prepare(), packed.fileno())

    def fork(self, kind: Kind, limits: Limits, files: Mapping[str, bytes], line: socket.socket) -> socket.socket:
        """Fork a process with this end of a line; return the other end of its warden's line."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, line, _packed(files) as packed:
                self._send(kind, Fork(limits=limits), line.fileno(), theirs.fileno(), packed.fileno())
        except NotGradedError:
            ours.close()
            raise
        return ours

    def _send(self, kind: Kind, spec: Fork | Prepare, *descriptors: int) -> None:
        try:
            socket.send_fds(self._controls[kind], [msgspec.msgpack.encode(spec)], descriptors)
        except OSError as error:
            raise NotGradedError(f"The grading processes are gone ({error}).") from None

    def close(self) -> None:
        """End it and all that it forked."""
        for control in self._controls.values():
            control.close()
        with suppress(subprocess.TimeoutExpired):
            self._server.wait(1)
        self._server.kill()
        self._server.wait()
        self._errors.close()


def _packed(content: object) -> IO[bytes]:
    """Return an open file of this, at its beginning."""
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - whoever gets it closes it
    packed.write(msgspec.msgpack.encode(content))
    packed.seek(0)
    return packed


class Worker:
    """A fork server for the notebooks of a course. A context manager: its end ends it.

    Whatever fails, it is ended, and a new one started for the next notebook.
    """

    def __init__(self, warmth: Warmth, box: Sandbox | None) -> None:
        if box is not None:
            sandbox.check(box)
        self._begin = Start(isolated=box is not None, warmth=warmth)
        self._box = box
        self._server: ForkServer | None = ForkServer(self._begin, box)
        self._lock = threading.Lock()
        self.at_once = os.cpu_count() or 1

    def run(self, job: Job, files: Mapping[str, bytes]) -> Finish:
        """Run a notebook's cells, in a folder with these files. `NotGradedError` where the processes failed."""
        try:
            with self._lock:
                self._server = server = self._server or ForkServer(self._begin, self._box)
                server.wait()
                server.prepare("examiner", (cell.source for cell in job.cells if cell.role != "learner"))
                server.prepare("learner", (cell.source for cell in job.cells if cell.role == "course"))
            return _Run(server, job, files).finish()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the fork server."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Run:
    """One notebook's run."""

    def __init__(self, server: ForkServer, job: Job, files: Mapping[str, bytes]) -> None:
        self._server, self._job, self._files = server, job, files
        self._learner: _Process | None = None
        self._finish = Finish()
        started = time.perf_counter()
        ours, theirs = socket.socketpair()
        with ours:
            life = server.fork("examiner", job.limits, {}, theirs)
            line = Connection(ours.detach())
        self._examiner = _Process(line, life)
        self._wire: Wire[Ran | StartLearner | EndLearner | Finished] = Wire(
            self._examiner.line, Ran | StartLearner | EndLearner | Finished, limit=TRUSTED_BYTES
        )
        self._finish.start_seconds += time.perf_counter() - started

    def finish(self) -> Finish:
        try:
            self._wire.send(self._job)
            self._talk()
        except (WireError, OSError) as error:
            done = len(self._finish.cells)
            cell = self._job.cells[done].grade_id or f"number {done + 1}" if done < len(self._job.cells) else "the last"
            why = "did not answer in time" if isinstance(error, TimeoutError) else "ended"
            said = self._server.said()
            raise NotGradedError(f"The examiner {why} at the cell {cell}{said and f' ({said})'}.") from None
        finally:
            ended = [process.end() for process in (self._learner, self._examiner) if process is not None]
            self._finish.cpu_seconds += sum(each.cpu_seconds for each in ended if each is not None)
            self._examiner.line.close()
        if None in ended:
            raise NotGradedError("The process that watches over a notebook was ended from outside.")
        return self._finish

    def _talk(self) -> None:
        seconds = self._job.limits.cell_seconds * 2 + GRACE_SECONDS
        while True:
            match self._wire.receive(seconds):
                case Ran() as ran:
                    self._finish.cells.append(ran)
                    if self._learner is not None:
                        self._learner.begin_cell()
                case StartLearner():
                    self._start_learner()
                case EndLearner():
                    self._wire.send(LearnerEnded(self._end_learner()))
                case Finished(trouble):
                    if trouble:
                        raise NotGradedError(trouble)
                    return

    def _start_learner(self) -> None:
        started = time.perf_counter()
        examiners, learners = socket.socketpair()
        with examiners:
            life = self._server.fork("learner", self._job.limits, self._files, learners)
            self._learner = _Process(self._wire.connection, life)
            reduction.send_handle(self._wire.connection, examiners.fileno(), None)
        self._finish.start_seconds += time.perf_counter() - started

    def _end_learner(self) -> str:
        learner, self._learner = self._learner, None
        if learner is None:
            return ""
        ended = learner.end()
        if ended is None:
            raise NotGradedError("The learner process was ended from outside.")
        self._finish.cpu_seconds += ended.cpu_seconds
        return ended.why
