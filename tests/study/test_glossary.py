"""The glossary: does it answer what learners type, and are terms glossed where they are first met?"""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import curriculum, glossary, rows
from course.glossary import Answer, Term

QUEUE = Term(term="queue", zh="队列", meaning="A store of messages.")
TIMEOUT = Term(term="visibility timeout", zh="可见性超时", meaning="How long a message is hidden.")
DLQ = Term(term="dead-letter queue", zh="死信队列", meaning="For <failed> messages.", note="DLQ for short.")
POLICY = Term(term="access policy", zh="访问策略", meaning="Who may do what.")
TERMS = (TIMEOUT, DLQ, QUEUE, POLICY)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every chapter have these terms."""
    monkeypatch.setattr(glossary, "load", lambda _slug: TERMS)


# Asking


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("visibility timeout", [TIMEOUT]),
        ("Visibility  Timeouts", [TIMEOUT]),
        ("timeout", [TIMEOUT]),
        ("可见性超时", [TIMEOUT]),
        ("可见", [TIMEOUT]),
        ("queue", [QUEUE, DLQ]),
        ("队列", [QUEUE, DLQ]),
        ("dead letter queues", [DLQ]),
        ("ACCESS POLICIES", [POLICY]),
        ("", [POLICY, DLQ, QUEUE, TIMEOUT]),
    ],
)
def test_a_query_finds_its_terms(query: str, found: list[Term]) -> None:
    """Is a term found in both languages, in any case, in the plural, by a part, and the exact one first?"""
    assert list(glossary.glossary(query).terms) == found


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("visiblity timout", "The glossary has no 'visiblity timout'. Did you mean visibility timeout?"),
        ("可见性超过", "The glossary has no '可见性超过'. Did you mean 可见性超时?"),
        ("pigeon", "The glossary has no 'pigeon'."),
    ],
)
def test_a_misspelt_query_names_the_nearest_term(query: str, said: str) -> None:
    """Does a query without a match say so, and name the nearest term where there is one?"""
    answer = glossary.glossary(query)

    assert str(answer) == said
    assert said in unescape(answer._repr_mimebundle_()["text/html"])


@given(st.text(), st.text(min_size=1).filter(str.strip))
def test_an_answer_is_escaped(query: str, meaning: str) -> None:
    """Can neither a query nor a term bring its own HTML into the notebook?"""
    term = Term(term="<b>x", zh="<i>x", meaning=meaning, note="<script>")

    for answer in (Answer(query, (term,)), Answer(query, ()), Answer(query, (), ("<b>",))):
        bundle = answer._repr_mimebundle_()
        shown = bundle["text/html"]
        for tag in ("dl", "dt", "dd", "strong", "em", "p", "span", 'span lang="zh-Hans"'):
            shown = shown.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
        assert "<" not in shown
        assert bundle["text/plain"] == repr(answer)


# Showing and reading


def test_the_table_is_in_alphabetical_order() -> None:
    """Does the table show every term with its Chinese, meaning and note?"""
    lines = glossary.table([*TERMS, Term(term="aa|b", zh="甲", meaning="One\nline.")]).splitlines()

    assert lines[2:4] == ["| aa\\|b | 甲 | One line. |", "| access policy | 访问策略 | Who may do what. |"]
    assert lines[4] == "| dead-letter queue | 死信队列 | For <failed> messages. DLQ for short. |"
    assert len(lines) == 7


@pytest.mark.parametrize("chapter", curriculum.written(), ids=lambda chapter: chapter.slug)
def test_every_written_chapter_has_its_glossary(chapter: curriculum.Chapter) -> None:
    """Can each chapter's glossary be read, and is each of its terms found by the query?"""
    for term in glossary.load(chapter.slug):
        assert glossary.glossary(term.term).terms[0] == term
        assert term in glossary.glossary(term.zh).terms


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{term: queue, zh: 队列}", r"row 1 \(queue\): object missing required field `meaning`: add it"),
        ("{term: queue, zh: '', meaning: A.}", "zh is empty"),
        ("{term: queue, zh: 队列, meaning: A., see: b}", "unknown field `see`: remove it or use one of term, zh"),
        ("queue", "expected `object`, got `str`"),
    ],
)
def test_a_wrong_row_is_explained(row: str, complaint: str) -> None:
    """Does a mistake in glossary.yaml give one sentence with row and mend?"""
    with pytest.raises(rows.DataError, match=complaint):
        rows.parse(f"- {row}", "glossary.yaml", Term, lambda term: term.term)


# The gloss at the first use


@pytest.mark.parametrize(
    "prose",
    [
        "A queue (队列) is here. Another queue.",
        "Some **queues** (队列) are.",
        "A _queue_ (队列).",
        "A **queue (队列)**.",
        "A queue\n(队列).",
        "- A list\n- with a queue (队列)",
        "> Quoted queue (队列)",
        "## The queue\n\nA queue (队列).",
        "| queue |\n|---|\n| queue |\n\nA queue (队列).",
        "```python\nqueue = 1  # the queue\n```\n\nA queue (队列).",
        "Call `queue`, read [this](queue.md) <!-- queue --> and a queue (队列).",
        "<!-- a queue -->\n\nA queue (队列).",
        "queue_url, requeued, 的queuing, my-queue-x, dequeue: a queue (队列).",
    ],
)
def test_a_gloss_at_the_first_use_is_seen(prose: str) -> None:
    """Is the first use in the prose the one that counts, in whatever marks it stands?"""
    assert glossary.missing_glosses([QUEUE], prose) == []


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        (
            "One.\n\nA list of\nqueues. A queue (队列).",
            "Line 4: the first use of 'queue' has no gloss, write 'queues (队列)'.",
        ),
        ("Queue, (队列)", "Line 1: the first use of 'queue' has no gloss, write 'Queue (队列)'."),
        ("A queue (对列).", "Line 1: the first use of 'queue' has no gloss, write 'queue (队列)'."),
        ("[queue](a.md) and queue (队列)", "Line 1: the first use of 'queue' has no gloss, write 'queue (队列)'."),
        ("## A queue (队列)", "The term 'queue' is never used in the prose: use it or remove it from the glossary."),
    ],
)
def test_a_missing_gloss_is_named(prose: str, said: str) -> None:
    """Does the author learn line, term and mend?"""
    assert glossary.missing_glosses([QUEUE], prose) == [said]


def test_a_term_inside_a_longer_one_is_no_use() -> None:
    """Is 'dead-letter queue' not taken for a first use of 'queue'?"""
    prose = "The dead-letter queue (死信队列) is a queue (队列)."

    assert glossary.missing_glosses([QUEUE, DLQ], prose) == []

    depth = Term(term="queue depth", zh="队列深度", meaning="How many messages wait.")
    prose = "The queue depth (队列深度) of a queue (队列)."
    assert glossary.missing_glosses([QUEUE, depth], prose) == []


@pytest.mark.parametrize("plural", ["Boxes", "boxs", "BOX"])
def test_a_plural_is_a_use(plural: str) -> None:
    """Is the plural taken for a use of its term?"""
    box = Term(term="box", zh="盒", meaning="A box.")

    assert glossary.missing_glosses([box], f"{plural} (盒)") == []
    assert len(glossary.missing_glosses([box], plural)) == 1


def test_a_name_that_chinese_keeps_needs_no_gloss() -> None:
    """Does a term that is not in the text pass without a gloss?"""
    kept = Term(term="CloudTrail", zh="CloudTrail", meaning="A log.", in_text=False)

    assert glossary.missing_glosses([kept], "CloudTrail logs calls.") == []
    assert glossary.missing_glosses([], "CloudTrail logs calls.") == []
