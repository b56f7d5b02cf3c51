"""Is a class graded on many machines as on one, whatever dies, and does nobody else take part?"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import dask
import psutil  # type: ignore[import-untyped]
import pytest

import course
from course.grading import engines
from course.grading.executors import cluster
from course.grading.executors.cluster import Cluster, ClusterError
from course.grading.processes.sandbox import Sandbox
from tests.grading.machines import Authority, Machines
from tests.grading.small_class import POINTS, Here, SmallClass

if TYPE_CHECKING:
    from collections.abc import Iterator

DUE = {f"learner-{number}": points for number, points in enumerate([*POINTS.values()] * 2)}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority") / "tls")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallClass]:
    """A class that has handed in. What this process started to grade ends with this file."""
    made = SmallClass.make(tmp_path_factory.mktemp("small") / "course")
    assert made.hand_in_class(len(DUE)) == DUE
    yield made
    engines.close()


@pytest.fixture
def small(tmp_path: Path, handed_in: SmallClass) -> SmallClass:
    return handed_in.copy(tmp_path / "class" / "course")


@pytest.fixture
def machines(tmp_path: Path, authority: Authority) -> Iterator[Machines]:
    """A scheduler without workers yet; no machine sees the class's folder."""
    for name in ("machines", "class"):
        (tmp_path / name).mkdir(exist_ok=True)
    with Machines(tmp_path / "machines", authority, tmp_path / "class") as made, authority.trusted():
        yield made


def _with_fake_bubblewrap(folder: Path) -> str:
    """A PATH on which bubblewrap is what it is on a machine that forbids namespaces."""
    folder.mkdir()
    fake = folder / "bwrap"
    fake.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2; exit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_a_worker_is_killed_in_the_middle(tmp_path: Path, small: SmallClass, machines: Machines) -> None:
    """Has the gradebook what one machine would have written, when one of the workers is killed while it grades?"""
    machines.worker("one")
    machines.worker("two")
    machines.worker("bare", PATH=_with_fake_bubblewrap(tmp_path / "bare"))
    command = small.command("--scheduler", machines.address, **machines.authority.environment)
    with machines.client() as client, subprocess.Popen(**command) as run:
        while not any(small.records.glob("*.json")) and run.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                run.wait(0.02)
        busy = next(address for address, tasks in client.processing().items() if tasks)
        os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)
        said, _ = run.communicate()
        seen = client.run(os.listdir, str(small.root.parent))

    assert run.returncode == 0, said
    assert f"{len(DUE)} graded" in said
    assert "is left out: Submissions cannot be graded here: the sandbox does not work (No permissions" in said
    assert list(seen.values()) == [[], []]  # two are left, and none saw the class's folder
    twin = small.copy(tmp_path / "twin")
    twin.grade(Here(), force=True)
    assert small.rows() == twin.rows()
    assert small.autograded() == twin.autograded()


def test_nobody_listens_to_the_network(machines: Machines) -> None:
    """Do the documented commands open nothing but what only this machine can reach?"""
    worker = machines.worker("one")
    for process in (machines.scheduler, worker):
        (python,) = psutil.Process(process.pid).children(recursive=True)
        ports = {port.laddr.ip for port in python.net_connections() if port.status == psutil.CONN_LISTEN}
        assert ports == {"127.0.0.1"}


def test_workers_that_must_not_grade(tmp_path: Path, machines: Machines) -> None:
    """Are workers left out that have another version or no package, and is it an error if there are no others?"""
    other, lacking = tmp_path / "other" / "course", tmp_path / "lacking" / "course"
    shutil.copytree(Path(course.__file__).parent, other, ignore=shutil.ignore_patterns("chapters", "static"))
    (other / "later.py").write_text("VERSION = 2\n", encoding="utf-8")
    lacking.mkdir(parents=True)
    (lacking / "__init__.py").touch()
    machines.worker("other", PYTHONPATH=str(other.parent))
    machines.worker("lacking", PYTHONPATH=str(lacking.parent))
    said: list[str] = []

    with (
        Cluster(machines.address, said.append) as executor,
        pytest.raises(ClusterError, match="No worker of the scheduler can grade: "),
    ):
        executor.check(Sandbox())

    reasons = sorted(sentence.partition("is left out: ")[2].partition("(")[0] for sentence in said)
    assert reasons == [
        "it does not have this package, or another one of the name ",
        "its course package is 0.1.0 ",
    ]


def test_a_new_worker_takes_over(small: SmallClass, machines: Machines) -> None:
    """Does a worker that comes later grade what the only worker left undone when it was killed?"""
    workers = [machines.worker("first")]

    def kill_the_first(*_: object) -> None:
        if len(workers) == 1:
            workers[0].kill()
            workers.append(machines.worker("second"))

    with Cluster(machines.address) as executor:
        summary = small.grade(executor, progress=kill_the_first)

    assert len(workers) == 2
    assert set(summary.graded) == set(DUE)
    assert small.points() == DUE


@pytest.mark.parametrize(
    ("killed", "said"), [("scheduler", "the connection to the scheduler is lost"), ("worker", "no worker is left")]
)
def test_nobody_is_left(
    small: SmallClass, machines: Machines, monkeypatch: pytest.MonkeyPatch, killed: str, said: str
) -> None:
    """Is nobody given a zero when the scheduler or every worker dies, and is the rest graded by the next run?"""
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    process = {"worker": machines.worker("only"), "scheduler": machines.scheduler}[killed]

    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}), Cluster(machines.address) as executor:
        summary = small.grade(executor, progress=lambda *_: process.kill())

    assert summary.graded
    assert set(summary.not_graded.values()) == {said}
    assert set(small.points()) == set(summary.graded)
    again = small.grade(Here())
    assert set(again.graded) == set(summary.not_graded)
    assert small.points() == DUE


def test_strangers(tmp_path: Path, machines: Machines) -> None:
    """Is a client kept out that has no certificate, one of another authority, or does not encrypt?"""
    plain = machines.address.replace("tls://", "tcp://")
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        with Authority.make(tmp_path / "another").trusted(), pytest.raises(ClusterError, match="does not take us"):
            Cluster(machines.address)
        with pytest.raises(ClusterError, match="does not take us"):
            Cluster(plain)
        with (
            dask.config.set({"distributed.comm.tls.client.cert": None}),
            pytest.raises(ClusterError, match="set DASK_DISTRIBUTED__COMM__TLS__CA_FILE"),
        ):
            Cluster(machines.address)


@pytest.mark.parametrize(
    "address",
    [
        "tcp://10.1.2.3:8786",
        "10.1.2.3:8786",
        "tcp://0.0.0.0:8786",
        "tcp://[::]:1",
        "ws://127.0.0.1:1",
        "tcp://localhost.evil:1",
    ],
)
def test_an_open_scheduler(address: str) -> None:
    """Is an address refused, before anything is sent there, that others on the network could reach unencrypted?"""
    with pytest.raises(ClusterError, match=r"is open: .* say tls://"):
        Cluster(address)


class FakeClient:
    """A client whose scheduler is open to the network, and whose workers all die with their first task."""

    address = "tcp://127.0.0.1:8786"
    status = "running"
    closed = False

    def __init__(self, *_: object, **__: object) -> None:
        self.scheduler = SimpleNamespace(identity=None)
        self._looks = itertools.count()

    def scheduler_info(self) -> dict[str, str]:
        return {"address": self.address}

    def sync(self, *_: object, **__: object) -> dict[str, list[str]]:
        return {"workers": [f"tcp://127.0.0.1:{next(self._looks)}"]}

    def run(self, *_: object, workers: list[str], **__: object) -> dict[str, str]:
        return dict.fromkeys(workers, "")

    def submit(self, *_: object, **__: object) -> SimpleNamespace:
        return SimpleNamespace(status="pending")

    def as_current(self) -> AbstractContextManager[None]:
        return nullcontext()

    def close(self) -> None:
        type(self).closed = True


def test_a_scheduler_that_is_open_behind_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a scheduler refused that was reached on loopback, but listens to the whole network?"""
    monkeypatch.setattr(FakeClient, "address", "tcp://10.1.2.3:8786")
    monkeypatch.setattr(FakeClient, "closed", False)
    monkeypatch.setattr(cluster, "Client", FakeClient)

    with pytest.raises(ClusterError, match=r"The scheduler's address tcp://10\.1\.2\.3:8786 is open"):
        Cluster("tcp://127.0.0.1:8786")
    assert FakeClient.closed


def test_a_submission_whose_workers_all_die(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a submission given up in the end, ungraded, when each worker that takes it dies?"""

    def time_is_over(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(cluster, "Client", FakeClient)
    monkeypatch.setattr(cluster, "wait", time_is_over)

    with Cluster("tcp://127.0.0.1:8786") as executor:
        summary = small.grade(executor)

    assert summary.not_graded == dict.fromkeys(DUE, "all workers that tried it have died")
    assert small.points() == {}
