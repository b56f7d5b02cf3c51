"""Processes of this machine that grade: each is forked from one that has imported what grading needs."""

from __future__ import annotations

from multiprocessing import forkserver, get_all_start_methods, get_context

FORKS = "forkserver" in get_all_start_methods()  # not on Windows
CONTEXT = get_context("forkserver" if FORKS else "spawn")


def prepare() -> None:
    """Begin with the imports, in a process of their own; whoever has much to import too calls it before that."""
    if FORKS:
        CONTEXT.set_forkserver_preload(["course.grading.executors.pool"])
        forkserver.ensure_running()
