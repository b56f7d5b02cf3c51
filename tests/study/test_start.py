"""Does a learner get their own copy, and does nothing ever write over it?"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from course.study import root
from course.study.start import UnknownChapterError, copies, start

if TYPE_CHECKING:
    from pathlib import Path

    from tests.study.small_course import Course


@pytest.fixture(autouse=True)
def _signatures_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))


def test_the_copy_is_the_release(course: Course) -> None:
    """Is the copy the whole released folder, and said where it is?"""
    (course.release.parent / "pictures").mkdir()
    (course.release.parent / "pictures" / "queue.txt").write_text("a queue", encoding="utf-8")
    (course.release.parent / ".ipynb_checkpoints").mkdir()
    (course.release.parent / ".ipynb_checkpoints" / "mini-checkpoint.ipynb").touch()
    said: list[str] = []
    mine = start("mini", say=said.append)

    assert mine == course.root / "work" / "mini" / "mini.ipynb"
    assert mine.read_bytes() == course.release.read_bytes()
    files = [path.relative_to(mine.parent).as_posix() for path in mine.parent.rglob("*") if path.is_file()]
    assert sorted(files) == ["mini.ipynb", "pictures/queue.txt"]
    assert said == ["Your copy is work/mini/mini.ipynb."]
    assert [path.name for path in (course.root / "work").iterdir()] == ["mini"]


def test_nothing_is_written_over(course: Course) -> None:
    """Does a learner's work stay, asked once more and asked for a fresh copy, which goes beside it?"""
    mine = start("mini", say=lambda _: None)
    mine.write_text("my work", encoding="utf-8")
    said: list[str] = []

    assert start("mini", say=said.append) == mine
    assert said[-1] == "For a fresh copy beside it: course start mini --fresh"
    fresh = [start("mini", fresh=True, say=said.append) for _ in range(2)]
    assert fresh == [course.root / "work" / f"mini-{n}" / "mini.ipynb" for n in (2, 3)]
    assert mine.read_text(encoding="utf-8") == "my work"
    assert copies("mini") == [mine, *fresh]


def test_a_read_only_release_gives_a_copy_to_write_in(course: Course) -> None:
    """Can a learner save a copy of a release that nobody may write?"""
    course.release.chmod(0o444)
    course.release.parent.chmod(0o555)
    mine = start("mini", say=lambda _: None)

    assert mine.stat().st_mode & 0o200
    assert mine.parent.stat().st_mode & 0o200
    course.release.parent.chmod(0o755)


@pytest.mark.usefixtures("course")
def test_the_copy_is_trusted() -> None:
    """Does Jupyter show the pictures stored in the copy, and not those of any other notebook?"""
    mine = start("mini", say=lambda _: None)
    notary = NotebookNotary()
    notebook = nbformat.read(mine, as_version=4)
    assert notary.check_signature(notebook)
    notebook.cells[0].source += "something else"
    assert not notary.check_signature(notebook)


@pytest.mark.usefixtures("course")
def test_an_unknown_chapter() -> None:
    """Is the nearest chapter named for a mistyped one, and all of them for a strange one?"""
    with pytest.raises(UnknownChapterError, match=r"no chapter 'minni'\. Did you mean 'mini'\?"):
        start("minni")
    with pytest.raises(UnknownChapterError, match=r"no chapter 'quantum'\. There are: mini\."):
        start("quantum")


def test_before_the_first_build(course: Course) -> None:
    """Is an author told to build when nothing is built?"""
    shutil.rmtree(course.root / "release" / "mini")
    with pytest.raises(UnknownChapterError, match="course build"):
        start("mini")


def test_outside_of_the_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a learner who stands somewhere else told where to go?"""
    monkeypatch.setattr(root, "PACKAGE", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(root.NoCourseFolderError, match="is not inside the course: go to the folder"):
        start("mini")


def test_from_anywhere_inside(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does it find the course folder from a folder inside?"""
    monkeypatch.chdir(course.exercises)
    assert start("mini", say=lambda _: None).is_relative_to(course.root / "work")
