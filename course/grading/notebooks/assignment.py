"""What the course itself says of an assignment: the cells that nbgrader's gradebook knows, in their order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from course.errors import CourseError
from course.grading.notebooks import testcell

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

SCHEMA_VERSION = 3
"""nbgrader's metadata format."""


Shared = Literal["always", "unless used"]
"""When a cell shows the same to everyone (`course.grading.spare`)."""


class AssignmentError(CourseError):
    """An assignment that cannot be graded: the sentence says what to do first."""


class CourseCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that nbgrader tracks.

    `points` is None where it is not graded; `checksum` is that of the release. `same_process` and `misconception` are
    what its metadata says to this package: whether a test runs beside the learner's code (None: if it has to), and
    what its failing means.
    """

    name: str
    cell_type: Literal["code", "markdown", "raw"]
    source: str
    locked: bool
    checksum: str
    solution: bool = False
    task: bool = False
    points: float | None = None
    same_process: bool | None = None
    misconception: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it is a test: graded by running it."""
        return self.points is not None and not self.solution and not self.task and self.cell_type == "code"

    @property
    def is_learners(self) -> bool:
        """Whether its text is the learner's."""
        return self.solution or not self.locked

    def metadata(self) -> dict[str, Any]:
        """Return nbgrader's metadata of the cell."""
        about: dict[str, Any] = {
            "cell_type": self.cell_type,
            "checksum": self.checksum,
            "grade": self.points is not None and not self.task,
            "grade_id": self.name,
            "locked": self.locked,
            "schema_version": SCHEMA_VERSION,
            "solution": self.solution,
            "task": self.task,
        }
        return about if self.points is None else about | {"points": self.points}


class CourseNotebook(msgspec.Struct, frozen=True, kw_only=True):
    """One notebook of an assignment.

    `sources` are the texts of all its code cells, `untracked` of those that nbgrader does not track, and `shared` tells
    of some of these when they show the same to everyone. `solved` are its code cells as source/ has them, each with its
    grade id, or none, and its solution.
    """

    name: str
    cells: tuple[CourseCell, ...]
    kernelspec: dict[str, Any] | None = None
    sources: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    shared: dict[str, Shared] = {}
    solved: tuple[tuple[str, str], ...] = ()

    @property
    def imports(self) -> dict[str, str]:
        """The import statements of its own untracked cells, by the name that each binds."""
        return testcell.bound_imports(self.untracked)

    @property
    def language(self) -> str:
        """The language of its kernel, in small letters."""
        spec = self.kernelspec or {}
        return str(spec.get("language") or ("python" if "python" in str(spec.get("name", "python")) else "")).lower()


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment's notebooks, and the files that source/ has beside them, by their relative paths."""

    name: str
    notebooks: tuple[CourseNotebook, ...]
    files: dict[str, bytes] = {}


def load(gradebook: Gradebook, coursedir: CourseDirectory, name: str) -> Assignment:
    """Read an assignment; `AssignmentError` where the gradebook does not have it."""
    from nbgrader.api import MissingEntry  # noqa: PLC0415 - half a second that a learner's check does not pay

    try:
        known = gradebook.find_assignment(name)
    except MissingEntry:
        raise AssignmentError(
            f"The gradebook has no assignment '{name}': run `nbgrader generate_assignment {name}` first."
        ) from None
    folder = Path(coursedir.root, coursedir.format_path(coursedir.source_directory, ".", name))
    notebooks = tuple(_notebook(notebook, folder) for notebook in sorted(known.notebooks, key=lambda n: n.name))
    return Assignment(name=name, notebooks=notebooks, files=_files(folder))


def of_notebook(notebook: NotebookNode) -> CourseNotebook:
    """Return the cells that a notebook itself names, where there is no gradebook."""
    cells, untracked = [], []
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade_id") and (about.get("grade") or about.get("solution") or about.get("locked")):
            cells.append(
                CourseCell(
                    name=about["grade_id"],
                    cell_type=cell.cell_type,
                    source=cell.source,
                    locked=bool(about.get("locked")) and not about.get("solution"),
                    checksum=str(about.get("checksum", "")),
                    solution=bool(about.get("solution")),
                    task=bool(about.get("task")),
                    points=float(about.get("points", 0)) if about.get("grade") else None,
                    same_process=_switch(_grading(cell).get("same_process")),
                )
            )
        elif cell.cell_type == "code":
            untracked.append(cell.source)
    spec = dict(notebook.metadata.get("kernelspec", {})) or None
    return CourseNotebook(
        name="notebook",
        cells=tuple(cells),
        kernelspec=spec,
        sources=tuple(cell.source for cell in notebook.cells if cell.cell_type == "code"),
        untracked=tuple(untracked),
    )


def _notebook(known: Any, folder: Path) -> CourseNotebook:  # noqa: ANN401 - nbgrader has no types
    points = {cell.name: float(cell.max_score) for cell in [*known.grade_cells, *known.task_cells]}
    solutions = {cell.name for cell in known.solution_cells}
    tasks = {cell.name for cell in known.task_cells}
    written = _written(folder / f"{known.name}.ipynb")
    said = {name: _grading(cell) for name, cell in written.items()}
    cells = tuple(
        CourseCell(
            name=cell.name,
            cell_type=cell.cell_type,
            source=cell.source or "",
            locked=bool(cell.locked),
            checksum=cell.checksum or "",
            solution=cell.name in solutions and cell.name not in tasks,
            task=cell.name in tasks,
            points=points.get(cell.name),
            same_process=_switch(said.get(cell.name, {}).get("same_process")),
            misconception=str(said.get(cell.name, {}).get("misconception", "")),
        )
        for cell in known.source_cells
    )
    tracked = {cell.name for cell in cells}
    code = {name: cell for name, cell in written.items() if cell.get("cell_type") == "code"}
    own = [cell for name, cell in code.items() if name not in tracked]
    return CourseNotebook(
        name=known.name,
        cells=cells,
        kernelspec=json.loads(known.kernelspec) if known.kernelspec else None,
        sources=tuple(_text(cell) for cell in code.values()) or tuple(c.source for c in cells if c.cell_type == "code"),
        untracked=tuple(_text(cell) for cell in own),
        shared=_shared(own),
        solved=tuple((name if name in tracked else "", _text(cell)) for name, cell in code.items()),
    )


def _written(path: Path) -> dict[str, dict[str, Any]]:
    """The cells of a source notebook by grade id, or a name made up for those without; none where there is no file."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return {}
    return {
        str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") or f"\0{number}"): cell
        for number, cell in enumerate(cells)
    }


def _grading(cell: dict[str, Any]) -> dict[str, Any]:
    """What a course's cell says to this package: `same_process`, `shown_to_all`."""
    found = cell.get("metadata", {}).get("grading", {})
    return found if isinstance(found, dict) else {}


def _shared(cells: list[dict[str, Any]]) -> dict[str, Shared]:
    """Return the texts of cells that show the same to everyone; one that stands there twice may show two things."""
    said = [(_text(cell), _grading(cell).get("shown_to_all")) for cell in cells]
    texts = [text for text, _ in said]
    return {text: when for text, when in said if when == "always" or (when == "unless used" and texts.count(text) == 1)}


def _switch(found: object) -> bool | None:
    return found if isinstance(found, bool) else None


def _text(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and ".ipynb_checkpoints" not in path.parts
    }
