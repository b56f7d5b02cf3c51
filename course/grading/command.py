"""`course grade`: the run of a batch at the command line, with its progress and its summary."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from nbgrader.apps import NbGrader
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course.errors import CourseError
from course.grading.batch import Batch, Executor, Summary
from course.grading.executors.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Collection

    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

NOT_ALL_GRADED = 3
"""The exit code where some submissions could not be graded."""
UNSANDBOXED = "Without a sandbox: submissions run with your rights, and can read and change all that you can."


def run(
    assignment: str,
    *,
    jobs: int | None,
    students: Collection[str],
    force: bool,
    scheduler: str | None,
    unsandboxed: bool,
) -> None:
    """Grade an assignment of the course folder that one stands in; end with exit code 3 where some were not graded."""
    config, coursedir = course_folder()
    console = Console(highlight=False, stderr=True)
    if unsandboxed:
        config.Grading.sandbox = False
        console.print(UNSANDBOXED, style="yellow")
    with ExitStack() as opened:
        batch = opened.enter_context(Batch(coursedir, assignment, config))
        executor = opened.enter_context(_executor(jobs, scheduler))
        bar = opened.enter_context(_bar(console))
        task = bar.add_task("starting", total=None)
        summary = batch.run(
            executor,
            students=students,
            force=force,
            progress=lambda who, done, due: bar.update(task, completed=done, total=due, description=who),
        )
    _say(summary, assignment)
    if summary.not_graded:
        sys.exit(NOT_ALL_GRADED)


def course_folder() -> tuple[Config, CourseDirectory]:
    """Return nbgrader's configuration and folders for the current folder, as nbgrader's own commands find them."""
    if not Path("nbgrader_config.py").is_file():
        raise CourseError(f"{Path.cwd()} is no nbgrader course: go to the folder that holds nbgrader_config.py.")
    app = NbGrader()
    app.initialize([])
    return app.config, app.coursedir


def _executor(jobs: int | None, scheduler: str | None) -> AbstractContextManager[Executor]:
    if scheduler is None:
        return Pool(jobs)
    from course.grading.executors.cluster import Cluster  # noqa: PLC0415 - most never grade on many machines

    return Cluster(scheduler)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _say(summary: Summary, assignment: str) -> None:
    said = f"{len(summary.graded)} graded"
    if summary.kept:
        said += f", {len(summary.kept)} graded before and left as they were (--force grades them again)"
    typer.echo(f"{assignment}: {said}.")
    for student, reason in summary.not_graded.items():
        typer.echo(f"not graded: {student}: {reason}.")
    typer.echo(f"For the class's report: course report {assignment}")
