"""Notebooks that are none, and notebooks that are odd."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from tests.grading.attacks._handing import NOTEBOOK, attack, changed, dumped, new_cell, with_cell, with_extra, write

if TYPE_CHECKING:
    from pathlib import Path


@attack("not graded")
def not_json(folder: Path, _good: str) -> None:
    """The notebook is a text about squares."""
    write(folder, "The square of 2 is 4.\n")


@attack("not graded")
def truncated(folder: Path, good: str) -> None:
    """The second half of the notebook is missing, as after a broken upload."""
    write(folder, good[: len(good) // 2])


@attack("not graded")
def empty_file(folder: Path, _good: str) -> None:
    """The notebook has no bytes."""
    write(folder, "")


@attack("not graded")
def json_that_is_no_notebook(folder: Path, _good: str) -> None:
    """The notebook is the JSON of a number."""
    write(folder, "30.0")


@attack("not graded")
def nbformat_2(folder: Path, good: str) -> None:
    """The notebook says that it is of nbformat 2, from 2012."""
    write(folder, changed(good, nbformat=2, nbformat_minor=0))


@attack("either")
def nbformat_3(folder: Path, good: str) -> None:
    """The notebook is of nbformat 3, with its cells in worksheets and its text in `input`."""
    notebook = json.loads(good)
    cells = [cell | ({"input": cell["source"], "language": "python"}) for cell in notebook["cells"]]
    write(folder, dumped({"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}))


@attack("not graded")
def nbformat_99(folder: Path, good: str) -> None:
    """The notebook is of an nbformat that nobody knows yet."""
    write(folder, changed(good, nbformat=99))


@attack("not graded")
def nbformat_missing(folder: Path, good: str) -> None:
    """The notebook does not say of which nbformat it is."""
    write(folder, dumped({key: value for key, value in json.loads(good).items() if key != "nbformat"}))


@attack("not graded")
def cells_as_object(folder: Path, good: str) -> None:
    """The cells are an object instead of a list."""
    write(folder, changed(good, cells={str(n): cell for n, cell in enumerate(json.loads(good)["cells"])}))


@attack("not graded")
def cell_as_text(folder: Path, good: str) -> None:
    """A cell is a text instead of an object."""
    write(folder, changed(good, cells=[*json.loads(good)["cells"], "print(1)"]))


@attack("not graded")
def cell_without_source(folder: Path, good: str) -> None:
    """A cell has no source."""
    write(folder, with_cell(good, 3, source=...))


@attack("not graded")
def source_as_number(folder: Path, good: str) -> None:
    """A cell's source is a number."""
    write(folder, with_cell(good, 3, source=25))


@attack("not graded")
def metadata_as_list(folder: Path, good: str) -> None:
    """The metadata of the notebook and its cells are lists."""
    notebook = json.loads(good)
    write(folder, dumped(notebook | {"metadata": [], "cells": [cell | {"metadata": []} for cell in notebook["cells"]]}))


@attack("not graded")
def deep_json(folder: Path, good: str) -> None:
    """The notebook's metadata are nested a hundred thousand deep."""
    write(folder, good.rstrip().removesuffix("}") + ', "deep": ' + "[" * 100_000 + "]" * 100_000 + "}")


@attack("not graded")
def huge_number(folder: Path, good: str) -> None:
    """The notebook's nbformat is a number of a million digits."""
    write(folder, good.replace('"nbformat": 4', f'"nbformat": {"4" * 1_000_000}'))


# Notebooks that are odd, and notebooks.


@attack("graded 0")
def no_cells(folder: Path, good: str) -> None:
    """The notebook has no cells."""
    write(folder, changed(good, cells=[]))


@attack("graded 30")
def source_as_lines(folder: Path, good: str) -> None:
    """Every source is a list of lines, as Jupyter itself writes it."""
    notebook = json.loads(good)
    cells = [cell | {"source": "".join(cell["source"]).splitlines(keepends=True)} for cell in notebook["cells"]]
    write(folder, dumped(notebook | {"cells": cells}))


@attack("either")
def null_bytes(folder: Path, good: str) -> None:
    """A cell of the learner's holds null bytes."""
    write(folder, with_extra(good, "print('a\0b')"))


@attack("either")
def lone_surrogates(folder: Path, good: str) -> None:
    """A cell of the learner's, its metadata and its id hold halves of characters, which no file can be written in."""
    text = with_extra(good, "'HALF'", metadata={"HALF": "HALF"}, id="HALF")
    write(folder, text.replace("HALF", "\\ud800"))


@attack("graded 30")
def duplicate_cell_ids(folder: Path, good: str) -> None:
    """All cells have the same id."""
    notebook = json.loads(good)
    write(folder, dumped(notebook | {"cells": [cell | {"id": "same"} for cell in notebook["cells"]]}))


@attack("graded 30")
def duplicate_grade_ids(folder: Path, good: str) -> None:
    """Every cell is there twice, with its grade id, as after a merge that went wrong."""
    notebook = json.loads(good)
    write(folder, dumped(notebook | {"cells": [cell for cell in notebook["cells"] for _ in range(2)]}))


@attack("graded 30")
def odd_grade_ids(folder: Path, good: str) -> None:
    """Cells of the learner's claim grade ids that are numbers, lists, paths, formats and HTML."""
    ids: tuple[object, ...] = (
        4,
        None,
        [],
        {"a": 1},
        "../../evil",
        "{0}",
        "%s",
        "<script>alert(7416)</script>",
        "\x1b[2J",
        "x" * 100_000,
    )
    notebook = json.loads(good)
    extra = [new_cell("pass", metadata={"nbgrader": {"grade_id": odd, "grade": True, "points": "x"}}) for odd in ids]
    write(folder, dumped(notebook | {"cells": [*notebook["cells"], *extra]}))


@attack("graded 30")
def old_schema(folder: Path, good: str) -> None:
    """The cells' nbgrader metadata are of schema version 1, as from a notebook of years ago."""
    notebook = json.loads(good)
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 1
            del cell["metadata"]["nbgrader"]["task"]
    write(folder, dumped(notebook))


@attack("graded 30")
def forged_kernel(folder: Path, good: str) -> None:
    """The notebook asks for a kernel of another language, and of a name that is a path."""
    spec = {
        "name": "../../../bin/sh",
        "display_name": "<script>alert(7416)</script>",
        "language": "bash",
        "argv": ["sh"],
    }
    write(
        folder, changed(good, metadata={"kernelspec": spec, "language_info": {"name": "bash", "file_extension": "/x"}})
    )


@attack("graded 30")
def byte_order_mark(folder: Path, good: str) -> None:
    """The notebook begins with a byte order mark, as some editors of Windows write it."""
    write(folder, good.encode("utf-8-sig"))


@attack("either")
def utf_16(folder: Path, good: str) -> None:
    """The notebook is written in UTF-16."""
    write(folder, good.encode("utf-16"))


@attack("either")
def ten_thousand_cells(folder: Path, good: str) -> None:
    """The notebook has ten thousand cells more, each with an output."""
    output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
    notebook = json.loads(good)
    cells = notebook["cells"] + [new_cell("1", id=f"n{n}", outputs=[output]) for n in range(10_000)]
    write(folder, dumped(notebook | {"cells": cells}))


@attack("either")
def huge_outputs(folder: Path, good: str) -> None:
    """The notebook is 200 MB large, nearly all of it one output."""
    before, behind = with_extra(
        good, "1", outputs=[{"output_type": "stream", "name": "stdout", "text": "FLOOD"}]
    ).split("FLOOD")
    with (folder / NOTEBOOK).open("w", encoding="utf-8") as file:
        file.write(before)
        for _ in range(200):
            file.write("A" * 1_000_000)
        file.write(behind)


@attack("not graded")
def terabyte_of_nothing(folder: Path, _good: str) -> None:
    """The notebook is a sparse file of a terabyte."""
    with (folder / NOTEBOOK).open("wb") as file:
        file.truncate(1 << 40)


@attack("either")
def odd_outputs(folder: Path, good: str) -> None:
    """The notebook brings outputs: false scores in the test cells, scripts, types that do not exist, names of files."""
    script = "<script>alert(7416)</script>"
    odd: list[Any] = [
        {"output_type": "execute_result", "data": {"text/plain": "10.0"}, "metadata": {}, "execution_count": 1},
        {
            "output_type": "display_data",
            "data": {"text/html": script, "image/svg+xml": script, "a/b": 5},
            "metadata": {},
        },
        {
            "output_type": "display_data",
            "data": {"image/png": "AAAA"},
            "metadata": {"filenames": {"image/png": "../../x"}},
        },
        {"output_type": script},
        {"output_type": "error", "ename": 5, "traceback": script},
        "text",
    ]
    notebook = json.loads(good)
    cells = [cell | ({"outputs": odd} if cell["cell_type"] == "code" else {}) for cell in notebook["cells"]]
    write(folder, dumped(notebook | {"cells": cells}))


@attack("either")
def traversing_attachments(folder: Path, good: str) -> None:
    """A Markdown cell has attachments whose names lead out of the folder."""
    picture = base64.b64encode(b"\x89PNG").decode()
    names = ("../../../evil.png", "/etc/evil.png", "..\\evil.png", "<img src=x onerror=alert(7416)>", "a\0b")
    attachments: dict[str, Any] = {name: {"image/png": picture} for name in names}
    cell = {"cell_type": "markdown", "metadata": {"name": "../evil"}, "source": "![](attachment:../../../evil.png)"}
    notebook = json.loads(good)
    write(folder, dumped(notebook | {"cells": [*notebook["cells"], cell | {"id": "a", "attachments": attachments}]}))
