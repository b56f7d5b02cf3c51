"""What the examiner asks of the learner process, and what that answers.

A request is answered once, before the next. While a `Call` runs, the learner process may call back a function
that it was given; nothing else is ever sent unasked.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from course.grading.talk.job import Message


class Run(Struct, frozen=True, tag=True):
    """Run a cell, as number so and so. What it shows may take so many bytes of text, and of anything else."""

    source: str
    number: int
    text_left: int
    display_left: int


class Get(Struct, frozen=True, tag=True):
    """Say what a name stands for."""

    name: str


class Call(Struct, frozen=True, tag=True):
    """Call a function, by the number that was given for it, with encoded (args, kwargs)."""

    function: int
    arguments: bytes
    text_left: int = 0
    display_left: int = 0


class Import(Struct, frozen=True, tag=True):
    """Run import statements of the course's own, quietly: what a test cell imports, its kernel has imported."""

    source: str


class Hello(Struct, frozen=True, tag=True):
    """The first message: the learner process is ready, and AWS is expected at this port of its loopback, or none."""

    port: int = 0


class Shown(Struct, frozen=True, tag=True):
    """A cell was run, or imports were made."""

    messages: tuple[Message, ...] = ()


class Named(Struct, frozen=True, tag=True):
    """What a name stands for: `data` is encoded (functions too), `text` names a module or an exception's types."""

    kind: Literal["absent", "value", "module", "exception"]
    data: bytes = b""
    text: tuple[str, ...] = ()


class Returned(Struct, frozen=True, tag=True):
    """A call came back with an encoded value; `arguments` are its encoded (args, kwargs) if it changed them."""

    data: bytes
    messages: tuple[Message, ...] = ()
    arguments: bytes = b""


class Raised(Struct, frozen=True, tag=True):
    """A call, or the encoding of its value, raised.

    `types` are the names of the exception's class and its bases, `data` its encoded arguments if they are plain
    data, `where` the line of the learner's own code.
    """

    types: tuple[str, ...]
    text: str
    where: str = ""
    data: bytes = b""
    messages: tuple[Message, ...] = ()


Request = Run | Get | Call | Import | Returned | Raised
Answer = Hello | Shown | Named | Returned | Raised | Call
ANSWER_BYTES = 48 * 2**20
"""The longest answer in bytes: all that a notebook may show, and a value."""


class StartLearner(Struct, frozen=True, tag=True):
    """An examiner asks the worker for a learner process: the line to it comes as a handle."""


class EndLearner(Struct, frozen=True, tag=True):
    """An examiner asks the worker to end the learner process; `LearnerEnded` answers."""


class LearnerEnded(Struct, frozen=True, tag=True):
    """What a learner process was stopped for, or nothing."""

    why: str = ""


class Finished(Struct, frozen=True, tag=True):
    """An examiner has run every cell; or it cannot go on, for a reason that is not the learner's."""

    trouble: str = ""
