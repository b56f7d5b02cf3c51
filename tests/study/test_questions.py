"""Exam questions: reading them, their Markdown, and what the quiz remembers."""

from __future__ import annotations

import re
import tempfile
from html import unescape
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from course.errors import CourseError
from course.questions import Option, Question, Quiz, load, markdown, quiz, read
from course.study import progress


def as_data(**changes: object) -> dict[str, object]:
    """A question as it stands in a questions.yaml; `changes` are fields."""
    options: list[dict[str, object]] = [{"text": f"Option {n}", "why": f"Because of {n}."} for n in range(4)]
    options[2]["correct"] = True
    question: dict[str, object] = {"id": "order-spike", "task": "2.1", "scenario": "Orders rise with the least effort."}
    return question | {"decides": "the least effort", "options": options} | changes


def parsed(text: str) -> tuple[Question, ...]:
    """Read the text of a questions.yaml."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "questions.yaml")
        path.write_text(text, encoding="utf-8")
        return read(path)


def question(**changes: object) -> Question:
    """Read one question; `changes` are fields."""
    return parsed(yaml.safe_dump([as_data(**changes)], sort_keys=False))[0]


@pytest.fixture(autouse=True)
def progress_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what these tests answer apart from what a learner has answered."""
    file = tmp_path / "progress.json"
    monkeypatch.setattr(progress, "path", lambda: file)
    return file


def test_a_question_is_read() -> None:
    """Do the fields of a questions.yaml arrive, with the index of the right option?"""
    read = question()

    assert read.answer == 2
    assert read.options[0] == Option("Option 0", "Because of 0.")


def three_options() -> list[dict[str, object]]:
    """One option too few, the last of them right."""
    options = as_data()["options"]
    assert isinstance(options, list)
    return options[:3]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"decides": "most effort"}, "decides by 'most effort', which does not occur in its scenario"),
        ({"options": [{"text": "a", "why": "b"}] * 4}, "0 options are marked 'correct: true'"),
        ({"options": [{"text": "a", "why": "b", "correct": True}] * 4}, "4 options are marked 'correct: true'"),
        ({"options": three_options()}, r"length >= 4 .*\$\.options"),
        ({"options": [{"text": "a", "why": ""}] * 4}, r"length >= 1 .*\$\.options\[0\]\.why"),
        ({"options": [{"text": "a"}] * 4}, "missing required field `why`"),
        ({"task": "5.1"}, r"\$\.task"),
        ({"hint": "none"}, "unknown field `hint`"),
    ],
)
def test_a_faulty_question_is_one_sentence(changes: dict[str, object], complaint: str) -> None:
    """Does an author read which question is wrong, where and how?"""
    with pytest.raises(CourseError, match=complaint) as caught:
        question(**changes)

    assert "questions.yaml, row 1 (order-spike)" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_an_id_is_fit_for_a_record() -> None:
    """Is an id refused that is no lower-case slug?"""
    with pytest.raises(CourseError, match=r"\$\.id"):
        question(id="Order Spike")


def test_an_id_is_used_once() -> None:
    """Are two questions with one id refused, whose answers would be kept as one?"""
    with pytest.raises(CourseError, match="'order-spike' is there already"):
        parsed(yaml.safe_dump([as_data(), as_data()], sort_keys=False))


def test_a_chapter_that_is_not_there_is_one_sentence() -> None:
    """Does a wrong slug lead to a sentence and not to a traceback?"""
    with pytest.raises(CourseError, match="no-such"):
        quiz("no-such")


def rendered(text: str) -> str:
    """Return the words that a reader sees of some Markdown in a notebook."""
    return unescape(re.sub(r"<[^>]+>", "", markdown2html_mistune(text)))


@example("a<b>a, $0.40 < $0.50")
@example('the principal "*" and the action sqs:*')
@given(st.text("ab <$&1*_", min_size=1).filter(str.strip))
def test_the_markdown_shows_signs_as_written(text: str) -> None:
    """Does a notebook show '$0.40 < $0.50' and 'sqs:*' as they are, no formula, tag or emphasis?"""
    words = f"x{text}x"
    shown = rendered(markdown(question(scenario=f"{words} the least effort")))

    assert " ".join(words.split()) in " ".join(shown.split())


def test_the_markdown_explains_every_option() -> None:
    """Does the static form hold what the quiz holds: options, answer, the words that decide, every why?"""
    shown = rendered(markdown(question()))

    for n, letter in enumerate("ABCD"):
        assert f"{letter}. Option {n}" in shown
        assert f"{letter}, {'right' if n == 2 else 'wrong'}: Because of {n}." in shown
    assert "C is right. What decides: “the least effort”." in shown


def test_the_answer_is_folded_away() -> None:
    """Does a reader see the options without seeing which is right?"""
    before, _, _ = markdown(question()).partition("<details>")

    assert "Option 2" in before
    assert "right" not in before


def test_an_answer_outlives_the_quiz() -> None:
    """Are the answers there after the kernel was restarted?"""
    Quiz("messaging", (question(),)).answers = {"order-spike": 1}

    assert Quiz("messaging", (question(),)).answers == {"order-spike": 1}
    assert Quiz("encryption", (question(),)).answers == {}


def test_an_answer_to_a_question_that_has_changed_is_left_out() -> None:
    """Does the quiz survive progress from an edition with other questions and more options?"""
    progress.save_answers("messaging", {"order-spike": 7, "retired": 1})

    assert Quiz("messaging", (question(),)).answers == {}


def test_what_a_browser_cannot_have_chosen_is_not_kept() -> None:
    """Is an answer to no option of no question ignored?"""
    Quiz("messaging", (question(),)).answers = {"order-spike": 9, "other": 0}

    assert progress.load().answers == {"messaging": {}}


def test_starting_over_forgets() -> None:
    """Are the answers gone for good when a learner starts over, and is each new one kept?"""
    shown = Quiz("messaging", (question(),))
    shown.answers = {"order-spike": 1}
    shown.answers = {}
    assert progress.load().answers == {"messaging": {}}

    shown.answers = {"order-spike": 2}
    assert progress.load().answers == {"messaging": {"order-spike": 2}}


def test_a_quiz_without_a_browser_says_what_it_is() -> None:
    """Does an export or a reopened notebook say what stood here? (The chapter has the questions in full below it.)"""
    bundle = quiz("messaging")._repr_mimebundle_()  # what IPython calls

    assert bundle is not None
    assert bundle[0]["text/plain"].startswith(f"Quiz: messaging, {len(load('messaging'))} questions.")
