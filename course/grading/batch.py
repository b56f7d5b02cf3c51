"""Grading a class: which submissions are due, who grades them, and what is written when they are done."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import msgspec
from filelock import FileLock, Timeout
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SQLAlchemyError

from course.errors import CourseError
from course.grading.config import Grading
from course.grading.grade import Outcome, Task
from course.grading.gradebook import Writer
from course.grading.misconceptions import find
from course.grading.notebooks import submission
from course.grading.notebooks.submission import RefusedError
from course.grading.processes import sandbox
from course.grading.records import Record, Records

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from course.grading.processes.sandbox import Sandbox

TRIES = 2
"""How often a submission is tried in one run when the machine, not the learner, fails."""


class Promise(Protocol):
    """What will come of a task: a future of whichever kind."""

    def result(self) -> Outcome:
        """Return what came of it, or raise why nothing did."""


class Executor(Protocol):
    """Where submissions are graded: processes of this machine, or machines.

    `window` is how many tasks it is to have at once: enough to be busy, not more than memory holds.
    """

    window: int

    def check(self, box: Sandbox | None) -> None:
        """Raise `NoSandboxError` where nothing can be graded in this sandbox."""

    def submit(self, task: Task) -> Promise:
        """Grade a submission, now or later."""

    def wait(self, promises: Collection[Promise]) -> Collection[Promise]:
        """Wait until some of these are done; return those."""


@dataclass(frozen=True, slots=True)
class Due:
    """A submission that has to be graded, as often as it was not `tried`."""

    student: str
    folder: Path
    digest: str
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: learners graded, left as they were, and not graded with the reason."""

    graded: tuple[str, ...]
    kept: tuple[str, ...]
    not_graded: dict[str, str]
    seconds: dict[str, float]
    """What the run itself took, by stage: gradebook, write."""


class Batch:
    """One run over the submissions of an assignment. The only writer of the gradebook while it runs."""

    def __init__(self, coursedir: CourseDirectory, assignment: str, config: Config) -> None:
        self._coursedir, self._name = coursedir, assignment
        self._config = Grading(config=config)
        self._settings, self._box = self._config.settings(), self._config.box()
        self._records = Records(coursedir, assignment)
        self._seconds = {"gradebook": 0.0, "write": 0.0}
        with ExitStack() as opened:
            self._writer = opened.enter_context(Writer(coursedir, assignment, config))
            opened.enter_context(_alone(self._records.folder, assignment))
            self._opened = opened.pop_all()
        for half in self._records.folder.glob("half-*"):  # what a killed run left
            shutil.rmtree(half, ignore_errors=True)

    def run(
        self,
        executor: Executor,
        *,
        students: Collection[str] = (),
        force: bool = False,
        progress: Callable[[str, int, int], None] = lambda *_: None,
    ) -> Summary:
        """Grade what is due; `progress` is called with each learner's id, the number done and the number due."""
        executor.check(self._box)
        not_graded: dict[str, str] = {}
        due, kept = self._due(students, force=force, refused=not_graded)
        total, graded = len(due), []
        running: dict[Promise, Due] = {}
        while due or running:
            while due and len(running) < executor.window:
                each = due.pop(0)
                try:
                    running[executor.submit(self._task(each))] = each
                except RefusedError as error:  # it has changed since it was found
                    not_graded[each.student] = self._refuse(each.student, str(error), each.digest)
            for promise in executor.wait(running):
                each = running.pop(promise)
                outcome = self._outcome(promise, each)
                if outcome is None:
                    due.append(replace(each, tried=each.tried + 1))
                    continue
                if reason := self._keep(each, outcome):
                    not_graded[each.student] = reason
                else:
                    graded.append(each.student)
                progress(each.student, total - len(due) - len(running), total)
        return Summary(tuple(sorted(graded)), tuple(kept), not_graded, dict(self._seconds))

    def close(self) -> None:
        """Let the gradebook go, and the next run begin."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _task(self, due: Due) -> Task:
        return Task(
            student=due.student,
            files=submission.read(due.folder),
            assignment=self._writer.assignment,
            settings=self._settings,
            sandbox=self._box,
        )

    def _outcome(self, promise: Promise, due: Due) -> Outcome | None:
        """Return what came of a task; None where the machine failed, and it is to be tried again."""
        try:
            return promise.result()
        except Exception as error:  # noqa: BLE001 - a worker may fail in any way, and nobody else must suffer
            if due.tried + 1 < TRIES and not isinstance(error, sandbox.NoSandboxError):
                return None
            return Outcome(student=due.student, refused=_reason(error))

    def _due(self, students: Collection[str], *, force: bool, refused: dict[str, str]) -> tuple[list[Due], list[str]]:
        """Find the submissions; those that cannot be graded at all are noted in `refused`, and recorded."""
        due: list[Due] = []
        kept: list[str] = []
        for student, folder in self._submitted(students):
            try:
                submission.check_id(student)
                found = Due(student, folder, _digest(submission.read(folder)))
            except RefusedError as error:
                refused[_printable(student)] = self._refuse(student, str(error))
                continue
            record = self._records.read(student)
            finished = record is not None and record.graded and record.digest == found.digest
            if finished and not force and self._autograded(student).is_dir():
                kept.append(student)
            else:
                due.append(found)
        return due, kept

    def _submitted(self, students: Collection[str]) -> Iterator[tuple[str, Path]]:
        """Each learner's id and folder; `CourseError` for a learner who is asked for and handed nothing in."""
        root = Path(self._coursedir.root)
        pattern = self._coursedir.format_path(self._coursedir.submitted_directory, "*", self._name)
        at = Path(pattern).parts.index("*") if "*" in Path(pattern).parts else -1
        found = {path.parts[at]: path for path in sorted(root.glob(os.path.relpath(pattern, root)))}
        for student in students:
            if student not in found:
                raise CourseError(f"{student} has handed in nothing for '{self._name}' (looked for {pattern}).")
        return iter((s, p) for s, p in found.items() if not students or s in students)

    def _keep(self, due: Due, outcome: Outcome) -> str:
        """Write what came of a submission; return why it was not graded, if it was not."""
        try:
            return self._write(due, outcome)
        except RefusedError as error:  # it has changed since it was graded
            return self._refuse(due.student, str(error), due.digest)
        except (OSError, SQLAlchemyError) as error:
            why = f"it could not be written ({type(error).__name__}: {str(error).splitlines()[0]})"
            return self._refuse(due.student, f"{why}; it will be tried again in the next run", due.digest)

    def _write(self, due: Due, outcome: Outcome) -> str:
        if outcome.refused:
            return self._refuse(due.student, outcome.refused, due.digest)
        files = submission.read(due.folder)
        try:
            timestamp = parse_utc(files.get("timestamp.txt", b"").decode("utf-8", "replace").strip() or None)
        except (ValueError, OverflowError):
            return self._refuse(due.student, "its timestamp.txt is no date", due.digest)
        self._records.remove(due.student)
        with self._timed("gradebook"):
            self._writer.write(outcome, timestamp)
        with self._timed("write"):
            self._write_files(due, outcome, files)
            self._records.write(self._record(due, outcome))
        return ""

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[stage] += time.perf_counter() - started

    def _refuse(self, student: str, reason: str, digest: str = "") -> str:
        name = student if student.isprintable() and "/" not in student and len(student) <= submission.LONGEST_ID else ""
        if name and not name.startswith("."):
            self._records.write(
                Record(
                    student=student,
                    assignment=self._name,
                    digest=digest,
                    graded=False,
                    reason=reason,
                    when=_now(),
                    sandboxed=self._box is not None,
                )
            )
        return reason

    def _record(self, due: Due, outcome: Outcome) -> Record:
        bank = self._config.bank()
        courses = {course.name: course for course in self._writer.assignment.notebooks}
        results = {name: graded.result for name, graded in outcome.notebooks.items()}
        found = {n: find(result, bank(self._name, n) if bank else (), courses[n]) for n, result in results.items()}
        return Record(
            student=due.student,
            assignment=self._name,
            digest=due.digest,
            sandboxed=self._box is not None,
            when=_now(),
            notebooks=results,
            misconceptions=found,
        )

    def _autograded(self, student: str) -> Path:
        directory = self._coursedir.autograded_directory
        return Path(self._coursedir.root, self._coursedir.format_path(directory, student, self._name))

    def _write_files(self, due: Due, outcome: Outcome, handed: Mapping[str, bytes]) -> None:
        """Put the autograded notebooks, and the files beside them, where nbgrader has them: all at once."""
        target = self._autograded(due.student)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._records.folder.mkdir(parents=True, exist_ok=True)
        files = {name: content for name, content in handed.items() if not name.endswith(".ipynb")}
        files |= self._writer.assignment.files
        files |= {f"{name}.ipynb": graded.content for name, graded in outcome.notebooks.items()}
        shared = self._coursedir.groupshared
        with tempfile.TemporaryDirectory(dir=self._records.folder, prefix="half-") as half:
            folder = Path(half, "new")
            for name, content in files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                path.chmod(0o664 if shared else 0o444)
            if target.exists():
                target.rename(Path(half, "old"))
            folder.rename(target)
            if shared:
                target.chmod(0o2775)


@contextmanager
def _alone(records: Path, assignment: str) -> Iterator[None]:
    """Let no other process grade the assignment. The system lets the lock go when this one ends, however it does."""
    records.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(records.with_name(f"{assignment}.lock"), blocking=False):
            yield
    except Timeout:
        raise CourseError(f"{assignment} is being graded by another process: wait until it has ended.") from None


def _digest(files: Mapping[str, bytes]) -> str:
    """What tells one submission's files from another's."""
    return sha256(msgspec.msgpack.encode(files, order="deterministic")).hexdigest()


def _reason(error: Exception) -> str:
    if isinstance(error, CourseError):
        return str(error)
    return f"the grading process failed ({type(error).__name__}: {error}); it will be tried again in the next run"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() and c not in "<>&\"'" else "?" for c in text)[:80]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
