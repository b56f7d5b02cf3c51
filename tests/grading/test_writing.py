"""Is a graded notebook's file what nbformat writes, with what many notebooks share of their widgets as well?"""

from __future__ import annotations

import copy
import json
from typing import Any

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course.grading.notebooks import writing
from course.grading.talk.job import Message

NAMES = st.sampled_from(["scene", "value", "outputs", "layout", "ä"])
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
LONG = st.lists(st.text('abc\n"\\é', min_size=30, max_size=40), min_size=40, max_size=50)
STATES = st.dictionaries(NAMES, PLAIN | LONG, max_size=4)
MODELS = st.sampled_from(["AnyModel", "OutputModel"])


def opened(comm: str, state: dict[str, Any]) -> Message:
    return Message("comm_open", {"comm_id": comm, "target_name": "jupyter.widget", "data": {"state": state}})


def with_widgets(states: dict[str, dict[str, Any]]) -> Any:  # noqa: ANN401 - nbformat has no types
    """A notebook with these widgets, as nbclient leaves them; the states are the very objects."""
    cells = [new_code_cell("print(1)\nprint(2)", execution_count=3), new_markdown_cell("# é\n*text*")]
    made = new_notebook(cells=cells, metadata={"language_info": {"name": "python"}, "zzz": 1})
    models = {comm: {"model_name": state.get("_model_name"), "state": state} for comm, state in states.items()}
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": models, "version_major": 2, "version_minor": 0}}
    dict.__setitem__(made.metadata, "widgets", widgets)
    return made


@given(shared=st.dictionaries(st.sampled_from("abc"), STATES, max_size=3), model=MODELS, own=STATES, changed=LONG)
def test_it_is_what_nbformat_writes(
    shared: dict[str, dict[str, Any]], model: str, own: dict[str, Any], changed: list[str]
) -> None:
    """Is everything there, with what a learner's widgets have in the place of what all have, the rest line by line?"""
    shared = {comm: {**state, "_model_name": model} for comm, state in shared.items()}
    writer = writing.Writer([opened(comm, state) for comm, state in shared.items()])
    states = {comm: dict(state) for comm, state in shared.items()} | {"own": own}
    for state in list(states.values())[:1]:
        state["scene"] = changed
    made = with_widgets(states)
    expected = nbformat.writes(copy.deepcopy(made))

    got = writer.write(copy.copy(made)).decode()

    assert json.loads(got) == json.loads(expected)
    (line,) = [line for line in got.split("\n") if line.startswith('  "widgets": ')]
    there = expected[: expected.index('  "widgets": ')], expected[expected.rindex('  "zzz"') :]
    assert got == f"{there[0]}{line}\n{there[1]}\n"


def test_what_is_shared_is_encoded_once() -> None:
    """Are only large values kept, by what they are and not by what they look like, and none that nbclient changes?"""
    long, short = ["x" * 100] * 20, [1, 2]
    writer = writing.Writer([opened("a", {"scene": long, "value": short}), opened("b", {"_model_name": "OutputModel"})])
    made = with_widgets({"a": {"scene": long, "value": short}, "c": {"scene": list(long)}})
    long.append("said later")  # nobody does: it shows what is kept

    found = json.loads(writer.write(made))["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]

    assert len(found["a"]["state"]["scene"]) == len(found["c"]["state"]["scene"]) == 20
    writer = writing.Writer([opened("b", {"_model_name": "OutputModel", "outputs": long})])
    made = with_widgets({"b": {"outputs": long}})
    long.append("shown later")
    assert "shown later" in writer.write(made).decode()


def test_a_notebook_without_widgets() -> None:
    """Is it what nbformat writes, to the last byte?"""
    made = new_notebook(cells=[new_code_cell("a = 1\nprint('ü')")])

    assert writing.Writer().write(made).decode() == nbformat.writes(made) + "\n"
