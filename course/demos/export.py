"""What HTML exports show of a demo: its picture, with words for those who cannot see it.

nbconvert writes an SVG as an image without a text alternative. The configuration in course/lab/config names this step.
"""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from nbconvert.preprocessors import Preprocessor

_PICTURE = "image/svg+xml"


class DescribePictures(Preprocessor):
    """Turn the SVG of an output into an HTML image whose text alternative is the output's plain text."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:  # noqa: ANN401, ARG002
        """Change one cell."""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if _PICTURE in data and "text/plain" in data:
                source = base64.b64encode(data.pop(_PICTURE).encode()).decode()
                words = escape(data["text/plain"])
                data["text/html"] = f'<img src="data:{_PICTURE};base64,{source}" alt="{words}">'
        return cell, resources
