"""Grading a submission of an older version of a chapter under a gradebook that knows a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

if TYPE_CHECKING:
    from nbconvert.exporters.exporter import ResourcesDict
    from nbgrader.api import Notebook, SourceCell


class FollowGradebook(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader ships no types
    """Give a submission the cells that the gradebook knows, before OverwriteCells looks at it.

    Stock nbgrader stops at a test cell that the gradebook does not know (KeyError: grade_id) and at a test cell that
    is missing together with its solution cell. Here an unknown test cell goes, an unknown answer stays as a plain
    cell, and a missing cell is put where the chapter has it. An honest submission of the current version is unchanged.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Align one submission."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            known = gradebook.find_notebook(about["notebook"], about["assignment"])
            names = [cell.name for cell in known.source_cells]
            unknown = [cell for cell in nb.cells if _grade_id(cell) not in ["", *names]]
            nb.cells = [cell for cell in nb.cells if cell not in unknown or cell.metadata.nbgrader.get("solution")]
            for cell in unknown:
                del cell.metadata["nbgrader"]
            for position, source in enumerate(known.source_cells):
                if source.name not in map(_grade_id, nb.cells):
                    nb.cells.insert(_place(nb, names[:position]), _cell(source, known))
        return nb, resources


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _place(nb: NotebookNode, before: list[str]) -> int:
    """The index behind the last cell that the chapter has before this one; the top where there is none."""
    return max((n + 1 for n, cell in enumerate(nb.cells) if _grade_id(cell) in before), default=0)


def _cell(source: SourceCell, known: Notebook) -> NotebookNode:
    tasks = {cell.name for cell in known.task_cells}
    points = {cell.name: cell.max_score for cell in (*known.grade_cells, *known.task_cells)}
    about = {
        "cell_type": source.cell_type,
        "grade": source.name in points and source.name not in tasks,
        "grade_id": source.name,
        "locked": source.locked,
        "schema_version": 3,
        "solution": source.name in {cell.name for cell in known.solution_cells},
        "task": source.name in tasks,
    }
    if source.name in points:
        about["points"] = points[source.name]
    if source.cell_type == "code":
        return NotebookNode(new_code_cell(source.source, metadata={"nbgrader": about}))
    return NotebookNode(new_markdown_cell(source.source, metadata={"nbgrader": about}))
