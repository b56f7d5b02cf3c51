"""Grading one notebook: a submission laid over the course's, run, and filled with what came of it."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import msgspec
from filelock import FileLock
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from course.files import write_whole
from course.grading.notebooks.outputs import Outputs
from course.grading.notebooks.overlay import grade_id
from course.grading.notebooks.writing import Writer
from course.grading.processes import runner, warm
from course.grading.reference import Way, gives, needed, worse
from course.grading.spare import spared
from course.grading.talk.job import Case, Cell, Job, Limits, Message, Ran

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from course.grading.notebooks.assignment import CourseNotebook
    from course.grading.processes.sandbox import Sandbox


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How to grade.

    `exact` keeps to stock nbgrader where grading here differs on purpose; `aws` names the course's own AWS, as
    'module:class'; `outputs` is what nbgrader_config.py says of nbgrader's own IgnorePattern and LimitOutput.
    """

    limits: Limits = Limits()
    exact: bool = False
    aws: str = ""
    outputs: dict[str, dict[str, Any]] = {}


class CellResult(msgspec.Struct, frozen=True, kw_only=True):
    """A test cell's verdict: its cases, and what they are worth together by nbgrader's own rule."""

    name: str
    points: float
    max_points: float
    cases: tuple[Case, ...]
    lost: str = ""
    weak: bool = False
    """It ran beside the learner's code, which could have meddled with it."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of a notebook's grading: to start processes, in learner's cells, in test cells; CPU of all processes."""

    start: float = 0.0
    cells: float = 0.0
    exam: float = 0.0
    all: float = 0.0
    cpu: float = 0.0


class NotebookResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one notebook.

    `answers` are digests of the answers that are not as released, by grade id: who wrote the same, has the same.
    """

    name: str
    cells: tuple[CellResult, ...]
    notes: tuple[str, ...] = ()
    timing: Timing = Timing()
    answers: dict[str, str] = {}

    def answered(self, name: str) -> bool:
        """Whether the learner changed an answer at all."""
        return name in self.answers


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of the course's own notebook tells.

    `ways` says how tests have to be asked, by grade id. `shared` is what those cells show, by their text, that show the
    same to everyone.
    """

    ways: dict[str, Way]
    shared: dict[str, Ran]


class Engine:
    """Grades submissions of one notebook of a course. A context manager: its processes end with it."""

    def __init__(
        self,
        course: CourseNotebook,
        settings: Settings,
        box: Sandbox | None,
        files: Mapping[str, bytes] | None = None,
        found_out: Path | None = None,
    ) -> None:
        """Start its processes; `files` are the course's own, beside its notebook.

        Engines for the same notebook, in processes side by side, find out together what the course's own run tells: it
        is in the file `found_out`.
        """
        self._course, self._settings, self._files = course, settings, files or {}
        self._cells = {cell.name: cell for cell in course.cells}
        self._gives = gives(course)
        self._found_out = found_out
        warmth = warm.of(course.sources, settings.aws)
        self._modules = warmth.modules
        self._worker = runner.start(warmth, box)
        self._known: Known | None = None
        self.writer = Writer()
        """Writes the notebooks that were run."""

    def run(self, notebook: NotebookNode, files: Mapping[str, bytes], notes: Sequence[str] = ()) -> NotebookResult:
        """Run a notebook's cells, put what they show into it, and return the verdicts.

        Its test cells are those that nbgrader's metadata marks as graded. A test cell's outputs say its verdict
        in nbgrader's own language, so that `determine_grade` gives the points. `NotGradedError` where the
        processes failed.
        """
        if self._known is None:
            self._known = self._find_out()
            self.writer = Writer(message for ran in self._known.shared.values() for message in ran.messages)
        shared = self._known.shared
        started = time.perf_counter()
        code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
        cells = {n: self._cell(grade_id(cell), cell.source, n) for n, cell in enumerate(code, start=1)}
        left_out = spared(cells, {source: self._course.shared[source] for source in shared})
        to_run = {n: cell for n, cell in cells.items() if n not in left_out}
        finish = self._worker.run(self._job(to_run.values()), files)
        ran = dict(zip(to_run, finish.cells, strict=True))
        ran |= worse(to_run, ran, lambda tried: self._worker.run(self._job(tried), files).cells, self._points)
        ran |= {n: shared[cell.source] for n, cell in cells.items() if n not in to_run}
        show = Outputs(notebook)
        results = []
        for number, node in enumerate(code, start=1):
            outcome = self._in_nbgraders_words(cells[number], ran[number])
            show.fill(node, number, outcome.messages, is_test=cells[number].role == "test")
            if cells[number].role == "test":
                results.append(self._verdict(node, cells[number], outcome))
        show.finish()
        timing = Timing(
            start=finish.start_seconds,
            cells=sum(ran[n].seconds for n in to_run if cells[n].role != "test"),
            exam=sum(ran[n].seconds for n in to_run if cells[n].role == "test"),
            all=time.perf_counter() - started,
            cpu=finish.cpu_seconds,
        )
        return NotebookResult(name=self._course.name, cells=tuple(results), notes=tuple(notes), timing=timing)

    def close(self) -> None:
        """End its processes."""
        self._worker.close()

    def _job(self, cells: Iterable[Cell]) -> Job:
        return Job(
            cells=tuple(cells),
            limits=self._settings.limits,
            imports=self._course.imports,
            modules=self._modules,
            aws=self._settings.aws,
            exact=self._settings.exact,
        )

    def _cell(self, name: str, source: str, number: int) -> Cell:
        own = self._cells.get(name)
        if own is not None and own.is_test:
            way = self._known.ways.get(name) if self._known else None
            return Cell(
                role="test", source=source, number=number, grade_id=name, points=own.points or 0,
                same_process=bool(own.same_process) or way == "same_process", in_place=way == "in_place",
            )  # fmt: skip
        locked = own is not None and not own.is_learners
        gives = self._gives.get(name or source, ())
        return Cell(role="course" if locked else "learner", source=source, number=number, grade_id=name, gives=gives)

    def _find_out(self) -> Known:
        """Return what a run of the course's own notebook tells; run it where no engine beside this one has."""
        if self._found_out is None:
            return self._run_own()
        with FileLock(self._found_out.with_suffix(".lock")):
            if not self._found_out.exists():
                write_whole(self._found_out, msgspec.msgpack.encode(self._run_own()))
            return msgspec.msgpack.decode(self._found_out.read_bytes(), type=Known)

    def _run_own(self) -> Known:
        """Run the course's own notebook, with its solutions."""
        code = [(name, source) for name, source in self._course.solved if source.strip()]
        cells = [self._cell(name, source, number) for number, (name, source) in enumerate(code, start=1)]
        ran = self._own(cells)
        settled = {cell.name for cell in self._course.cells if cell.same_process is not None}
        shared = {
            cell.source: outcome
            for cell, outcome in zip(cells, ran, strict=True)
            if cell.source in self._course.shared and not any(m.kind == "error" for m in outcome.messages)
        }
        return Known(ways=needed(cells, ran, self._own, self._points, settled), shared=shared)

    def _own(self, cells: Sequence[Cell]) -> list[Ran]:
        """Run the course's own cells."""
        return self._worker.run(self._job(cells), self._files).cells if cells else []

    def _points(self, cell: Cell, ran: Ran) -> float:
        """What a test cell earned by what came of it."""
        if cell.role != "test":
            return 0
        about = {"grade": True, "grade_id": cell.grade_id, "points": cell.points}
        node = NotebookNode(cell_type="code", source=cell.source, metadata=NotebookNode(nbgrader=about))
        outcome = self._in_nbgraders_words(cell, ran)
        Outputs(NotebookNode(cells=[node])).fill(node, cell.number, outcome.messages, is_test=True)
        return self._verdict(node, cell, outcome).points

    def _in_nbgraders_words(self, cell: Cell, ran: Ran) -> Ran:
        """Let a test cell's messages say its verdict as nbgrader reads it; unless `exact`, with our differences."""
        if cell.role != "test":
            return ran
        messages: list[Message] = []
        for message in ran.messages:
            if self._settings.exact:
                messages.append(message)
            elif message.kind == "stream":  # text on stderr does not cost points
                messages.append(Message("stream", {"name": "stdout", "text": message.content.get("text", "")}))
            elif message.kind == "execute_result" and (wrong := _no_score(message, cell.points)):
                text = f"The test gave {wrong}, which is no score from 0 to {cell.points:g}."
                messages.append(_error("NoScore", text))
            else:
                messages.append(message)
        return msgspec.structs.replace(ran, messages=tuple(messages))

    def _verdict(self, node: NotebookNode, cell: Cell, ran: Ran) -> CellResult:
        """Return a test cell's verdict; see to it that its outputs say no better one, whatever changed them."""
        failed = not ran.cases or (len(ran.cases) == 1 and ran.cases[0].message)
        if failed and determine_grade(node)[0] and not self._settings.exact:
            why = ran.cases[0].message if ran.cases else "There is no verdict."
            node.outputs.append(NotebookNode(output_type="error", ename="NotPassed", evalue=why, traceback=[why]))
            node.outputs.insert(0, node.outputs.pop())  # nbgrader goes by the first that says something
        points, most = (float(found or 0) for found in determine_grade(node))
        cases = ran.cases
        if len(cases) == 1 and cases[0].points != points:  # partial credit, or an output that is no score
            message = cases[0].message or next((o.evalue for o in node.outputs if o.output_type == "error"), "")
            message = message or (f"It earned {points:g} of {most:g} points." if points < most else "")
            cases = (msgspec.structs.replace(cases[0], points=points, message=message),)
        return CellResult(
            name=cell.grade_id, points=points, max_points=most, cases=cases, lost=ran.lost, weak=cell.same_process
        )


def _error(name: str, text: str) -> Message:
    return Message("error", {"ename": name, "evalue": text, "traceback": [text]})


def _no_score(message: Message, points: float) -> str:
    """Return the number that a test cell gave as its score and that is none; nothing where all is well."""
    data = message.content.get("data")
    text = str(data.get("text/plain", "")) if isinstance(data, dict) else ""
    try:
        number = float(text)
    except ValueError:
        return ""
    return "" if 0 <= number <= points and not math.isnan(number) else text
