"""What the cells that ran say of an exercise, in words for the learner's eyes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from course.grading.notebooks.testcell import HIDDEN_MESSAGE
from course.study.result import CaseResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.talk.job import Ran
    from course.study.cells import Cell

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CELL_FILE = re.compile(r"(?<=\()\d+\.py, (?=line \d)")
_AT_THE_LINE = re.compile(r" \(at the line: .*\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an exercise: its cases, and sentences about other cells.

    `lasts` is False where a process was lost: that may be the fault of a busy machine.
    """

    cases: tuple[CaseResult, ...]
    notices: tuple[str, ...] = ()
    lasts: bool = True


def of(exercise: str, ran: Sequence[tuple[Cell, Ran]]) -> Verdict:
    """Return the verdict on an exercise, from all cells that it depends on and what came of them."""
    own = [(cell, outcome) for cell, outcome in ran if cell.exercise == exercise]
    broken = next((error for cell, outcome in own if not cell.case and (error := _error_in(outcome))), None)
    cases = tuple(_case_result(cell, outcome, broken) for cell, outcome in own if cell.case)
    notices = [_left_out(cell, outcome) for cell, outcome in ran if outcome.lost and not cell.exercise]
    return Verdict(cases, tuple(notices), lasts=not any(outcome.lost for _, outcome in ran))


def not_run(tests: Sequence[Cell]) -> Verdict:
    """Return the verdict on an exercise that was not started."""
    return Verdict(tuple(CaseResult(_name(test), test.question, test.points, passed=False) for test in tests))


def mark(text: str) -> str:
    """Return what tells one failure's text from another without telling the text; nothing for no text."""
    return sha256(text.encode()).hexdigest() if text else ""


def _case_result(test: Cell, ran: Ran, broken: tuple[str, str] | None) -> CaseResult:
    """Return the verdict on a case; `broken` is the error of the learner's own cell, its text and its place."""
    failed = next((case for case in ran.cases if case.message), None)
    if failed is None:
        return CaseResult(_name(test), test.question, test.points, passed=True)
    text, hidden, error = failed.message, failed.hidden, failed.error
    message = HIDDEN_MESSAGE if hidden else text
    if broken and not ran.lost:
        text, hidden, error = broken[0], False, True
        message = f"Your cell does not run: {''.join(broken)}"
    return CaseResult(
        _name(test),
        test.question,
        test.points,
        passed=False,
        message=message,
        hidden=hidden,
        error=error,
        mark=mark(_AT_THE_LINE.sub("", text)),
    )


def _name(test: Cell) -> str:
    return test.case.removeprefix(f"{test.exercise}-")


def _left_out(cell: Cell, ran: Ran) -> str:
    first = cell.source.strip().partition("\n")[0]
    return f"Your cell that begins '{first}' {ran.lost}; it was left out."


def _error_in(ran: Ran) -> tuple[str, str] | None:
    """Return the error that a learner's cell ended with, and where, or None."""
    content: dict[str, Any] | None = next((m.content for m in ran.messages if m.kind == "error"), None)
    if content is None or ran.lost:
        return None
    return f"{content['ename']}: {_CELL_FILE.sub('', content['evalue'])}", _where(content["traceback"])


def _where(traceback: Sequence[str]) -> str:
    """Quote the line of the learner's own code that an IPython traceback points at last."""
    in_cell, pointed = False, ""
    for line in _ANSI.sub("", "\n".join(traceback)).splitlines():
        if re.match(r"(Cell|File) ", line):
            in_cell = line.startswith("Cell ")
        elif in_cell and (arrow := re.match(r"-+> +\d+ +(.+)", line)):
            pointed = arrow[1].strip()
    return f" (at the line: {pointed})" if pointed else ""
