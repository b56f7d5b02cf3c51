"""Does a class lose nothing when something is killed in the middle of its grading, and does the next run go on?"""

from __future__ import annotations

import itertools
import re
import signal
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import psutil  # type: ignore[import-untyped]
import pytest
from pebble.pool.base_pool import PoolStatus

from course.grading import engines
from course.grading.executors.pool import Pool
from course.grading.processes import worker
from course.grading.processes.runner import NotGradedError
from course.grading.records import Records
from tests.grading.killing import grade_until
from tests.grading.small_class import NAME, NEAR, POINTS, RIGHT, SECONDS, WRONG, Here, SmallClass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pebble import ProcessPool

DUE = {f"learner-{number}": points for number, points in enumerate(POINTS.values())}
KILLS_ITSELF = """
import os, signal
import psutil
from course.grading.records import Records

left = int(os.environ.get("RECORDS", "0"))

def write(self, record, write=Records.write):
    global left
    write(self, record)
    left -= 1
    if left == 0:
        children = psutil.Process().children(recursive=True)
        with open("children", "w") as file:
            file.write(" ".join(str(child.pid) for child in children))
        os.kill(os.getpid(), signal.SIGKILL)

Records.write = write
"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallClass]:
    """A class that has handed in nothing. What this process started to grade ends with this file."""
    yield SmallClass.make(tmp_path_factory.mktemp("resume") / "course")
    engines.close()


@pytest.fixture
def small(tmp_path: Path, empty: SmallClass) -> SmallClass:
    """A class that has handed in, each learner another answer."""
    made = empty.copy(tmp_path / "course")
    assert made.hand_in_class(len(DUE)) == DUE
    return made


def test_killed_at_every_step(tmp_path: Path, empty: SmallClass) -> None:
    """Is a submission written whole or not at all, wherever grading is killed, and is nothing doubled or missing?"""
    start = empty.copy(tmp_path / "start")
    start.hand_in("again", WRONG)
    start.grade(Here())
    start.hand_in("again", NEAR)  # a second submission of somebody who was graded before
    start.hand_in("new", RIGHT)
    whole = start.copy(tmp_path / "whole")
    states, folders = [whole.rows()], [whole.autograded()]
    seen = Here()

    def note(*_: object) -> None:
        states.append(whole.rows())
        folders.append(whole.autograded())

    whole.grade(seen, progress=note)
    assert seen.tried == ["again", "new"]
    pieces = [_by_learner(folder) for folder in folders]

    for last in itertools.count(1):
        killed = start.copy(tmp_path / str(last))
        if not grade_until(killed, seen.made, last):
            break
        assert killed.rows() in states, last
        for learner, files in _by_learner(killed.autograded()).items():
            assert learner == ".grading" or any(files == piece.get(learner) for piece in pieces), (last, learner)

        killed.grade(Here(seen.made))
        assert killed.rows() == states[-1], last
        assert killed.autograded() == folders[-1], last
        assert {path.name for path in killed.records.iterdir()} == {"again.json", "new.json"}, last
    assert last > 40  # else steps are not seen any more


def _by_learner(files: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    learners: dict[str, dict[str, bytes]] = {}
    for name, content in files.items():
        learner, _, rest = name.partition("/")
        learners.setdefault(learner, {})[rest] = content
    return learners


def test_the_command_is_killed(small: SmallClass) -> None:
    """Does `course grade`, killed after a record, leave no process behind, and the rest of the work to the next run?"""
    config = small.root / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + KILLS_ITSELF, encoding="utf-8")
    run = small.course_grade("--jobs", "2", RECORDS="1")
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert len(list(small.records.glob("*.json"))) == 1
    children = (small.root / "children").read_text(encoding="utf-8").split()
    assert len(children) > 2
    for child in map(int, children):
        if psutil.pid_exists(child):
            psutil.Process(child).wait(SECONDS)

    again = small.course_grade("--jobs", "1")
    assert again.returncode == 0, again.stderr
    assert f"{NAME}: {len(DUE) - 1} graded, 1 graded before and left as they were" in again.stdout
    assert small.points() == DUE


def test_two_at_once(small: SmallClass) -> None:
    """Is a second run refused with a sentence, does the first one lose nothing by it, and does it then let others?"""
    said: list[tuple[int, str]] = []

    def grade_too(*_: object) -> None:
        if not said:
            run = small.course_grade()
            said.append((run.returncode, run.stderr))

    summary = small.grade(Here(), progress=grade_too)

    ((code, text),) = said
    assert code == 1
    assert f"{NAME} is being graded by another process: wait until it has ended." in " ".join(text.split())
    assert set(summary.graded) == set(DUE)
    assert small.points() == DUE
    assert small.grade(Here()).kept == tuple(DUE)


def forked(process: psutil.Process) -> bool:
    """Was it forked from the process that imports for all?"""
    return "multiprocessing.forkserver" in " ".join(process.cmdline())


def test_a_process_of_the_pool_is_killed(small: SmallClass) -> None:
    """Is the submission that it had graded by another one?"""
    killed: list[psutil.Process] = []

    def kill(*_: object) -> None:
        if not killed:
            killed.extend(each for server in psutil.Process().children() for each in server.children() if forked(each))
            killed[0].kill()

    with Pool(1) as pool:
        summary = small.grade(pool, progress=kill)

    assert len(killed) == 1
    assert set(summary.graded) == set(DUE)
    assert small.points() == DUE


def test_the_pool_breaks(small: SmallClass) -> None:
    """Is everybody graded where the pool itself gives up, as it may when a process dies at an unlucky moment?"""
    broken: list[ProcessPool] = []

    def break_it(*_: object) -> None:
        if not broken:
            broken.append(pool._pool)  # noqa: SLF001 - what breaks
            broken[0]._context.status = PoolStatus.ERROR  # noqa: SLF001

    with Pool(1) as pool:
        summary = small.grade(pool, progress=break_it)
        assert pool._pool is not broken[0]  # noqa: SLF001

    assert set(summary.graded) == set(DUE)
    assert small.points() == DUE


def test_a_broken_pool_has_forgotten_what_it_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a promise broken that a pool gave before it broke, and does not think of, when there is a new pool already?"""
    with Pool(1) as pool:
        forgotten: Future[None] = Future()
        with monkeypatch.context() as patch:
            patch.setattr(pool._pool, "schedule", lambda *_, **__: forgotten)  # noqa: SLF001 - what breaks
            promise: Any = pool.submit(None)  # type: ignore[arg-type] # nobody looks at it
        pool._pool._context.status = PoolStatus.ERROR  # noqa: SLF001
        pool.submit(None)  # type: ignore[arg-type] # as above

        assert pool.wait([promise]) == {promise}
        with pytest.raises(NotGradedError, match="broke down"):
            promise.result()


VICTIMS = {
    "learners' fork server": (),
    "learner's warden": (1,),
    "examiners' fork server": (0,),
    "examiner": (0, -1, -1),
}
"""Which child of which, from the fork server down: the oldest or the youngest."""


def _process(victim: str) -> psutil.Process:
    """A process of those that grade below this one."""
    (process,) = (each for each in psutil.Process().children() if each.name() == "bwrap")
    while process.name() == "bwrap":
        (process,) = process.children()
    for which in VICTIMS[victim]:
        process = _children(process)[which]
    return process


def _children(process: psutil.Process) -> list[psutil.Process]:
    return sorted(process.children(), key=lambda each: (each.create_time(), each.pid))


def _kill_the_examiner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first examiner be killed when it waits for a learner process: after a cell it may just have finished."""
    killed: list[worker._Run] = []
    start_learner = worker._Run._start_learner  # noqa: SLF001 - the moment when it waits

    def killing(run: worker._Run) -> None:
        if not killed:
            killed.append(run)
            _process("examiner").kill()
        start_learner(run)

    monkeypatch.setattr(worker._Run, "_start_learner", killing)  # noqa: SLF001


def _kill_the_wardens(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the first learners' wardens be killed, so many, while their examiners wait: they may be done soon."""
    seen: list[worker._Run] = []
    start_learner = worker._Run._start_learner  # noqa: SLF001 - as above

    def killing(run: worker._Run) -> None:
        if len(seen) == times:
            start_learner(run)
            return
        seen.append(run)
        examiner = _process("examiner")
        examiner.suspend()
        start_learner(run)
        while len(wardens := _children(_process("learners' fork server"))[1:]) < 1 or not wardens[0].children():
            pass  # until it watches over a learner process
        wardens[0].kill()
        examiner.resume()

    monkeypatch.setattr(worker._Run, "_start_learner", killing)  # noqa: SLF001


def _kill_after_a_cell(monkeypatch: pytest.MonkeyPatch, victim: str) -> None:
    """Let a fork server be killed when the first submission's first cell has run."""
    seen: list[worker._Process] = []
    begin_cell = worker._Process.begin_cell  # noqa: SLF001 - the moment when both processes are there

    def killing(learner: worker._Process) -> None:
        begin_cell(learner)
        if not seen:
            seen.append(learner)
            _process(victim).kill()

    monkeypatch.setattr(worker._Process, "begin_cell", killing)  # noqa: SLF001


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_process_below_is_killed(small: SmallClass, monkeypatch: pytest.MonkeyPatch, victim: str) -> None:
    """Is one submission graded in its second try, by new processes, and do the others not notice?"""
    if victim == "examiner":
        _kill_the_examiner(monkeypatch)
    elif victim == "learner's warden":
        _kill_the_wardens(monkeypatch, times=1)
    else:
        _kill_after_a_cell(monkeypatch, victim)
    executor = Here()
    summary = small.grade(executor)

    assert set(summary.graded) == set(DUE)
    assert len(executor.tried) == len(DUE) + 1
    assert small.points() == DUE


def test_a_process_below_is_killed_each_time(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a submission that cannot be graded named with its reason, never a zero, and tried again by the next run?"""
    with monkeypatch.context() as patch:
        _kill_the_wardens(patch, times=2)
        summary = small.grade(Here(), students=["learner-0"])
    record = Records(small.coursedir, NAME).read("learner-0")

    assert set(summary.not_graded) == {"learner-0"}
    assert re.search(r"\bended\b", summary.not_graded["learner-0"])
    assert record is not None
    assert (record.graded, record.reason) == (False, summary.not_graded["learner-0"])
    assert small.points() == {}
    assert not (small.root / "autograded" / "learner-0").exists()

    assert small.grade(Here()).graded == tuple(DUE)
    assert small.points() == DUE
