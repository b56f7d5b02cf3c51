"""Reading what a learner handed in: whoever made it may have meant harm, or have no idea that it is broken."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import msgspec

from course.errors import CourseError

LARGEST = 64 * 2**20
"""The bytes of all files of a submission together."""
MOST_FILES = 1_000
MOST_CELLS = 2_000
DEEPEST = 60
MOST_ITEMS = 1_000_000
LONGEST_ID = 128
"""nbgrader's own limit for a student's id."""
_LEFT_OUT = {".ipynb_checkpoints", "__pycache__", ".DS_Store"}


class RefusedError(CourseError):
    """A submission that cannot be graded; the sentence says why."""


class Cell(msgspec.Struct, kw_only=True):
    """A cell as it was handed in; its outputs are not read."""

    cell_type: str
    source: str | list[str]
    metadata: dict[str, Any] = {}
    id: str | None = None
    attachments: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """Its text, as one string."""
        return self.source if isinstance(self.source, str) else "".join(self.source)


class Handed(msgspec.Struct, kw_only=True):
    """A notebook as it was handed in."""

    cells: list[Cell]
    metadata: dict[str, Any] = {}
    nbformat: int = 4
    nbformat_minor: int = 4


def check_id(student: str) -> None:
    """Raise `RefusedError` for a learner's id that is no plain name: it stands in pages, paths and the gradebook."""
    shown = "".join(c if c.isprintable() and c not in "<>&\"'" else "?" for c in student)[:60]
    if not student or len(student) > LONGEST_ID:
        raise RefusedError(f"the learner's id '{shown}…' is longer than {LONGEST_ID} characters; rename the folder")
    if student.startswith((".", "-")) or any(not c.isprintable() or c in "<>&\"'`/\\*?[]{}$;|" for c in student):
        raise RefusedError(f"the learner's id '{shown}' has characters that no id has; rename the folder")


def read(folder: Path) -> dict[str, bytes]:
    """Return the files of a submission's folder, by relative path.

    Raises `RefusedError` for a link or a special file in it, and for more than `MOST_FILES` or `LARGEST` bytes.
    """
    if folder.is_symlink() or not folder.is_dir():
        raise RefusedError(f"{folder.name} is no folder but a link or a file")
    files: dict[str, bytes] = {}
    left = LARGEST
    try:
        found = _walk(folder)
    except OSError as error:
        raise RefusedError(f"its folder cannot be read: {error.strerror}") from None
    for path, status in found:
        name = path.relative_to(folder).as_posix()
        left -= status.st_size
        if left < 0:
            raise RefusedError(f"its files are larger than {LARGEST // 2**20} MB together")
        files[name] = _read(path, name)
    return files


def parse(content: bytes) -> Handed:
    """Return a notebook from its file's bytes. Raises `RefusedError` where it is none."""
    if not content.strip():
        raise RefusedError("the notebook is empty")
    try:
        plain = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise RefusedError("the notebook is nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"the notebook is not JSON ({error})") from None
    version = plain.get("nbformat") if isinstance(plain, dict) else None
    if version == 3:  # noqa: PLR2004 - nbformat's number
        plain = _upgraded(content)
    elif version != 4:  # noqa: PLR2004 - nbformat's number
        raise RefusedError("the file is no notebook of nbformat 4 (its 'nbformat' is something else)")
    if unwieldy(plain):
        raise RefusedError("the notebook is nested too deep, or of too many parts")
    try:
        handed = msgspec.convert(plain, Handed)
    except msgspec.ValidationError as error:
        raise RefusedError(f"the notebook is damaged: {_lower(str(error))}") from None
    if len(handed.cells) > MOST_CELLS:
        raise RefusedError(f"the notebook has {len(handed.cells):,} cells; {MOST_CELLS:,} is the most")
    if any("\0" in cell.text for cell in handed.cells):
        raise RefusedError("a cell of the notebook has null bytes")
    return handed


def _walk(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """The plain files below a folder, with their status; a link or anything special is refused."""
    found: list[tuple[Path, os.stat_result]] = []
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name in _LEFT_OUT:
                    continue
                if not entry.name.isprintable():
                    raise RefusedError(f"'{_shown(entry.name)}' is no plain name of a file")
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(Path(entry.path))
                elif stat.S_ISREG(status.st_mode):
                    found.append((Path(entry.path), status))
                else:
                    raise RefusedError(f"'{_shown(entry.name)}' is a link or no plain file")
                if len(found) + len(waiting) > MOST_FILES:
                    raise RefusedError(f"it has more than {MOST_FILES:,} files")
    return sorted(found)


def _read(path: Path, name: str) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise RefusedError(f"'{_shown(name)}' cannot be read: {error.strerror}") from None


def _upgraded(content: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    import nbformat  # noqa: PLC0415 - for old notebooks alone

    try:
        return dict(nbformat.convert(nbformat.reads(content.decode(), as_version=3), 4))
    except Exception as error:  # noqa: BLE001 - nbformat raises whatever its parsers do
        raise RefusedError(f"the notebook of nbformat 3 is damaged ({type(error).__name__})") from None


def unwieldy(value: object) -> bool:
    """Whether a JSON value is nested deeper than `DEEPEST` or has more than `MOST_ITEMS`, found without recursion."""
    depth, items, level = 0, 0, [value]
    while level and depth <= DEEPEST and items <= MOST_ITEMS:
        depth, items = depth + 1, items + len(level)
        level = [
            item
            for each in level
            if isinstance(each, dict | list)
            for item in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:80]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
