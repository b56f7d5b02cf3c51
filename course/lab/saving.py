"""What JupyterLab writes into a notebook's file: what can be shown again without the kernel that made it.

The configuration in config/ names `keep_what_lasts` as Jupyter's pre_save_hook.
"""

from __future__ import annotations

from typing import Any

_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def keep_what_lasts(*, model: dict[str, Any], **_: object) -> None:
    """Drop the view of a widget from each output of a notebook (a contents model) that has another form too.

    A view names an object of the kernel. Once that kernel has ended, JupyterLab would still prefer the view to the
    picture or the text beside it, and show "Error displaying widget: model not found". The page that is open keeps
    its widgets. JupyterLab's own way, to save their state, makes a chapter seven times as large and leaves buttons
    and sliders without an answer.
    """
    if model.get("type") != "notebook":
        return
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if len(data) > 1:
                data.pop(_WIDGET_VIEW, None)
