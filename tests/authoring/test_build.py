"""Are notebooks made the same each time, as nbgrader makes them, and never over somebody's work?"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from course.authoring.build import HandEditedError, build, edited_cells, make
from course.errors import CourseError
from tests.authoring.conftest import quietly

if TYPE_CHECKING:
    from tests.authoring.conftest import Miniature

ANOTHER = "\n## Another section\n\nMore prose.\n\n```python\n1 + 1\n```\n"


def _ids(miniature: Miniature, folder: str = "source") -> list[str]:
    return [cell.id for cell in nbformat.read(miniature.notebook(folder), as_version=4).cells]


def test_same_bytes(miniature: Miniature) -> None:
    """Does the same truth make the same bytes, and is what is up to date left alone?"""
    build(["mini"], miniature.root, say=quietly)
    first = {folder: miniature.notebook(folder).read_bytes() for folder in ("source", "release")}
    said: list[str] = []
    build(["mini"], miniature.root, say=said.append)

    assert {folder: miniature.notebook(folder).read_bytes() for folder in first} == first
    assert said == ["mini: up to date."]


def test_ids_are_stable(miniature: Miniature) -> None:
    """Do cells keep their ids when a section and an exercise are added before and after them?"""
    build(["mini"], miniature.root, say=quietly)
    before = _ids(miniature)
    second = miniature.exercise.with_name("again.py")
    shutil.copy(miniature.exercise, second)
    miniature.edit(
        miniature.chapter / "chapter.md", "## Counting\n", f"{ANOTHER}\n<!-- exercise: again -->\n\n## Counting\n"
    )
    build(["mini"], miniature.root, say=quietly)

    after = _ids(miniature)
    assert [name for name in after if name in before] == before
    assert {"again-task", "again", "again-small", "again-negative"} < set(after)


def test_release_equals_stock(miniature: Miniature) -> None:
    """Is the release the one that stock `nbgrader generate_assignment` makes from the source notebook?"""
    build(["mini"], miniature.root, say=quietly)
    ours = miniature.notebook("release").read_bytes()
    shutil.rmtree(miniature.root / "release")
    miniature.nbgrader("generate_assignment", "mini")

    assert miniature.notebook("release").read_bytes() == ours


def test_made_files_say_so(miniature: Miniature) -> None:
    """Does each made notebook say what it was made from and how to change it?"""
    build(["mini"], miniature.root, say=quietly)
    for folder in ("source", "release"):
        note = json.loads(miniature.notebook(folder).read_bytes())["metadata"]["course"]["note"]
        assert note == "made from course/chapters/mini; change it there and run: course build mini"


def test_run_all_goes_on(miniature: Miniature) -> None:
    """Do the cells behind an exercise that is not written yet still run, so that demos there come alive?"""
    build(["mini"], miniature.root, say=quietly)
    notebook = nbformat.read(miniature.notebook("release"), as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("print('reached')"))

    NotebookClient(notebook).execute()

    assert notebook.cells[-1].outputs[0].text == "reached\n"


def test_stale(miniature: Miniature) -> None:
    """Is a notebook stale when the truth has moved, and when it is missing?"""
    build(["mini"], miniature.root, say=quietly)
    assert make("mini", miniature.root).stale(miniature.root) == []
    miniature.edit(miniature.chapter / "chapter.md", "takes in", "accepts")
    miniature.edit(miniature.chapter / "facts.yaml", "tokens: [1 MB/s]", "tokens: [shards]")
    assert len(make("mini", miniature.root).stale(miniature.root)) == 2
    build(["mini"], miniature.root, say=quietly)
    miniature.notebook("release").unlink()
    stale = make("mini", miniature.root).stale(miniature.root)
    assert [str(path) for path in stale] == ["release/mini/mini.ipynb"]


def test_hand_edit_is_refused(miniature: Miniature) -> None:
    """Is a source notebook that was edited by hand kept, its cells named, and copied before `force` makes it anew?"""
    build(["mini"], miniature.root, say=quietly)
    path = miniature.notebook("source")
    made = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "double-small").source += "\n# a cheaper test"
    del notebook.cells[0]
    notebook.cells[-1].metadata["scrolled"] = True  # an editor's own mark is no edit
    nbformat.write(notebook, path)
    edited = path.read_bytes()

    with pytest.raises(HandEditedError, match=r"cells a-miniature-chapter-1, double-small.*course build mini --force"):
        build(["mini"], miniature.root, say=quietly)
    assert path.read_bytes() == edited

    said: list[str] = []
    build(["mini"], miniature.root, force=True, say=said.append)
    assert path.read_bytes() == made
    assert (miniature.root / "work" / "edited" / "mini-1.ipynb").read_bytes() == edited
    assert "work/edited/mini-1.ipynb" in said[0]


def test_running_a_source_notebook_is_no_edit(miniature: Miniature) -> None:
    """May an instructor run the source notebook and save it?"""
    build(["mini"], miniature.root, say=quietly)
    path = miniature.notebook("source")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = 3
            cell.outputs = [nbformat.v4.new_output("stream", text="ran")]
    nbformat.write(notebook, path)

    assert edited_cells(path) == []


def test_damaged_source_is_kept(miniature: Miniature) -> None:
    """Is a file that is no notebook any more refused, not overwritten?"""
    build(["mini"], miniature.root, say=quietly)
    miniature.notebook("source").write_text("<<<<<<< HEAD", encoding="utf-8")

    with pytest.raises(HandEditedError, match="not a notebook"):
        build(["mini"], miniature.root, say=quietly)


def test_a_mark_for_no_exercise(miniature: Miniature) -> None:
    """Is a mark that names no exercise answered with the nearest name?"""
    miniature.edit(miniature.chapter / "chapter.md", "exercise: double", "exercise: duoble")
    with pytest.raises(CourseError, match=r"no exercise 'duoble' .*; did you mean 'double'"):
        build(["mini"], miniature.root, say=quietly)


def test_fault_writes_nothing(miniature: Miniature) -> None:
    """Does a fault in one chapter leave the made files of all as they were?"""
    build(["mini"], miniature.root, say=quietly)
    before = miniature.notebook("source").read_bytes()
    other = miniature.chapter.with_name("other")
    shutil.copytree(miniature.chapter, other)
    miniature.edit(miniature.chapter / "chapter.md", "takes in", "accepts")
    miniature.edit(other / "exercises" / "double.py", "Kind: function\n", "")

    with pytest.raises(Exception, match="no 'Kind:'"):
        build(["mini", "other"], miniature.root, say=quietly)
    assert miniature.notebook("source").read_bytes() == before
    assert not (miniature.root / "source" / "other").exists()
