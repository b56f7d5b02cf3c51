"""The glossary of all chapters: ask it in English or Chinese, in a notebook or here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import msgspec

from course import curriculum, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from markdown_it.token import Token


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of glossary.yaml: `term` in English, `zh` as AWS writes it in Chinese, `meaning` in one sentence.

    `note` says what else a reader should know of it, such as a wrong translation in older notes. `in_text` is
    false for a name that Chinese keeps: the prose then needs no gloss.
    """

    term: str
    zh: str
    meaning: str
    note: str = ""
    in_text: bool = True

    def __post_init__(self) -> None:
        for name in ("term", "zh", "meaning"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} is empty")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the glossary says to a query; a notebook shows it as a list, `str` is its plain text.

    `terms` are those that match, the exact one first; without any, `nearest` holds what may have been meant.
    """

    query: str
    terms: tuple[Term, ...]
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.terms:
            return self._regret()
        return "\n".join(f"{t.term} ({t.zh}): {t.meaning} {t.note}".strip() for t in self.terms)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        if not self.terms:
            return f"<p>{escape(self._regret())}</p>"
        return f"<dl>{''.join(map(_definition, self.terms))}</dl>"

    def _regret(self) -> str:
        regret = f"The glossary has no {self.query!r}."
        return f"{regret} Did you mean {' or '.join(self.nearest)}?" if self.nearest else regret


def glossary(query: str = "") -> Answer:
    """Look `query` up in the glossaries of all chapters, in English or Chinese; an empty one lists every term.

    Case, hyphens and the plural do not matter, and a part of a term will do.
    """
    terms = sorted(set(chain.from_iterable(load(chapter.slug) for chapter in curriculum.written())), key=_order)
    wanted = _key(query)
    found = [term for term in terms if wanted in _key(term.term) or wanted in _key(term.zh)]
    if found:
        found.sort(key=lambda term: wanted not in {_key(term.term), _key(term.zh)})
        return Answer(query, tuple(found))
    names = {_key(name): name for term in terms for name in (term.zh, term.term)}
    return Answer(query, (), tuple(names[key] for key in get_close_matches(wanted, names, n=3)))


def load(slug: str) -> tuple[Term, ...]:
    """Return the terms of a chapter of the installed course, in the order of its glossary.yaml."""
    return read(rows.chapter_file(slug, "glossary.yaml"))


def read(path: Path) -> tuple[Term, ...]:
    """Return the terms of a glossary.yaml; `course.rows.DataError` for a row that is no term."""
    return rows.read(path, Term, lambda term: _key(term.term))


def table(terms: Iterable[Term]) -> str:
    """Return the Markdown table of these terms that ends a chapter, in alphabetical order."""
    head = "| Term | 中文 | Meaning |\n|---|---|---|\n"
    cells = ((t.term, t.zh, f"{t.meaning} {t.note}") for t in sorted(terms, key=_order))
    return head + "".join(map(rows.table_row, cells))


def missing_glosses(terms: Sequence[Term], markdown: str) -> list[str]:
    """Return one sentence for each term whose first use in the prose is not followed by its Chinese.

    The prose is what a reader reads as sentences: no code, heading, table, comment or link target. The gloss
    follows at once, `visibility timeout (可见性超时)`; bold and emphasis around the term do not matter.
    """
    longest_first = sorted(terms, key=lambda term: -len(term.term))  # a longer term hides those inside it
    uses = re.compile("|".join(f"({_use_of(term.term)})" for term in longest_first), re.IGNORECASE)
    firsts: dict[str, str | None] = {}
    for line, text in _prose(markdown):
        for use in uses.finditer(text) if terms else ():
            term = longest_first[(use.lastindex or 1) - 1]
            if term.term not in firsts:
                glossed = re.match(rf"\s\({re.escape(term.zh)}\)", text[use.end() :]) or not term.in_text
                at = line + text.count("\n", 0, use.start())
                firsts[term.term] = None if glossed else _complaint(at, use[0], term)
    unused = [
        f"The term {t.term!r} is never used in the prose: use it or remove it from the glossary."
        for t in terms
        if t.term not in firsts
    ]
    return [complaint for complaint in firsts.values() if complaint] + unused


def _complaint(line: int, use: str, term: Term) -> str:
    use = " ".join(use.split())
    return f"Line {line}: the first use of {term.term!r} has no gloss, write '{use} ({term.zh})'."


def _prose(markdown: str) -> Iterable[tuple[int, str]]:
    """Yield each paragraph (of lists and quotes too): its line number, from 1, and its plain text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  only authors need it

    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    for before, token in pairwise(tokens):
        if token.type == "inline" and before.type == "paragraph_open" and token.map:
            yield token.map[0] + 1, "".join(map(_text, token.children or []))


def _text(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type == "code_inline":
        return "\0"  # code is no use of a term, and no space between two words
    return token.content if token.type == "text" else ""


def _use_of(term: str) -> str:
    """Return a pattern for the term or its plural as a whole word, over a line's end too."""
    body = r"\s+".join(map(re.escape, term.split()))
    if term[-1:] in {"y", "Y"}:
        body = f"{body[:-1]}(?:y|ies)"
    return rf"(?<![a-zA-Z0-9_])(?<!\w-){body}(?:s|es)?(?![a-zA-Z0-9_])"


def _key(name: str) -> str:
    """Return the name as it is compared: without case, hyphens and the plural."""
    words = re.sub(r"[\s\-_]+", " ", name.casefold()).strip()
    words = re.sub(r"ies$", "y", words)
    return re.sub(r"(?<=(?:ch|sh|ss))es$|(?<=[^s])s$", "", words)


def _order(term: Term) -> str:
    return term.term.casefold()


def _definition(term: Term) -> str:
    note = f" <em>{escape(term.note)}</em>" if term.note else ""
    return (
        f'<dt><strong>{escape(term.term)}</strong> <span lang="zh-Hans">{escape(term.zh)}</span></dt>'
        f"<dd>{escape(term.meaning)}{note}</dd>"
    )
