"""What a chapter displays: controls above a stage (`Demo`) or above a figure (`Plot`), and a picture of it."""

from __future__ import annotations

import base64
import io
import sys
from abc import ABC, abstractmethod
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets

from course.demos.controls import controls_above
from course.demos.picture import message_picture, picture
from course.demos.stage import Stage
from course.demos.svg import FIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure

    from course.demos.scene import Scene

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_STYLE = Path(__file__).parent / "static" / "plot.mplstyle"


class _Shown(ABC):
    """Controls above a view that follows them.

    A front end shows the widget; everything else (GitHub, print, an export, no kernel) shows the picture.
    """

    def __init__(self, controls: Mapping[str, Any], view: Any) -> None:  # noqa: ANN401 - ipywidgets ships no types
        self.controls = dict(controls)
        for control in self.controls.values():
            if control.has_trait("continuous_update"):
                # A scene is made for the value where a slider comes to rest, not for each one it passes.
                control.continuous_update = False
            control.observe(self._changed, names="value")
        self.widget = controls_above(view, self.controls.values())
        self._refresh()

    @property
    def values(self) -> dict[str, Any]:
        """The controls' values by name: the arguments of the scene or figure that is shown now."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    @abstractmethod
    def summary(self) -> str:
        """What is shown, in words, for the controls' current values."""

    @abstractmethod
    def picture(self) -> str:
        """Return a standalone SVG for the controls' current values; equal values give equal bytes."""

    def _changed(self, change: Mapping[str, Any]) -> None:  # noqa: ARG002 - the shape that observe() asks for
        self._refresh()

    @abstractmethod
    def _refresh(self, change: object = None) -> None:
        """Make and show what belongs to the controls' current values."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        view = {"model_id": self.widget.model_id, "version_major": 2, "version_minor": 0}
        return {WIDGET_VIEW: view, "image/svg+xml": self.picture(), "text/plain": self.summary}

    def __repr__(self) -> str:
        return self.summary


class Demo(_Shown):
    """A scene on a stage.

    `build(**values)` makes the scene from the controls' values; where it raises ValueError, its sentence stands in
    place of the stage (and of the picture), so it is written for the learner. `situations` are the values that the
    control `situation` gives to the others, by its own.
    """

    def __init__(
        self,
        build: Callable[..., Scene],
        controls: Mapping[str, Any],
        situations: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._build, self._situations = build, situations or {}
        self._preparing = False
        self._shown: Scene | ValueError
        self.stage = Stage()
        super().__init__(controls, self.stage)

    def _changed(self, change: Mapping[str, Any]) -> None:
        """Show the new values; a situation's together, not one after the other."""
        if self._preparing:
            return
        if change["owner"] is self.controls.get("situation"):
            self._preparing = True
            try:
                for name, value in self._situations.get(change["new"], {}).items():
                    self.controls[name].value = value
            finally:
                self._preparing = False
        self._refresh()

    @property
    def scene(self) -> Scene:
        """The scene for the controls' current values; ValueError when they do not go together."""
        if isinstance(self._shown, ValueError):
            raise self._shown
        return self._shown

    @property
    def summary(self) -> str:
        """The scene's own summary, or why there is no scene."""
        return str(self._shown) if isinstance(self._shown, ValueError) else self._shown.summary

    def picture(self) -> str:
        """Return the scene's `picture_frame` as SVG, or a picture of the sentence that says why there is none."""
        return message_picture(self.summary) if isinstance(self._shown, ValueError) else picture(self._shown)

    def _refresh(self, change: object = None) -> None:  # noqa: ARG002 - the shape that observe() asks for
        try:
            self._shown = self._build(**self.values)
        except ValueError as error:
            self._shown = error
            self.stage.complain(str(error))
        else:
            self.stage.show(self._shown)


class Plot(_Shown):
    """A matplotlib figure under controls.

    `draw(**values)` returns the figure, `summary` is its text alternative or a function of the same values that returns
    it. A ValueError of `draw` is shown as its sentence.
    """

    def __init__(
        self, draw: Callable[..., Figure], controls: Mapping[str, Any], *, summary: str | Callable[..., str]
    ) -> None:
        self._draw, self._describe = draw, summary
        self._svg = self._summary = ""
        self.image = ipywidgets.HTML()
        super().__init__(controls, self.image)

    @property
    def summary(self) -> str:
        """The text alternative for the controls' current values, or why there is no figure."""
        return self._summary

    def picture(self) -> str:
        """Return the figure as SVG, or a picture of the sentence that says why there is none."""
        return self._svg

    def _refresh(self, change: object = None) -> None:  # noqa: ARG002 - the shape that observe() asks for
        import matplotlib.style  # noqa: PLC0415 - half a second that a chapter without plots does not pay

        describe = self._describe
        try:
            self._summary = describe if isinstance(describe, str) else describe(**self.values)
            with matplotlib.style.context(_STYLE):
                self._svg = _as_svg(self._draw(**self.values), self._summary)
        except ValueError as error:
            self._summary, self._svg = str(error), message_picture(str(error))
        data = base64.b64encode(self._svg.encode()).decode()
        # An <img> keeps the ids and styles of one figure away from the next one's.
        self.image.value = (
            f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(self._summary)}"'
            ' style="max-width: 100%; height: auto; border-radius: 8px">'
        )


def _as_svg(figure: Figure, title: str) -> str:
    """Return the figure as SVG without a date, and close it wherever it is registered."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    if "matplotlib.pyplot" in sys.modules:
        # A figure that pyplot still holds is shown a second time at the end of the cell.
        sys.modules["matplotlib.pyplot"].close(figure)
    return file.getvalue().replace("<svg ", f'<svg style="{FIT}" ', 1)
