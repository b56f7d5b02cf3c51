"""Grading one learner's notebook: the one seam behind `course check` and the notebook's button.

Today a fresh kernel runs the learner's cells with the course's own test cells in place of theirs, by
nbgrader's rules. It trusts learners, who grade nobody but themselves. A faster engine, in a sandbox, takes
its place later behind the same `grade`.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from hashlib import sha256
from subprocess import DEVNULL
from typing import TYPE_CHECKING, Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from course.errors import CourseError
from course.study import root
from course.study.cells import Cell, case_cells, lay, titles_of
from course.study.result import CaseResult, ExerciseResult, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from nbformat import NotebookNode

HIDDEN_MESSAGE = "It passes what you can see, and fails on inputs that you cannot see."
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CELL_FILE = re.compile(r"(?<=\()\d+\.py, (?=line \d)")
_LONGEST_QUOTE = 300


class NotebookError(CourseError):
    """A file that cannot be graded as a notebook of the chapter."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a cell failed: `text` is the whole of it, `message` is for the learner's eyes."""

    text: str
    message: str
    hidden: bool = False
    error: bool = True


def grade(notebook: Path, slug: str, *, cell_seconds: float) -> Result:
    """Grade a learner's notebook of a chapter; each cell may take `cell_seconds`.

    `NotebookError` when the file is no notebook or has none of the chapter's exercises. Whatever the
    learner's code does (loop for ever, end Python) is a failed case with a sentence, and costs the other
    exercises nothing.
    """
    learner = _read(notebook)
    reference, complete = _reference(slug, learner)
    tests = case_cells(reference)
    cells = lay(learner, tests)
    if not tests or not any(cell.exercise and not cell.case for cell in cells):
        raise NotebookError(f"{notebook} has no exercise of '{slug}'; for a fresh copy: course start {slug}")
    waiting = {cell.exercise for cell in cells if cell.is_stub}
    failures, notices = _run([cell for cell in cells if cell.exercise not in waiting], cell_seconds)
    titles = titles_of(reference)
    exercises = tuple(
        ExerciseResult(
            name,
            titles.get(name, name),
            tuple(_case_result(test, failures) for test in tests if test.exercise == name),
            started=name not in waiting,
        )
        for name in dict.fromkeys(test.exercise for test in tests)
    )
    return Result(slug, exercises, complete, tuple(notices))


def _case_result(test: Cell, failures: dict[str, Failure | None]) -> CaseResult:
    """Return the verdict on a case; one that was not run is not passed."""
    name = test.case.removeprefix(f"{test.exercise}-")
    failure = failures.get(test.case, Failure("", "", error=False))
    if failure is None:
        return CaseResult(name, test.question, test.points, passed=True)
    return CaseResult(
        name,
        test.question,
        test.points,
        passed=False,
        message=failure.message,
        hidden=failure.hidden,
        error=failure.error,
        mark=mark(failure.text),
    )


def mark(text: str) -> str:
    """Return what tells one failure's text from another without telling the text; nothing for no text."""
    return sha256(text.encode()).hexdigest() if text else ""


def _reference(slug: str, learner: NotebookNode) -> tuple[NotebookNode, bool]:
    """Return the notebook whose test cells count, and whether it holds the hidden cases."""
    folder = root.find()
    if folder is not None:
        for kind in ("source", "release"):
            path = folder / kind / slug / f"{slug}.ipynb"
            if path.is_file():
                return _read(path), kind == "source"
    return learner, False


def _read(path: Path) -> NotebookNode:
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise NotebookError(f"There is no notebook {path}.") from None
    except Exception as error:  # noqa: BLE001 - nbformat raises whatever its parsers do
        raise NotebookError(f"{path} cannot be read as a notebook ({error}).") from None
    return notebook


def _run(cells: Sequence[Cell], seconds: float) -> tuple[dict[str, Failure | None], list[str]]:
    """Run the cells: what failed each case, None when it passed; and sentences about other cells.

    A cell that never ends, or ends Python, takes its kernel with it: a new kernel runs everything but that
    cell, or but the exercise that it belongs to.
    """
    verdicts: dict[str, Failure | None] = {}
    notices: list[str] = []
    last = max((number for number, cell in enumerate(cells) if cell.case), default=-1)
    left = list(cells[: last + 1])
    while left and (stopped := _run_in_a_kernel(left, seconds, verdicts)) is not None:
        cell, why = stopped
        if cell.exercise:
            lost = [c for c in left if c.exercise == cell.exercise]
            for case in (c.case for c in lost if c.case):
                verdicts.setdefault(case, Failure(why, f"Your code {why}."))
        else:
            lost = [cell]
            first = cell.source.strip().partition("\n")[0]
            notices.append(f"Your cell that begins '{first}' {why}; it was left out.")
        left = [c for c in left if c not in lost]
    return verdicts, notices


def _run_in_a_kernel(
    cells: Iterable[Cell], seconds: float, verdicts: dict[str, Failure | None]
) -> tuple[Cell, str] | None:
    """Run the cells that have no verdict yet, noting it; return a cell that had to be stopped, and why."""
    broken: dict[str, Failure] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        client = NotebookClient(
            _notebook(),
            kernel_name="python3",
            timeout=seconds,
            allow_errors=True,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": folder}},
        )
        with client.setup_kernel(env=root.environment(), stdout=DEVNULL, stderr=DEVNULL):
            for cell in cells:
                if cell.case in verdicts:
                    continue
                try:
                    failure = _execute(cell, client)
                except CellTimeoutError:
                    return cell, f"did not end within {seconds:g} seconds: look for a loop that never stops"
                except DeadKernelError:
                    return cell, "ended Python itself: look for os._exit(), or for too much data at once"
                if cell.case:
                    verdicts[cell.case] = failure and broken.get(cell.exercise, failure)
                elif cell.exercise and failure:
                    broken[cell.exercise] = failure
    return None


def _execute(cell: Cell, client: NotebookClient) -> Failure | None:
    """Run a cell and return what failed; a hidden part runs on its own, so that no message tells of it."""
    if not cell.case:
        return failure_in(_outputs(cell.source, client), "Your cell does not run: ")
    failure = failure_in(_outputs(cell.visible, client))
    if failure is None and (secret := failure_in(_outputs(cell.hidden, client))):
        return replace(secret, message=HIDDEN_MESSAGE, hidden=True)
    return failure


def _outputs(source: str, client: NotebookClient) -> Sequence[NotebookNode]:
    cell = nbformat.v4.new_code_cell(source)
    client.nb.cells = [cell]  # nbclient writes the executed cell back to its notebook
    client.execute_cell(cell, 0)
    outputs: Sequence[NotebookNode] = cell.outputs
    return outputs


def _notebook() -> Any:  # noqa: ANN401 - nbformat has no types
    return nbformat.v4.new_notebook()


def failure_in(outputs: Sequence[NotebookNode], opening: str = "") -> Failure | None:
    """Return what went wrong by nbgrader's rule (an error, or anything on standard error), or None."""
    for output in outputs:
        if output.output_type == "error" and output.ename == "AssertionError":
            return Failure(output.evalue, output.evalue or "A check failed.", error=False)
        if output.output_type == "error":
            text = f"{output.ename}: {_CELL_FILE.sub('', output.evalue)}"
            return Failure(text, opening + text + _where(output.traceback))
        if output.output_type == "stream" and output.name == "stderr":
            quote = output.text.strip()[-_LONGEST_QUOTE:]
            return Failure(output.text, f"Your code wrote to standard error, which costs points: {quote}")
    return None


def _where(traceback: Sequence[str]) -> str:
    """Quote the line of the learner's own code that an IPython traceback points at last."""
    in_cell, pointed = False, ""
    for line in _ANSI.sub("", "\n".join(traceback)).splitlines():
        if re.match(r"(Cell|File) ", line):
            in_cell = line.startswith("Cell ")
        elif in_cell and (arrow := re.match(r"-+> +\d+ +(.+)", line)):
            pointed = arrow[1].strip()
    return f" (at the line: {pointed})" if pointed else ""
