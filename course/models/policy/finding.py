"""What is wrong with a policy, where, and how to mend it; and the error that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from course.errors import CourseError

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a policy's text. `line` and `column` count from 1; `problem` and `mend` are clauses, not sentences.

    An error is what AWS refuses or cannot evaluate; a warning is what AWS takes, though its author hardly means it.
    """

    severity: Severity
    line: int
    column: int
    problem: str
    mend: str

    def __str__(self) -> str:
        """The finding as one sentence: the place, the fault, what to do."""
        return f"Line {self.line}, column {self.column}: {self.problem}; {self.mend}."


class PolicyError(CourseError, ValueError):
    """A policy that IAM refuses, or a request that a policy cannot decide; said in one sentence.

    `finding` is where and how to mend it, None where no place in a text is at fault.
    """

    def __init__(self, fault: Finding | str) -> None:
        self.finding = fault if isinstance(fault, Finding) else None
        super().__init__(str(fault))
