"""A check's result for people: on the terminal with rich, in the notebook as HTML. Each mark has its word."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from course.study.result import CaseResult, ExerciseResult, Result

_INCOMPLETE = "Only the checks that you can see were run. Grading tries more inputs, which are with the instructor."


def points(earned: float, most: float) -> str:
    """Return '2 of 3 points'."""
    return f"{earned:g} of {most:g} point{'' if most == 1 else 's'}"


def summary(result: Result) -> str:
    """Return the whole result in one sentence."""
    started = [exercise for exercise in result.exercises if exercise.started]
    done = sum(not exercise.failed for exercise in started)
    waiting = len(result.exercises) - len(started)
    return (
        f"{points(result.points, result.max_points)}; exercises: {done} done, {len(started) - done} to mend, "
        f"{waiting} not started."
    )


def terminal(result: Result) -> RenderableType:
    """Return the report that `course check` prints."""
    parts: list[RenderableType] = [Text(f"{result.chapter}: {summary(result)}", style="bold")]
    for exercise in result.exercises:
        parts += [Text(), _heading(exercise)]
        parts += [Padding(part, (0, 0, 0, 2)) for part in _body(exercise, result.chapter)]
    for notice in _notices(result):
        parts += [Text(), Text(notice, style="yellow")]
    return Group(*parts)


def _heading(exercise: ExerciseResult) -> Text:
    return Text.assemble(
        (exercise.title, "bold"),
        (f"  {exercise.name}  ", "dim"),
        points(exercise.points, exercise.max_points) if exercise.started else "not started",
    )


def _body(exercise: ExerciseResult, chapter: str) -> Iterator[RenderableType]:
    if not exercise.started:
        return
    cases = Table.grid(padding=(0, 2))
    for case in exercise.cases:
        sign, word = _verdict(case)
        style = "green" if case.passed else "red"
        cases.add_row(Text(f"{sign} {word}", style=style), _worth(case), Text(case.question))
        if case.message:
            cases.add_row("", "", Text(case.message, style="italic"))
    yield cases
    if exercise.diagnosis:
        yield Text(_looks_like(exercise), style="yellow")
    if exercise.failed:
        yield Text(f"A hint: {_hint(exercise, chapter)}", style="cyan")


def html(result: Result) -> str:
    """Return the report that the notebook's button shows; every text in it is escaped."""
    parts = [f"<p><strong>{escape(summary(result))}</strong></p>"]
    parts += [_html_exercise(exercise, result.chapter) for exercise in result.exercises]
    parts += [f"<p>{escape(notice)}</p>" for notice in _notices(result)]
    return "\n".join(parts)


def _html_exercise(exercise: ExerciseResult, chapter: str) -> str:
    name = f"{escape(exercise.title)} <code>{escape(exercise.name)}</code>"
    if not exercise.started:
        return f"<h4>{name}: not started</h4>"
    parts = [f"<h4>{name}: {points(exercise.points, exercise.max_points)}</h4>", "<ul>"]
    for case in exercise.cases:
        sign, word = _verdict(case)
        message = f'<br><span class="course-message">{escape(case.message)}</span>' if case.message else ""
        parts.append(
            f'<li class="course-{word}"><span aria-hidden="true">{sign}</span> <b>{word}</b> '
            f"({_worth(case)}) {escape(case.question)}{message}</li>"
        )
    parts.append("</ul>")
    if exercise.diagnosis:
        parts.append(f'<p class="course-diagnosis">{escape(_looks_like(exercise))}</p>')
    if exercise.failed:
        parts.append(
            "<p>A hint: open the next one below the exercise's text, or type "
            f"<code>{escape(_hint(exercise, chapter))}</code> in a terminal.</p>"
        )
    return "\n".join(parts)


def _verdict(case: CaseResult) -> tuple[str, str]:
    return ("✔", "passed") if case.passed else ("✘", "failed")


def _worth(case: CaseResult) -> str:
    return points(case.points if case.passed else 0, case.points)


def _looks_like(exercise: ExerciseResult) -> str:
    found = exercise.diagnosis
    if found is None:
        return ""
    return f"{'This looks like' if found.exact else 'This may be it'}: {found.why}"


def _hint(exercise: ExerciseResult, chapter: str) -> str:
    return f"course hint {chapter} {exercise.name}"


def _notices(result: Result) -> tuple[str, ...]:
    return result.notices if result.complete else (*result.notices, _INCOMPLETE)
