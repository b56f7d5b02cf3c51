"""The file of a graded notebook."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import msgspec
from nbformat.v4.rwbase import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbformat import NotebookNode

    from course.grading.talk.job import Message

LARGE = 1000
"""From so many bytes of JSON on, a value that many notebooks share is encoded once."""
_STATE = "application/vnd.jupyter.widget-state+json"


class Writer:
    """Writes notebooks as nbformat does, but for their widgets' state, megabytes that nobody reads: it is one line.

    `shared` are messages that many of these notebooks show: the very objects.
    """

    def __init__(self, shared: Iterable[Message] = ()) -> None:
        self._texts: dict[int, tuple[msgspec.Raw, object]] = {}  # with its value, which keeps its id while it is there
        self._models: set[object] = set()
        for message in shared:
            data = message.content.get("data")
            state = data.get("state") if isinstance(data, dict) else None
            if isinstance(state, dict) and state.get("_model_name") != "OutputModel":  # nbclient changes its outputs
                self._keep(message.content.get("comm_id"), state.values())

    def write(self, notebook: NotebookNode) -> bytes:
        """Return a notebook's file. Its long texts become lists of lines."""
        split = split_lines(notebook)
        widgets = split.metadata.get("widgets")
        if widgets is None:
            return _formatted(split) + b"\n"
        place = secrets.token_hex(16)
        head, _, tail = _formatted({**split, "metadata": {**split.metadata, "widgets": place}}).partition(
            f'"{place}"'.encode()
        )
        return b"".join((head, msgspec.json.encode(self._short(widgets), order="sorted"), tail, b"\n"))

    def _keep(self, model: object, values: Iterable[object]) -> None:
        for value in values:
            if isinstance(value, dict | list) and len(text := msgspec.json.encode(value, order="sorted")) >= LARGE:
                self._texts[id(value)] = msgspec.Raw(text), value
                self._models.add(model)

    def _short(self, widgets: dict[str, Any]) -> dict[str, Any]:
        """Put texts in the place of the values that are shared."""
        if not self._texts:
            return widgets
        models = dict(widgets[_STATE]["state"])
        for name in self._models & models.keys():
            state = {key: self._texts.get(id(value), (value,))[0] for key, value in models[name]["state"].items()}
            models[name] = {**models[name], "state": state}
        return {**widgets, _STATE: {**widgets[_STATE], "state": models}}


def _formatted(notebook: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(notebook, order="sorted"), indent=1)
