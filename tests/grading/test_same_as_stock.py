"""Does grading here give what stock nbgrader gives? One class is graded by both, and everything is compared."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from course.grading.records import Records
from tests.grading import sampler
from tests.grading.conftest import SLUG
from tests.grading.same_class import Folder, by_hand, copy, course, make, nbgrader, submissions, wait

if TYPE_CHECKING:
    from nbformat import NotebookNode

CASES = [
    (way, assignment, student)
    for way in ("course", "nbgrader")
    for assignment, student in submissions()
    if way == "course" or assignment == sampler.NAME  # the chapter goes this way in test_class
]
AGAIN = "x-partly"
"""Who is graded again, by force, when people have graded and commented."""
RANDOM = {
    r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])|0x[0-9a-f]+": "id",
    r"/(tmp|scratch)/ipykernel_\d+": "ipykernel",
    r"(CPU times|Wall time): [^\"\\]*": r"\1",
    r"(Signature\W+)[\w+/=]+": r"\1",
}
"""What is another in each run: ids, addresses, process ids, times, what moto signs."""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Folder]:
    """The class as stock nbgrader grades it, each half in a folder of its own, and in both ways of ours."""
    root = tmp_path_factory.mktemp("same")
    handed_in = make(root / "handed-in")
    folders = {half: copy(handed_in, root / half, stock=True) for half in "xy"}
    folders |= {way: copy(handed_in, root / way) for way in ("course", "nbgrader")}
    stock = [
        folders[half].start(*(nbgrader("autograde", name, "--student", f"{half}-*") for name in (sampler.NAME, SLUG)))
        for half in "xy"
    ]
    ours = folders["course"].start(course("grade", sampler.NAME), course("grade", SLUG))
    wait(*stock, ours, folders["nbgrader"].start(nbgrader("autograde", sampler.NAME)))
    return folders


@pytest.fixture(scope="module")
def graded_again(graded: dict[str, Folder]) -> dict[str, Folder]:
    """The class when one learner's notebooks were graded by hand, and then again by force."""
    for name in (AGAIN[0], "course", "nbgrader"):
        by_hand(graded[name], AGAIN)
    force = ("--student", AGAIN, "--force")
    wait(
        graded[AGAIN[0]].start(nbgrader("autograde", sampler.NAME, *force)),
        graded["course"].start(course("grade", sampler.NAME, *force)),
        graded["nbgrader"].start(nbgrader("autograde", sampler.NAME, *force)),
    )
    return graded


@pytest.mark.parametrize(("way", "assignment", "student"), CASES)
def test_rows(graded: dict[str, Folder], way: str, assignment: str, student: str) -> None:
    """Has the gradebook the same rows: scores, what people have to grade, comments, penalties, times?"""
    expected = graded[student[0]].rows(assignment, student)

    assert graded[way].rows(assignment, student) == expected


@pytest.mark.parametrize(("way", "assignment", "student"), CASES)
def test_notebooks(graded: dict[str, Folder], way: str, assignment: str, student: str) -> None:
    """Are the autograded notebooks the same: cells, metadata, all that they show, the state of widgets?"""
    stock = graded[student[0]]
    handed_in = stock.notebooks("submitted", assignment, student)
    expected = stock.notebooks("autograded", assignment, student)
    found = graded[way].notebooks("autograded", assignment, student)

    assert found.keys() == expected.keys()
    for name in expected:
        ids = {cell.get("id") for cell in handed_in[name].cells}
        assert plain(found[name], ids) == plain(expected[name], ids)


@pytest.mark.parametrize("way", ["course", "nbgrader"])
def test_graded_again(graded_again: dict[str, Folder], way: str) -> None:
    """Do people's scores and comments stay, as in stock nbgrader, when a submission is graded again?"""
    expected = graded_again[AGAIN[0]].rows(sampler.NAME, AGAIN)

    assert graded_again[way].rows(sampler.NAME, AGAIN) == expected
    assert any(row.get("manual_score") for row in expected)


def test_nothing_of_the_chapter_is_weak(graded: dict[str, Folder]) -> None:
    """Does each test of the course's own chapter run apart from the learners' code, and the reference earn it all?"""
    records = Records(graded["course"].coursedir, SLUG).all()
    cells = [cell for record in records for notebook in record.notebooks.values() for cell in notebook.cells]

    assert cells
    assert not [cell.name for cell in cells if cell.weak]
    reference = next(record for record in records if record.student == "y-reference")
    assert all(cell.points == cell.max_points for cell in reference.notebooks[SLUG].cells)


def plain(notebook: NotebookNode, ids: set[str]) -> dict[str, Any]:
    """What of a notebook is the same in each run; of the cells' ids, these."""
    metadata = dict(notebook.metadata)
    widgets = [model for each in metadata.pop("widgets", {}).values() for model in each["state"].values()]
    found = dict(_same(notebook | {"metadata": metadata}))
    models = sorted(json.dumps(_same(model), sort_keys=True) for model in widgets)
    return found | {"cells": [_cell(cell, ids) for cell in found["cells"]], "widgets": models}


def _same(value: object) -> Any:  # noqa: ANN401 - JSON
    """JSON with the same words in place of what is random; keys that are random ids would become one."""
    text = json.dumps(value, ensure_ascii=False)
    for random, same in RANDOM.items():
        text = re.sub(random, same, text)
    return json.loads(text)


def _cell(cell: dict[str, Any], ids: set[str]) -> dict[str, Any]:
    cell["metadata"].pop("execution", None)
    cell["id"] = cell.get("id") if cell.get("id") in ids else None
    if cell["cell_type"] != "code":
        return cell
    shown = [output for output in cell["outputs"] if output["output_type"] != "stream"]
    for output in shown:
        if output["output_type"] == "error":
            output["traceback"] = bool(output["traceback"])
    streams = [output for output in cell["outputs"] if output["output_type"] == "stream"]
    printed = {name: "".join(each["text"] for each in streams if each["name"] == name) for name in ("stdout", "stderr")}
    return cell | {"outputs": shown, "printed": printed}
