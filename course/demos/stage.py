"""The stage: the one widget that plays every demo's scene in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from course.demos.picture import STYLE, animated
from course.esm import bundle

if TYPE_CHECKING:
    from course.demos.scene import Scene

_STATIC = Path(__file__).parent / "static"


class Stage(anywidget.AnyWidget):
    """Plays a scene: play, pause, step, scrub, speed.

    The scene crosses to the browser once, whole; the browser animates it alone and sends back only the index of the
    frame at which it came to rest.
    """

    _esm = bundle(_STATIC / "stage.js")
    _css = STYLE + (_STATIC / "stage.css").read_text(encoding="utf-8")

    scene = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    frame = traitlets.Int(0).tag(sync=True)

    def show(self, scene: Scene) -> None:
        """Play `scene` from now on; a player that is running goes on at the same model time."""
        message: dict[str, Any] = animated(scene, f"stage-{self.model_id}")
        with self.hold_sync():
            self.error = ""
            self.scene = message

    def complain(self, sentence: str) -> None:
        """Show `sentence` in place of the stage, until the next `show`."""
        self.error = sentence
