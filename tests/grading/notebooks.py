"""Notebooks to grade, made of texts: cells of the course, answers, tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat.v4 import new_code_cell, new_notebook

from course.grading.assignment import CourseCell, CourseNotebook
from course.grading.engine import Engine, Settings
from course.grading.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from course.grading.engine import CellResult

POINTS = 4.0
"""What each test is worth."""


@dataclass(frozen=True)
class Part:
    """A cell: `kind` is 'plain', 'course' (locked), 'answer' or 'test'; `solution` is the course's where it is another."""

    kind: str
    source: str
    name: str = ""
    solution: str = ""
    same_process: bool | None = None


def plain(source: str) -> Part:
    """A cell that nbgrader does not track, as the course has it."""
    return Part("plain", source)


def locked(source: str, name: str = "helper") -> Part:
    """A locked cell of the course."""
    return Part("course", source, name)


def answer(source: str, *, solution: str = "pass", name: str = "answer") -> Part:
    """A learner's answer, where the course has this solution."""
    return Part("answer", source, name, solution)


def test(source: str, name: str = "test", *, same_process: bool | None = None) -> Part:
    """A test."""
    return Part("test", source, name, same_process=same_process)


def notebook(parts: Sequence[Part]) -> NotebookNode:
    """Return the notebook as it was handed in."""
    made: NotebookNode = new_notebook()
    for part in parts:
        cell = new_code_cell(part.source)
        if part.kind != "plain":
            flags = {"grade": part.kind == "test", "solution": part.kind == "answer", "locked": part.kind != "answer"}
            about = {"grade_id": part.name, "schema_version": 3, "task": False, "cell_type": "code", "checksum": ""}
            cell.metadata["nbgrader"] = flags | about | ({"points": POINTS} if part.kind == "test" else {})
        made.cells.append(cell)
    return made


def course(parts: Sequence[Part]) -> CourseNotebook:
    """Return what the course says of the notebook."""
    tracked = [part for part in parts if part.kind != "plain"]
    untracked = tuple(part.source for part in parts if part.kind == "plain")
    solved = tuple((part.name, part.solution or part.source) for part in parts)
    cells = tuple(
        CourseCell(
            name=part.name,
            cell_type="code",
            source=part.source,
            locked=part.kind != "answer",
            checksum="",
            solution=part.kind == "answer",
            points=POINTS if part.kind == "test" else None,
            same_process=part.same_process,
        )
        for part in tracked
    )
    sources = tuple(source for _, source in solved)
    return CourseNotebook(name="made", cells=cells, sources=sources, untracked=untracked, solved=solved)


def grade(*parts: Part, settings: Settings | None = None) -> tuple[dict[str, CellResult], NotebookNode]:
    """Grade a notebook; return the verdicts by test, and the notebook with its outputs."""
    engine = Engine(course(parts), settings or Settings(), Sandbox())
    try:
        handed_in = notebook(parts)
        return {cell.name: cell for cell in engine.run(handed_in, {}).cells}, handed_in
    finally:
        engine.close()


def honest() -> dict[str, tuple[Part, Part]]:
    """Return the answers of honest.txt, each with its test, by name."""
    text = Path(__file__).with_name("honest.txt").read_text(encoding="utf-8")
    sections = dict(section.split("\n", 1) for section in text.split("\n=== ")[1:])
    found = {}
    for title, section in sections.items():
        name, _, like = title.partition(" (like ")
        if like:
            model = sections[like.rstrip(")")]
            section = model.replace("\n--- test\n", f"\n--- answer\n{section}\n--- test\n")
            section = re.sub(rf"\b{like.rstrip(')')}\b", name.replace("-", "_"), section)
        solution, *given, asked = re.split(r"\n--- \w+\n", section)
        made = answer(given[0] if given else solution, solution=solution, name=f"{name}-answer")
        found[name] = (made, test(asked.strip(), name))
    return found
