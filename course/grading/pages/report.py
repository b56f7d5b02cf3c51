"""A class's report on one assignment: one HTML page that needs nothing beside it, runs nothing and asks for nothing."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from course.grading.pages import items, plots, results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbgrader.coursedir import CourseDirectory

    from course.grading.engine import CellResult
    from course.grading.pages.items import Figures, Misconceived
    from course.grading.pages.plots import Plot
    from course.grading.pages.results import Results

MOST_DRAWN = 15
"""More misconceptions than this are in the table alone."""
RANGES = 10
"""Into how many ranges scores are counted."""


def write(coursedir: CourseDirectory, assignment: str, output: Path | None = None) -> Path:
    """Write the report and return its path; `AssignmentError` where the gradebook does not have the assignment."""
    path = output or Path(coursedir.root, f"report-{assignment}.html")
    path.write_text(page(results.load(coursedir, assignment)), encoding="utf-8")
    return path


def page(found: Results) -> str:
    """Return the report."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"share": _share, "points": _points, "name": _name}
    return environment.get_template("report.html.j2").render(_shown(found))


def _shown(found: Results) -> dict[str, Any]:
    """What the template shows."""
    graded = [found.records[who] for who in sorted(found.records) if found.records[who].graded]
    notebooks = [(r.student, name, result) for r in graded for name, result in r.notebooks.items()]
    tests = [(who, name, cell) for who, name, result in notebooks for cell in result.cells]
    scores = [learner.score for learner in found.learners]
    exercises = items.by_exercise(found)
    misconceptions = items.misconceptions(graded)
    return {
        "found": found,
        "made": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "mean": mean(scores) if scores else 0.0,
        "median": median(scores) if scores else 0.0,
        "ranges": _ranges(scores, found.max_score),
        "histogram": _histogram(scores, found.max_score),
        "exercises": exercises,
        "difficulty": _difficulty(exercises),
        "cases": items.by_case(found),
        "fewest": items.FEWEST,
        "misconceptions": misconceptions,
        "frequent": _frequent(misconceptions[:MOST_DRAWN]),
        "stopped": [(who, name, cell.name, why) for who, name, cell in tests if (why := _stopped(cell))],
        "weak": sorted({(name, cell.name) for _, name, cell in tests if cell.weak}),
        "alike": items.alike(graded),
        "notes": [(who, note) for who, _, result in notebooks for note in result.notes],
        "unsandboxed": [record.student for record in graded if not record.sandboxed],
    }


def _stopped(cell: CellResult) -> str:
    """Why a learner's code was stopped in a test, or gone, in words that continue 'Their code'; empty if it was not."""
    late = any(case.error and "did not end in time" in case.message for case in cell.cases)
    return cell.lost or ("did not end in time" if late else "")


def _ranges(scores: Sequence[float], most: float) -> dict[str, int]:
    """How many learners have a score in each tenth of all points; the last one includes them all."""
    step = 100 // RANGES
    names = [f"{low}-{low + step}" for low in range(0, 100, step)]
    places = [min(RANGES - 1, int(RANGES * score / most)) if most else 0 for score in scores]
    return {name: places.count(place) for place, name in enumerate(names)}


def _histogram(scores: Sequence[float], most: float) -> Plot | None:
    if not scores:
        return None
    ranges = _ranges(scores, most)
    alt = (
        f"Histogram of the scores of {len(scores)} learners, from {_points(min(scores))} to {_points(max(scores))} of "
        f"{_points(most)} points, median {_points(median(scores))}. The table below has its numbers."
    )
    return plots.histogram(list(ranges.values()), list(ranges), alt)


def _difficulty(exercises: Sequence[Figures]) -> Plot | None:
    if not exercises:
        return None
    hard, easy = (pick(exercises, key=lambda each: each.mean) for pick in (min, max))
    alt = (
        f"Bars of the mean share of points by exercise, from {_share(hard.mean)} in {hard.name} to {_share(easy.mean)} "
        f"in {easy.name}, and beside them the discrimination. The table below has their numbers."
    )
    return plots.exercises(exercises, alt)


def _frequent(misconceptions: Sequence[Misconceived]) -> Plot | None:
    if not misconceptions:
        return None
    first = misconceptions[0]
    alt = (
        f"Bars of the number of learners by misconception; the most frequent is {first.name} in {first.answer}, "
        f"with {first.count}. The table below has their numbers."
    )
    return plots.counts([each.name for each in misconceptions], [each.count for each in misconceptions], alt)


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _name(name: str) -> Markup:
    """A long name of Python's, with places where a line may end."""
    return Markup("<wbr>").join(re.split(r"(?<=[-_])(?=\w)", name))


def _points(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
