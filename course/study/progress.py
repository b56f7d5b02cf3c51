"""What the learner has done so far, kept in one small file beside the learner's notebooks.

The file is `work/.progress.json` of the course folder, or `.course-progress.json` in the current folder where
there is no course folder. Progress is a comfort and never worth an exception: a damaged file is set aside and
a folder that cannot be written is tolerated, each with one sentence on standard error.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from course.study import root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.study.result import Result


class Score(msgspec.Struct, frozen=True):
    """Points of one exercise at its last check; `started` is False while its cell was still the stub."""

    points: float
    max_points: float
    started: bool = True


class Progress(msgspec.Struct):
    """Everything that is remembered.

    `answers[chapter][question id]` is the index of the option chosen; `scores[chapter][exercise]` the points
    of the last check; `hints[chapter][exercise]` how many hints were shown.
    """

    answers: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    scores: dict[str, dict[str, Score]] = msgspec.field(default_factory=dict)
    hints: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)


def path() -> Path:
    """Return the file that progress is kept in; it need not exist."""
    folder = root.find()
    return folder / "work" / ".progress.json" if folder else Path.cwd() / ".course-progress.json"


def load() -> Progress:
    """Return the progress so far: empty at the start, and after a damaged file was set aside."""
    file = path()
    try:
        return msgspec.json.decode(file.read_bytes(), type=Progress)
    except OSError:
        return Progress()
    except (msgspec.DecodeError, UnicodeDecodeError):
        _set_aside(file)
        return Progress()


def save_answers(chapter: str, answers: Mapping[str, int]) -> None:
    """Remember a quiz's answers, question id -> index of the option chosen (from 0), in place of those before."""
    progress = load()
    progress.answers[chapter] = dict(answers)
    _save(progress)


def save_check(chapter: str, result: Result) -> None:
    """Remember the points of a check."""
    progress = load()
    progress.scores[chapter] = {
        exercise.name: Score(exercise.points, exercise.max_points, exercise.started) for exercise in result.exercises
    }
    _save(progress)


def save_hints(chapter: str, exercise: str, shown: int) -> None:
    """Remember that `shown` hints of an exercise have been shown."""
    progress = load()
    progress.hints.setdefault(chapter, {})[exercise] = shown
    _save(progress)


def _save(progress: Progress) -> None:
    """Write the file whole or not at all: a reader in another process sees the old one or the new one."""
    file = path()
    data = msgspec.json.format(msgspec.json.encode(progress, order="deterministic"), indent=2)
    try:
        file.parent.mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        _say(f"Your progress was not kept, for {file.parent} cannot be written ({error.strerror}).")


def _set_aside(file: Path) -> None:
    aside = file.with_name(f"{file.name}.damaged")
    try:
        file.replace(aside)
    except OSError as error:
        _say(f"Your progress in {file} is damaged and cannot be set aside ({error.strerror}): delete it.")
    else:
        _say(f"Your progress in {file} was damaged and starts anew; the damaged file is now {aside.name}.")


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
