"""Running an exercise's answers against its cases, in this process: what passes, what fails, and how."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.authoring.source import Case, Exercise


def attempt(exercise: Exercise, answer: str) -> dict[str, BaseException | None]:
    """Run a learner's cell, then each case on its own: case name -> what it raised, None when it passed.

    An answer that cannot be run at all fails every case with the same error.
    """
    namespace: dict[str, object] = {"__name__": "__main__"}
    error = _run(answer, exercise.name, namespace)
    if error is not None:
        return {case.name: error for case in exercise.cases}
    return {case.name: _run(case.source, _grade_id(exercise, case), dict(namespace)) for case in exercise.cases}


def outcomes(exercise: Exercise, answer: str) -> dict[str, str | None]:
    """Like `attempt`, with the failure as a notebook shows it: an assertion's message, else 'Type: message'."""
    return {name: None if error is None else text(error) for name, error in attempt(exercise, answer).items()}


def text(error: BaseException) -> str:
    """The message of a failed case."""
    return str(error) if type(error) is AssertionError else f"{type(error).__name__}: {error}"


def _grade_id(exercise: Exercise, case: Case) -> str:
    return f"{exercise.name}-{case.name}"


def _run(source: str, name: str, namespace: dict[str, object]) -> BaseException | None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(compile(source, f"<{name}>", "exec"), namespace)  # noqa: S102 - this is what the module is for
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a wrong answer may raise anything
            return error
    return None
