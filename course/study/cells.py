"""What there is to run in a learner's notebook: their cells, with the course's own test cells laid in."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.authoring.source import hidden_part, visible_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbformat import NotebookNode

_SHOWS_ONLY = {"demos", "quiz", "glossary", "check"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: a learner's cell of an `exercise`, the locked test cell of one `case` of it, or any other.

    `case` is the whole grade id, exercise-case; both are empty in any other cell.
    """

    source: str
    exercise: str = ""
    case: str = ""
    points: float = 0

    @property
    def visible(self) -> str:
        """The part that a learner can read."""
        return visible_part(self.source).rstrip()

    @property
    def hidden(self) -> str:
        """The part that a learner cannot read; empty when there is none."""
        return hidden_part(self.source)

    @property
    def question(self) -> str:
        """The question that a test cell's first line asks."""
        first = self.source.partition("\n")[0].removeprefix("#").strip()
        return re.sub(r" \([\d.]+ points?\)$", "", first)

    @property
    def is_stub(self) -> bool:
        """Whether a function in this learner's cell does nothing yet but raise NotImplementedError."""
        if not self.exercise or self.case:
            return False
        functions = [node for node in _statements(self.source) if isinstance(node, ast.FunctionDef)]
        return any(_does(function).startswith("raise NotImplementedError") for function in functions)


def only_shows(source: str) -> bool:
    """Whether a cell does nothing but show a demo, a quiz or the like: nothing that an exercise could use."""
    calls = [
        ast.unparse(node.value.func).partition(".")[0]
        for node in _statements(source)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    return bool(calls) and len(calls) == len(_statements(source)) and _SHOWS_ONLY.issuperset(calls)


def case_cells(notebook: NotebookNode) -> list[Cell]:
    """Return the test cells of a notebook."""
    return [cell for cell in _cells(notebook) if cell.case]


def lay(learner: NotebookNode, tests: Sequence[Cell]) -> list[Cell]:
    """Return the learner's cells in order, each test cell as `tests` has it; deleted ones come last."""
    missing = {test.case: test for test in tests}
    laid: list[Cell] = []
    for cell in _cells(learner):
        if not cell.case and not only_shows(cell.source):
            laid.append(cell)
        elif cell.case in missing:
            laid.append(missing.pop(cell.case))
    return [*laid, *missing.values()]


def titles_of(notebook: NotebookNode) -> dict[str, str]:
    """Return the title of each exercise, from the heading of its task."""
    found = {}
    for cell in notebook.cells:
        heading = re.match(r"#+ +(?:Exercise: *)?(.+)", cell.source)
        grade_id = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if heading and grade_id.endswith("-task"):
            found[grade_id.removesuffix("-task")] = heading[1].strip()
    return found


def _cells(notebook: NotebookNode) -> Iterator[Cell]:
    return (_cell(cell) for cell in notebook.cells if cell.cell_type == "code")


def _cell(cell: NotebookNode) -> Cell:
    about = cell.metadata.get("nbgrader", {})
    grade_id = str(about.get("grade_id", ""))
    exercise = grade_id.partition("-")[0]
    if about.get("solution"):
        return Cell(cell.source, exercise)
    if about.get("grade"):
        return Cell(cell.source, exercise, grade_id, float(about.get("points", 0)))
    return Cell(cell.source)


def _statements(source: str) -> list[ast.stmt]:
    """Parse a cell; one that is not Python (a typing mistake, a %magic) has no statements."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def _does(function: ast.FunctionDef) -> str:
    """Return what a function does, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return "\n".join(map(ast.unparse, body)) if len(body) == 1 else ""
