"""Hints, one step at a time: from vague to concrete, never the code."""

from __future__ import annotations

from difflib import get_close_matches

from course.errors import CourseError
from course.study import progress
from course.study.bank import exercises
from course.study.start import UnknownChapterError, released, unknown


class NoHintError(CourseError):
    """There is no such exercise, or its hints are not at hand."""


def next_hint(slug: str, exercise: str) -> list[str]:
    """Return the hints of an exercise up to the next one, as lines, and remember that it was shown.

    After the last hint all of them come back. `NoHintError` for an unknown exercise.
    """
    if slug not in released():
        raise UnknownChapterError(unknown(slug))
    bank = exercises(slug)
    if not bank:
        raise NoHintError(f"The hints of '{slug}' are in its notebook: open 'Hint 1' below an exercise's text.")
    if exercise not in bank:
        near = get_close_matches(exercise, bank, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(bank)}."
        raise NoHintError(f"'{slug}' has no exercise '{exercise}'. {hint}")
    hints = bank[exercise].hints
    shown = min(progress.load().hints.get(slug, {}).get(exercise, 0) + 1, len(hints))
    progress.save_hints(slug, exercise, shown)
    lines = [f"Hint {number} of {len(hints)}: {hint}" for number, hint in enumerate(hints[:shown], start=1)]
    return [*lines, "That was the last hint." if shown == len(hints) else "For the next hint, ask again."]
