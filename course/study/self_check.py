"""A learner checks their own work: find the notebook, grade it, explain it, remember the points."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import CourseError
from course.study import progress, root
from course.study.imports import quick_nbformat

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

    A cell may take `cell_seconds`. `CourseError` where the file is not a notebook of the chapter.
    """
    with quick_nbformat():
        from course.study import diagnosis, engine, home  # noqa: PLC0415 - an error needs none of them

    result = diagnosis.diagnose(engine.grade(notebook, slug, cell_seconds=cell_seconds))
    progress.save_check(slug, result)
    home.refresh()
    return result


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
