"""A fork server: imports everything once, then forks two processes for each notebook that is graded.

It runs inside the sandbox. What it forks is forked once more: the warden between stays
outside the process's own process namespace, watches what it uses, and ends it. A learner process gets namespaces of
its own (user, processes, mounts, network, IPC), an empty scratch folder, limits, and gives up every capability before
it runs code.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from course.grading.processes import isolate, sandbox, warden, warm
from course.grading.talk.job import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    Body = Callable[[Connection], None]

SPEC_BYTES = 64 * 1024
READY = b"ready"
FOLDER = "work"


Kind = Literal["learner", "examiner"]
KINDS: tuple[Kind, ...] = ("learner", "examiner")


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """What a fork server is for. `isolated` tells whether learner processes get namespaces of their own."""

    isolated: bool
    warmth: warm.Warmth
    environment: dict[str, str] = {}


class Fork(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A process to fork. With it come its line, the warden's line, and an open file of the files for its folder."""

    limits: Limits


class Prepare(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Cells of the course that the processes to come will run. With it comes an open file of their texts."""


Files = dict[str, bytes]
"""The files of a process's folder, by their paths in it."""


def main() -> None:
    """Serve the connections whose numbers are the program's arguments: for learners, and for examiners."""
    learners, examiners = (socket.socket(fileno=int(number)) for number in sys.argv[1:])
    start = msgspec.msgpack.decode(learners.recv(SPEC_BYTES), type=Start)
    os.environ.update(start.environment)
    if start.isolated:
        isolate.give_up_root()
    from course.grading.processes import examiner, learner, shell  # noqa: F401, PLC0415 - what both need

    warm.up(start.warmth)
    if os.fork() == 0:
        learners.close()
        serve(examiners, "examiner", start)
    else:
        examiners.close()
        serve(learners, "learner", start)


def serve(control: socket.socket, kind: Kind, start: Start) -> None:
    """Fork a process of this kind whenever asked, until the other side is gone."""
    be = _prepared(kind)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for wardens
    control.send(READY)
    while True:
        spec, descriptors, _, _ = socket.recv_fds(control, SPEC_BYTES, 3)
        if not spec:
            return
        match msgspec.msgpack.decode(spec, type=Fork | Prepare):
            case Fork(limits=limits):
                if os.fork() == 0:
                    control.close()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _warden(be, kind, limits, descriptors, isolated=start.isolated)
            case Prepare():
                warm.cells(msgspec.msgpack.decode(_content(descriptors[0]), type=tuple[str, ...]))
        for descriptor in descriptors:
            os.close(descriptor)


def _prepared(kind: Kind) -> Body:
    """Make a shell; return what a forked process does with its line."""
    from course.grading.processes import examiner, learner  # noqa: PLC0415 - a second that a sandbox's test must not take
    from course.grading.processes.shell import Shell  # noqa: PLC0415 - as above

    if kind == "learner":
        shell = Shell.instance()
        warm.shell()
        isolate.system_calls(netlink=False)
        return lambda connection: learner.main(connection, shell)
    namespace = examiner.Namespace()
    shell = Shell.instance(user_ns=namespace)
    warm.shell()
    return lambda connection: examiner.main(connection, shell, namespace)


def _warden(be: Body, kind: Kind, limits: Limits, descriptors: list[int], *, isolated: bool) -> None:
    """Fork the process and watch it; then end."""
    line, life, files = descriptors
    code = 1
    try:
        if kind == "examiner":
            code = _guard(life, None, lambda: _examining(be, limits, line), close=line)
        elif isolated:
            isolate.new_user_and_processes()
            code = _guard(life, limits, lambda: _isolated(be, limits, line, files), close=line)
        else:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                code = _guard(life, limits, lambda: _bare(be, limits, line, files, folder), close=line)
    except BaseException as error:  # noqa: BLE001 - the other side learns of it by a closed connection
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def _guard(life: int, limits: Limits | None, body: Callable[[], None], *, close: int) -> int:
    process = os.fork()
    if process == 0:
        code = 1
        try:
            body()
            code = 0
        except BaseException as error:  # noqa: BLE001 - the other side learns of it by a closed connection
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)
    os.close(close)
    with socket.socket(fileno=life) as channel:
        ended = warden.watch(process, channel, limits)
        with suppress(OSError):
            channel.send(msgspec.msgpack.encode(ended))
    return 0


def _examining(be: Body, limits: Limits, line: int) -> None:
    """Be an examiner process: trusted, but what it reads may be made to swell."""
    isolate.limit_memory(limits)
    isolate.close_all_but(line)
    _process(be, line)


def _isolated(be: Body, limits: Limits, line: int, files: int) -> None:
    """Be a learner process in the sandbox."""
    isolate.limit(limits)
    isolate.new_machine(limits)
    _move_into(Path(sandbox.SCRATCH), files)
    isolate.close_all_but(line)
    isolate.give_up_capabilities()
    _process(be, line)


def _bare(be: Body, limits: Limits, line: int, files: int, folder: str) -> None:
    """Be a learner process without a sandbox: limits hold, and nothing else."""
    _move_into(Path(folder), files)
    isolate.limit(limits)
    isolate.close_all_but(line)
    _process(be, line)


def _process(be: Body, line: int) -> None:
    """Be the process that was asked for, until its line is closed."""
    os.setsid()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # else every fork draws the same numbers
    be(Connection(line))


def _move_into(scratch: Path, files: int) -> None:
    """Make the process's folder with its files, and stand in it."""
    folder = scratch / FOLDER
    folder.mkdir()
    os.environ.update(HOME=str(scratch), TMPDIR=str(scratch))
    for name, content in msgspec.msgpack.decode(_content(files), type=Files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    os.chdir(folder)


def _content(descriptor: int) -> bytes:
    """Read an open file; who opened it closes it."""
    with open(descriptor, "rb", closefd=False) as file:
        return file.read()
