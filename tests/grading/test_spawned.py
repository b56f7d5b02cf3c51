"""Do notebooks run the same where a machine has no fork?"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import msgspec

from course.grading.processes.warm import Warmth
from course.grading.processes.worker import Worker
from course.grading.talk.job import Cell, Job, Limits, Ran

ROOT = Path(__file__).parents[2]
CALLS_WITHOUT_END = "t14"
STOPPED = ("Your code did not end within 2 seconds", "The test did not end in time")
SECONDS = 2.0
PATIENCE = 60.0
WARMTH = Warmth(modules=("course._offline", "course.cloud"), services=("sqs",))
ASKS_AWS = """
from course import cloud
import boto3
cloud.start()
make('orders')
urls = boto3.client('sqs').list_queues()['QueueUrls']
assert len(urls) == 2, urls
"""
CELLS = (
    ("learner", "import os, sys\nimport boto3\nfrom pathlib import Path\ndouble = lambda n: 2 * n\nnow = 3"),
    ("test", "assert double(now) == 6\nassert double(-1) == 2, 'no: ' + str(double(-1))"),
    ("learner", "print('careful', file=sys.stderr)\nos.write(1, b'written')\nPath('mine').write_text('x')"),
    ("test", "from course import cloud\ncloud.start()\nmake('q')\nimport boto3"),
    ("learner", "def make(name):\n    boto3.client('sqs').create_queue(QueueName=name)"),
    ("test", ASKS_AWS),
    ("learner", "def loops():\n    while True:\n        try:\n            pass\n        except BaseException: pass"),
    ("test", "loops()"),
    ("test", "assert double(2) == 4, 'after a loop'"),
    ("learner", "def dies(): os._exit(3)"),
    ("test", "dies()"),
    ("test", "assert now == 4, f'{now} {sorted(os.listdir())}'\nimport os"),
    ("test", "while True:\n    pass"),
    ("test", "while True:\n    try:\n        double(1)\n    except Exception: pass"),
    ("learner", "while True:\n    pass"),
    ("test", "assert Path('data.txt').read_text() == 'data'\nfrom pathlib import Path"),
    ("learner", "given = Path('data.txt').read_text(), os.environ.get('AWS_PROFILE')"),
    ("test", "assert given == ('data', None), given"),
)
JOB = Job(
    cells=tuple(
        Cell(role=role, source=source, number=n, grade_id=f"t{n}" if role == "test" else "", points=1)  # type: ignore[arg-type]
        for n, (role, source) in enumerate(CELLS, start=1)
    ),
    limits=Limits(cell_seconds=SECONDS, replacements=20),
    imports={"os": "import os", "Path": "from pathlib import Path"},
    aws="course._offline:ExamAws",
)
FILES = {"data.txt": b"data"}
# A machine without what Windows does not have, for this package at least, and for every process that it starts.
WITHOUT_FORK = """
import builtins, os, signal

real = builtins.__import__


def without(name, globals=None, *more, **named):
    if name in {"fcntl", "resource", "pwd", "termios"} and str((globals or {}).get("__name__")).startswith("course"):
        raise ModuleNotFoundError(name)
    return real(name, globals, *more, **named)


builtins.__import__ = without
for gone in ("fork", "forkpty", "setsid", "killpg", "pidfd_open", "pread", "setuid"):
    delattr(os, gone)
for gone in ("SIGALRM", "setitimer"):
    delattr(signal, gone)
"""
PROGRAM = """
import msgspec, sys
from course.grading.processes import runner
from course.grading.processes.warm import Warmth
from course.grading.talk.job import Job

if __name__ == "__main__":
    asked = sys.stdin.readline()
    warmth, job, files, times = msgspec.json.decode(asked, type=tuple[Warmth, Job, dict[str, bytes], int])
    pairs = runner.start(warmth, None)
    for _ in range(times):
        print(msgspec.json.encode(pairs.run(job, files).cells).decode(), flush=True)
    pairs.close()
"""


def program(folder: Path, job: Job, *, times: int = 1) -> subprocess.Popen[str]:
    """Start a Python without fork, that runs a notebook several times in pairs of processes."""
    (folder / "sitecustomize.py").write_text(WITHOUT_FORK, encoding="utf-8")
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]), "AWS_PROFILE": "mine"}
    started = subprocess.Popen(
        [sys.executable, str(folder / "program.py")],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdin
    started.stdin.write(f"{msgspec.json.encode((WARMTH, job, FILES, times)).decode()}\n")
    started.stdin.flush()
    return started


def came_of(process: subprocess.Popen[str]) -> list[list[Ran]]:
    """Wait for a program to end; return what came of the notebook's cells, each time."""
    said, wrong = process.communicate()
    assert (process.returncode, wrong) == (0, "")
    return [msgspec.json.decode(line, type=list[Ran]) for line in said.splitlines()]


def test_it_is_the_same_as_with_forks(tmp_path: Path) -> None:
    """Do loops, dead processes, AWS and files come out as with fork servers, where nothing can fork or ring a bell?"""
    with program(tmp_path, JOB) as process, Worker(WARMTH, None) as worker:
        forked = worker.run(JOB, FILES).cells
        (cells,) = came_of(process)

    assert [told(found) for found in cells] == [told(found) for found in forked]
    said = {case.name: case.message for found in forked for case in found.cases}
    assert "did not end within 2 seconds" in said["t8"]
    assert "ended Python itself" in said["t11"]
    assert said[CALLS_WITHOUT_END].startswith(STOPPED)
    assert said["t9"] == said["t18"] == ""


def told(ran: Ran) -> tuple[object, ...]:
    """What came of a cell, but for what it took; a traceback names files of the process.

    A bell that rings while Python cleans up rings again; what Python says of the first one is left out. A test that
    calls the learner without end may be stopped in itself or in the call.
    """
    if any(case.name == CALLS_WITHOUT_END for case in ran.cases):
        return tuple((case.points, case.error, case.message.startswith(STOPPED)) for case in ran.cases)
    shown = [each for each in ran.messages if each.kind != "error" and "Exception ignored in" not in str(each.content)]
    return shown, ran.cases, ran.lost


def test_each_notebook_has_processes_of_its_own(tmp_path: Path) -> None:
    """Does the next notebook find nothing of the last one, neither names nor files?"""
    look = "import os\nassert not seen(), 'seen'"
    cells = (
        Cell(
            role="learner",
            source="import os\ndef seen(): return globals().get('mark') or 'mark' in os.listdir()",
            number=1,
        ),
        Cell(role="test", source=look, number=2, grade_id="t", points=1),
        Cell(role="learner", source="mark = 1\nopen('mark', 'w').close()", number=3),
        Cell(role="test", source=look, number=4, grade_id="u", points=1),
    )
    with program(tmp_path, Job(cells=cells, limits=Limits()), times=2) as process:
        ran = came_of(process)

    assert [[case.message for found in cells for case in found.cases] for cells in ran] == [["", "seen"]] * 2


def test_they_end_with_their_parent(tmp_path: Path) -> None:
    """Does no process stay behind when the one that started them is killed, not even one in a loop without end?"""
    line = tmp_path / "line"
    os.mkfifo(line)
    reader = os.open(line, os.O_RDONLY | os.O_NONBLOCK)
    tell = f"import os\nwith open({str(line)!r}, 'w') as line:\n    print(os.getpid(), os.getppid(), file=line)"
    cells = (Cell(role="learner", source=f"{tell}\nwhile True:\n    pass", number=1),)
    with program(tmp_path, Job(cells=cells, limits=Limits())) as process:
        assert select.select([reader], [], [], PATIENCE)[0], "nothing was run"
        handles = [os.pidfd_open(int(pid)) for pid in os.read(reader, 100).split()]
        process.kill()
        for handle in handles:
            assert select.select([handle], [], [], PATIENCE)[0], "a process stayed behind"
            os.close(handle)
    os.close(reader)
