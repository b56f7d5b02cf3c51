"""From a chapter's truth to its source notebook: an ordered list of small steps, each notebook -> notebook.

The steps are pure: the same chapter gives the same notebook, byte for byte. Cell ids come from names (jupytext's are
random); the notebook's metadata says what it was made from and what each cell was, so that a hand edit is noticed.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course import demos, facts, glossary, questions, rows
from course.authoring.source import BEGIN_HIDDEN, MARK, Case, Chapter, Exercise
from course.study.cells import only_shows

if TYPE_CHECKING:
    from course.demos.demo import Demo, Plot

Transform = Callable[[NotebookNode, Chapter], NotebookNode]

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LONGEST_ID = 64
RUN_ON = "raises-exception"
"""Jupyter's tag for a cell that may fail: with it, Run All Cells goes on behind an exercise that is not written yet."""


def to_notebook(chapter: Chapter) -> NotebookNode:
    """Make the source notebook of a chapter."""
    notebook = read_prose(chapter)
    for transform in TRANSFORMS:
        notebook = transform(notebook, chapter)
    return notebook


def read_prose(chapter: Chapter) -> NotebookNode:
    """Turn the chapter's Markdown into cells: fences marked python become code, headings begin a cell."""
    read = jupytext.reads(chapter.markdown, fmt={"extension": ".md", "split_at_heading": True})
    cells = [_cell(cell.cell_type, cell.source) for cell in read.cells]
    return _with_cells(new_notebook(metadata={"kernelspec": _KERNEL, "language_info": {"name": "python"}}), cells)


def split_at_marks(notebook: NotebookNode, _chapter: Chapter) -> NotebookNode:
    """Give every mark a cell of its own."""

    def cells() -> Iterator[NotebookNode]:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                yield cell
                continue
            for _, lines in groupby(cell.source.splitlines(), key=lambda line: MARK.match(line) and line):
                if text := "\n".join(lines).strip():
                    yield _cell("markdown", text)

    return _with_cells(notebook, cells())


def name_prose(notebook: NotebookNode, _chapter: Chapter) -> NotebookNode:
    """Give the prose and its live cells ids made from the heading that they stand under, and their number there."""
    heading, seen = "start", Counter[str]()

    def named(cell: NotebookNode) -> NotebookNode:
        nonlocal heading
        if cell.cell_type == "markdown" and (found := re.match(r"#+ +(.+)", cell.source)):
            heading = _slug(found[1])
        seen[heading] += 1
        return _cell(cell.cell_type, cell.source, id=f"{heading}-{seen[heading]}")

    return _with_cells(notebook, [named(cell) for cell in notebook.cells])


def insert_exercises(notebook: NotebookNode, chapter: Chapter) -> NotebookNode:
    """Put each exercise's cells where its mark stands: the task, the learner's cell, one locked cell a case."""
    return _replace_marks(notebook, "exercise", lambda name: _exercise_cells(chapter.exercise(name)))


def insert_questions(notebook: NotebookNode, chapter: Chapter) -> NotebookNode:
    """Put the readable form of the exam-corner questions at their mark."""
    return _replace_marks(
        notebook,
        "questions",
        lambda _: [
            _cell("markdown", _question(question, number), id=f"question-{question.id}")
            for number, question in enumerate(questions.read(chapter.path / "questions.yaml"), start=1)
        ],
    )


def insert_facts(notebook: NotebookNode, chapter: Chapter) -> NotebookNode:
    """Put the table of what has changed at its mark."""
    rows = facts.read(chapter.path / "facts.yaml")
    return _replace_marks(
        notebook, "facts", lambda _: [_cell("markdown", facts.table(facts.changed(rows)), id="changed-facts")]
    )


def insert_glossary(notebook: NotebookNode, chapter: Chapter) -> NotebookNode:
    """Put the English-Chinese glossary at its mark."""
    terms = glossary.read(chapter.path / "glossary.yaml")
    return _replace_marks(
        notebook, "glossary", lambda _: [_cell("markdown", glossary.table(terms), id="glossary-table")]
    )


def keep_prices(notebook: NotebookNode, _chapter: Chapter) -> NotebookNode:
    """Let no price in the text become a formula; chapters have none."""

    def kept(cell: NotebookNode) -> NotebookNode:
        return NotebookNode(cell | {"source": rows.no_formula(cell.source)}) if cell.cell_type == "markdown" else cell

    return _with_cells(notebook, [kept(cell) for cell in notebook.cells])


def store_pictures(notebook: NotebookNode, _chapter: Chapter) -> NotebookNode:
    """Store each demo's static picture as the output of the cell that shows it, for readers without a kernel."""

    def pictured(cell: NotebookNode) -> NotebookNode:
        demo = _demo(cell)
        if demo is None:
            return cell
        data = {"image/svg+xml": demo.picture(), "text/plain": demo.summary}
        made: NotebookNode = new_code_cell(cell.source, id=cell.id, metadata={"course": {"picture": True}})
        made.outputs = [new_output("display_data", data=data)]
        return made

    return _with_cells(notebook, [pictured(cell) for cell in notebook.cells])


def mark_shown_to_all(notebook: NotebookNode, _chapter: Chapter) -> NotebookNode:
    """Tell the grading of a class which cells show the same to everyone: they are run once for all."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            cell.metadata["grading"] = {"shown_to_all": "always" if only_shows(cell.source) else "unless used"}
    return notebook


def sign(notebook: NotebookNode, chapter: Chapter) -> NotebookNode:
    """Say in the metadata what the notebook was made from, and keep a digest of each cell as it was made."""
    made_from = f"course/chapters/{chapter.path.name}"
    signed = _with_cells(notebook, notebook.cells)
    signed.metadata["course"] = {
        "made_from": made_from,
        "note": f"made from {made_from}; change it there and run: course build {chapter.slug}",
        "cells": {cell.id: digest(cell) for cell in notebook.cells},
    }
    return signed


TRANSFORMS: tuple[Transform, ...] = (
    split_at_marks,
    name_prose,  # before the marks are replaced, so that an exercise more or less renames no cell of the prose
    insert_exercises,
    insert_questions,
    insert_facts,
    insert_glossary,
    keep_prices,
    store_pictures,
    mark_shown_to_all,
    sign,  # last: it covers every cell
)


def digest(cell: NotebookNode) -> str:
    """What a cell was made as: its text, type and nbgrader metadata, not its outputs."""
    nbgrader = {k: v for k, v in cell.metadata.get("nbgrader", {}).items() if k not in {"checksum", "cell_type"}}
    what = repr((cell.cell_type, cell.source, sorted(nbgrader.items())))
    return hashlib.sha256(what.encode()).hexdigest()[:12]


def _exercise_cells(exercise: Exercise) -> list[NotebookNode]:
    return [
        _cell("markdown", _task(exercise), id=f"{exercise.name}-task", nbgrader={"locked": True}),
        _cell("code", exercise.solution, id=exercise.name, nbgrader={"solution": True}),
        *(
            _cell(
                "code",
                _test(case),
                id=f"{exercise.name}-{case.name}",
                nbgrader={"grade": True, "locked": True, "points": case.points},
            )
            for case in exercise.cases
        ),
    ]


def _task(exercise: Exercise) -> str:
    hints = "\n".join(
        f"<details><summary>Hint {number} of {len(exercise.hints)}</summary>\n\n{hint}\n\n</details>"
        for number, hint in enumerate(exercise.hints, start=1)
    )
    return (
        f"### Exercise: {exercise.title}\n\n"
        f"`{exercise.name}` · {exercise.kind} · {_points(exercise.points)} · SAA-C03 task {exercise.saa_task}\n\n"
        f"{exercise.task}\n\n"
        f"**You practise:** {exercise.objective} **Not here:** {exercise.out_of_scope}\n\n{hints}"
    )


def _question(question: questions.Question, number: int) -> str:
    return f"### Question {number}\n\n{questions.markdown(question)}\n\nSAA-C03 task {question.task}"


def _test(case: Case) -> str:
    more = "\n# Grading tries more inputs than these." if BEGIN_HIDDEN in case.source else ""
    return f"# {case.question} ({_points(case.points)}){more}\n{case.source}"


def _points(points: int) -> str:
    return f"{points} point{'' if points == 1 else 's'}"


def _replace_marks(notebook: NotebookNode, kind: str, made: Callable[[str], list[NotebookNode]]) -> NotebookNode:
    def cells() -> Iterator[NotebookNode]:
        for cell in notebook.cells:
            found = MARK.match(cell.source)
            if found and found[1] == kind:
                yield from made(found[2] or "")
            else:
                yield cell

    return _with_cells(notebook, cells())


def _demo(cell: NotebookNode) -> Demo | Plot | None:
    """The demo that a cell shows with its last line, `demos.name(literal, …)`; None where it shows none."""
    if cell.cell_type != "code" or "demos." not in cell.source:
        return None
    last = ast.parse(cell.source).body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or not ast.unparse(call.func).startswith("demos."):
        return None
    arguments = [ast.literal_eval(argument) for argument in call.args]
    keywords = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    made: Demo | Plot = getattr(demos, ast.unparse(call.func).removeprefix("demos."))(*arguments, **keywords)
    return made


def _cell(
    kind: str,
    source: str,
    id: str = "unnamed",  # noqa: A002 - nbformat's word for it
    nbgrader: dict[str, object] | None = None,
) -> NotebookNode:
    metadata: dict[str, object] = {}
    if nbgrader is not None:
        metadata["nbgrader"] = {
            "grade": False, "grade_id": id, "locked": False, "schema_version": 3, "solution": False, "task": False,
        } | nbgrader  # fmt: skip
        metadata |= {"tags": [RUN_ON]} if kind == "code" else {}
    cell: NotebookNode = (
        new_code_cell(source, id=_identifier(id), metadata=metadata)
        if kind == "code"
        else new_markdown_cell(source, id=_identifier(id), metadata=metadata)
    )
    return cell


def _with_cells(notebook: NotebookNode, cells: Iterator[NotebookNode] | list[NotebookNode]) -> NotebookNode:
    # Not new_notebook: it repairs ids that are the same, before name_prose has given them.
    return NotebookNode({**notebook, "metadata": NotebookNode(notebook.metadata), "cells": list(cells)})


def _identifier(name: str) -> str:
    """A cell id as nbformat wants it: letters, digits, - and _, at most 64; a longer name ends in its hash."""
    if len(name) <= _LONGEST_ID:
        return name
    return f"{name[: _LONGEST_ID - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "section"
