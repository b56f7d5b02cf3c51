"""Does the contract name every fault of a chapter with its place and its mend, and write nothing?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from course.authoring.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from tests.authoring.conftest import Miniature

CASE = '@case(points=1)\ndef small() -> None:\n    """Is 3 doubled?"""\n'
SIGN = "    return abs(2 * n)\n"
CAPPED = """\
@misconception(small)
def stops_at_five(n: int) -> int:
    \"\"\"You capped the result.\"\"\"
    return min(5, 2 * n)
"""

# what is broken: file, old text, new text, what the error must say
EXERCISE_FAULTS = {
    "a case without points": (
        CASE,
        CASE.replace("points=1", ""),
        r"double\.py:23: .*'small' has no points; write @case",
    ),
    "a case worth nothing": (CASE, CASE.replace("points=1", "points=0"), r"'small' has no points"),
    "a case that asks nothing": ("Is 3 doubled?", "Three.", r"double\.py:23: .*asks nothing; let its docstring"),
    "a duplicate name": (
        "def negative(",
        "def small(",
        r"double\.py:29: .*the name 'small' is used 2 times; give each",
    ),
    "a solution that does not close": ("    ### END SOLUTION\n", "", r"double\.py:17: .*the solution does not close"),
    "no solution": ("    ### BEGIN SOLUTION\n", "", r"double\.py:1: .*there is no solution; put it between"),
    "a hidden part that does not close": (
        "    ### END HIDDEN TESTS\n",
        "",
        r"hidden part of 'negative' does not close",
    ),
    "no kind": ("Kind: function\n", "", r"double\.py:1: .*the docstring has no 'Kind:'; add a line"),
    "a missing name": ("Double a number.\n\nWrite", "Write", r"double\.py:1: .*the docstring has no title or no task"),
    "an unknown kind": ("Kind: function", "Kind: essay", r"the kind 'essay' is unknown; use one of function, cloud"),
    "a case that does not exist": (
        "@misconception(small)",
        "@misconception(smal)",
        r"double\.py:43: .*'stops_at_five' names no case 'smal'; did you mean 'small'",
    ),
    "a misconception without a case": ("@misconception(small)", "@misconception()", r"'stops_at_five' names no case"),
    "a misconception of other arguments": (
        "def stops_at_five(n: int)",
        "def stops_at_five(m: int)",
        r"'stops_at_five' takes \(m: int\); give it the arguments of double: \(n: int\)",
    ),
    "a swap of what is not there": (
        '"return 2 *": ',
        '"return 3 *": ',
        r"double\.py:38: .*'adds_two' swaps 'return 3 \*', which the solution has 0 times; quote more of it",
    ),
    "a swap outside the solution": (
        '"return 2 *": ',
        '"Return twice": ',
        r"'adds_two' swaps 'Return twice', which the solution has 0 times",
    ),
    "a misconception that explains nothing": (
        '    """You lost the sign."""\n',
        "",
        r"'forgets_the_sign' explains nothing",
    ),
    "no Python": ("def double(", "def double((", r"double\.py:\d+: .*this is not Python"),
    "too few misconceptions": (
        CAPPED,
        "",
        r"double\.py:15: mini, double: it has 2 misconceptions; write at least 3",
    ),
    "a misconception that passes": (SIGN, "    return 2 * n\n", r"'forgets_the_sign' passes 'negative'; add an input"),
    "a misconception that fails elsewhere": (
        SIGN,
        "    return 0\n",
        r"'forgets_the_sign' fails 'small' too: double\(3\)",
    ),
    "a misconception that crashes": (
        SIGN,
        "    return 2 * n if n > 0 else 1 // 0\n",
        r"'forgets_the_sign' fails 'negative' by ZeroDivisionError",
    ),
    "a solution that fails": (
        "return 2 * n  # the secret",
        "return 2 * abs(n)  # the secret",
        r"double\.py:29: .*the solution fails 'negative': double\(-1\) gave 2",
    ),
    "a stub that scores": (
        CASE,
        CASE + "    return\n",
        r"double\.py:23: .*the stub .* in 'small' instead of by NotImpl",
    ),
    "a case that does not miss an answer": (
        "assert double(3) == 6",
        "assert double(3) in (6, 0)",
        r"double\.py:23: .*an answer that does nothing passes 'small'; let all but a quarter",
    ),
    "a case that stumbles over an answer": (
        "assert double(3) == 6",
        "assert 18 // double(3) == 3",
        r"double\.py:23: .*an answer that does nothing ends 'small' by ZeroDivisionError.*; let the case say",
    ),
}

CHAPTER_FAULTS = {
    "a mark for no exercise": (
        "exercise: double",
        "exercise: duoble",
        r"chapter\.md:18: mini: .*did you mean 'double'",
    ),
    "an exercise without a mark": (
        "<!-- exercise: double -->\n",
        "",
        r"double\.py:1: mini, double: no mark in chapter\.md uses this exercise; add the line <!-- ex",
    ),
    "an exercise marked twice": (
        "<!-- exercise: double -->\n",
        "<!-- exercise: double -->\n\n<!-- exercise: double -->\n",
        r"chapter\.md:20: mini: 'double' is marked twice",
    ),
    "a misspelt mark": (
        "<!-- facts -->",
        "<!-- fact -->",
        r"chapter\.md:\d+: mini: 'fact' is no mark; did you mean 'facts'",
    ),
    "a chapter without its facts": ("<!-- facts -->\n", "", r"mini: no mark says where the facts go; add the line"),
    "a term without its gloss": ("**queue (队列)**", "queue", r"chapter\.md: mini: Line 3: .*queue.*队列"),
    "a fact that is not taught": ("1 MB/s", "little", r"chapter\.md: mini: mini-shard .* does not show '1 MB/s'"),
}


def _snapshot(root: Path) -> dict[Path, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path: path.read_bytes() for path in files}


def test_sound_chapter(miniature: Miniature) -> None:
    """Is a sound chapter without faults?"""
    assert verify(["mini"], miniature.root) == []


@pytest.mark.parametrize("fault", EXERCISE_FAULTS)
def test_exercise_fault(miniature: Miniature, fault: str) -> None:
    """Is each fault of an exercise named with place and mend, and nothing written?"""
    old, new, expected = EXERCISE_FAULTS[fault]
    miniature.edit(miniature.exercise, old, new)
    before = _snapshot(miniature.root)

    found = verify(["mini"], miniature.root)

    assert any(re.search(expected, sentence) for sentence in found), found
    assert all("double" in sentence and "mini" in sentence for sentence in found)
    assert _snapshot(miniature.root) == before


@pytest.mark.parametrize("fault", CHAPTER_FAULTS)
def test_chapter_fault(miniature: Miniature, fault: str) -> None:
    """Is each fault between prose, exercises and data named with place and mend?"""
    old, new, expected = CHAPTER_FAULTS[fault]
    miniature.edit(miniature.chapter / "chapter.md", old, new)

    found = verify(["mini"], miniature.root)

    assert any(re.search(expected, sentence) for sentence in found), found


def test_unknown_chapter(miniature: Miniature) -> None:
    """Is an unknown chapter answered with the nearest name?"""
    assert verify(["mimi"], miniature.root) == [
        f"There is no chapter 'mimi' in {miniature.chapter.parent}; did you mean 'mini'."
    ]
