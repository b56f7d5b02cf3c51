"""Grading on one machine: processes side by side. One that dies costs nothing but its own submission's try."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, wait
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Self

from pebble import ProcessPool

from course.grading import sandbox
from course.grading.grade import Task, grade

if TYPE_CHECKING:
    from collections.abc import Collection

    from course.grading.batch import Promise
    from course.grading.sandbox import Sandbox


class Pool:
    """An executor of so many processes; each has fork servers of its own. A context manager."""

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs or os.cpu_count() or 1
        self.window = 2 * self.jobs
        self._pool = ProcessPool(max_workers=self.jobs, context=get_context("spawn"))

    def check(self, box: Sandbox | None) -> None:
        """Raise `NoSandboxError` where this machine has no sandbox."""
        if box is not None:
            sandbox.check(box)

    def submit(self, task: Task) -> Promise:
        """Grade a submission in one of the processes."""
        promise: Promise = self._pool.schedule(grade, args=(task,))
        return promise

    def wait(self, promises: Collection[Any]) -> Collection[Promise]:
        """Wait until some are done."""
        return wait(promises, return_when=FIRST_COMPLETED).done

    def close(self) -> None:
        """End the processes."""
        pool: Any = self._pool  # pebble's methods have no types
        pool.stop()
        pool.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
