"""What is kept of each submission beside nbgrader's gradebook: verdicts by case, notes, and why one was not graded.

One JSON file for each learner, in autograded/.grading/<assignment>/, written after everything else: without it, a
submission is graded again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from course.files import write_whole
from course.grading.engine import NotebookResult
from course.grading.misconceptions import Found

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

FOLDER = ".grading"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One submission's grading. `digest` is that of its files; `reason` says why it was not graded, if it was not."""

    student: str
    assignment: str
    digest: str = ""
    graded: bool = True
    reason: str = ""
    sandboxed: bool = True
    when: str = ""
    notebooks: dict[str, NotebookResult] = {}
    misconceptions: dict[str, tuple[Found, ...]] = {}


class Records:
    """The records of one assignment."""

    def __init__(self, coursedir: CourseDirectory, assignment: str) -> None:
        autograded = coursedir.format_path(coursedir.autograded_directory, "", "")
        self.folder = Path(coursedir.root, autograded) / FOLDER / assignment

    def read(self, student: str) -> Record | None:
        """Return a learner's record; None where there is none that can be read."""
        try:
            return msgspec.json.decode(self._path(student).read_bytes(), type=Record)
        except (OSError, msgspec.MsgspecError):
            return None

    def all(self) -> list[Record]:
        """Return every record, by learner."""
        found = [self.read(path.stem) for path in sorted(self.folder.glob("*.json"))]
        return [record for record in found if record is not None]

    def write(self, record: Record) -> None:
        """Write a record, whole or not at all."""
        write_whole(self._path(record.student), msgspec.json.format(msgspec.json.encode(record), indent=1))

    def remove(self, student: str) -> None:
        """Forget a learner's record: what follows is not finished yet."""
        self._path(student).unlink(missing_ok=True)

    def _path(self, student: str) -> Path:
        return self.folder / f"{student}.json"
