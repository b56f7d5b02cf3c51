"""JSON with the place of every value: Python's own reader knows the place of a fault, but not of what it has read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined] # its stub lacks it
from typing import Any

from course.models.policy.finding import Finding, PolicyError

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)")
_WORD = re.compile(r"\w+")
_WORDS = {"true": "true", "false": "false", "none": "null", "null": "null"}
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Member:
    """One name of a JSON object, where it stands, and its value."""

    name: str
    line: int
    column: int
    value: Value


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value: `data` as Python has it, where it begins, and what it holds.

    `members` keeps the names of an object in their order, also one that comes twice, of which `data` has the last.
    """

    data: Any
    line: int
    column: int
    members: tuple[Member, ...] = ()
    items: tuple[Value, ...] = ()


def read_json(text: str) -> Value:
    """Read a JSON text; `PolicyError` names the line, the column and the mend of the first fault."""
    reader = _Reader(text)
    value, end = reader.value(reader.skip(0), 0)
    if reader.skip(end) < len(text):
        raise reader.fault(reader.skip(end), "more text follows where the policy is complete", "remove it")
    return value


class _Reader:
    """Reads values from their first character on; each method returns what it read and where that ends."""

    def __init__(self, text: str) -> None:
        self.text = text

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def place(self, at: int) -> tuple[int, int]:
        before = self.text[:at]
        return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1

    def fault(self, at: int, problem: str, mend: str) -> PolicyError:
        return PolicyError(Finding("error", *self.place(at), problem, mend))

    def value(self, at: int, depth: int) -> tuple[Value, int]:
        line, column = self.place(at)
        start = self.text[at : at + 1]
        if depth > _DEEPEST:
            raise self.fault(at, "the brackets are nested too deep", "a policy needs no more than five levels")
        if start == "{":
            return self.object(at, depth)
        if start == "[":
            return self.array(at, depth)
        if start == '"':
            data, end = self.string(at)
            return Value(data, line, column), end
        if found := _PLAIN.match(self.text, at):
            return Value(json.loads(found[0]), line, column), found.end()
        raise self.no_value(at)

    def object(self, at: int, depth: int) -> tuple[Value, int]:
        line, column = self.place(at)
        members: list[Member] = []
        end = self.skip(at + 1)
        while self.text[end : end + 1] != "}":
            if members:
                end = self.comma(end, at, "}")
            if self.text[end : end + 1] != '"':
                raise self.no_name(end, at)
            where = self.place(end)
            name, end = self.string(end)
            colon = self.skip(end)
            if self.text[colon : colon + 1] != ":":
                raise self.fault(end, f'no colon follows "{name}"', "write a colon between a name and its value")
            value, end = self.value(self.skip(colon + 1), depth + 1)
            members.append(Member(name, *where, value))
            end = self.skip(end)
        return Value({m.name: m.value.data for m in members}, line, column, members=tuple(members)), end + 1

    def array(self, at: int, depth: int) -> tuple[Value, int]:
        line, column = self.place(at)
        items: list[Value] = []
        end = self.skip(at + 1)
        while self.text[end : end + 1] != "]":
            if items:
                end = self.comma(end, at, "]")
            elif end == len(self.text):
                raise self.open(at, "]")
            value, end = self.value(end, depth + 1)
            items.append(value)
            end = self.skip(end)
        return Value([item.data for item in items], line, column, items=tuple(items)), end + 1

    def comma(self, at: int, opened: int, close: str) -> int:
        """Pass the comma between two members or items, and the space behind it."""
        if at == len(self.text):
            raise self.open(opened, close)
        if self.text[at] != ",":
            if self.text[at] in "]}":
                line, column = self.place(opened)
                what = f"this {self.text[at]} does not close the {self.text[opened]} of line {line}, column {column}"
                raise self.fault(at, what, f"write {close} before it")
            before = len(self.text[:at].rstrip())
            raise self.fault(before, "a comma is missing between two values", "write one here")
        end = self.skip(at + 1)
        if self.text[end : end + 1] == close:
            raise self.fault(at, f"a comma stands before {close}, and nothing follows it", "remove the comma")
        return end

    def open(self, at: int, close: str) -> PolicyError:
        line, column = self.place(at)
        what = f"the text ends, and the {self.text[at]} of line {line}, column {column} is still open"
        return self.fault(len(self.text.rstrip()), what, f"write the {close} that is missing")

    def string(self, at: int) -> tuple[str, int]:
        try:
            found: tuple[str, int] = scanstring(self.text, at + 1)
        except JSONDecodeError as error:
            if error.msg.startswith(("Unterminated", "Invalid control")):
                raise self.fault(at, "this text is not closed on its line", 'write a " at its end') from None
            raise self.fault(error.pos, "JSON does not know this escape", r"write \\ for a backslash") from None
        return found

    def no_name(self, at: int, opened: int) -> PolicyError:
        if at >= len(self.text):
            return self.open(opened, "}")
        return self.quotes(at) or self.fault(
            at, "a name is missing here", 'write it in double quotes, such as "Effect"'
        )

    def no_value(self, at: int) -> PolicyError:
        if at >= len(self.text):
            return self.fault(len(self.text.rstrip()), "the text ends where a value is missing", "write the value")
        if (word := _WORD.match(self.text, at)) and word[0].lower() in _WORDS:
            return self.fault(at, f"{word[0]} is not JSON", f"write {_WORDS.get(word[0].lower())}")
        return self.quotes(at) or self.fault(at, "a value is missing here", "write a text in double quotes, {…} or […]")

    def quotes(self, at: int) -> PolicyError | None:
        """The fault of what looks like a text but has no double quotes, or of a comment."""
        start = self.text[at]
        if start in "'‘’“”`":  # noqa: RUF001 -- the quotes that word processors write
            return self.fault(at, f"{start} is not a quote of JSON", 'write " before and after the text')
        if self.text.startswith(("//", "/*", "#"), at):
            return self.fault(at, "JSON has no comments", "remove it, a statement's Sid can say what it is for")
        if start.isalpha():
            return self.fault(at, "this text has no quotes", 'write " before and after it')
        return None
