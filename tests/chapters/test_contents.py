"""Does every chapter hold what is promised: exercises of each kind, demos, questions, its sections in order?"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from course import questions
from course.authoring.source import Chapter, load, slugs

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r"^## (What you will be able to do|Exam corner|What older|Glossary|Summary)", re.MULTILINE)


@pytest.fixture(scope="module", params=slugs(ROOT))
def chapter(request: pytest.FixtureRequest) -> Chapter:
    return load(request.param, ROOT)


def test_exercises_of_every_kind(chapter: Chapter) -> None:
    """Are there at least six exercises, of all three kinds, and each worth more than one case?"""
    assert len(chapter.exercises) >= 6
    assert {exercise.kind for exercise in chapter.exercises} == {"function", "cloud", "diagnosis"}
    assert [exercise.name for exercise in chapter.exercises if len(exercise.cases) < 2] == []


def test_questions_and_demos(chapter: Chapter) -> None:
    """Are there at least ten questions, and demos and live cells among the prose?"""
    assert len(questions.load(chapter.slug)) >= 10
    assert len(set(re.findall(r"^demos\.\w+\(", chapter.markdown, re.MULTILINE))) >= 2
    assert f'quiz("{chapter.slug}")' in chapter.markdown
    assert f'check("{chapter.slug}")' in chapter.markdown


def test_the_sections_stand_in_order(chapter: Chapter) -> None:
    """Does it begin with what one will be able to do, and end with exam corner, older material, glossary, summary?"""
    expected = ["What you will be able to do", "Exam corner", "What older", "Glossary", "Summary"]

    assert SECTION.findall(chapter.markdown) == expected
    assert re.search(r"^## .*", chapter.markdown, re.MULTILINE)[0] == f"## {expected[0]}"  # type: ignore[index]


def test_a_price_is_no_formula(chapter: Chapter) -> None:
    """Is every dollar sign of the notebook's text escaped, since JupyterLab reads what is between two as a formula?"""
    notebook = nbformat.read(ROOT / "release" / chapter.slug / f"{chapter.slug}.ipynb", as_version=4)
    prose = [cell.source.split("`")[::2] for cell in notebook.cells if cell.cell_type == "markdown"]

    assert [text for parts in prose for text in parts if re.search(r"(?<!\\)\$", text)] == []
