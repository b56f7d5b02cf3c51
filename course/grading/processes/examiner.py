"""The examiner process: runs a course's test cells against a learner process, and owns the exam's AWS."""

from __future__ import annotations

import builtins
import os
import re
import socket
import sys
import time
from contextlib import suppress
from multiprocessing import reduction
from multiprocessing.connection import Connection
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

import msgspec

from course.grading import cases
from course.grading.notebooks.testcell import failure_message, hidden_lines, visible_imports
from course.grading.processes import endpoint
from course.grading.processes.alarm import CellTimeout, alarm, stopped
from course.grading.talk.job import TRUSTED_BYTES, Case, Cell, Job, Message, Ran
from course.grading.talk.line import LearnerLost, Line, Output
from course.grading.talk.messages import EndLearner, Finished, LearnerEnded, StartLearner
from course.grading.talk.wire import Wire, WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import ExecutionResult

    from course.grading.processes.shell import Shell

START_SECONDS = 20.0
T = TypeVar("T")
_OURS = "course.grading."
_ANSI, _LINE = re.compile(r"\x1b\[[\d;]*m"), re.compile(r"\bCell In\[\d+\], line (\d+)")


class Learners(Protocol):
    """Where learner processes come from."""

    def start(self) -> Connection:
        """Start a learner process; return the line to it."""

    def serve_aws(self, port: int) -> None:
        """Answer AWS calls where the learner process that was started last expects them."""

    def end(self) -> str:
        """End it; return what it was stopped for ('used more than 2 GB of memory'), or nothing."""

    def give_up(self, why: str) -> NoReturn:
        """Leave the notebook ungraded, for a reason that is not the learner's, and end this process."""


class Namespace(dict[str, Any]):
    """A test's names: its own and the course's; any other is asked for when it is used, but for Python's own."""

    ask: Callable[[str], object] | None = None

    def __missing__(self, name: str) -> object:
        if self.ask is None or hasattr(builtins, name) or (name.startswith("__") and name.endswith("__")):
            raise KeyError(name)
        return self.ask(name)


class Exam:
    """One notebook's cells, run in order; a learner process that is lost is replaced."""

    def __init__(self, job: Job, shell: Shell, namespace: Namespace, learners: Learners) -> None:
        self._job, self._shell, self._namespace, self._learners = job, shell, namespace, learners
        namespace.ask = self._name
        self._output = Output(job.limits)
        self._replay: list[Cell | str] = []
        self._line: Line | None = None
        self._started = 0
        self._in_place = False
        self._losses: dict[str, str] = {}  # by answer, why its learner process was lost
        self._ends = time.monotonic() + job.limits.notebook_seconds

    def run(self, cell: Cell) -> Ran:
        """Run the next cell."""
        started, cpu = time.perf_counter(), time.process_time()
        lost = self._losses.get(cell.answer, "") if cell.role == "test" else ""
        if lost:
            return Ran(cases=(_case(cell, f"Your code {lost}.", error=True),), lost=lost)
        ran = self._test(cell) if cell.role == "test" and not cell.same_process else self._in_learner(cell)
        if cell.answer and ran.lost:
            self._losses[cell.answer] = ran.lost
        seconds = time.perf_counter() - started
        return msgspec.structs.replace(ran, seconds=seconds, cpu_seconds=time.process_time() - cpu)

    def _name(self, name: str) -> object:
        """Return what a name means that a test uses and does not define."""
        if name in self._job.imports:
            exec(self._job.imports[name], self._namespace)  # noqa: S102 - the course's own import
            return self._namespace[name]
        return self._learner().get(name)

    def _class(self, module: str, qualname: str) -> type | None:
        """Return the test's own class of that name, or the class of a module that the course imports."""
        imported = any(module == name or module.startswith(f"{name}.") for name in self._job.modules)
        found: object = sys.modules.get(module) if imported and not module.startswith(_OURS) else None
        if module == "__main__":
            found = SimpleNamespace(**dict.copy(self._namespace))
        for part in qualname.split("."):
            found = vars(found).get(part) if isinstance(found, type | ModuleType | SimpleNamespace) else None
        return found if isinstance(found, type) else None

    def _in_learner(self, cell: Cell) -> Ran:
        """Run a cell in the learner process: the learner's own, or a test that says it has to run there."""
        done, lost = self._within_limits(lambda: self._learner().run(cell.source, cell.number))
        messages = done or ()
        if lost:
            messages = (_error("LearnerLost", f"This cell {lost}"),)
        elif cell.role != "test":
            self._replay.append(cell)
            for name in cell.gives:
                self._namespace.pop(name, None)
        if cell.role == "course":  # what the course defines wins over the learner's
            self._shell.recorder.begin(0, 0)
            self._within_limits(lambda: self._shell.execute(cell.source, cell.number))
        if cell.role != "test":
            return Ran(messages=messages, lost=lost)
        if lost:
            return Ran(messages=messages, cases=(_case(cell, f"Your code {lost}.", error=True),), lost=lost)
        errors = [shown.content for shown in messages if shown.kind == "error"]
        return Ran(messages=messages, cases=(_shown_case(cell, errors[0]) if errors else _case(cell),))

    def _test(self, cell: Cell) -> Ran:
        """Run a test cell here, beside the learner process."""
        self._shell.recorder.begin(self._output.text_left, self._output.display_left)
        cases.taken()
        self._in_place = cell.in_place
        if self._line is not None:
            self._line.begin(in_place=cell.in_place)
        with self._shell.recording() as take:
            result, lost = self._within_limits(lambda: self._asked(cell))
            messages = self._output.take(take())
        self._share_imports(cell)
        if lost:
            kept = tuple(m for m in messages if m.kind not in {"error", "execute_result"})
            messages = (*kept, _error("LearnerLost", f"Your code {lost}"))
            case = _case(cell, f"Your code {lost}.", error=True)
            return Ran(messages=messages, cases=(case,), lost=lost)
        error = (result.error_before_exec or result.error_in_exec) if result else None
        if error is not None:
            return Ran(messages=messages, cases=(self._failure(cell, error),))
        hidden = hidden_lines(cell.source)
        made = [msgspec.structs.replace(found, hidden=line in hidden) for found, line in cases.taken()]
        changed = self._line is not None and self._line.changed and not cell.in_place
        return Ran(messages=messages, cases=tuple(made) or (_case(cell),), changed=changed)

    def _asked(self, cell: Cell) -> ExecutionResult:
        result = self._shell.execute(cell.source, cell.number)
        if (line := self._line) is not None and line.called and not line.waiting:
            line.end(cell.number)
        return result

    def _failure(self, cell: Cell, error: BaseException) -> Case:
        if isinstance(error, CellTimeout):
            return _case(cell, "The test did not end in time with your answer.", error=True)
        message, lines = failure_message(error, self._namespace)
        hidden = not lines.isdisjoint(hidden_lines(cell.source))
        return _case(cell, message, hidden=hidden, error=not isinstance(error, AssertionError))

    def _learner(self) -> Line:
        """Return the line to the learner process; start one where there is none, with what ran before."""
        if self._line is not None:
            return self._line
        if self._started > self._job.limits.replacements:
            raise LearnerLost("it was stopped too often")
        self._started += 1
        try:
            with stopped():  # that a machine is slow to start it is not the learner's fault
                self._line = Line(self._learners.start(), self._output, self._show, self._class)
                self._line.begin(in_place=self._in_place)
                self._learners.serve_aws(self._line.hello(START_SECONDS))
        except LearnerLost as error:
            self._learners.give_up(f"The learner process {error}.")
        for done in self._replay:  # cells, and imports of tests
            if isinstance(done, Cell):
                self._line.run(done.source, done.number)
            else:
                self._line.imports(done)
        return self._line

    def _share_imports(self, cell: Cell) -> None:
        """Import in the learner process too what the visible part of a test imports, as in one kernel."""
        for source in visible_imports(cell.source):
            if source not in self._replay:
                self._replay.append(source)
                if (line := self._line) is not None:
                    self._within_limits(lambda line=line, source=source: line.imports(source))  # type: ignore[misc]

    def _show(self, messages: tuple[Message, ...]) -> None:
        """Show in a test's cell what the learner's function showed; a value that it displays is no score."""
        for shown in messages:
            if shown.kind == "stream":
                self._shell.print_to(str(shown.content.get("name")), str(shown.content.get("text")))
            else:
                is_score = shown.kind == "execute_result" and not self._job.exact
                kind = "display_data" if is_score else shown.kind
                self._shell.recorder.send(None, kind, shown.content, buffers=list(shown.buffers))

    def _within_limits(self, action: Callable[[], T]) -> tuple[T | None, str]:
        """Do something within a cell's time; return what it gives, and why the learner process was lost, if it was."""
        seconds = min(self._job.limits.cell_seconds, self._ends - time.monotonic())
        if seconds <= 0:
            return None, "came too late: the time for the whole notebook was over"
        done, lost = None, ""
        with alarm(seconds, self._free) as clock:
            try:
                done = action()
            except CellTimeout:
                pass
            except LearnerLost as error:
                lost = f"ended Python itself ({error}): look for os._exit(), or for too much data at once"
        line = self._line
        if line is None:
            return done, lost
        if line.waiting or lost:  # in the middle of a request: stuck or gone
            self._line = None
            why = self._learners.end()
            line.close()
            stuck = f"did not end within {seconds:g} seconds: look for a loop that never stops"
            return done, why or (stuck if clock.rang else lost or _GONE.format(line.trouble))
        return done, ""

    def _free(self) -> None:
        """End a learner process that is being waited for."""
        if (line := self._line) is not None and line.waiting:
            self._learners.end()


class WorkersLearners:
    """Learner processes that the worker forks elsewhere; their lines come over the line to the worker."""

    def __init__(self, wire: Wire[Job | LearnerEnded], aws: str) -> None:
        self._wire, self._aws = wire, aws
        self._listener: socket.socket | None = None

    def start(self) -> Connection:
        """Ask for a learner process."""
        self._wire.send(StartLearner())
        try:
            connection = Connection(reduction.recv_handle(self._wire.connection))
            self._listener = socket.socket(fileno=reduction.recv_handle(connection))
        except (OSError, EOFError, RuntimeError) as error:
            raise LearnerLost(f"did not start: {error}") from None
        return connection

    def serve_aws(self, port: int) -> None:
        """Answer AWS calls on the socket that the learner process made in its own network."""
        if self._listener is not None:
            endpoint.serve(self._listener, port, self._aws)

    def end(self) -> str:
        """Let the worker end it."""
        self._wire.send(EndLearner())
        answer = self._wire.receive()
        return answer.why if isinstance(answer, LearnerEnded) else ""

    def give_up(self, why: str) -> NoReturn:
        """Tell the worker, and end at once: a test must not go on."""
        with suppress(WireError):
            self._wire.send(Finished(why))
        os._exit(1)


def main(connection: Connection, shell: Shell, namespace: Namespace) -> None:
    """Be an examiner for one notebook."""
    wire: Wire[Job | LearnerEnded] = Wire(connection, Job | LearnerEnded, limit=TRUSTED_BYTES)
    job = wire.receive()
    if not isinstance(job, Job):
        raise WireError("no job")
    examine(job, shell, namespace, WorkersLearners(wire, job.aws), wire.send)


def examine(
    job: Job, shell: Shell, namespace: Namespace, learners: Learners, send: Callable[[Ran | Finished], None]
) -> None:
    """Run a notebook's cells; send what comes of each, and the end."""
    shell.attach()
    exam = Exam(job, shell, namespace, learners)
    for cell in job.cells:
        send(exam.run(cell))
    send(Finished())


_GONE = "ended Python itself ({}): look for os._exit(), or for too much data at once"


def _error(name: str, text: str) -> Message:
    return Message("error", {"ename": name, "evalue": text, "traceback": [text]})


def _shown_case(cell: Cell, error: dict[str, Any]) -> Case:
    """Return the verdict on a test that ran beside the learner's code, and showed an error."""
    checked = error.get("ename") == "AssertionError"
    text = str(error.get("evalue", ""))
    message = text or "A check failed." if checked else f"{error.get('ename')}: {text}"
    hidden = hidden_lines(cell.source)
    lines = {int(line) for line in _LINE.findall(_ANSI.sub("", "".join(map(str, error.get("traceback", ())))))}
    return _case(cell, message, hidden=bool(hidden) and not (lines and lines.isdisjoint(hidden)), error=not checked)


def _case(cell: Cell, message: str = "", *, hidden: bool = False, error: bool = False) -> Case:
    points = 0 if message else cell.points
    return Case(name=cell.grade_id, points=points, max_points=cell.points, message=message, hidden=hidden, error=error)
