"""The parts that nbgrader's own commands run: in Autograde, in Validate, in the making of feedback."""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from course.grading import assignment
from course.grading.assignment import CourseCell, CourseNotebook
from course.grading.config import Grading
from course.grading.engine import Engine
from course.grading.foreign import Engine as ForeignEngine

if TYPE_CHECKING:
    from nbconvert.exporters.exporter import ResourcesDict
    from nbformat import NotebookNode

_engines: dict[bytes, Engine | ForeignEngine] = {}


class Examine(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader ships no types
    """Takes the place of nbgrader's Execute: learner's cells in the sandbox, test cells in another process.

    In Autograde the course's cells are the gradebook's. In Validate, where there is no gradebook, they are the
    notebook's own, and the code is that of the person at the machine, so it needs no sandbox.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Run one notebook and put what came of it into its outputs."""
        config = Grading(config=self.config)
        about = resources.get("nbgrader")
        course = self._from_gradebook(about) if about else own_cells(nb)
        box = config.box() if about else None
        key = msgspec.msgpack.encode([course, config.settings(), box is None])
        if key not in _engines:
            close()
            kind = Engine if course.language == "python" else ForeignEngine
            _engines[key] = kind(course, config.settings(), box)
        _engines[key].run(nb, self._files(about))
        return nb, resources

    def _from_gradebook(self, about: dict[str, Any]) -> CourseNotebook:
        coursedir = self.parent.parent.coursedir
        with Gradebook(about["db_url"]) as gradebook:
            found = assignment.load(gradebook, coursedir, about["assignment"])
        return next(notebook for notebook in found.notebooks if notebook.name == about["notebook"])

    def _files(self, about: dict[str, Any] | None) -> dict[str, bytes]:
        """The files beside the notebook; those of a learner's own machine are where the notebook is."""
        if about is None:
            folder = Path.cwd()
        else:
            coursedir = self.parent.parent.coursedir
            folder = Path(coursedir.format_path(coursedir.autograded_directory, about["student"], about["assignment"]))
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb"
        }


def own_cells(notebook: NotebookNode) -> CourseNotebook:
    """Return what a notebook itself says of its cells: a learner's copy, where no gradebook is at hand."""
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


def close() -> None:
    """End the engines of this process."""
    while _engines:
        _engines.popitem()[1].close()


atexit.register(close)
