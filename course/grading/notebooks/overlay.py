"""A submission is the text of its cells, laid over the course's own notebook.

Solution cells count by their grade id, and the learner's own cells as they stand. Every test, point, lock and id
comes from the course: a copied, deleted, moved, retyped or forged cell costs nothing but a note.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from course.grading.notebooks.testcell import MOST, hidden_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.grading.notebooks.assignment import CourseCell, CourseNotebook
    from course.grading.notebooks.submission import Cell, Handed

_FIRST_MINOR_WITH_IDS = 5
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What nbformat takes as a cell's id."""
_OF_OUTPUTS = ("collapsed", "scrolled")
"""What a code cell's metadata say about its outputs: it goes with them, as in nbgrader's ClearOutput."""


class Laid:
    """A notebook to run and to keep: `notebook`, and `notes`, a sentence for each thing that was put right."""

    def __init__(self, notebook: NotebookNode, notes: list[str]) -> None:
        self.notebook, self.notes = notebook, notes


def lay(handed: Handed, course: CourseNotebook) -> Laid:
    """Lay a submission over the course's notebook."""
    notes: list[str] = []
    known = {cell.name: cell for cell in course.cells}
    cells = _own_ids(handed.cells, known, notes)
    placed = _placed(cells, course, notes)
    minor = handed.nbformat_minor if 0 <= handed.nbformat_minor <= _FIRST_MINOR_WITH_IDS else _FIRST_MINOR_WITH_IDS
    metadata = NotebookNode(
        {**_plain(handed.metadata), **({"kernelspec": course.kernelspec} if course.kernelspec else {})}
    )
    ids: set[str] = set()
    nodes = [_node(cell, known.get(name), minor, ids, notes) for name, cell in placed]
    notebook = NotebookNode(cells=nodes, metadata=metadata, nbformat=4, nbformat_minor=minor)
    return Laid(notebook, notes)


def grade_id(cell: Cell) -> str:
    """Return the grade id that a handed-in cell claims; empty where it claims none."""
    about = cell.metadata.get("nbgrader")
    found = about.get("grade_id") if isinstance(about, dict) else None
    return found if isinstance(found, str) else ""


def _own_ids(cells: list[Cell], known: dict[str, CourseCell], notes: list[str]) -> list[tuple[str, Cell]]:
    """Name each cell by the grade id that it holds: the last that claims an id holds it, as nbgrader has it."""
    named: list[tuple[str, Cell]] = []
    taken: set[str] = set()
    for cell in reversed(cells):
        name = grade_id(cell)
        if name and name not in known:
            notes.append(
                f"A cell claims the id '{name[:60]}', which the course does not have; it counts as a plain cell."
            )
            name = ""
        if name in taken:
            notes.append(f"The cell '{name}' is there more than once; the last one counts.")
            name = ""
        taken.add(name) if name else None
        named.append((name, cell))
    return named[::-1]


def _placed(cells: list[tuple[str, Cell]], course: CourseNotebook, notes: list[str]) -> list[tuple[str, Cell | None]]:
    """Put what is missing, or a course's cell that stands too early, behind the course's cell before it."""
    placed: list[tuple[str, Cell | None]] = list(cells)
    before = -1
    for cell in course.cells:
        at = next((n for n, (name, _) in enumerate(placed) if name == cell.name), None)
        if at is None:
            notes.append(f"The cell '{cell.name}' was deleted; the course's own was put back.")
            placed.insert(before + 1, (cell.name, None))
            before += 1
        elif at < before and not cell.is_learners:
            notes.append(f"The cell '{cell.name}' was moved; it counts where the course has it.")
            placed.insert(before, placed.pop(at))
        else:
            before = at
    return placed


def _node(cell: Cell | None, course: CourseCell | None, minor: int, ids: set[str], notes: list[str]) -> NotebookNode:
    """Make the cell to run: the course's, but for the text of a learner's cell."""
    source = cell.text if cell else ""
    kind = cell.cell_type if cell and cell.cell_type in {"code", "markdown", "raw"} else "raw"
    metadata = _plain(cell.metadata) if cell else {}
    about = metadata.pop("nbgrader", None)
    if course:
        _note_changes(course, cell, about, notes)
        kind = course.cell_type
        source = source if course.is_learners and cell else course.source
        metadata |= {"nbgrader": course.metadata()}
    parts: dict[str, Any] = {"cell_type": kind, "source": source}
    if kind == "code":
        parts |= {"outputs": [], "execution_count": None}
        for how_they_showed in _OF_OUTPUTS:
            metadata.pop(how_they_showed, None)
    elif cell and cell.attachments:
        parts["attachments"] = _nodes(cell.attachments)
    if minor >= _FIRST_MINOR_WITH_IDS:
        parts["id"] = _fresh_id(cell.id if cell else None, ids)
    return NotebookNode({**parts, "metadata": _nodes(metadata)})


def _note_changes(course: CourseCell, cell: Cell | None, about: object, notes: list[str]) -> None:
    if cell is None or not isinstance(about, dict):
        return
    if cell.cell_type != course.cell_type:
        notes.append(
            f"The cell '{course.name}' was made a {cell.cell_type[:20]} cell; it counts as a {course.cell_type} cell."
        )
    points = about.get("points")
    if course.points is not None and points is not None and points != course.points:
        notes.append(f"The points of '{course.name}' were changed; the course's count.")
    flags = {"locked": course.locked, "solution": course.solution, "grade": course.metadata()["grade"]}
    if any(about.get(name, flag) is not flag for name, flag in flags.items()):
        notes.append(f"The marks of '{course.name}' (locked, graded, solution) were changed; the course's count.")
    if not course.is_learners and not _same_text(cell.text, course.source):
        notes.append(f"The text of '{course.name}' was changed; the course's counts.")


def _same_text(handed: str, source: str) -> bool:
    return _written_lines(handed.splitlines()) == _visible_lines(source)


@lru_cache(MOST)
def _visible_lines(source: str) -> list[str]:
    """What a learner sees of a course's cell, line by line, blank ones left out."""
    hidden = hidden_lines(source)
    return _written_lines(line for number, line in enumerate(source.splitlines(), start=1) if number not in hidden)


def _written_lines(lines: Iterable[str]) -> list[str]:
    return [written for line in lines if (written := line.rstrip())]


def _fresh_id(wanted: str | None, ids: set[str]) -> str:
    """Return a cell id as nbformat wants it, that no cell before has."""
    first = wanted if wanted and _ID.fullmatch(wanted) else "cell"
    found, number = first, 1
    while found in ids:
        number += 1
        found = f"{first[:50]}-{number}"
    ids.add(found)
    return found


def _plain(metadata: dict[str, Any]) -> dict[str, Any]:
    """Metadata without what running the notebook writes there."""
    return {key: value for key, value in metadata.items() if key not in {"execution", "widgets"}}


def _nodes(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return NotebookNode({str(key): _nodes(item) for key, item in value.items()})
    return [_nodes(item) for item in value] if isinstance(value, list) else value
