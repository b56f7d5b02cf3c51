"""Read a chapter's YAML file of rows into structs, with errors written for the author of the file."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from course import curriculum
from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Row = TypeVar("Row", bound=msgspec.Struct)
_DOLLAR = re.compile(r"<span>\\\$</span>|\\?\$")


class DataError(CourseError):
    """A chapter's data file does not say what it must: the sentence names file, row and mend."""


def chapter_file(slug: str, name: str) -> Path:
    """Where a chapter's data file lies in the installed package; `CurriculumError` for a wrong slug."""
    return Path(str(files("course.chapters"))) / curriculum.find(slug).package / name


def read(path: Path, row_type: type[Row], key: Callable[[Row], str]) -> tuple[Row, ...]:
    """Return the rows of a chapter's data file, in order; `key(row)` must be different in each.

    Raises `DataError` for a file or row that is not as `row_type` says.
    """
    place = f"course/chapters/{path.parent.name}/{path.name}"
    if not path.is_file():
        raise DataError(f"{place} is missing: write it, one row of `{row_type.__name__}` fields for each item.")
    return parse(path.read_bytes(), place, row_type, key)


def parse(text: bytes | str, path: str, row_type: type[Row], key: Callable[[Row], str]) -> tuple[Row, ...]:
    """Return the rows of the YAML `text`, which the errors call `path`."""
    try:
        rows = msgspec.yaml.decode(text)
    except msgspec.DecodeError as error:
        raise DataError(f"{path} is no YAML: mend this place: {' '.join(str(error).split())}") from None
    if not isinstance(rows, list):
        raise DataError(f"{path} must be a list: begin each row with '- '.")
    parsed: dict[str, Row] = {}
    for number, raw in enumerate(rows, 1):
        where = f"{path}, row {number}"
        row = _convert(raw, where, row_type)
        if key(row) in parsed:
            raise DataError(f"{where}: {key(row)!r} is there already: remove or rename one of the two.")
        parsed[key(row)] = row
    return tuple(parsed.values())


def table_row(cells: Iterable[str]) -> str:
    """Return these texts as a row of a Markdown table, in which a price is no formula."""
    escaped = (no_formula(" ".join(text.split()).replace("|", "\\|")) for text in cells)
    return f"| {' | '.join(escaped)} |\n"


def outside_code(escape: Callable[[str], str], text: str) -> str:
    """Return Markdown that is escaped except between backticks, where it stays as it is."""
    parts = text.split("`")
    parts[::2] = [escape(part) for part in parts[::2]]
    return "`".join(parts)


def no_formula(text: str) -> str:
    """Return Markdown in which no price is a formula: JupyterLab reads one between any two dollar signs.

    The backslash keeps the sign from its Markdown, the element from MathJax, which looks at the finished page.
    """
    return outside_code(lambda part: _DOLLAR.sub(r"<span>\\$</span>", part), text)


def _convert(raw: object, where: str, row_type: type[Row]) -> Row:
    if isinstance(raw, dict):
        where += f" ({next(iter(raw.values()), 'empty')})"
    try:
        return msgspec.convert(raw, row_type)
    except msgspec.ValidationError as error:
        raise DataError(f"{where}: {_mend(str(error), row_type)}") from None


def _mend(problem: str, row_type: type[msgspec.Struct]) -> str:
    """Return what msgspec says as a sentence that ends in what to do."""
    problem = problem[:1].lower() + problem[1:].removesuffix(".")
    if "unknown field" in problem:
        return f"{problem}: remove it or use one of {', '.join(row_type.__struct_fields__)}."
    if "missing required field" in problem:
        return f"{problem}: add it."
    if problem.startswith("expected `str`"):
        return f"{problem}: put the value in quotes."
    return f"{problem}: mend that value."
