"""The one step of making a release that is not nbgrader's own: outputs go, the demos' pictures stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearOutput

if TYPE_CHECKING:
    from nbconvert.exporters.exporter import ResourcesDict
    from nbformat import NotebookNode

PICTURE = "image/svg+xml"


class KeepPictures(ClearOutput):  # type: ignore[misc] # nbgrader ships no types
    """Clear every output, as ClearOutput does, but for the static picture of a demo's cell.

    Of a demo that somebody has run in the source notebook only the picture is kept, not the widget.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Clear one cell."""
        pictured = cell.metadata.get("course", {}).get("picture", False)
        data = [output.data for output in cell.get("outputs", []) if pictured and PICTURE in output.get("data", {})]
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if data:
            shown = {kind: data[0][kind] for kind in (PICTURE, "text/plain") if kind in data[0]}
            cell.outputs = [new_output("display_data", data=shown)]
        return cell, resources
