"""Which misconception a learner's answer looks like, from the exercise's own bank of wrong answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from course.authoring import contract
from course.study.bank import exercises
from course.study.engine import mark
from course.study.result import Diagnosis

if TYPE_CHECKING:
    from course.authoring.source import Exercise, Misconception
    from course.study.result import ExerciseResult, Result


def diagnose(result: Result) -> Result:
    """Return the result with a diagnosis for each exercise whose failures are those of a misconception.

    It runs misconceptions in this process, in a fresh offline AWS. Where the exercises are not at hand (a
    class that installed the wheel alone) the result comes back as it was.
    """
    bank = exercises(result.chapter)
    return replace(
        result,
        exercises=tuple(
            replace(graded, diagnosis=_diagnosis(graded, bank.get(graded.name))) for graded in result.exercises
        ),
    )


def _diagnosis(graded: ExerciseResult, exercise: Exercise | None) -> Diagnosis | None:
    """Return the misconception that fails in the same words, else the only one that fails the same cases."""
    if exercise is None or not graded.started or not graded.failed:
        return None
    alike = [m for m in exercise.misconceptions if graded.failed == frozenset(m.caught_by)]
    for misconception in alike:
        if _same_words(graded, exercise, misconception):
            return Diagnosis(misconception.name, misconception.why, exact=True)
    if len(alike) == 1 and not any(case.error for case in graded.cases if not case.passed):
        return Diagnosis(alike[0].name, alike[0].why, exact=False)
    return None


def _same_words(graded: ExerciseResult, exercise: Exercise, misconception: Misconception) -> bool:
    outcomes = contract.outcomes(exercise, misconception.source)
    return all(case.mark == mark(outcomes.get(case.name) or "") for case in graded.cases)
