"""The small course as fixtures, and what checks it: nothing stays in the background after these tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from course.study import checker
from tests.study.small_course import Course, make_course

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session", autouse=True)
def _no_checker() -> Iterator[None]:
    """Let checks be made by the process that asks for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(checker.VARIABLE, checker.OFF)
        yield


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The small course, for tests that only read it."""
    return make_course(tmp_path_factory.mktemp("built") / "course")


@pytest.fixture
def course(built: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A copy of the small course of the test's own, and the test stands in it."""
    shutil.copytree(built.root, tmp_path / "course", ignore=shutil.ignore_patterns("work"))
    monkeypatch.chdir(tmp_path / "course")
    return Course(tmp_path / "course")
