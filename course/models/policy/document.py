"""A policy as AWS reads it: a version and statements, each with its place in the text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from course.models.policy.finding import Finding, PolicyError
from course.models.policy.syntax import Value, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Effect = Literal["Allow", "Deny"]
VERSIONS = ("2012-10-17", "2008-10-17")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy. `index` counts from 1, `line` is where it begins; `elements` is its JSON.

    `variables` tells whether `${…}` is a policy variable in it: without Version 2012-10-17 it is plain text.
    """

    index: int
    sid: str
    line: int
    effect: Effect
    elements: Mapping[str, Any]
    variables: bool = True

    @property
    def label(self) -> str:
        """Its Sid, or its number in the policy."""
        return self.sid or f"statement {self.index}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that can be read; whether AWS would store it is what `lint` says."""

    name: str
    version: str
    statements: tuple[Statement, ...]

    @classmethod
    def read(cls, source: str | Mapping[str, Any], name: str = "policy") -> Policy:
        """Read a policy from its text or from its JSON as Python has it; `name` is what a trace calls it.

        `PolicyError`, a `ValueError`, for what is no policy at all: not JSON, an element twice, a statement without a
        valid Effect. The lines of a policy that is no text are those of `json.dumps(source, indent=2)`.
        """
        root = read_json(source if isinstance(source, str) else json.dumps(source, indent=2))
        for finding in unreadable(root):
            raise PolicyError(finding)
        version = root.data.get("Version", "2008-10-17")
        found = (
            Statement(
                index,
                str(value.data.get("Sid", "")),
                value.line,
                value.data["Effect"],
                value.data,
                version == "2012-10-17",
            )
            for index, value in enumerate(statements_of(root), 1)
        )
        return cls(name, version, tuple(found))


def statements_of(root: Value) -> tuple[Value, ...]:
    """Return the statements of a policy: one may stand without the list."""
    found = [member.value for member in root.members if member.name == "Statement"]
    return () if not found else found[-1].items if isinstance(found[-1].data, list) else (found[-1],)


def unreadable(root: Value) -> Iterator[Finding]:
    """Yield what makes a JSON value no policy."""
    if not isinstance(root.data, dict):
        yield error(root, "a policy is a JSON object", "begin it with {")
        return
    yield from _twice(root, "the policy")
    if "Statement" not in root.data:
        yield error(root, "the policy has no Statement", 'add "Statement": […]')
    for index, statement in enumerate(statements_of(root), 1):
        if not isinstance(statement.data, dict):
            yield error(statement, f"statement {index} is not a JSON object", "write {…}")
            continue
        yield from _twice(statement, f"statement {index}")
        yield from _effect(statement, index)


def _twice(value: Value, owner: str) -> Iterator[Finding]:
    """Yield each name that an object, or an object in it, has a second time."""
    seen: set[str] = set()
    for member in value.members:
        if member.name in seen:
            problem = f"{owner} has {member.name} twice, and only one can count"
            yield Finding("error", member.line, member.column, problem, "join the two or remove one")
        seen.add(member.name)
        if member.name != "Statement":
            yield from _twice(member.value, member.name)


def _effect(statement: Value, index: int) -> Iterator[Finding]:
    found = next((member for member in statement.members if member.name == "Effect"), None)
    if found is None:
        yield error(statement, f"statement {index} has no Effect", 'add "Effect": "Allow" or "Effect": "Deny"')
    elif found.value.data not in ("Allow", "Deny"):
        problem = f"the Effect of statement {index} is {found.value.data!r}"
        yield error(found.value, problem, "an Effect is Allow or Deny, written so")


def error(value: Value, problem: str, mend: str) -> Finding:
    """Return an error at the place of a value."""
    return Finding("error", value.line, value.column, problem, mend)
