"""A chapter's facts: what older material says, what holds today, and how to see that it still does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

from course import rows
from course._botocore_models import Check, run_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["Check", "Fact", "changed", "load", "missing_tokens", "read", "run_check", "table"]

Verdict = Literal["current", "outdated", "wrong", "imprecise", "retired"]


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One claim of the notes, audited: a row of facts.yaml.

    `notes_say` is the claim (of line `line` of the notes) in other words and `verdict` what became of it;
    `today` is what holds now, `exam` what the exam expects where that differs, `tokens` what the chapter's
    text must show to have taught it; `source` was read or valid in `dated` (year-month), `reason` says why
    we correct the audit, and `check` finds out whether botocore's service models still agree.
    """

    id: str
    line: int
    notes_say: str
    verdict: Verdict
    tokens: tuple[str, ...]
    source: str
    dated: str
    today: str = ""
    exam: str = ""
    reason: str = ""
    check: Check | tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", self.dated):
            raise ValueError(f"dated is {self.dated!r}, write it like '2026-11'")
        if not self.tokens or not all(self.tokens):
            raise ValueError("tokens are empty, name the words that teach it")
        if not self.source:
            raise ValueError("source is empty, say where it was read")
        if self.verdict != "current" and not self.today:
            raise ValueError(f"the verdict is {self.verdict}, so say in today what holds")

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks, none, one or many."""
        return (self.check,) if isinstance(self.check, Check) else self.check


def load(slug: str) -> tuple[Fact, ...]:
    """Return the facts of a chapter of the installed course, in the order of its facts.yaml."""
    return read(rows.chapter_file(slug, "facts.yaml"))


def read(path: Path) -> tuple[Fact, ...]:
    """Return the facts of a facts.yaml; `course.rows.DataError` for a row that is not a fact of its chapter."""
    facts = rows.read(path, Fact, lambda fact: fact.id)
    slug = path.parent.name.replace("_", "-")
    for number, fact in enumerate(facts, 1):
        if not fact.id.startswith(f"{slug}-"):
            raise rows.DataError(
                f"course/chapters/{path.parent.name}/facts.yaml, row {number} ({fact.id}): the id does "
                f"not name its chapter: let it begin with '{slug}-'."
            )
    return facts


def changed(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts that older material has wrong today."""
    return tuple(fact for fact in facts if fact.verdict != "current")


def table(facts: Sequence[Fact]) -> str:
    """Return the Markdown table of these facts that ends a chapter; empty without facts."""
    if not facts:
        return ""
    head = "| What older material says | What is true today | What the exam expects |\n|---|---|---|\n"
    cells = ((fact.notes_say, fact.today or "Still true.", fact.exam or "The same.") for fact in facts)
    return head + "".join(map(rows.table_row, cells))


def missing_tokens(facts: Iterable[Fact], text: str) -> list[str]:
    """Return one sentence for each token that the chapter's text does not show.

    Case, line breaks, bold and code marks do not matter; a number counts only as a whole ('14 days' does not
    teach '4 days').
    """
    plain = _plain(text)
    return [
        f"{fact.id} (line {fact.line} of the notes) is not taught: the chapter does not show {token!r}."
        for fact in facts
        for token in fact.tokens
        if not re.search(rf"(?<!\d){re.escape(_plain(token))}(?!\d)", plain)
    ]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", text).casefold().split())
