"""Which misconception a learner's answer looks like, from the exercise's own bank of wrong answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from course.study.bank import exercises
from course.study.result import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from course.authoring.source import Exercise
    from course.study.result import CaseResult, ExerciseResult, Result

    Attempt = Callable[[str, str], Sequence[CaseResult]]


def diagnose(result: Result, attempt: Attempt) -> Result:
    """Return the result with a diagnosis for each exercise whose failures are those of a misconception.

    `attempt` grades an answer, the text of a cell, to the exercise of a name. Where the exercises are not at hand (a
    class that installed the wheel alone) the result comes back as it was.
    """
    if not any(graded.started and graded.failed for graded in result.exercises):
        return result
    bank = exercises(result.chapter)
    return replace(
        result,
        exercises=tuple(
            replace(graded, diagnosis=_diagnosis(graded, bank.get(graded.name), attempt)) for graded in result.exercises
        ),
    )


def _diagnosis(graded: ExerciseResult, exercise: Exercise | None, attempt: Attempt) -> Diagnosis | None:
    """Return the misconception that fails in the same words, else the only one that fails the same cases."""
    if exercise is None or not graded.started or not graded.failed:
        return None
    alike = [m for m in exercise.misconceptions if graded.failed == frozenset(m.caught_by)]
    words = [case.mark for case in graded.cases]
    for misconception in alike:
        if words == [case.mark for case in attempt(graded.name, misconception.source)]:
            return Diagnosis(misconception.name, misconception.why, exact=True)
    if len(alike) == 1 and not any(case.error for case in graded.cases if not case.passed):
        return Diagnosis(alike[0].name, alike[0].why, exact=False)
    return None
