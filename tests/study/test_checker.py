"""Is the process in the background a comfort that nobody notices, and never a hindrance?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import msgspec
import pytest

from course.errors import CourseError
from course.study import background, checker, progress, root, self_check
from course.study.background import Checker
from tests.study.test_cli import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.study.small_course import Course

TICK_SECONDS = 0.01


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test's checkers are reached; they end with it."""
    folder = tmp_path_factory.mktemp("home")
    folder.chmod(0o700)
    monkeypatch.setenv(checker.VARIABLE, str(folder))
    yield folder
    for file in folder.glob("*.json"):
        contact = contact_in(file)
        file.unlink()
        with suppress(OSError, EOFError):
            Client(contact.address, authkey=contact.key).close()  # it sees that it is not known any more


def contact_in(file: Path) -> checker.Contact:
    return msgspec.json.decode(file.read_bytes(), type=checker.Contact)


def only(home: Path) -> Path:
    (file,) = home.glob("*.json")
    return file


def test_one_checker_for_all(course: Course, home: Path) -> None:
    """Do further checks, from wherever in the course, reach the process that the first one started, and agree?"""
    course.learner({"right": course.solution("right"), "rounds": course.misconception("rounds", "stops_at_five")})
    first = run("check", "mini", "--json")  # it returns: nothing holds its output open
    known = contact_in(only(home))
    os.chdir("work")
    second = run("check", "mini", "--json")

    assert contact_in(only(home)) == known
    assert second.stdout == first.stdout
    assert (first.stderr, second.stderr) == ("", "")
    assert '"misconception":"stops_at_five"' in first.stdout
    assert progress.load().scores["mini"]["right"] == progress.Score(3, 3)
    assert (course.root / "work" / "start.md").is_file()


def test_what_it_says_is_heard(course: Course, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a learner read in the checker's words what went wrong, and what it had to say beside the result?"""
    notebook = course.learner({})
    progress.path().write_text("{", encoding="utf-8")
    assert self_check.run("mini", notebook).max_points == 27
    assert "Your progress in" in capsys.readouterr().err
    os.chdir(notebook.parent)
    notebook.write_text("{", encoding="utf-8")
    with pytest.raises(CourseError, match=r"^mini\.ipynb cannot be read as a notebook"):
        self_check.run("mini", Path("mini.ipynb"))
    assert only(home).is_file()


@pytest.mark.parametrize("left", [b"", b"{", b'{"address": "/nowhere", "key": ""}', None])
def test_a_checker_that_is_gone_is_replaced(course: Course, home: Path, left: bytes | None) -> None:
    """Is what a crash left behind, or a checker for which another program took its place, no word to the learner?"""
    course.learner({})
    run("check", "mini")
    file = only(home)
    file.write_bytes(left if left is not None else file.read_bytes().replace(b"a", b"b"))
    done = run("check", "mini")

    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_bytes() != left


def test_without_a_checker(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a check made here where the folder for the checker is not this user's alone, or cannot be made?"""
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "file").touch()
    for place in ("open", "file", "no/such/folder"):
        monkeypatch.setenv(checker.VARIABLE, str(tmp_path / place))
        assert self_check.run("mini", course.learner({})).max_points == 27
    assert list((tmp_path / "open").iterdir()) == []


def test_a_path_that_is_too_long(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a check made here too where the checker does not start?"""
    folder = tmp_path.joinpath(*["long"] * 30)
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    monkeypatch.setenv(checker.VARIABLE, str(folder))

    assert self_check.run("mini", course.learner({})).max_points == 27
    assert list(folder.glob("*.json")) == []


def _idle(_: Checker, monkeypatch: pytest.MonkeyPatch, __: Course) -> None:
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + background.IDLE_SECONDS + 1)


def _gone(_: Checker, __: pytest.MonkeyPatch, course: Course) -> None:
    course.root.rename(course.root.with_name("elsewhere"))


def _changed(_: Checker, monkeypatch: pytest.MonkeyPatch, course: Course) -> None:
    monkeypatch.setattr(root, "PACKAGE", course.root / "course")


def _replaced(made: Checker, _: pytest.MonkeyPatch, course: Course) -> None:
    with Checker(made.file, course.root):
        assert made.useless()


@pytest.mark.parametrize("happens", [_idle, _gone, _changed, _replaced])
def test_it_ends_itself(
    course: Course, home: Path, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Checker, object, Course], None]
) -> None:
    """Does it see that it is of no more use: idle, its course folder or its program gone, another in its place?"""
    monkeypatch.setattr(background, "TICK_SECONDS", TICK_SECONDS)
    with Checker(home / "it.json", course.root) as made:
        assert not made.useless()
        happens(made, monkeypatch, course)
        assert made.useless()
        made.serve()  # it returns
    assert not list(home.iterdir())


def test_the_contact_is_the_users_alone(course: Course, home: Path) -> None:
    """Can nobody else read how to reach it, nor reach it?"""
    with Checker(home / "it.json", course.root) as made:
        Thread(target=made.serve, daemon=True).start()
        assert (home / "it.json").stat().st_mode & 0o077 == 0
        with pytest.raises(AuthenticationError):
            Client(made.contact.address, authkey=b"guessed")


def test_the_asking_is_light(course: Course) -> None:
    """Does asking the checker import nothing that takes long?"""
    heavy = "{'nbformat', 'nbclient', 'nbgrader', 'boto3', 'moto', 'ipywidgets', 'IPython', 'yaml', 'jupytext'}"
    loaded = f"print({heavy} & set(sys.modules))"
    code = (
        "import sys, course.cli\nfrom course.study import checker, report, self_check\nself_check.find_notebook('mini')"
    )
    command = [sys.executable, "-c", f"{code}\n{loaded}"]
    course.learner({})
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=root.environment())
    assert done.stdout.strip() == "set()"
