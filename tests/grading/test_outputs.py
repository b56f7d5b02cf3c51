"""Does a cell show what nbclient makes of a kernel's messages, and nothing that a notebook cannot hold?"""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.notebooks import outputs
from course.grading.notebooks.outputs import Outputs
from course.grading.talk.job import Message

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
BUNDLES = st.dictionaries(
    st.sampled_from(["text/plain", "image/svg+xml", "application/json", "application/x+json", "odd"]), JSON, max_size=3
)
SHOWN: dict[str, st.SearchStrategy[Any]] = {
    "data": BUNDLES,
    "metadata": st.dictionaries(st.text(max_size=3), JSON, max_size=2),
    "transient": st.dictionaries(st.just("display_id"), st.sampled_from(["a", "b"])),
}
CONTENT: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "stream": {"name": st.sampled_from(["stdout", "stderr"]), "text": st.text(max_size=5)},
    "error": {"ename": st.text(max_size=5), "evalue": st.text(max_size=5), "traceback": st.lists(st.text(max_size=5))},
    "display_data": SHOWN,
    "execute_result": SHOWN,
    "update_display_data": SHOWN,
    "clear_output": {"wait": st.booleans()},
}


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """A message of a kernel's, or one that only looks like it."""
    kind = draw(st.sampled_from([*CONTENT]))
    content: dict[str, Any] = draw(st.fixed_dictionaries(CONTENT[kind]))
    for name in draw(st.lists(st.sampled_from([*content]), max_size=1)) if draw(st.integers(0, 4)) == 0 else ():
        content[name] = draw(JSON)
    return Message(kind, content)


def shown(cells: list[list[Message]]) -> Any:  # noqa: ANN401 - nbformat has no types
    """A notebook with what these cells showed."""
    notebook = new_notebook(cells=[new_code_cell("1") for _ in cells])
    filled = Outputs(notebook)
    for number, (cell, said) in enumerate(zip(notebook.cells, cells, strict=True), start=1):
        filled.fill(cell, number, said, is_test=False)
    filled.finish()
    for cell in notebook.cells:
        cell.pop("id")  # it is random
    notebook.nbformat_minor = 4
    return notebook


@settings(max_examples=300)
@given(st.lists(st.lists(messages(), max_size=6), min_size=1, max_size=3))
def test_cells_show_what_nbclient_makes_of_messages(cells: list[list[Message]]) -> None:
    """Are outputs, cleared and updated ones too, those that nbclient makes, and valid by nbformat's schema?"""
    made = shown(cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outputs, "_Client", NotebookClient)
        assert shown(cells) == made
    nbformat.validate(made)
