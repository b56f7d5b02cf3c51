"""What grading a learner's notebook says: points and a verdict for each exercise and each of its cases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The verdict on one behaviour.

    `points` is what the case is worth; it is paid in full or not at all. `message` says why it failed, for
    the learner's eyes: `hidden` tells that the failure arose from inputs that the learner cannot see, and
    then `message` never names them. `error` tells that the code stopped instead of giving a wrong answer.
    `mark` tells one failure from another without telling what it was.
    """

    name: str
    question: str
    points: float
    passed: bool
    message: str = ""
    hidden: bool = False
    error: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The misconception that an answer looks like. `exact` when it fails in the very same words."""

    misconception: str
    why: str
    exact: bool


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """The verdicts on one exercise. `started` is False while the learner's cell is still the stub."""

    name: str
    title: str
    cases: tuple[CaseResult, ...]
    started: bool = True
    diagnosis: Diagnosis | None = None

    @property
    def points(self) -> float:
        """The points earned."""
        return sum(case.points for case in self.cases if case.passed)

    @property
    def max_points(self) -> float:
        """The points that can be earned."""
        return sum(case.points for case in self.cases)

    @property
    def failed(self) -> frozenset[str]:
        """The names of the cases that failed."""
        return frozenset(case.name for case in self.cases if not case.passed)


@dataclass(frozen=True, slots=True)
class Result:
    """The verdicts on one chapter's notebook, in the notebook's order.

    `complete` is False where the hidden cases were not at hand (a class that installed the wheel alone).
    `notices` are sentences about the run as a whole, such as a cell that never ended.
    """

    chapter: str
    exercises: tuple[ExerciseResult, ...]
    complete: bool = True
    notices: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points earned."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_points(self) -> float:
        """The points that can be earned."""
        return sum(exercise.max_points for exercise in self.exercises)
