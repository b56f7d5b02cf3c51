"""Notebooks to grade, made of texts: cells of the course, answers, tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from nbformat.v4 import new_code_cell, new_notebook

from course.grading.engine import Engine, Settings
from course.grading.notebooks.assignment import CourseCell, CourseNotebook
from course.grading.processes.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from course.grading.engine import CellResult

POINTS = 4.0
"""What each test is worth."""


@dataclass(frozen=True)
class Part:
    """A cell: `kind` is 'plain', 'course' (locked), 'answer' or 'check'; `solution` is the course's own answer."""

    kind: str
    source: str
    name: str = ""
    solution: str = "pass"
    same_process: bool | None = None


def parts(text: str) -> list[Part]:
    """Read cells: each begins with '# %% kind name', and the course's solution of an answer with '# -- solution'."""
    found = []
    for part in dedent(text).split("# %% ")[1:]:
        head, _, source = part.partition("\n")
        kind, name, flag, *_ = [*head.split(), "", ""]
        given, _, solution = source.partition("# -- solution\n")
        same_process = {"beside": True, "apart": False}.get(flag)
        found.append(Part(kind, given.strip("\n"), name, solution.strip("\n") or "pass", same_process))
    return found


def notebook(cells: Sequence[Part]) -> NotebookNode:
    """Return the notebook as it was handed in."""
    made: NotebookNode = new_notebook()
    for part in cells:
        cell = new_code_cell(part.source)
        if part.kind != "plain":
            flags = {"grade": part.kind == "check", "solution": part.kind == "answer", "locked": part.kind != "answer"}
            about = {"grade_id": part.name, "schema_version": 3, "task": False, "cell_type": "code", "checksum": ""}
            cell.metadata["nbgrader"] = flags | about | ({"points": POINTS} if part.kind == "check" else {})
        made.cells.append(cell)
    return made


def course(cells: Sequence[Part]) -> CourseNotebook:
    """Return what the course says of the notebook."""
    tracked = [part for part in cells if part.kind != "plain"]
    assert len({part.name for part in tracked}) == len(tracked), "Each grade id is there once."
    untracked = tuple(part.source for part in cells if part.kind == "plain")
    solved = tuple((part.name, part.solution if part.kind == "answer" else part.source) for part in cells)
    own = tuple(
        CourseCell(
            name=part.name,
            cell_type="code",
            source="" if part.kind == "answer" else part.source,
            locked=part.kind != "answer",
            checksum="",
            solution=part.kind == "answer",
            points=POINTS if part.kind == "check" else None,
            same_process=part.same_process,
        )
        for part in tracked
    )
    sources = tuple(source for _, source in solved)
    return CourseNotebook(name="made", cells=own, sources=sources, untracked=untracked, solved=solved)


def grade(cells: Sequence[Part], settings: Settings | None = None) -> tuple[dict[str, CellResult], NotebookNode]:
    """Grade a notebook; return the verdicts by test, and the notebook with its outputs."""
    engine = Engine(course(cells), settings or Settings(), Sandbox())
    try:
        handed_in = notebook(cells)
        return {cell.name: cell for cell in engine.run(handed_in, {}).cells}, handed_in
    finally:
        engine.close()


def honest() -> dict[str, tuple[Part, Part]]:
    """Return the answers of honest.txt, each with its test, by name."""
    text = Path(__file__).with_name("honest.txt").read_text(encoding="utf-8")
    sections = dict(section.split("\n", 1) for section in text.split("\n=== ")[1:])
    found = {}
    for title, section in sections.items():
        name, _, like = title.rstrip(")").partition(" (like ")
        text = section
        if like:
            text = sections[like].replace("\n--- test\n", f"\n--- answer\n{section}\n--- test\n")
            text = re.sub(rf"\b{like}\b", name.replace("-", "_"), text)
        solution, *given, asked = re.split(r"\n--- \w+\n", text)
        made = Part("answer", given[0] if given else solution, f"{name}-answer", solution)
        found[name] = (made, Part("check", asked.strip(), name))
    return found
