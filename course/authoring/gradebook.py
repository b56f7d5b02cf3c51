"""Keeping a class's gradebook whole when a chapter changes under it.

Measured: with submissions in the gradebook, stock `nbgrader generate_assignment` refuses added or removed cells
and then deletes release/<chapter>. So a build looks first, says which cells changed, and offers ways that lose
nothing.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, Notebook

from course.authoring import nbgrader_course
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

_SQLITE = "sqlite:///"


class GradebookConflictError(CourseError):
    """A build would make a notebook that the class's gradebook cannot take."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a new version of a chapter changes under a gradebook that has submissions. Names are grade ids."""

    slug: str
    submissions: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    repriced: tuple[str, ...]

    def __str__(self) -> str:
        changes = {"added": self.added, "removed": self.removed, "other points": self.repriced}
        what = "; ".join(f"{how}: {', '.join(names)}" for how, names in changes.items() if names)
        return (
            f"The gradebook has {self.submissions} submissions of '{self.slug}', and this build changes cells that "
            f"they are graded by ({what}). Nothing was written. Run `course build {self.slug} --keep` to leave the "
            f"chapter as this class knows it, or `course build {self.slug} --regrade` to back up the gradebook, take "
            f"the new cells into it and grade the class again."
        )


def conflict(root: Path, slug: str, notebook: NotebookNode) -> Conflict | None:
    """Return what the new source notebook would break in the course folder's gradebook; None where nothing."""
    with _open(root) as opened:
        known = _find(opened, slug)
        if known is None or not known.submissions:
            return None
        new = {c.metadata.nbgrader["grade_id"]: c for c in notebook.cells if utils.is_grade(c)}
        old = {cell.name: cell.max_score for cell in known.grade_cells}
        before, after = {c.name for c in known.source_cells}, set(_tracked(notebook))
        found = Conflict(
            slug=slug,
            submissions=len(known.submissions),
            added=tuple(sorted(after - before)),
            removed=tuple(sorted(before - after)),
            repriced=tuple(n for n in old if n in new and old[n] != float(new[n].metadata.nbgrader["points"])),
        )
    return found if found.added or found.removed or found.repriced else None


def regrade(root: Path, conflict: Conflict, notebook: NotebookNode) -> str:
    """Take a chapter's new cells into the gradebook, after a backup; return the sentence that says what to do next.

    Grades and comments of cells that stay are kept; those of removed cells are in the backup only. nbgrader's own
    generate_assignment then fills in the cells' text, so source/ must hold the new version already.
    """
    backup = _back_up(root)
    with _open(root) as opened:
        known = _find(opened, conflict.slug)
        if opened is None or known is None:
            raise GradebookConflictError(f"The gradebook has no '{conflict.slug}' any more; run the build again.")
        _remove_cells(opened, known, set(conflict.removed))
        _add_cells(opened, known, notebook)
        opened.db.commit()
    nbgrader_course.generate(root, conflict.slug)
    return (
        f"{conflict.slug}: the gradebook was backed up as {backup.name} and took the new cells; now run "
        f"`nbgrader autograde {conflict.slug} --force` to grade the class again."
    )


def _remove_cells(opened: Gradebook, known: Notebook, removed: set[str]) -> None:
    """Remove cells with their grades and comments; source cells go all, since they are written anew in order."""
    for cell in [*known.grade_cells, *known.solution_cells]:
        if cell.name in removed:
            for row in [
                *opened.db.query(Grade).filter_by(cell_id=cell.id),
                *opened.db.query(Comment).filter_by(cell_id=cell.id),
            ]:
                opened.db.delete(row)
            opened.db.delete(cell)
    for cell in known.source_cells:
        opened.db.delete(cell)
    opened.db.commit()


def _add_cells(opened: Gradebook, known: Notebook, notebook: NotebookNode) -> None:
    """Add the new notebook's cells, and a place for their grades and comments in every submission."""
    where = (known.name, known.assignment.name)
    for name, cell in _tracked(notebook).items():
        if utils.is_grade(cell):
            points = float(cell.metadata.nbgrader["points"])
            added = opened.update_or_create_grade_cell(name, *where, max_score=points, cell_type=cell.cell_type)
            _make_room(opened, known, Grade, added.id)
        if utils.is_solution(cell):
            _make_room(opened, known, Comment, opened.update_or_create_solution_cell(name, *where).id)
        opened.update_or_create_source_cell(
            name, *where, cell_type=cell.cell_type, locked=utils.is_locked(cell), source=cell.source,
            checksum=utils.compute_checksum(cell),
        )  # fmt: skip


def _make_room(opened: Gradebook, known: Notebook, row: type[Grade | Comment], cell_id: str) -> None:
    for submitted in known.submissions:
        if opened.db.query(row).filter_by(cell_id=cell_id, notebook_id=submitted.id).first() is None:
            opened.db.add(row(cell_id=cell_id, notebook_id=submitted.id))


def _tracked(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells that a gradebook knows, by grade id."""
    return {cell.metadata.nbgrader["grade_id"]: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def _find(opened: Gradebook | None, slug: str) -> Notebook | None:
    try:
        return opened.find_notebook(slug, slug) if opened else None
    except MissingEntry:
        return None


@contextmanager
def _open(root: Path) -> Iterator[Gradebook | None]:
    """The gradebook that the course folder is configured with; None where there is none yet (opening makes one)."""
    url = nbgrader_course.coursedir(root).db_url
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file():
        yield None
        return
    with Gradebook(url) as opened:
        yield opened


def _back_up(root: Path) -> Path:
    url = nbgrader_course.coursedir(root).db_url
    if not url.startswith(_SQLITE):
        raise GradebookConflictError(
            "This gradebook is no SQLite file, so it cannot be backed up from here: use --keep, or back it up with "
            "your database's own tool (pg_dump) and grade the new version as an assignment of another name."
        )
    path = Path(url.removeprefix(_SQLITE))
    number = 1
    while (backup := path.with_name(f"{path.name}.before-regrade-{number}")).exists():
        number += 1
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(backup)) as new:
        old.backup(new)
    return backup
