"""What cells show, in a notebook: filled in as nbclient does it from a kernel's messages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from nbclient import NotebookClient
from nbformat import NotebookNode, from_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.talk.job import Message


class _NoKernel:
    """Stands where nbclient has its kernel: what it tells an Output widget goes nowhere."""

    @property
    def session(self) -> _NoKernel:
        return self

    shell_channel = session

    def msg(self, *_: object, **__: object) -> None:
        """Make a message."""

    def send(self, *_: object) -> None:
        """Send a message."""


FIELDS = {
    "stream": ("name", "text"),
    "error": ("ename", "evalue", "traceback"),
    "display_data": ("metadata", "data"),
    "execute_result": ("metadata", "data", "execution_count"),
}
"""What nbformat has in an output, by its type."""


class _Client(NotebookClient):
    """nbclient's, but that an output is not looked at again: nbformat's own look takes longer than all the rest."""

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Add an output that `_checked` has looked at."""
        if self.output_hook_stack[msg["parent_header"].get("msg_id")]:  # a widget takes it
            return super().output(outs, msg, display_id, cell_index)
        if self.clear_before_next_output:
            outs.clear()
            self.clear_display_id_mapping(cell_index)
            self.clear_before_next_output = False
        if display_id:
            self._display_id_map.setdefault(display_id, {}).setdefault(cell_index, []).append(len(outs))
        fields = {name: msg["content"][name] for name in FIELDS[msg["msg_type"]]}
        shown: NotebookNode = from_dict({"output_type": msg["msg_type"], **fields})
        outs.append(shown)
        return shown


class Outputs:
    """Fills the cells of a notebook one by one, then the notebook with its widgets' state."""

    def __init__(self, notebook: NotebookNode) -> None:
        self._client = _Client(notebook, allow_errors=True)
        self._client.reset_execution_trackers()
        self._client.kc = _NoKernel()  # type: ignore[assignment]
        self._notebook = notebook
        self._index = {id(cell): index for index, cell in enumerate(notebook.cells)}

    def fill(self, cell: NotebookNode, number: int, messages: Sequence[Message], *, is_test: bool) -> None:
        """Fill one cell, the code cell of that number. Of a test cell no widget captures what it shows."""
        cell.outputs, cell.execution_count = [], number
        self._client.clear_before_next_output = False
        self._client.output_hook_stack.clear()
        for shown in messages:
            self._add(cell, number, shown, None if is_test else str(number))

    def finish(self) -> None:
        """Put the widgets' state into the notebook, and what a kernel says of its language."""
        from ipykernel.ipkernel import IPythonKernel  # noqa: PLC0415 - it takes over the widgets of who imports it

        plain = SimpleNamespace(metadata=SimpleNamespace())
        self._client.nb = plain  # type: ignore[assignment] # a notebook's metadata would copy all of it, slowly
        self._client.set_widgets_metadata()
        if widgets := getattr(plain.metadata, "widgets", None):
            dict.__setitem__(self._notebook.metadata, "widgets", widgets)
        self._notebook.metadata.language_info = from_dict(IPythonKernel.language_info)

    def _add(self, cell: NotebookNode, number: int, message: Message, request: str | None) -> None:
        content = _checked(message)
        if content is None:
            return
        if message.kind == "execute_result":
            content["execution_count"] = number
        plain = {
            "msg_type": message.kind,
            "header": {"msg_type": message.kind},
            "parent_header": {"msg_id": request},
            "metadata": {},
            "content": content,
            "buffers": list(message.buffers),
        }
        try:
            self._client.process_message(plain, cell, self._index[id(cell)])
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError):
            return  # a message that only looks like one: it shows nothing


def _checked(message: Message) -> dict[str, Any] | None:
    """Return a message's content if a notebook can hold it, else None."""
    content = dict(message.content)
    match message.kind:
        case "stream":
            valid = content.get("name") in ("stdout", "stderr") and isinstance(content.get("text"), str)
        case "error":
            lines = content.get("traceback")
            valid = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
            valid = valid and isinstance(content.get("ename"), str) and isinstance(content.get("evalue"), str)
        case "display_data" | "execute_result" | "update_display_data":
            data, metadata = content.get("data"), content.get("metadata")
            valid = isinstance(data, dict) and isinstance(metadata, dict | None)
            if valid and isinstance(data, dict):
                content["data"] = {kind: item for kind, item in data.items() if _is_shown(kind, item)}
                content["metadata"] = metadata or {}
                content["transient"] = content.get("transient") if isinstance(content.get("transient"), dict) else {}
        case "clear_output":
            valid = isinstance(content.get("wait"), bool)
        case _:
            valid = isinstance(content.get("data"), dict) and isinstance(content.get("comm_id"), str)
    return content if valid else None


def _is_shown(kind: str, item: object) -> bool:
    if kind.endswith("json"):
        return True
    return isinstance(item, str) or (isinstance(item, list) and all(isinstance(line, str) for line in item))
