"""How a class did, by exercise and by case: classical item analysis, and what the records tell besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from course.grading.misconceptions import Found
    from course.grading.pages.results import Item, Key, Results
    from course.grading.records import Record
    from course.grading.talk.job import Case

    Floats = NDArray[np.float64]

FEWEST = 10
"""With fewer learners, a correlation says nothing."""
SEVERAL = 3
"""As many answers have to be alike before anybody is told of it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a class earned on an exercise or a case.

    `mean` is the share of its points that was earned, from 0 (nobody) to 1: its difficulty. `full` counts who earned
    all. `discrimination` is the item-rest correlation, from -1 to 1: whether those who do well elsewhere do well here;
    None where it is not defined, as `why_not` says.
    """

    notebook: str
    name: str
    question: str
    points: float
    mean: float
    full: int
    discrimination: float | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Misconceived:
    """A misconception and the learners whose answers look like it; of `unsure` ones, they look like another too."""

    answer: str
    name: str
    why: str
    learners: tuple[str, ...]
    unsure: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many learners."""
        return len(self.learners) + len(self.unsure)


@dataclass(frozen=True, slots=True)
class Alike:
    """Learners whose answers are all the same, and how many answers these are."""

    learners: tuple[str, ...]
    answers: int


def by_exercise(results: Results) -> list[Figures]:
    """Return the figures of each exercise, in the notebooks' order."""
    parts: dict[Key, list[Item]] = {}
    for item in results.items:
        parts.setdefault(item.exercise, []).append(item)
    total = _totals(results)
    return [
        _figures(
            exercise, "", sum(item.points for item in items), np.sum([_earned(results, i) for i in items], 0), total
        )
        for exercise, items in parts.items()
    ]


def by_case(results: Results) -> list[Figures]:
    """Return the figures of each case; a graded cell without cases of its own is one."""
    total, told = _totals(results), _cases(results.records.values())
    figures = []
    for item in results.items:
        by_learner = told.get(item.key, {})
        names = {case.name: case.max_points for cases in by_learner.values() if len(cases) > 1 for case in cases}
        for name, points in names.items():
            cases = [by_learner.get(learner.name, ()) for learner in results.learners]
            earned = np.array([sum(case.points for case in those if case.name == name) for those in cases])
            figures.append(_figures(item.key, f"{item.question} ({name})", points, earned, total))
        if not names:
            figures.append(_figures(item.key, item.question, item.points, _earned(results, item), total))
    return figures


def misconceptions(records: Iterable[Record]) -> list[Misconceived]:
    """Return the misconceptions that were seen, the most frequent first."""
    seen: dict[tuple[str, str], list[tuple[str, Found]]] = {}
    for record in records:
        for found in (found for notebook in record.misconceptions.values() for found in notebook):
            seen.setdefault((found.answer, found.name), []).append((record.student, found))
    summed = [
        Misconceived(
            answer=answer,
            name=name,
            why=those[0][1].why,
            learners=tuple(who for who, found in those if found.sure),
            unsure=tuple(who for who, found in those if not found.sure),
        )
        for (answer, name), those in seen.items()
    ]
    return sorted(summed, key=lambda each: (-each.count, each.answer, each.name))


def alike(records: Iterable[Record]) -> list[Alike]:
    """Return the groups of learners whose answers are all the same, where they are several."""
    groups: dict[frozenset[tuple[str, str, str]], list[str]] = {}
    for record in records:
        answers = frozenset(
            (notebook, name, digest)
            for notebook, result in record.notebooks.items()
            for name, digest in result.answers.items()
        )
        if len(answers) >= SEVERAL:
            groups.setdefault(answers, []).append(record.student)
    found = [Alike(tuple(who), len(answers)) for answers, who in groups.items() if len(who) > 1]
    return sorted(found, key=lambda each: (-each.answers, each.learners))


def _figures(key: Key, question: str, points: float, earned: Floats, total: Floats) -> Figures:
    rest = total - earned
    correlation, why_not = None, ""
    if len(total) < FEWEST:
        why_not = "too few"
    elif np.isclose(earned.std(), 0) or np.isclose(rest.std(), 0):
        why_not = "all alike"
    else:
        correlation = float(np.corrcoef(earned, rest)[0, 1])
    return Figures(
        notebook=key[0],
        name=key[1],
        question=question,
        points=points,
        mean=float(earned.mean() / points) if points and len(total) else 0.0,
        full=int((earned >= points).sum()),
        discrimination=correlation,
        why_not=why_not,
    )


def _totals(results: Results) -> Floats:
    return np.array([sum(learner.points.values()) for learner in results.learners], dtype=float)


def _earned(results: Results, item: Item) -> Floats:
    return np.array([learner.points.get(item.key, 0.0) for learner in results.learners], dtype=float)


def _cases(records: Iterable[Record]) -> dict[Key, dict[str, tuple[Case, ...]]]:
    """The verdicts on each test cell, by learner."""
    found: dict[Key, dict[str, tuple[Case, ...]]] = {}
    for record in records:
        for notebook, result in record.notebooks.items():
            for cell in result.cells:
                found.setdefault((notebook, cell.name), {})[record.student] = cell.cases
    return found
