"""Is the gradebook in PostgreSQL what it is in SQLite, and does it lose as little?"""

from __future__ import annotations

import csv
import os
import pwd
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from course.errors import CourseError
from course.grading import engines
from tests import programs
from tests.grading.killing import grade_until
from tests.grading.small_class import COURSE, POINTS, Here, SmallClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.grading.grade import Outcome

ROLE = "instructor"
DUE = {f"learner-{number}": points for number, points in enumerate(POINTS.values())}


@dataclass(frozen=True, slots=True)
class Server:
    """Debian's PostgreSQL on a socket in its folder; no port is open."""

    folder: Path
    programs: Path

    @classmethod
    def make(cls, folder: Path) -> Server:
        """Make a server's files; it is not started yet."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        assert found, "PostgreSQL is missing: apt-get install postgresql"
        made = cls(folder, found[-1])
        if os.getuid() == 0:  # it does not run as root
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
        options = ("--username", ROLE, "--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale", "C.UTF-8")
        made.run("initdb", "--pgdata", f"{folder}/data", *options)
        return made

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs."""
        user = "postgres" if os.getuid() == 0 else None
        command = [str(self.programs / program), *arguments]
        log = Path(self.folder, "log")
        with log.open("ab") as said:
            done = subprocess.run(command, user=user, cwd=self.folder, stdout=said, stderr=said, check=False)
        assert done.returncode == 0, log.read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start it; return when it answers."""
        self.run("pg_ctl", "start", "--wait", "--pgdata", "data", "--options", f"-F -h '' -k {self.folder}")

    def stop(self) -> None:
        """Kill it, as a crash does."""
        self.run("pg_ctl", "stop", "--wait", "--pgdata", "data", "--mode", "immediate")

    def database(self, name: str, template: str = "template1") -> str:
        """Make a database; return its URL, as nbgrader's `db_url` has it."""
        self.run("createdb", "--host", str(self.folder), "--username", ROLE, "--template", template, name)
        return f"postgresql://{ROLE}@/{name}?host={self.folder}"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real server for all tests."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        made = Server.make(Path(folder))
        made.start()
        yield made
        made.stop()


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """A class that has handed in, with its gradebook in SQLite."""
    made = SmallClass.make(tmp_path_factory.mktemp("sqlite") / "course")
    assert made.hand_in_class(len(DUE)) == DUE
    return made


@pytest.fixture(scope="module")
def known(sqlite: SmallClass) -> dict[str, Outcome]:
    """What comes of everyone, graded once."""
    executor = Here()
    sqlite.grade(executor)
    engines.close()
    return executor.made


@pytest.fixture(scope="module")
def small(server: Server, tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """The same class with its gradebook in PostgreSQL, and nothing graded."""
    made = SmallClass.make(tmp_path_factory.mktemp("postgresql") / "course", server.database("template"))
    made.hand_in_class(len(DUE))
    return made


@pytest.fixture
def fresh(request: pytest.FixtureRequest, server: Server, small: SmallClass, tmp_path: Path) -> SmallClass:
    """A copy of it with a database of its own."""
    return copy(server, small, tmp_path / "course", request.node.name.replace("[", "_").strip("]"))


def copy(server: Server, small: SmallClass, root: Path, name: str) -> SmallClass:
    """Copy a class with its database."""
    made = SmallClass(small.copy(root).root, server.database(name, "template"))
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8").replace(small.url, made.url), encoding="utf-8")
    return made


def test_the_same_rows(sqlite: SmallClass, known: dict[str, Outcome], fresh: SmallClass) -> None:
    """Are all rows those that SQLite has, after a run, and after a second one with other answers?"""
    fresh.grade(Here(known))
    assert fresh.points() == DUE
    assert fresh.rows() == sqlite.rows()
    assert fresh.autograded() == sqlite.autograded()

    turned = dict(zip(DUE, [*DUE][1:] + [*DUE][:1], strict=True))
    others = {student: msgspec.structs.replace(known[other], student=student) for student, other in turned.items()}
    again = sqlite.copy(fresh.root.parent / "again")
    for small in (fresh, again):
        small.grade(Here(others), force=True)
    assert fresh.points() == {student: DUE[other] for student, other in turned.items()}
    assert fresh.rows() == again.rows()


def test_nbgraders_own_tools(known: dict[str, Outcome], fresh: SmallClass) -> None:
    """Does nbgrader export what was graded, and find the database in the version that it wants?"""
    fresh.grade(Here(known))
    before = fresh.rows()
    upgraded = programs.run("nbgrader", "db", "upgrade", cwd=fresh.root, env=os.environ | {"HOME": str(fresh.root)})
    assert upgraded.returncode == 0, upgraded.stderr
    exported = fresh.root / "grades.csv"
    with Gradebook(fresh.url, COURSE) as gradebook:
        CsvExportPlugin(to=str(exported)).export(gradebook)

    with exported.open(encoding="utf-8") as file:
        assert {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)} == DUE
    assert fresh.rows() == before


@pytest.mark.parametrize("step", [4, 10, 16])
def test_killed(known: dict[str, Outcome], sqlite: SmallClass, fresh: SmallClass, step: int) -> None:
    """Is nothing doubled or missing when grading is killed while it writes, and started again?"""
    assert grade_until(fresh, known, step)
    assert fresh.points().items() <= DUE.items()

    fresh.grade(Here(known))
    assert fresh.rows() == sqlite.rows()
    assert fresh.autograded() == sqlite.autograded()


def test_the_database_crashes(server: Server, known: dict[str, Outcome], sqlite: SmallClass, fresh: SmallClass) -> None:
    """Is what could not be written named with its reason, never a zero, and written by the next run?"""
    stopped: list[Server] = []

    def stop(*_: object) -> None:
        if not stopped:
            server.stop()
            stopped.append(server)

    summary = fresh.grade(Here(known), progress=stop)
    server.start()
    assert summary.graded == ("learner-0",)
    assert set(summary.not_graded) == set(DUE) - {"learner-0"}
    assert all(why.startswith("it could not be written (OperationalError: ") for why in summary.not_graded.values())
    assert fresh.points() == {"learner-0": DUE["learner-0"]}

    again = fresh.grade(Here(known))
    assert set(again.graded) == set(summary.not_graded)
    assert fresh.rows() == sqlite.rows()


def test_no_database(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is it said in a sentence, without the password, that a database or its driver is missing?"""
    missing = SmallClass(small.root, "postgresql://me:secret@127.0.0.1:1/grades")
    with pytest.raises(
        CourseError, match=r"The gradebook postgresql://me:\*\*\*@127\.0\.0\.1:1/grades cannot be"
    ) as said:
        missing.grade(Here())
    assert "secret" not in str(said.value)
    assert "\n" not in str(said.value)

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CourseError, match="for PostgreSQL: pip install 'course"):
        missing.grade(Here())
