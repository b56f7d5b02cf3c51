"""The learner's side of the course: own copies of the notebooks, checks, hints and progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.study import unwritten

if TYPE_CHECKING:
    from course.study.button import CheckButton

__all__ = ["check"]

unwritten.say_so()


def check(slug: str) -> CheckButton:
    """Return a button that grades the notebook it stands in, in another process, as `course check` does."""
    from course.study.button import CheckButton  # noqa: PLC0415 - the command line needs no widgets

    return CheckButton(slug)
