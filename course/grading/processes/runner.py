"""What runs notebooks: a pair of processes for each, examiner and learner, had in the best way that a machine knows."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.grading.processes.sandbox import Sandbox
    from course.grading.processes.warm import Warmth
    from course.grading.talk.job import Job, Ran


class NotGradedError(CourseError):
    """A notebook could not be graded for a reason that is not the learner's; it is to be tried again."""


@dataclass
class Finish:
    """What came of a notebook: each cell's outcome, and the seconds that processes took to start, and of CPU."""

    cells: list[Ran] = field(default_factory=list)
    start_seconds: float = 0.0
    cpu_seconds: float = 0.0


class Runner(Protocol):
    """Runs notebooks; so many at once, each in a thread of the caller's."""

    @property
    def at_once(self) -> int:
        """How many notebooks it can run at once."""

    def run(self, job: Job, files: Mapping[str, bytes]) -> Finish:
        """Run a notebook's cells, in a folder with these files. `NotGradedError` where the processes failed."""

    def close(self) -> None:
        """End its processes."""


def start(warmth: Warmth, box: Sandbox | None) -> Runner:
    """Start a runner: of fork servers where there is a sandbox or Linux, else of processes that start afresh."""
    if box is not None or hasattr(os, "pidfd_open"):
        from course.grading.processes.worker import Worker  # noqa: PLC0415 - what it imports is Linux's

        return Worker(warmth, box)
    from course.grading.processes.spawned import Spawned  # noqa: PLC0415 - only where there is no fork

    return Spawned(warmth)
