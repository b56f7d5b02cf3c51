"""What there is to run in a learner's notebook: their cells, with the course's own test cells laid in."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from course.grading.notebooks.assignment import CourseNotebook
    from course.grading.notebooks.submission import Handed

_SHOWS_ONLY = {"demos", "quiz", "glossary", "check"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: a learner's cell of an `exercise`, the locked test cell of one `case` of it, or any other.

    `case` is the whole grade id, exercise-case; both are empty in any other cell. `added` tells that the course's
    notebook has no such cell: the learner wrote it, or changed it.
    """

    source: str
    exercise: str = ""
    case: str = ""
    points: float = 0
    added: bool = False

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


def case_cells(course: CourseNotebook) -> list[Cell]:
    """Return the test cells of a course's notebook."""
    tests = [cell for cell in course.cells if cell.is_test]
    return [Cell(cell.source, _exercise(cell.name), cell.name, cell.points or 0) for cell in tests]


def lay(learner: Handed, course: CourseNotebook) -> list[Cell]:
    """Return the code cells to run, in order: the learner's, with the course's tests where grading puts them.

    Left out is what only shows, and a copy of a test.
    """
    from course.grading.notebooks import overlay  # noqa: PLC0415 - building a chapter does without

    names = [overlay.grade_id(cell) for cell in learner.cells]
    tests = {cell.case: cell for cell in case_cells(course)}
    kept = [cell for n, cell in enumerate(learner.cells) if names[n] not in tests or names[n] not in names[n + 1 :]]
    learner = type(learner)(cells=kept, nbformat_minor=learner.nbformat_minor)
    laid = []
    for node in overlay.lay(learner, course).notebook.cells:
        about = node.metadata.get("nbgrader", {})
        name = str(about.get("grade_id", ""))
        if name in tests:
            laid.append(tests[name])
        elif node.cell_type != "code" or (name and name not in names) or only_shows(node.source):
            continue  # an answer that was deleted is none
        elif about.get("solution"):
            laid.append(Cell(node.source, _exercise(name)))
        else:
            laid.append(Cell(node.source, added=not name and node.source not in course.untracked))
    return laid


def titles_of(notebook: NotebookNode) -> dict[str, str]:
    """Return the title of each exercise, from the heading of its task."""
    found = {}
    for cell in notebook.cells:
        heading = re.match(r"#+ +(?:Exercise: *)?(.+)", cell.source)
        grade_id = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if heading and grade_id.endswith("-task"):
            found[grade_id.removesuffix("-task")] = heading[1].strip()
    return found


def _exercise(grade_id: str) -> str:
    return grade_id.partition("-")[0]


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
