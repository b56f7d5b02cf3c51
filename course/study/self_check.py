"""A learner checks their own work: find the notebook, grade it, explain it, remember the points."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import CourseError
from course.study import checker, root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.study.result import Result


class NoNotebookError(CourseError):
    """The learner has no notebook of that chapter."""


def find_notebook(slug: str) -> Path:
    """Return the learner's notebook of a chapter: the one in the current folder, else the newest in work/.

    `NoNotebookError` when there is none.
    """
    here = Path.cwd() / f"{slug}.ipynb"
    if here.is_file():
        return here
    if root.find() is None:
        raise NoNotebookError(f"There is no {here.name} in {Path.cwd()}: go to the folder that holds it.")
    from course.study.start import UnknownChapterError, copies, released, unknown  # noqa: PLC0415

    mine = copies(slug)
    if not mine and slug not in released():
        raise UnknownChapterError(unknown(slug))
    if not mine:
        raise NoNotebookError(f"You have no copy of '{slug}' yet; make one: course start {slug}")
    return max(mine, key=lambda notebook: notebook.stat().st_mtime)


def run(slug: str, notebook: Path, *, cell_seconds: float = 15.0) -> Result:
    """Grade a notebook, say which misconceptions it looks like, and remember the points.

    The checker in the background does it, and where it cannot be had, this process. A cell may take `cell_seconds`.
    `CourseError` where the file is not a notebook of the chapter.
    """
    answer = checker.ask(checker.Request(slug, str(notebook), str(Path.cwd()), cell_seconds))
    if answer is None:
        from course.study import background  # noqa: PLC0415 - it imports all that the checker has at hand

        return background.check(slug, notebook, cell_seconds=cell_seconds)
    sys.stderr.write(answer.said)
    if answer.result is None:
        raise CourseError(answer.wrong)
    return answer.result


def watch(slug: str, notebook: Path) -> Iterator[Result | CourseError]:
    """Check now, and again each time the notebook is saved; what a check could not do comes as its error."""
    from watchfiles import watch as changes  # noqa: PLC0415 - only needed here

    # it wakes up each second too, so that a save before the watch began is not missed
    wake_up = changes(notebook.parent, watch_filter=None, rust_timeout=1000, yield_on_timeout=True)
    checked = None
    while True:
        saved = notebook.stat().st_mtime_ns if notebook.is_file() else checked
        if saved == checked:
            next(wake_up)
            continue
        checked = saved
        try:
            yield run(slug, notebook)
        except CourseError as error:
            yield error
