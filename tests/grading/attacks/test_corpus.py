"""Are the attacks what they should be: complete, named, readable?"""

from __future__ import annotations

import json
import random
from itertools import islice
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from tests.grading.attacks import corpus, files, fuzz, square

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def good() -> str:
    """The text of a submission whose answers are all right."""
    notebook = square.release_notebook()
    for cell in notebook.cells:
        cell.source = square.RIGHT.get(cell.id, cell.source)
    return str(nbformat.writes(notebook))


def test_release(tmp_path: Path) -> None:
    """Is the release what stock nbgrader makes of the source notebook?"""
    source = tmp_path / "source" / square.NAME / f"{square.NAME}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(square.source_notebook(), source)
    folder = CourseDirectory(root=str(tmp_path), assignment_id=square.NAME)
    converter = GenerateAssignment(coursedir=folder, config=Config({"CourseDirectory": {"root": str(tmp_path)}}))
    converter.log.setLevel("ERROR")
    converter.start()
    made = nbformat.read(tmp_path / "release" / square.NAME / source.name, as_version=4)

    release = square.release_notebook()
    assert [cell.source for cell in made.cells] == [cell.source for cell in release.cells]
    assert [cell.metadata for cell in made.cells] == [cell.metadata for cell in release.cells]
    text = nbformat.writes(release)
    assert not corpus.CANARY.search(text)
    assert "return x * x" not in text
    points = {
        cell.id: cell.metadata.nbgrader.points
        for cell in release.cells
        if "points" in cell.metadata.get("nbgrader", {})
    }
    assert points == square.POINTS


def test_attacks() -> None:
    """Does each attack say what it does and what must happen, under a name of its own, and make a valid notebook?"""
    attacks = corpus.load()
    names = [attack.name for attack in attacks]
    assert len(set(names)) == len(names)
    assert {attack.kind for attack in attacks} == set(corpus.KINDS)
    release = square.release_notebook()
    for attack in attacks:
        assert attack.about.endswith("."), attack.name
        assert attack.score in {0, 10, 20, 30}, attack.name
        made = corpus.notebook(attack, release)
        assert made.cells != release.cells, attack.name
        assert corpus.LEAKED not in nbformat.writes(made), attack.name
        assert not corpus.CANARY.search(nbformat.writes(made)), attack.name


def test_cells_stand_where_they_are_written(tmp_path: Path) -> None:
    """Does a cell more stand before the first answer, then behind the cell that came last, or where it says?"""
    path = tmp_path / "attack.py"
    path.write_text(
        """\
# %% [markdown]
# Shows where cells stand.
#
# Must: score 10; says 'it's 7'

# %%
first

# %% answer="square"
second

# %%
third

# %% after="make_queue-exists"
fifth

# %%
sixth

# %% replaces="square-partial" nbgrader={"grade": true, "points": 1000}
fourth
""",
        encoding="utf-8",
    )
    attack = corpus.read(path)
    made = corpus.notebook(attack, square.release_notebook())

    assert (attack.about, attack.score, attack.says) == ("Shows where cells stand.", 10, "it's 7")
    words = ("first", "second", "third", "fourth", "fifth", "sixth")
    assert [cell.source for cell in made.cells if cell.source in words] == list(words)
    by_text = {cell.source: cell for cell in made.cells}
    assert by_text["second"].metadata.nbgrader.grade_id == "square"
    assert by_text["fourth"].metadata == {"nbgrader": {"grade": True, "points": 1000}}
    assert made.cells[-2:] == [by_text["fifth"], by_text["sixth"]]


def test_no_word_on_what_must_happen(tmp_path: Path) -> None:
    """Is an attack that does not say what must happen refused?"""
    path = tmp_path / "attack.py"
    path.write_text("# %% [markdown]\n# Harms.\n\n# %%\npass\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"attack\.py must begin with"):
        corpus.read(path)


LARGE = {"many_files", "huge_outputs", "zip_bomb", "terabyte_of_nothing", "sparse_data"}


@pytest.mark.parametrize("name", sorted(files.ATTACKS.keys() - LARGE))
def test_files(name: str, tmp_path: Path, good: str) -> None:
    """Does each attack by files hand something in, in the learner's own folder?"""
    attack = files.ATTACKS[name]
    folder = attack.lay(tmp_path / "course" / "submitted", good)

    assert attack.must in files.MUSTS
    assert attack.about.endswith(".")
    assert folder.parent.name == attack.learner
    assert folder.parent.parent == tmp_path / "course" / "submitted"
    assert any(folder.iterdir())


def test_fuzzer(good: str) -> None:
    """Does a seed give the same notebooks each time, nearly all of them changed, and many of them still JSON?"""
    made = list(islice(fuzz.mutations(good, 1), 300))
    assert made == list(islice(fuzz.mutations(good, 1), 300))
    assert made != list(islice(fuzz.mutations(good, 2), 300))
    assert len(set(made)) > 290
    readable = sum(_is_json(text) for text in made)
    assert 150 < readable < 290


def test_fuzzer_survives_itself(good: str) -> None:
    """Can what was changed be changed again, until nothing is left?"""
    dice = random.Random(3)  # noqa: S311 - the same each time
    for _ in range(10):
        text = good
        while _is_json(text.encode(errors="replace")) and len(text) < 10**6:
            text = fuzz.mutate(text, dice).decode(errors="replace")


def _is_json(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
