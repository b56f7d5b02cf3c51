"""Watching one forked process from outside: what it and its children use, and when it has to end."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from course.grading.talk.job import Limits

POLL_SECONDS = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MANY = 4096


class Ended(msgspec.Struct, frozen=True):
    """How a process ended: what it was stopped for, or nothing, and the CPU seconds that it took."""

    why: str = ""
    cpu_seconds: float = 0.0


class _Use(NamedTuple):
    """What processes use together: their number, bytes of memory (what they share counted for each), CPU seconds."""

    processes: int
    memory: int
    cpu_seconds: float


def watch(process: int, life: socket.socket, limits: Limits | None) -> Ended:
    """Wait until the process ends, or end it: when `life` closes, or when it and its children use too much.

    Whatever comes by `life` says that a new cell begins. What that uses counts from the next look on: a look takes as
    long as many a cell does.
    """
    handle = os.pidfd_open(process)
    why = ""
    before_cell: float | None = 0.0  # None since a new cell began
    while not why:
        ready, _, _ = select.select([handle, life.fileno()], [], [], POLL_SECONDS if limits else None)
        if handle in ready:
            break
        if life.fileno() in ready:
            if not life.recv(_MANY):
                _end(process)
                break
            before_cell = None
        elif limits:
            use = _use(process)
            before_cell = use.cpu_seconds if before_cell is None else before_cell
            why = _too_much(process, use, limits, before_cell)
    if why:
        _end(process)
    _, _, usage = os.wait4(process, 0)
    return Ended(why, usage.ru_utime + usage.ru_stime)


def _end(process: int) -> None:
    """Kill a process, its group, and (the first of a process namespace) everything in it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _too_much(process: int, use: _Use, limits: Limits, before_cell: float) -> str:
    """Say what the processes use too much of, together; nothing where they do not."""
    if use.processes > limits.processes:
        return f"started more than {limits.processes} processes"
    if use.cpu_seconds - before_cell > limits.cell_cpu_seconds:
        return f"used more than {limits.cell_cpu_seconds} s of CPU time"
    if use.cpu_seconds > limits.notebook_cpu_seconds:
        return f"used more than {limits.notebook_cpu_seconds} s of CPU time for the whole notebook"
    if use.memory > limits.memory and _own_memory(process) > limits.memory:
        return f"used more than {limits.memory / 2**30:.3g} GB of memory"
    return ""


def _use(process: int) -> _Use:
    """Add up what the processes use."""
    found = [fields for _, fields in _processes(process)]
    cpu = sum(int(fields[11]) + int(fields[12]) for fields in found) / _TICKS
    return _Use(len(found), sum(int(fields[21]) for fields in found) * _PAGE, cpu)


def _processes(process: int) -> Iterator[tuple[Path, list[str]]]:
    """The folders in /proc of a process and all that it started, each with the fields of `stat` behind the name.

    What it started may have left its session, but never its process namespace; without one, the session must do.
    """
    namespaced = Path("/proc/self/ns/pid").readlink() != Path("/proc/self/ns/pid_for_children").readlink()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) not in {1, os.getpid(), os.getppid()}:
            with suppress(OSError, IndexError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if _is_inside(folder) if namespaced else fields[3] == str(process):
                    yield folder, fields


def _is_inside(folder: Path) -> bool:
    """Whether a process has an id in another process namespace too, below the one that /proc is of."""
    ids = (folder / "status").read_text().partition("NSpid:")[2].partition("\n")[0]
    return len(ids.split()) > 1


def _own_memory(process: int) -> int:
    """The bytes that the processes hold, what they share with others counted in parts."""
    total = 0
    for folder, _ in _processes(process):
        with suppress(OSError, ValueError, IndexError):
            text = (folder / "smaps_rollup").read_text()
            total += int(text.partition("Pss:")[2].split()[0]) * 1024
    return total
