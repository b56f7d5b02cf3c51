"""The contract of every exercise, proved: one program, errors written for authors, nothing written to disk.

The stub scores nothing, and an answer that does nothing hardly more, and is told so; the solution scores everything;
each misconception fails exactly the cases that it names, each by its assertion; every exercise has a mark and every
mark an exercise; nothing made is stale.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from pebble import ProcessPool

from course import facts, glossary, questions
from course.authoring.contract import attempt, text
from course.authoring.source import (
    LEAST_MISCONCEPTIONS,
    ONCE,
    Case,
    Chapter,
    Exercise,
    Mark,
    Misconception,
    SourceError,
    load,
    nearest,
    read_exercise,
)
from course.errors import CourseError
from course.grading.processes import warm
from course.rows import DataError
from course.study.reference import AWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

IDLE_SHARE = 0.25
"""The most of an exercise's points for an answer that does nothing: 'what is right stays as it is' holds for it too."""
TIME_LIMIT = 300.0
"""Seconds that the answers of one exercise may take together before its author hears of it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken promise: the place, what is wrong, and the mend."""

    chapter: str
    exercise: str
    path: Path
    line: int
    wrong: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.chapter}, {self.exercise}" if self.exercise else self.chapter
        return f"{self.path}:{self.line}: {where}: {self.wrong}; {self.mend}."


def verify(slugs: Iterable[str], root: Path, progress: Callable[[str], None] = lambda _: None) -> list[str]:
    """Check chapters of a course folder; return every fault as a sentence that names place and mend.

    `progress` is called with the name of each exercise that is done.
    """
    faults: list[str] = []
    exercises: list[tuple[str, Exercise]] = []
    for slug in slugs:
        try:
            chapter = load(slug, root)
        except SourceError:
            faults += _unreadable(slug, root)
        except CourseError as error:
            faults.append(str(error))
        else:
            faults += map(str, mark_faults(chapter))
            faults += _sentences(chapter)
            exercises += [(slug, exercise) for exercise in chapter.exercises]
    return faults + _exercises(exercises, progress)


def mark_faults(chapter: Chapter) -> Iterator[Fault]:
    """Find marks that mean nothing, and what has no mark or two."""
    prose = chapter.path / "chapter.md"
    names = [exercise.name for exercise in chapter.exercises]
    marked = Counter((mark.kind, mark.name) for mark in chapter.marks)

    def fault(mark: Mark, wrong: str, mend: str) -> Fault:
        return Fault(chapter.slug, "", prose, mark.line, wrong, mend)

    for mark in chapter.marks:
        if mark.kind not in ("exercise", *ONCE):
            yield fault(mark, f"'{mark.kind}' is no mark", nearest(mark.kind, ("exercise", *ONCE)))
        elif mark.kind == "exercise" and mark.name not in names:
            yield fault(mark, f"there is no exercise '{mark.name}' for this mark", nearest(mark.name, names))
        elif marked[mark.kind, mark.name] > 1:
            yield fault(mark, f"'{mark.name or mark.kind}' is marked twice", "keep one of the marks")
    for kind in ONCE:
        if (kind, "") not in marked:
            wrong, mend = f"no mark says where the {kind} go", f"add the line <!-- {kind} -->"
            yield Fault(chapter.slug, "", prose, 1, wrong, mend)
    for exercise in chapter.exercises:
        if ("exercise", exercise.name) not in marked:
            wrong, mend = "no mark in chapter.md uses this exercise", f"add the line <!-- exercise: {exercise.name} -->"
            yield Fault(chapter.slug, exercise.name, exercise.path, 1, wrong, mend)


def text_faults(chapter: Chapter) -> Iterator[str]:
    """Find what the chapter's text does not show: a term's gloss at its first use, a fact that is to be taught."""
    terms, rows = glossary.read(chapter.path / "glossary.yaml"), facts.read(chapter.path / "facts.yaml")
    questions.read(chapter.path / "questions.yaml")
    for sentence in (
        *glossary.missing_glosses(terms, chapter.markdown),
        *facts.missing_tokens(rows, chapter.markdown),
    ):
        yield f"{chapter.path / 'chapter.md'}: {chapter.slug}: {sentence}"


def exercise_faults(slug: str, exercise: Exercise) -> Iterator[Fault]:
    """Find where an exercise breaks its contract, by running its stub, its solution and its misconceptions."""

    def fault(line: int, wrong: str, mend: str) -> Fault:
        return Fault(slug, exercise.name, exercise.path, line, wrong, mend)

    if len(exercise.misconceptions) < LEAST_MISCONCEPTIONS:
        have = len(exercise.misconceptions)
        yield fault(exercise.line, f"it has {have} misconceptions", f"write at least {LEAST_MISCONCEPTIONS}")
    if not exercise.cases:
        yield fault(exercise.line, "it has no case", "write one with @case(points=1)")
    for case, wrong, mend in _case_faults(exercise):
        yield fault(case.line, wrong, mend)
    for misconception in exercise.misconceptions:
        for wrong, mend in _misconception_faults(exercise, misconception):
            yield fault(misconception.line, f"the misconception '{misconception.name}' {wrong}", mend)


def _case_faults(exercise: Exercise) -> Iterator[tuple[Case, str, str]]:
    """Where cases treat the stub, an answer that does nothing or the solution wrongly: the case, how, and the mend.

    What AWS says of a resource that is not there is a sentence that a learner can use; a KeyError of Python's is none.
    """
    stub, idle, solved = (attempt(exercise, answer) for answer in (exercise.stub, exercise.idle, exercise.solution))
    for case in exercise.cases:
        if not isinstance(error := stub[case.name], NotImplementedError):
            got = "passes" if error is None else f"fails by {text(error)}"
            mend = "let the case call the learner's function before all else"
            yield case, f"the stub {got} in '{case.name}' instead of by NotImplementedError", mend
        if error := solved[case.name]:
            yield case, f"the solution fails '{case.name}': {text(error)}", "correct the solution or the case"
        error = idle[case.name]
        if error and type(error).__module__ == "builtins" and type(error) is not AssertionError:
            mend = "let the case say what is missing before it looks into it"
            yield case, f"an answer that does nothing ends '{case.name}' by {text(error)}", mend
    generous = [case for case in exercise.cases if idle[case.name] is None]
    if sum(case.points for case in generous) > IDLE_SHARE * exercise.points:
        names = ", ".join(f"'{case.name}'" for case in generous)
        mend = "let all but a quarter of the points ask for what the exercise is about"
        yield generous[0], f"an answer that does nothing passes {names}", mend


def _misconception_faults(exercise: Exercise, misconception: Misconception) -> Iterator[tuple[str, str]]:
    """Where a misconception is not caught as it says: what it does instead, and the mend."""
    for name, error in attempt(exercise, misconception.source).items():
        expected = name in misconception.caught_by
        if error is None:
            if expected:
                yield f"passes '{name}'", "add an input to the case that tells it from the solution"
        elif expected and type(error) is not AssertionError:
            yield f"fails '{name}' by {text(error)}", "let the case's own assertion catch it"
        elif not expected:
            yield f"fails '{name}' too: {text(error)}", f"name {name} in its @misconception(…), or keep it apart"


def _sentences(chapter: Chapter) -> list[str]:
    try:
        return list(text_faults(chapter))
    except DataError as error:
        return [str(error)]


def _unreadable(slug: str, root: Path) -> Iterator[str]:
    """The first fault of every exercise module that cannot be read."""
    folder = root / "course" / "chapters" / slug.replace("-", "_") / "exercises"
    for path in sorted(folder.glob("*.py")):
        if path.stem != "__init__":
            try:
                read_exercise(path)
            except SourceError as error:
                yield str(Fault(slug, path.stem, error.path, error.line, error.wrong, error.mend))


def _exercises(exercises: list[tuple[str, Exercise]], progress: Callable[[str], None]) -> list[str]:
    """Run the contracts side by side, in warm processes that are killed when an answer hangs."""
    faults: list[str] = []
    sources = [case.source for _, exercise in exercises for case in exercise.cases]
    warmth = warm.of(sources, AWS if any("cloud.start(" in source for source in sources) else "")
    with ProcessPool(context=get_context("spawn"), initializer=warm.up, initargs=(warmth,)) as pool:
        running = [pool.schedule(_run, args=(slug, e.path), timeout=TIME_LIMIT) for slug, e in exercises]
        for (slug, exercise), future in zip(exercises, running, strict=True):
            path = exercise.path
            try:
                faults += future.result()
            except TimeoutError:
                hangs = f"its answers take over {TIME_LIMIT:.0f} s together; find the one that hangs"
                faults.append(f"{path}:1: {slug}, {path.stem}: {hangs}.")
            progress(path.stem)
    return faults


def _run(slug: str, path: Path) -> list[str]:
    return [str(fault) for fault in exercise_faults(slug, read_exercise(path))]
