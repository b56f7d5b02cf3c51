"""The parts that nbgrader's own commands run: in Autograde, in Validate, in the making of feedback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from course.grading.config import Grading
from course.grading.engines import engine_for
from course.grading.notebooks import assignment
from course.grading.notebooks.assignment import Assignment

if TYPE_CHECKING:
    from nbconvert.exporters.exporter import ResourcesDict
    from nbformat import NotebookNode


class Examine(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader ships no types
    """Takes the place of nbgrader's Execute: learner's cells in the sandbox, test cells in another process.

    In Autograde the course's cells are the gradebook's. In Validate, where there is no gradebook, they are the
    notebook's own, and the code is that of the person at the machine, so it needs no sandbox.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Run one notebook and put what came of it into its outputs."""
        config = Grading(config=self.config)
        about = resources.get("nbgrader")
        known = self._from_gradebook(about) if about else _own(nb)
        course = next(notebook for notebook in known.notebooks if not about or notebook.name == about["notebook"])
        box = config.box() if about else None
        engine = engine_for(course, config.settings(), box, known.files, room=len(known.notebooks) + 1)
        engine.run(nb, self._files(about))
        return nb, resources

    def _from_gradebook(self, about: dict[str, Any]) -> Assignment:
        with Gradebook(about["db_url"]) as gradebook:
            return assignment.load(gradebook, self.parent.parent.coursedir, about["assignment"])

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


def _own(notebook: NotebookNode) -> Assignment:
    """Return what a learner's copy says of itself; its tests run beside the answers: there is nobody to deceive."""
    course = assignment.of_notebook(notebook)
    cells = tuple(replace(cell, same_process=cell.same_process is not False) for cell in course.cells)
    return Assignment(name="", notebooks=(replace(course, cells=cells),))
