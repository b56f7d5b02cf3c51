"""What one notebook's grading is made of: the cells to run, the limits they run under, what came of each."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Role = Literal["learner", "course", "test"]
"""Whose cell it is: the learner's own, a locked cell of the course that tests may build on, or a test."""

TRUSTED_BYTES = 256 * 2**20
"""The longest message between processes of ours, in bytes."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission may use. Seconds are wall-clock seconds unless they say CPU; sizes are bytes."""

    cell_seconds: float = 20
    cell_cpu_seconds: int = 20
    notebook_seconds: float = 300
    notebook_cpu_seconds: int = 120
    memory: int = 2 * 2**30
    processes: int = 64
    open_files: int = 256
    file_size: int = 64 * 2**20
    scratch: int = 256 * 2**20
    scratch_files: int = 10_000
    text_output: int = 2**20
    """What all cells together may print."""
    display_output: int = 8 * 2**20
    """What all cells together may display: figures, tables, the state of widgets."""
    replacements: int = 8
    """How many learner processes may be lost and replaced."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A code cell to run; `number` is its execution count.

    `same_process` tells of a test that it runs in the learner process, beside the learner's code, and `in_place` that
    what a function does to its arguments is done to the test's. `gives` are the names that are the learner's from this
    cell on, whatever an earlier test called so. `answer` names the
    answer that a cell belongs to, if a process lost by one of its cells shall cost the other tests of that answer too.
    """

    role: Role
    source: str
    number: int
    grade_id: str = ""
    points: float = 0
    same_process: bool = False
    in_place: bool = False
    gives: tuple[str, ...] = ()
    answer: str = ""


class Job(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A notebook to run, for an examiner.

    `imports` are the import statements of the course's own cells by the name that they bind, `modules` those that any
    of its cells imports; `aws` names the class that answers AWS calls, as 'module:class'. With `exact` a value that the
    learner's function displays is a score, as in nbgrader.
    """

    cells: tuple[Cell, ...]
    limits: Limits
    imports: dict[str, str] = {}
    modules: tuple[str, ...] = ()
    aws: str = ""
    exact: bool = False


class Message(msgspec.Struct, frozen=True):
    """What a cell shows, as Jupyter's messaging has it: the message's type, content and buffers."""

    kind: str
    content: dict[str, Any]
    buffers: tuple[bytes, ...] = ()


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one behaviour that a test cell asks about.

    `message` says why it failed. `hidden` tells that it failed on inputs that the learner cannot see; then
    `message` is for the instructor. `error` tells that the code stopped instead of giving a wrong answer.
    """

    name: str
    points: float
    max_points: float
    message: str = ""
    hidden: bool = False
    error: bool = False


class Ran(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What came of one cell: its messages in order, and of a test cell the cases.

    `lost` says why the learner process was lost in it, if it was. `changed` tells of a test that a function changed its
    arguments, and the test did not see it. `seconds` and `cpu_seconds` are what it took, the latter in the examiner
    process.
    """

    messages: tuple[Message, ...] = ()
    cases: tuple[Case, ...] = ()
    lost: str = ""
    changed: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0
