"""Notebooks whose kernel is not Python: nbgrader's own Execute, in the same sandbox.

The learner's cells and the tests share that kernel, as in stock nbgrader, so each verdict is a weaker one.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from nbformat import NotebookNode
from nbformat.v4 import to_notebook_json
from nbgrader.utils import determine_grade, is_grade

from course.grading.engine import CellResult, NotebookResult, Settings, Timing
from course.grading.notebooks.writing import Writer
from course.grading.processes import isolate, sandbox
from course.grading.processes.runner import NotGradedError
from course.grading.talk.job import Case, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.notebooks.assignment import CourseNotebook
    from course.grading.processes.sandbox import Sandbox

_PROGRAM = "from course.grading import foreign; foreign.main()"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A notebook to run elsewhere, as JSON, in a folder with these files."""

    notebook: bytes
    files: dict[str, bytes]
    limits: Limits
    isolated: bool


class Engine:
    """Grades submissions of one notebook, as `course.grading.engine.Engine` does for Python."""

    def __init__(
        self, course: CourseNotebook, settings: Settings, box: Sandbox | None, _files: Mapping[str, bytes] | None = None
    ) -> None:
        if box is not None:
            sandbox.check(box)
        self._course, self._settings, self._box = course, settings, box
        self.writer = Writer()

    def run(self, notebook: NotebookNode, files: Mapping[str, bytes], notes: Sequence[str] = ()) -> NotebookResult:
        """Run a notebook's cells and return the verdicts. `NotGradedError` where the kernel cannot be had."""
        started = time.perf_counter()
        work = Work(
            notebook=msgspec.json.encode(notebook),
            files=dict(files),
            limits=self._settings.limits,
            isolated=self._box is not None,
        )
        program = ("-c", _PROGRAM)
        command = self._box.command(*program) if self._box else [sys.executable, "-P", *program]
        try:
            done = subprocess.run(  # noqa: S603 - our own command
                command,
                input=msgspec.msgpack.encode(work),
                capture_output=True,
                timeout=work.limits.notebook_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return self._nothing(notebook, notes, f"It did not end within {work.limits.notebook_seconds:g} seconds.")
        if done.returncode or len(done.stdout) > work.limits.display_output + work.limits.text_output:
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise NotGradedError(f"The notebook could not be run ({said[0] if said else done.returncode}).")
        ran = to_notebook_json(msgspec.json.decode(done.stdout))
        for cell, outcome in zip(notebook.cells, ran.cells, strict=True):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = outcome.outputs, outcome.execution_count
        timing = Timing(all=time.perf_counter() - started)
        return NotebookResult(name=self._course.name, cells=self._verdicts(notebook), notes=tuple(notes), timing=timing)

    def close(self) -> None:
        """Nothing stays open."""

    def _verdicts(self, notebook: NotebookNode) -> tuple[CellResult, ...]:
        tests = {cell.name: cell for cell in self._course.cells if cell.is_test}
        nodes = [c for c in notebook.cells if is_grade(c) and c.metadata.nbgrader.grade_id in tests]
        return tuple(_verdict(node) for node in nodes)

    def _nothing(self, notebook: NotebookNode, notes: Sequence[str], why: str) -> NotebookResult:
        """Let every test fail for the same reason."""
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [NotebookNode(output_type="error", ename="Timeout", evalue=why, traceback=[why])]
        return NotebookResult(name=self._course.name, cells=self._verdicts(notebook), notes=tuple(notes))


def _verdict(node: NotebookNode) -> CellResult:
    points, most = (float(found or 0) for found in determine_grade(node))
    name = str(node.metadata.nbgrader.grade_id)
    errors = [output.evalue for output in node.outputs if output.output_type == "error"]
    message = (errors[0] or "A check failed.") if errors else ""
    case = Case(name=name, points=points, max_points=most, message=message)
    return CellResult(name=name, points=points, max_points=most, cases=(case,), weak=True)


def main() -> None:
    """Run the notebook that comes by standard input; write it to standard output as it is then."""
    work = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Work)
    if work.isolated:
        isolate.give_up_root()
        isolate.new_user_and_processes()
        child = os.fork()
        if child:
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) and 1)
        isolate.limit(work.limits)
        isolate.new_machine(work.limits)
        isolate.give_up_capabilities(netlink=True)
        os.chdir(sandbox.SCRATCH)
    for name, content in work.files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
    os.environ.update(HOME=sandbox.SCRATCH, JUPYTER_RUNTIME_DIR=f"{sandbox.SCRATCH}/.runtime")
    sys.stdout.buffer.write(msgspec.json.encode(_executed(work)))


def _executed(work: Work) -> NotebookNode:
    from nbgrader.preprocessors import Execute  # noqa: PLC0415 - after the isolation: it starts threads

    execute: Any = Execute(
        timeout=int(work.limits.cell_seconds),
        shutdown_kernel="immediate",
        skip_cells_with_tag=secrets.token_hex(),  # a learner tags cells; a test that is skipped has all its points
    )
    notebook: NotebookNode
    notebook, _ = execute.preprocess(to_notebook_json(msgspec.json.decode(work.notebook)), {"metadata": {"path": "."}})
    return notebook
