"""The controls above a demo: in columns, each under its label and with a name that a screen reader says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets

from course.esm import bundle

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATIC = Path(__file__).parent / "static"
_LONG = 28
"""Letters of an option that fit into a third of the width."""


class _Finish(anywidget.AnyWidget):
    """Does in the page what ipywidgets leaves open: names for the sliders beside it, and the look of the columns."""

    _esm = bundle(_STATIC / "controls.js")
    _css = (_STATIC / "controls.css").read_text(encoding="utf-8")


def controls_above(view: Any, controls: Iterable[Any]) -> ipywidgets.VBox:  # noqa: ANN401 - ipywidgets ships no types
    """Return a widget that shows these controls above a view; without controls, the view alone."""
    rows = [view]
    if shown := list(controls):
        for control in shown:
            if isinstance(control, ipywidgets.Dropdown) and max(map(len, _options(control))) > _LONG:
                control.add_class("course-wide")
        bar = ipywidgets.HBox([*shown, _Finish()])
        bar.add_class("course-controls")
        rows.insert(0, bar)
    made = ipywidgets.VBox(rows)
    made.add_class("course-demo")
    return made


def _options(control: ipywidgets.Dropdown) -> list[str]:
    """The words of a dropdown's options, each of which is a text, or a text and its value."""
    return [option if isinstance(option, str) else option[0] for option in control.options]
