"""Names for controls: what a screen reader calls a slider."""

from __future__ import annotations

from pathlib import Path

import anywidget

from course.esm import bundle


class Names(anywidget.AnyWidget):
    """Gives the sliders beside it, which ipywidgets leaves without a name, the words that stand before them."""

    _esm = bundle(Path(__file__).parent / "static" / "names.js")
