"""What a learner gets back: what each test asked, why it failed, what that looks like, and nothing hidden.

nbgrader's own feedback shows the course's test cells as they ran, hidden tests and their tracebacks included
(nbgrader#917, #1363). Here a test cell shows its visible part, and verdicts in place of its outputs. They are those
of the record; where there is none, or one of another run, the notebook's own outputs must do.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from nbgrader.utils import determine_grade, is_grade, is_solution
from traitlets import List, Unicode
from traitlets.config import Config

from course.grading.config import Grading
from course.grading.notebooks.testcell import HIDDEN_MESSAGE, hidden_lines
from course.grading.records import Records
from course.grading.talk.job import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbconvert.exporters.exporter import ResourcesDict

    from course.grading.engine import CellResult
    from course.grading.misconceptions import Found
    from course.grading.records import Record

UNKNOWN_MESSAGE = "It did not pass; why is not shown here, since it may tell of inputs that you cannot see."
UNSEEN = "a check that you cannot see"
_POINTS = re.compile(r"\s*\([\d.]+ points?\)$")
_LINE = re.compile(r"In ?\[(\d+)\], line (\d+)")


class Feedback(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader ships no types
    """Tells a learner the verdicts; one of c.GenerateFeedback.preprocessors, after GetGrades."""

    display_data_priority = List(Unicode(), config=True)  # the page's exporter sets it for all its preprocessors

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Change one notebook; with c.Grading.exact, nothing."""
        if Grading(config=self.config).exact:
            return nb, resources
        about = resources["nbgrader"]
        record = Records(self.parent.parent.coursedir, about["assignment"]).read(about["student"])
        result = record.notebooks.get(about["notebook"]) if record else None
        verdicts = {cell.name: cell for cell in result.cells} if result else {}
        tests = [cell for cell in nb.cells if is_test(cell)]
        known = bool(verdicts) and all(_agrees(verdicts.get(_name(cell)), cell) for cell in tests)
        for cell in tests:
            self._tell(cell, verdicts[_name(cell)].cases if known else None)
        if record and result and known:
            for found in record.misconceptions.get(about["notebook"], ()):
                if cell := _below(nb.cells, found):
                    cell.outputs.append(_shown(_looks_like(found)))
        notes = _notes(record, result.notes if result and known else ())
        if notes:
            nb.cells.insert(0, _markdown(notes, nb.nbformat_minor))
        return nb, resources

    def _tell(self, cell: NotebookNode, cases: Sequence[Case] | None) -> None:
        """Leave of a test cell what its learner may see."""
        source = cell.source
        clear = ClearHiddenTests(config=Config(ClearHiddenTests=self.config.ClearHiddenTests))
        clear.preprocess_cell(cell, {}, 0)
        if cases is None:
            if cell.source == source:
                return
            cases = (_case(cell, hidden_lines(source)),)
        asks = question(cell.source)
        cell.outputs = [_shown(_verdicts(cases, asks or _name(cell)))]


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is graded by running it."""
    return bool(cell.cell_type == "code" and is_grade(cell) and not is_solution(cell))


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.nbgrader.grade_id)


def _points(cell: NotebookNode) -> float:
    """The points that a test cell's outputs say, by nbgrader's own rule."""
    try:
        return float(determine_grade(cell)[0] or 0)
    except (KeyError, TypeError, ValueError):  # an output that says neither
        return 0.0


def _agrees(verdict: CellResult | None, cell: NotebookNode) -> bool:
    """Whether a record's verdict is that of the cell, and not of an earlier run."""
    return verdict is not None and verdict.points == _points(cell)


def _case(cell: NotebookNode, hidden: frozenset[int]) -> Case:
    """What a test cell's outputs alone can tell, when a part of the cell is hidden."""
    points, most = _points(cell), float(cell.metadata.nbgrader.points)
    message = ""
    error = next((output for output in cell.outputs if output.output_type == "error"), None)
    if error is not None:
        passed = _LINE.findall(_plain("\n".join(error.traceback)))
        lines = {int(line) for number, line in passed if number == passed[0][0]}  # the first one is this cell
        said = error.evalue if error.ename == "AssertionError" else f"{error.ename}: {error.evalue}"
        if not lines or not hidden:
            message = UNKNOWN_MESSAGE
        else:
            message = HIDDEN_MESSAGE if lines & hidden else said or "A check failed."
    elif points < most:
        message = f"It earned {points:g} of {most:g} points."
    return Case(name=_name(cell), points=points, max_points=most, message=message)


def question(source: str) -> str:
    """The question that the first line of a test cell asks."""
    first = source.lstrip().partition("\n")[0]
    return _POINTS.sub("", first.lstrip("# ").rstrip()) if first.startswith("#") else ""


def _verdicts(cases: Sequence[Case], asks: str) -> str:
    if len(cases) == 1:
        lines = [_verdict(cases[0], asks, HIDDEN_MESSAGE)]
    else:
        lines = [_verdict(case, UNSEEN if case.hidden else case.name.replace("_", " "), "") for case in cases]
    return f'<ul class="feedback-verdicts">{"".join(lines)}</ul>'


def _verdict(case: Case, name: str, when_hidden: str) -> str:
    earned = f"{case.points:g} of {case.max_points:g} point{'' if case.max_points == 1 else 's'}"
    if case.points >= case.max_points and not case.message:
        mark, word, message = "✔", "passed", ""
    else:
        mark, word = ("◐", "partly") if case.points else ("✘", "failed")
        message = when_hidden if case.hidden else _plain(case.message)
    why = f'<div class="feedback-message">{escape(message)}</div>' if message else ""
    return (
        f'<li class="feedback-{word}"><span aria-hidden="true">{mark}</span> <b>{word}</b>, {earned}: '
        f"{escape(name)}{why}</li>"
    )


def _looks_like(found: Found) -> str:
    words = "This looks like" if found.sure else "This may be it"
    return f'<p class="feedback-looks"><b>{words}:</b> {escape(found.why)}</p>'


def _below(cells: Sequence[NotebookNode], found: Found) -> NotebookNode | None:
    """The last test cell of the exercise that a misconception is about."""
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    start = names.index(found.answer) if found.answer in names else len(names)
    below: NotebookNode | None = None
    for number, cell in enumerate(cells[start:]):
        if number and is_solution(cell):
            break
        if is_test(cell):
            below = cell
        if number == 0 and below is not None:  # the misconception is the test's own
            break
    return below


def _notes(record: Record | None, notes: Sequence[str]) -> list[str]:
    if record is None or record.graded:
        return [*notes]
    return [f"What you handed in last was not graded: {record.reason}. This page is about what you handed in before."]


def _plain(text: str) -> str:
    return str(strip_ansi(text))  # type: ignore[no-untyped-call] # nbconvert's


def _shown(html: str) -> NotebookNode:
    return NotebookNode(output_type="display_data", data=NotebookNode({"text/html": html}), metadata=NotebookNode())


def _markdown(notes: Iterable[str], minor: int) -> NotebookNode:
    items = "".join(f"<li>{escape(' '.join(note.split()))}</li>" for note in notes)
    source = f'<div class="feedback-notes"><b>About what you handed in</b><ul>{items}</ul></div>'
    cell = NotebookNode(cell_type="markdown", metadata=NotebookNode(), source=source)
    if minor >= 5:  # noqa: PLR2004 - since then, cells have ids
        cell.id = "feedback-notes"
    return cell
