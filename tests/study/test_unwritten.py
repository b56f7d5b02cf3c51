"""Is an exercise that is not written yet one sentence in a notebook, and every other error what it always was?"""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = {
    "stub": "def double(n):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
    "case": "assert double(3) == 6",
    "own": 'def triple(n):\n    raise NotImplementedError("later")\n\n\ntriple(3)',
    "other": "raise ValueError(double)",
    "bare": "raise NotImplementedError()",
}


@pytest.fixture(scope="module")
def shown() -> dict[str, nbformat.NotebookNode]:
    """What each cell shows, in a real kernel."""
    cells = [nbformat.v4.new_code_cell("from course.study import check")]
    cells += [nbformat.v4.new_code_cell(source, metadata={"tags": ["raises-exception"]}) for source in CELLS.values()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook).execute()
    return {name: cell.outputs for name, cell in zip(CELLS, notebook.cells[1:], strict=True)}


def test_a_stub_is_told_in_a_sentence(shown: dict[str, list[nbformat.NotebookNode]]) -> None:
    """Does a case say which function is to be written, and is it the same error to nbgrader?"""
    (error,) = shown["case"]
    assert (error.output_type, error.ename, error.evalue) == ("error", "NotImplementedError", "")
    assert error.traceback == ["NotImplementedError: double is not written yet."]


@pytest.mark.parametrize(("cell", "says"), [("own", "later"), ("other", "<function double"), ("bare", "")])
def test_others_have_their_traceback(shown: dict[str, list[nbformat.NotebookNode]], cell: str, says: str) -> None:
    """Has an error of the learner's own its traceback, with the lines of the cell?"""
    (error,) = shown[cell]
    assert says in error.evalue
    assert "Traceback" in "".join(error.traceback)
    assert "raise" in "".join(error.traceback)
