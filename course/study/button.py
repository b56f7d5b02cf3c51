"""The button 'Check my work' in the notebook. It checks in other processes: the kernel stays usable."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import anywidget
import traitlets

from course.errors import CourseError
from course.study import self_check
from course.study.report import html

STATIC = Path(__file__).parent / "static"
NOT_SAVED = "Checked as it was saved at {when}. Changed since then? Save it (Ctrl+S) and check again."


class CheckButton(anywidget.AnyWidget):
    """A button, a status line that screen readers announce, and the report of the last check.

    A press saves the notebook where the front end can (JupyterLab), and returns at once; the answer comes
    when it is there. Without a front end it is a line of text.
    """

    _esm = STATIC / "check.js"
    _css = STATIC / "check.css"
    busy = traitlets.Bool(default_value=False).tag(sync=True)
    status = traitlets.Unicode("Save your notebook, then check it as often as you like.").tag(sync=True)
    report = traitlets.Unicode("").tag(sync=True)

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug
        self.on_msg(self._receive)

    def press(self, *, saved: bool = False) -> Thread:
        """Check in a thread, and return it; `saved` tells that the notebook's file is up to date."""
        self.busy, self.status = True, "Checking your work; this takes some seconds."
        thread = Thread(target=self._check, args=(saved,), daemon=True)
        thread.start()
        return thread

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("ask") == "check" and not self.busy:
            self.press(saved=bool(content.get("saved")))

    def _check(self, saved: bool) -> None:  # noqa: FBT001 - a thread's target
        try:
            notebook = own_notebook(self.slug)
            when = _saved_at(notebook)
            self.report = html(self_check.run(self.slug, notebook))
            self.status = f"Saved and checked at {when}." if saved else NOT_SAVED.format(when=when)
        except CourseError as error:
            self.status, self.report = str(error), ""
        finally:
            self.busy = False

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - ipywidgets' own signature
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        text = f"Check my work: run this cell in JupyterLab, or type: course check {self.slug}"
        return {**data, "text/plain": text}, metadata


def own_notebook(slug: str) -> Path:
    """Return the notebook that Jupyter says this kernel belongs to, else the learner's of that chapter."""
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return session if session.suffix == ".ipynb" and session.is_file() else self_check.find_notebook(slug)


def _saved_at(notebook: Path) -> str:
    return datetime.fromtimestamp(notebook.stat().st_mtime).astimezone().strftime("%H:%M:%S")
