"""Does progress survive what happens to a learner's files?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.study import progress
from course.study.result import CaseResult, ExerciseResult, Result

if TYPE_CHECKING:
    from pathlib import Path

names = st.text(min_size=1, max_size=12)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "release").mkdir()
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "work" / "messaging").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work" / "messaging")
    return tmp_path


def result(*cases: CaseResult) -> Result:
    return Result("messaging", (ExerciseResult("shards_needed", "How many shards?", cases),))


@pytest.mark.usefixtures("course")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(saved=st.lists(st.tuples(names, st.dictionaries(names, st.integers(0, 4))), max_size=8))
def test_answers_come_back(saved: list[tuple[str, dict[str, int]]]) -> None:
    """Are the last answers of each chapter what comes back?"""
    progress.path().unlink(missing_ok=True)
    expected: dict[str, dict[str, int]] = {}
    for chapter, answers in saved:
        progress.save_answers(chapter, answers)
        expected[chapter] = answers

    assert expected == progress.load().answers


def test_everything_is_kept_in_the_course_folder(course: Path) -> None:
    """Do answers, points and hints live side by side in work/.progress.json?"""
    progress.save_answers("messaging", {"order-spike": 2})
    progress.save_hints("messaging", "shards_needed", 1)
    checked = result(CaseResult("a", "A?", 2, passed=True), CaseResult("b", "B?", 1, passed=False))
    progress.save_check("messaging", checked)

    kept = json.loads((course / "work" / ".progress.json").read_text(encoding="utf-8"))
    assert kept["answers"] == {"messaging": {"order-spike": 2}}
    assert kept["hints"] == {"messaging": {"shards_needed": 1}}
    assert progress.load().scores["messaging"]["shards_needed"] == progress.Score(2, 3)
    assert sorted(f.name for f in (course / "work").iterdir()) == [".progress.json", "messaging"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"answers": 3}', "\x00\xff"])
def test_a_damaged_file_is_set_aside(course: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a damaged file cost nothing but one sentence, and stay where one can look at it?"""
    progress.path().write_text(damage, encoding="latin-1")

    assert progress.load() == progress.Progress()
    assert "the damaged file is now .progress.json.damaged" in capsys.readouterr().err
    progress.save_answers("messaging", {"order-spike": 1})
    assert progress.load().answers == {"messaging": {"order-spike": 1}}
    assert (course / "work" / ".progress.json.damaged").read_text(encoding="latin-1") == damage


def test_a_folder_that_cannot_be_written_is_tolerated(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Does saving where nothing can be written say so instead of raising?"""
    # a file in the folder's place: root may write everywhere, so permissions would prove nothing
    (course / "work" / "messaging").rmdir()
    (course / "work").rmdir()
    (course / "work").touch()
    monkeypatch.chdir(course)
    progress.save_answers("messaging", {"order-spike": 1})

    assert "Your progress was not kept" in capsys.readouterr().err
    assert progress.load() == progress.Progress()


def test_without_a_course_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is progress kept beside the notebook in a class that installed only the wheel?"""
    monkeypatch.setattr("course.study.root.PACKAGE", tmp_path)
    monkeypatch.chdir(tmp_path)
    progress.save_answers("messaging", {"order-spike": 0})

    assert progress.path() == tmp_path / ".course-progress.json"
    assert progress.load().answers == {"messaging": {"order-spike": 0}}
