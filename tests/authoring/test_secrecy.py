"""Is any line of a solution, a hidden case or a misconception in what learners get, in clear or encoded?"""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import json
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.authoring.source import LEAST_MISCONCEPTIONS, Chapter, load, slugs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
TELLING = 30  # characters: a shorter line, such as "for step in steps", tells nothing
DEPTH = 3  # encodings inside encodings

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){20,}")


def _lines(text: str) -> set[str]:
    lines = (line.strip() for line in text.splitlines())
    return {line for line in lines if len(line) >= TELLING and not line.startswith(("from ", "import "))}


def _secrets(chapters: list[Chapter]) -> set[str]:
    """Every telling line that a learner must not see, without those that some chapter shows anyway."""
    secret: set[str] = set()
    shown = [chapter.markdown for chapter in chapters]
    for exercise in (exercise for chapter in chapters for exercise in chapter.exercises):
        shown += [exercise.task, exercise.stub, *exercise.hints, *(case.visible for case in exercise.cases)]
        hidden = [case.hidden for case in exercise.cases]
        secret |= _lines("\n".join([*hidden, exercise.solution, *(m.source for m in exercise.misconceptions)]))
        secret |= {misconception.why for misconception in exercise.misconceptions}
    everything = "\n".join(shown)
    return {line for line in secret if line not in everything}


def _unpacked(data: bytes) -> Iterator[bytes]:
    tries: tuple[Callable[[bytes], bytes], ...] = (zlib.decompress, gzip.decompress, bz2.decompress)
    for attempt in tries:
        try:
            yield attempt(data)
        except (OSError, zlib.error, EOFError, ValueError):
            continue


def _decoded(data: bytes) -> Iterator[bytes]:
    """What a reader could make of some bytes: base64, hexadecimal, rot13, JSON's escapes, and what is packed."""
    for run in _BASE64.findall(data):
        raw = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            yield base64.b64decode(raw + b"=" * (-len(raw) % 4))
        except binascii.Error:
            continue
    for run in _HEX.findall(data):
        yield binascii.unhexlify(run)
    yield from _unpacked(data)


def _readings(data: bytes, depth: int = DEPTH) -> Iterator[str]:
    text = data.decode("utf-8", errors="replace")
    yield text
    yield codecs.encode(text, "rot13")
    yield _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    if depth:
        for inner in _decoded(data):
            yield from _readings(inner, depth - 1)


def leaks(data: bytes, secrets: set[str]) -> set[str]:
    """Return the secrets that can be read in some bytes."""
    return {secret for reading in _readings(data) for secret in secrets if secret in reading}


def _text_of(path: Path) -> bytes:
    """A notebook's text with JSON's escapes undone; other files as they are."""
    data = path.read_bytes()
    if path.suffix != ".ipynb":
        return data
    notebook = json.loads(data)
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    return "\n".join([*sources, json.dumps(notebook, ensure_ascii=False)]).encode()


@pytest.fixture(scope="module")
def secrets() -> set[str]:
    return _secrets([load(slug, ROOT) for slug in slugs(ROOT)])


def test_there_are_secrets(secrets: set[str]) -> None:
    """Does the search look for something?"""
    exercises = [exercise for slug in slugs(ROOT) for exercise in load(slug, ROOT).exercises]
    assert len(secrets) > LEAST_MISCONCEPTIONS * len(exercises)


def test_release(secrets: set[str]) -> None:
    """Is release/ free of them?"""
    found = {path: leaks(_text_of(path), secrets) for path in (ROOT / "release").rglob("*") if path.is_file()}
    assert found
    assert {path.name: lines for path, lines in found.items() if lines} == {}


def test_wheel(secrets: set[str], tmp_path: Path) -> None:
    """Is the wheel that a class installs free of them, and does it still hold what a notebook needs?"""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        found = {name: leaks(wheel.read(name), secrets) for name in wheel.namelist()}
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert {"course/cloud.py", "course/demos/static/stage.js", "course/chapters/messaging/questions.yaml"} <= set(found)
    assert not [name for name in found if "/exercises/" in name]


@pytest.mark.parametrize("hide", ["clear", "base64", "hex", "rot13", "packed", "escaped"])
def test_search_finds(hide: str) -> None:
    """Would the search find a secret hidden in each of these ways?"""
    line = "return max(1, math.ceil(backlog / 7))"
    hidden = {
        "clear": line.encode(),
        "base64": base64.b64encode(f"x{line}".encode()),
        "hex": line.encode().hex().encode(),
        "rot13": codecs.encode(line, "rot13").encode(),
        "packed": base64.urlsafe_b64encode(zlib.compress(line.encode())),
        "escaped": "".join(f"\\u{ord(c):04x}" for c in line).encode(),
    }[hide]
    assert leaks(b"a = '" + hidden + b"'\n", {line}) == {line}
