"""Exam questions: the chapters' questions.yaml, their form in Markdown, and the quiz that notebooks show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import anywidget
import msgspec
import traitlets

from course import rows
from course.esm import bundle
from course.study import progress

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATIC = Path(__file__).parent / "static"

Text = Annotated[str, msgspec.Meta(min_length=1)]


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to choose from; `why` explains why it is right or wrong here."""

    text: Text
    why: Text
    correct: bool = False


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scenario in the manner of the exam. `task` is the SAA-C03 task, `decides` the scenario's words that decide."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
    task: Annotated[str, msgspec.Meta(pattern=r"^[1-4]\.[1-5]$")]
    scenario: Text
    decides: Text
    options: Annotated[tuple[Option, ...], msgspec.Meta(min_length=4, max_length=5)]

    def __post_init__(self) -> None:
        right = sum(option.correct for option in self.options)
        if right != 1:
            raise ValueError(f"{right} options are marked 'correct: true', mark exactly one")
        if self.decides not in self.scenario:
            raise ValueError(f"it decides by {self.decides!r}, which does not occur in its scenario word for word")

    @property
    def answer(self) -> int:
        """The index of the right option."""
        return next(index for index, option in enumerate(self.options) if option.correct)


def load(slug: str) -> tuple[Question, ...]:
    """Return the questions of a chapter of the installed course."""
    return read(rows.chapter_file(slug, "questions.yaml"))


def read(path: Path) -> tuple[Question, ...]:
    """Return the questions of a questions.yaml; `course.rows.DataError` names the question at fault and the mend."""
    return rows.read(path, Question, lambda question: question.id)


def markdown(question: Question) -> str:
    """Return the question as Markdown that needs no kernel: scenario, lettered options, the explanation folded away."""
    letters = [chr(ord("A") + index) for index in range(len(question.options))]
    lettered = list(zip(letters, question.options, strict=True))
    lines = [_escape(question.scenario.strip()), ""]
    lines += [f"- **{letter}.** {_escape(option.text.strip())}" for letter, option in lettered]
    lines += ["", "<details>", "<summary>Answer and explanation</summary>", ""]
    lines += [f"**{letters[question.answer]}** is right. What decides: “{_escape(question.decides)}”.", ""]
    for letter, option in lettered:
        lines.append(f"- **{letter}**, {'right' if option.correct else 'wrong'}: {_escape(option.why.strip())}")
    return "\n".join([*lines, "", "</details>"])


def _escape(text: str) -> str:
    """Return text for Markdown in which a price is no formula, a wildcard no emphasis and a comparison no tag."""
    return rows.outside_code(lambda part: re.sub(r"([$*_])", r"\\\1", part).replace("<", "&lt;"), text)


class Quiz(anywidget.AnyWidget):
    """One question at a time, with the explanation of every option; the latest answer to each is kept by `progress`."""

    _esm = bundle(_STATIC / "quiz.js")
    _css = _STATIC / "quiz.css"

    title = traitlets.Unicode().tag(sync=True)
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)  # question id -> index of the option chosen, set by the browser

    def __init__(self, chapter: str, questions: tuple[Question, ...]) -> None:
        self._chapter, self._asked = chapter, {question.id: question for question in questions}
        kept = progress.load().answers.get(chapter, {})
        super().__init__(
            title=f"Quiz: {chapter.replace('-', ' ')}",
            questions=msgspec.to_builtins(questions),
            answers={id_: option for id_, option in kept.items() if self._is_option(id_, option)},
        )
        self.observe(self._keep, names="answers")

    def _is_option(self, id_: str, option: int) -> bool:
        return id_ in self._asked and 0 <= option < len(self._asked[id_].options)

    def _keep(self, change: Mapping[str, Any]) -> None:
        answers = change["new"].items()
        progress.save_answers(self._chapter, {id_: option for id_, option in answers if self._is_option(id_, option)})

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:  # noqa: ANN401
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        plain = f"{self.title}, {len(self._asked)} questions. Run this cell to answer them; they stand below, too."
        return data | {"text/plain": plain}, metadata


def quiz(slug: str) -> Quiz:
    """Return the quiz of a chapter; `course.rows.DataError` says what is wrong with its questions."""
    return Quiz(slug, load(slug))
