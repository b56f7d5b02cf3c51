"""What every kind of lab shares: its error, and finding a lab by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping

_Lab = TypeVar("_Lab")


class LabError(CourseError):
    """A lab that does not exist, or a change that it does not allow."""


def pick(labs: Mapping[str, _Lab], name: str, what: str = "lab") -> _Lab:
    """Return the lab of that name. Raises LabError for a name that is none, with all that there are."""
    if name not in labs:
        raise LabError(f"There is no {what} {name!r}; choose from {', '.join(labs)}.")
    return labs[name]
