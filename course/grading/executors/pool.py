"""Grading on one machine: processes side by side. One that dies costs nothing but its own submission's try."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import FIRST_COMPLETED, InvalidStateError, wait
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pebble import ProcessPool

from course.grading import engines
from course.grading.executors import forks
from course.grading.grade import Task, grade
from course.grading.processes import sandbox
from course.grading.processes.runner import NotGradedError

if TYPE_CHECKING:
    from collections.abc import Collection
    from multiprocessing.sharedctypes import Synchronized

    from course.grading.batch import Promise
    from course.grading.processes.sandbox import Sandbox


LOOK_SECONDS = 1.0
"""How often the pool is looked at while it works."""


def _join(taken: Synchronized[int], folder: Path) -> None:
    """Become one of the pool's processes, on a core of its own: a submission that burns CPU slows nobody but itself."""
    engines.share(folder)
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        with taken.get_lock():
            os.sched_setaffinity(0, {cores[taken.value % len(cores)]})
            taken.value += 1


def _processes(jobs: int, folder: Path) -> ProcessPool:
    forks.prepare()
    taken = forks.CONTEXT.Value("i", 0)
    return ProcessPool(max_workers=jobs, context=forks.CONTEXT, initializer=_join, initargs=(taken, folder))


class Pool:
    """An executor of so many processes; each has fork servers of its own. A context manager."""

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs or os.cpu_count() or 1
        self.window = 2 * self.jobs
        self._folder = tempfile.TemporaryDirectory(prefix="course-grade-", ignore_cleanup_errors=True)
        self._pool = _processes(self.jobs, Path(self._folder.name))
        self._promises: set[Any] = set()

    def check(self, box: Sandbox | None) -> None:
        """Raise `NoSandboxError` where this machine has no sandbox."""
        if box is not None:
            sandbox.check(box)

    def submit(self, task: Task) -> Promise:
        """Grade a submission in one of the processes."""
        if not self._pool.active:  # it breaks for good where a process dies at an unlucky moment
            self._end()
            self._give_up()
            self._pool = _processes(self.jobs, Path(self._folder.name))
        promise: Promise = self._pool.schedule(grade, args=(task,))
        self._promises.add(promise)
        return promise

    def wait(self, promises: Collection[Any]) -> Collection[Promise]:
        """Wait until some are done."""
        while not (done := wait(promises, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED).done):
            if not self._pool.active:
                self._give_up()
        self._promises -= done
        return done

    def _give_up(self) -> None:
        """Break the promises of a pool that broke: it may have forgotten them."""
        for promise in self._promises:
            with suppress(InvalidStateError):  # it was done
                promise.set_exception(NotGradedError("the grading processes broke down"))
        self._promises.clear()

    def close(self) -> None:
        """End the processes."""
        self._end()
        self._folder.cleanup()

    def _end(self) -> None:
        pool: Any = self._pool  # pebble's methods have no types
        pool.stop()
        pool.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
