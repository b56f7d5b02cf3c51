"""Facts: are they read strictly, checked against botocore, and shown whole?"""

from itertools import pairwise
from pathlib import Path

import pytest
from botocore.loaders import Loader
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from course import curriculum, facts, rows
from course.facts import Check, Fact

GOOD = """\
- id: messaging-size
  line: 118
  notes_say: At most 256 KB.
  verdict: outdated
  today: 1 MiB.
  tokens: [1 MiB]
  source: botocore
  dated: "2026-11"
"""


def parse(text: str) -> tuple[Fact, ...]:
    return rows.parse(text, "facts.yaml", Fact, lambda fact: fact.id)


def fact(**fields: object) -> Fact:
    (good,) = parse(GOOD)
    return Fact(**{name: getattr(good, name) for name in good.__struct_fields__} | fields)


# Reading


@pytest.mark.parametrize("chapter", curriculum.written(), ids=lambda chapter: chapter.slug)
def test_every_written_chapter_has_its_facts(chapter: curriculum.Chapter) -> None:
    """Can the facts of each chapter be read, and do they still hold in the installed botocore?"""
    audited = facts.load(chapter.slug)

    assert audited
    complaints = [facts.run_check(check) for fact in audited for check in fact.checks]
    assert [complaint for complaint in complaints if complaint] == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("line: 118", "line: 118\n  colour: red", "unknown field `colour`: remove it or use one of id, line, "),
        ("  source: botocore\n", "", "missing required field `source`: add it"),
        ("source: botocore", "source: ''", "source is empty, say where it was read"),
        ("outdated", "stale", "invalid enum value 'stale'"),
        ("today: 1 MiB.", "exam: 1 MiB.", "the verdict is outdated, so say in today what holds"),
        ('"2026-11"', "2026-11-24", "expected `str`, got `date` - at `$.dated`: put the value in quotes"),
        ('"2026-11"', "November", "write it like '2026-11'"),
        ("[1 MiB]", "[]", "tokens are empty"),
        ("line: 118", "line: 118\n  check: {service: sqs}", "names either an operation or a shape"),
        (
            "line: 118",
            "line: 118\n  check: {service: sqs, shape: A, enum: B, min: 1}",
            "asks for one of enum, min and max, documentation",
        ),
        ("line: 118", "line: 118\n  check: {service: sqs, operation: A, min: 1}", "belong to the check of a shape"),
        (GOOD, "id: messaging-size", "must be a list"),
        ("id: messaging-size", "id: 'messaging-size", "is no YAML"),
    ],
)
def test_a_wrong_row_is_explained(old: str, new: str, complaint: str) -> None:
    """Does a mistake in facts.yaml give one sentence with file, row and mend?"""
    assert old in GOOD

    with pytest.raises(rows.DataError) as error:
        parse(GOOD.replace(old, new, 1))

    assert str(error.value).startswith("facts.yaml")
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_an_id_stands_once() -> None:
    """Are two facts of one id refused, with the row of the second?"""
    with pytest.raises(rows.DataError, match=r"facts.yaml, row 2: 'messaging-size' is there already"):
        parse(GOOD + GOOD)


def test_an_id_names_its_chapter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Is a fact that was pasted from another chapter found?"""
    folder = tmp_path / "messaging"
    folder.mkdir()
    (folder / "facts.yaml").write_text(GOOD.replace("messaging-size", "vpc-size"))
    monkeypatch.setattr(rows, "files", lambda _package: tmp_path)

    with pytest.raises(rows.DataError, match=r"row 1 \(vpc-size\).*let it begin with 'messaging-'"):
        facts.load("messaging")


def test_a_missing_file_or_chapter_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Does a wrong slug name the nearest chapter, and a missing file where to write it?"""
    with pytest.raises(curriculum.CurriculumError, match="did you mean 'messaging'"):
        facts.load("mesaging")
    monkeypatch.setattr(rows, "files", lambda _package: tmp_path)
    with pytest.raises(rows.DataError, match=r"course/chapters/messaging/facts.yaml is missing: write it"):
        facts.load("messaging")


# Checking against botocore


@pytest.mark.parametrize(
    ("holds", "complaint"),
    [
        (Check(service="sqs", operation="ChangeMessageVisibility"), None),
        (Check(service="sqs", operation="ChangeVisibility"), "no operation ChangeVisibility now"),
        (Check(service="sqs", shape="QueueAttributeName", enum="FifoThroughputLimit"), None),
        (
            Check(service="sqs", shape="QueueAttributeName", enum="FifoThroughput"),
            "no value FifoThroughput now; the nearest is FifoThroughputLimit",
        ),
        (Check(service="sqs", shape="NullableInteger", enum="A"), "no value A now"),
        (Check(service="kinesis", shape="ShardId", min=1, max=128), None),
        (Check(service="kinesis", shape="ShardId", max=256), "ShardId now has max 128, the fact says 256"),
        (Check(service="kinesis", shape="ShardId", min=2, max=128), "ShardId now has min 1, the fact says 2"),
        (Check(service="sqs", shape="NullableInteger", min=1), "now has no min, the fact says 1"),
        (Check(service="sqs", operation="DeleteMessage", documentation="visibility timeout"), None),
        (Check(service="sqs", operation="DeleteMessage", documentation="pigeon"), "not described with 'pigeon'"),
        (
            Check(service="sqs", shape="SendMessageRequest", member="MessageBody", documentation="1,048,576 bytes"),
            None,
        ),
        (
            Check(service="sqs", shape="SendMessageRequest", member="MessageBody", documentation="262,144"),
            "SendMessageRequest.MessageBody is not described with '262,144'",
        ),
        (
            Check(service="sqs", shape="SendMessageRequest", member="Body", documentation="x"),
            "no member Body now",
        ),
        (Check(service="sqs", shape="SendMessageRequests", enum="x"), "no shape SendMessageRequests now; the nearest"),
        (Check(service="sqz", operation="A"), "no service sqz now; the nearest is sqs"),
    ],
)
def test_a_check_says_what_botocore_has(holds: Check, complaint: str | None) -> None:
    """Does each kind of check hold where botocore agrees, and say in one sentence where it does not?"""
    said = facts.run_check(holds)

    if complaint is None:
        assert said is None
    else:
        assert said is not None
        assert complaint in said


def test_a_check_asks_botocore_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Is a service model in somebody's ~/.aws/models without a say in what is true?"""
    model = tmp_path / "pigeon" / "2026-11-01" / "service-2.json"
    model.parent.mkdir(parents=True)
    model.write_text('{"metadata": {}, "operations": {"Fly": {}}, "shapes": {}}')
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path))

    assert "no service pigeon now" in str(facts.run_check(Check(service="pigeon", operation="Fly")))


def test_a_fact_has_no_check_one_or_many() -> None:
    """Can `check` be left out, a check, or a list of them?"""
    one = "  check: {service: sqs, operation: A}\n"
    many = "  check: [{service: sqs, operation: A}, {service: sqs, operation: B}]\n"

    counts = [len(parse(GOOD + more)[0].checks) for more in ("", one, many)]

    assert counts == [0, 1, 2]


# Showing


cells = st.text(st.characters(categories=["L", "N", "P", "Z"], include_characters="|\n "), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=4))
def test_the_table_has_a_row_for_each_fact(claims: list[tuple[str, str, str]]) -> None:
    """Whatever a fact says, pipes and line breaks too, does Markdown make one row of three cells of it?"""
    table = facts.table([fact(notes_say=a, today=b, exam=c) for a, b, c in claims])

    tokens = MarkdownIt("commonmark").enable("table").parse(table)
    shown = [cell.content for td, cell in pairwise(tokens) if td.type == "td_open"]
    assert shown == [" ".join(text.split()) for claim in claims for text in claim]
    assert tokens[-1].type == "table_close"


def test_the_table_says_what_is_unchanged() -> None:
    """Is there no empty cell where a fact still holds or the exam expects the same?"""
    table = facts.table([fact(verdict="current", today="", exam="")])

    assert table.splitlines()[2] == "| At most 256 KB. | Still true. | The same. |"
    assert facts.table([]) == ""


def test_a_price_in_the_table_is_no_formula() -> None:
    """Do two prices stay prices in a notebook, which reads what stands between two dollar signs as a formula?"""
    table = facts.table([fact(today="It costs $7, or $79; `$HOME` is code.")])

    assert r"| It costs <span>\$</span>7, or <span>\$</span>79; `$HOME` is code. |" in table
    assert rows.no_formula(table) == table


def test_changed_facts_are_those_not_current() -> None:
    """Are exactly the facts kept that older material has wrong?"""
    verdicts = ["current", "outdated", "wrong", "imprecise", "retired"]

    kept = facts.changed([fact(verdict=verdict) for verdict in verdicts])

    assert [fact.verdict for fact in kept] == verdicts[1:]


@pytest.mark.parametrize(
    ("token", "text", "taught"),
    [
        ("SendMessage", "call `sendmessage`", True),
        ("1 MiB", "at most **1\nMiB** each", True),
        ("4 days", "keeps it 4 days", True),
        ("4 days", "up to 14 days", False),
        ("at least once", "exactly once", False),
    ],
)
def test_a_fact_is_taught_when_its_tokens_show(token: str, text: str, taught: bool) -> None:  # noqa: FBT001
    """Does the test for a taught fact see through marks and line breaks, but not through numbers?"""
    said = facts.missing_tokens([fact(tokens=(token,))], text)

    missing = f"messaging-size (line 118 of the notes) is not taught: the chapter does not show {token!r}."
    assert said == ([] if taught else [missing])
