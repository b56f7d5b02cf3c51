"""Grading one notebook: a submission laid over the course's, run, and filled with what came of it."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import msgspec
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade

from course.grading import warm
from course.grading.job import Case, Cell, Job, Limits, Message, Ran
from course.grading.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.assignment import CourseNotebook
    from course.grading.sandbox import Sandbox


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How to grade.

    `exact` keeps to stock nbgrader where grading here differs on purpose; `aws` names the course's own AWS, as
    'module:class'.
    """

    limits: Limits = Limits()
    exact: bool = False
    aws: str = ""


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


class Engine:
    """Grades submissions of one notebook of a course. A context manager: its processes end with it."""

    def __init__(self, course: CourseNotebook, settings: Settings, box: Sandbox | None) -> None:
        self._course, self._settings = course, settings
        self._modules = warm.of(course.sources).modules
        self._worker = Worker(warm.of(course.sources), warm.of(course.sources), box)
        self._shared: dict[str, Ran] | None = None

    def run(self, notebook: NotebookNode, files: Mapping[str, bytes], notes: Sequence[str] = ()) -> NotebookResult:
        """Run a notebook's cells, put what they show into it, and return the verdicts.

        Its test cells are those that nbgrader's metadata marks as graded. A test cell's outputs say its verdict
        in nbgrader's own language, so that `determine_grade` gives the points. `NotGradedError` where the
        processes failed.
        """
        started = time.perf_counter()
        code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
        shared = self._shared_cells(files)
        cells = {n: self._cell(cell, n) for n, cell in enumerate(code, start=1)}
        to_run = {n: cell for n, cell in cells.items() if cell.role != "learner" or cell.source not in shared}
        finish = self._worker.run(self._job(tuple(to_run.values())), files)
        ran = dict(zip(to_run, finish.cells, strict=True)) | {
            n: shared[cell.source] for n, cell in cells.items() if n not in to_run
        }
        show = _Outputs(notebook)
        results = []
        for number, node in enumerate(code, start=1):
            outcome = self._in_nbgraders_words(cells[number], ran[number])
            show.fill(node, number, outcome.messages)
            if cells[number].role == "test":
                results.append(_verdict(node, cells[number], outcome))
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

    def _job(self, cells: tuple[Cell, ...]) -> Job:
        return Job(
            cells=cells,
            limits=self._settings.limits,
            imports=self._course.imports,
            modules=self._modules,
            aws=self._settings.aws,
        )

    def _cell(self, node: NotebookNode, number: int) -> Cell:
        about = node.metadata.get("nbgrader", {})
        name = about.get("grade_id", "")
        own = next((cell for cell in self._course.cells if cell.name == name), None)
        if own is not None and own.is_test:
            return Cell(
                role="test", source=node.source, number=number, grade_id=name, points=own.points or 0,
                same_process=own.same_process,
            )  # fmt: skip
        locked = own is not None and not own.is_learners
        return Cell(role="course" if locked else "learner", source=node.source, number=number, grade_id=name)

    def _shared_cells(self, files: Mapping[str, bytes]) -> dict[str, Ran]:
        """What the cells show that show the same to everyone: run once, in the course's own notebook."""
        if self._shared is None:
            self._shared = {}
            if self._course.shared:
                cells = tuple(
                    Cell(role="learner", source=source, number=number)
                    for number, source in enumerate(self._course.untracked, start=1)
                )
                ran = self._worker.run(self._job(cells), files).cells
                by_source = {cell.source: outcome for cell, outcome in zip(cells, ran, strict=True)}
                self._shared = {
                    source: by_source[source]
                    for source in self._course.shared
                    if not any(message.kind == "error" for message in by_source[source].messages)
                }
        return self._shared

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


def _verdict(node: NotebookNode, cell: Cell, ran: Ran) -> CellResult:
    """Return a test cell's verdict; see to it that its outputs say no better one, whatever cleared or changed them."""
    failed = not ran.cases or (len(ran.cases) == 1 and ran.cases[0].message)
    if failed and determine_grade(node)[0]:
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


class _Outputs:
    """Fills cells with outputs as nbclient does it from a kernel's messages, and the notebook with widgets' state."""

    def __init__(self, notebook: NotebookNode) -> None:
        self._client = NotebookClient(notebook, allow_errors=True)
        self._client.reset_execution_trackers()
        self._notebook = notebook

    def fill(self, cell: NotebookNode, number: int, messages: Sequence[Message]) -> None:
        """Fill one cell, the code cell of that number."""
        cell.outputs, cell.execution_count = [], number
        self._client.clear_before_next_output = False
        for shown in messages:
            self._add(cell, number, shown)

    def _add(self, cell: NotebookNode, number: int, message: Message) -> None:
        content = _checked(message)
        if content is None:
            return
        if message.kind == "execute_result":
            content["execution_count"] = number
        plain = {
            "msg_type": message.kind,
            "header": {"msg_type": message.kind},
            "parent_header": {"msg_id": str(number)},
            "metadata": {},
            "content": content,
            "buffers": list(message.buffers),
        }
        try:
            self._client.process_message(plain, cell, number)
        except (LookupError, TypeError, ValueError):
            return  # a message that only looks like one: it shows nothing

    def finish(self) -> None:
        """Put the widgets' state into the notebook."""
        self._client.set_widgets_metadata()


def _checked(message: Message) -> dict[str, Any] | None:
    """Return a message's content if a notebook can hold it, else None."""
    content = dict(message.content)
    match message.kind:
        case "stream":
            valid = content.get("name") in {"stdout", "stderr"} and isinstance(content.get("text"), str)
        case "error":
            lines = content.get("traceback")
            valid = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
            valid = valid and isinstance(content.get("ename"), str) and isinstance(content.get("evalue"), str)
        case "display_data" | "execute_result" | "update_display_data":
            data, metadata = content.get("data"), content.get("metadata")
            valid = isinstance(data, dict) and isinstance(metadata, dict | None)
            if valid and isinstance(data, dict):
                content["data"] = {kind: item for kind, item in data.items() if _is_shown(kind, item)}
                content["metadata"] = metadata or {}
                content["transient"] = content.get("transient") if isinstance(content.get("transient"), dict) else {}
        case "clear_output":
            valid = isinstance(content.get("wait"), bool)
        case _:
            valid = isinstance(content.get("data"), dict) and isinstance(content.get("comm_id"), str)
    return content if valid else None


def _is_shown(kind: str, item: object) -> bool:
    if kind.endswith("json"):
        return True
    return isinstance(item, str) or (isinstance(item, list) and all(isinstance(line, str) for line in item))


def graded_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells of a notebook that earn points."""
    return [cell for cell in notebook.cells if is_grade(cell)]
