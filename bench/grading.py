"""How fast is a class graded, beside stock nbgrader? Run by `make bench`, with figures of this run alone.

A class of made-up learners hands in the messaging chapter: a right one, an empty one, one that is done by half, and one
for each rank of misconception. Stock nbgrader grades them once, this course grades them and a larger class of the same
kind, on the same machine, one engine after the other.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course.authoring.source import Chapter, load
from course.cli import prepare_environment
from course.grading import command
from course.grading.batch import Batch
from course.grading.grade import Outcome, Task, close, grade
from course.grading.records import Records
from tests.grading.attacked_class import AttackedClass
from tests.grading.attacks import corpus, square

if TYPE_CHECKING:
    from collections.abc import Collection

    from course.grading.processes.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
SLUG = "messaging"
STOCK_CONFIG = """
from course.authoring.regrade import FollowGradebook
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, DeduplicateIds, OverwriteCells, OverwriteKernelspec
c = get_config()
c.Autograde.sanitize_preprocessors = [
    ClearOutput, DeduplicateIds, FollowGradebook, OverwriteKernelspec, OverwriteCells, CheckCellMetadata
]
"""
COURSE_CONFIG = """
c = get_config()
c.Grading.hidden = ["chapters/*/exercises"]
c.Grading.aws = "course._offline:ExamAws"
"""
COPIES = 10
"""So many of each made-up learner are in the larger class."""
GROWTH = (10, 100, 1000)
BESIDE = 12
BURNING = ("loop_in_python", "loop_in_c", "busy_children", "memory_bomb", "fork_bomb", "flood_text")
"""The hostile ones that use what there is of processor, memory and processes."""
IDLE_CELLS = 40


@dataclass(frozen=True, slots=True)
class Run:
    """One engine's run over a class: wall seconds, and the largest process in MB."""

    seconds: float
    megabytes: float


def main() -> None:
    """Print the tables."""
    prepare_environment()
    with tempfile.TemporaryDirectory() as folder:
        _print_ratio(Path(folder))
        _print_growth(Path(folder))
        _print_beside(Path(folder))


def made_up_learners(chapter: Chapter) -> dict[str, dict[str, str]]:
    """Return each learner's answers: those of the k-th misconception of each exercise, and those that are not wrong."""
    ranks = max(len(exercise.misconceptions) for exercise in chapter.exercises)
    learners = {
        f"misconception-{rank}": {
            e.name: e.misconceptions[rank % len(e.misconceptions)].source for e in chapter.exercises
        }
        for rank in range(ranks)
    }
    right = {e.name: e.solution for e in chapter.exercises}
    half = dict(list(right.items())[: len(right) // 2])
    return learners | {"right": right, "empty": {}, "half": half}


def _print_ratio(folder: Path) -> None:
    """Grade one class with both engines, and ours with a larger one of the same kind too: it starts but once."""
    learners = made_up_learners(load(SLUG, ROOT))
    more = {f"{name}-{copy}": answers for copy in range(COPIES) for name, answers in learners.items()}
    by_stock = _timed(_class(folder / "stock", STOCK_CONFIG, learners), "nbgrader", "autograde", SLUG)
    ours, large = (_class(folder / name, COURSE_CONFIG, of) for name, of in (("ours", learners), ("large", more)))
    _say(f"Chapter {SLUG}, {os.cpu_count() or 1} cores", "class", "s", "s each", "MB", "ratio")
    each = by_stock.seconds / len(learners)
    _say_run("nbgrader autograde", by_stock, len(learners), each)
    _say_run("course grade", _timed(ours, "course", "grade", SLUG), len(learners), each)
    _say_run("course grade", _timed(large, "course", "grade", SLUG), len(more), each)
    _print_stages(ours, len(learners))


def _say_run(name: str, run: Run, count: int, stock_each: float) -> None:
    each = run.seconds / count
    _say(name, str(count), f"{run.seconds:.1f}", f"{each:.2f}", f"{run.megabytes:.0f}", f"{stock_each / each:.1f}")


class _Here:
    """An executor that grades in this process, and counts the CPU that it takes itself: not that of cells and tests."""

    window = 1

    def __init__(self) -> None:
        self.cpu_seconds = 0.0

    def check(self, box: Sandbox | None) -> None:
        """Try nothing: grading does."""

    def submit(self, task: Task) -> Future[Outcome]:
        """Grade a submission now."""
        started = time.process_time()
        done: Future[Outcome] = Future()
        done.set_result(grade(task))
        self.cpu_seconds += time.process_time() - started
        return done

    def wait(self, promises: Collection[Future[Outcome]]) -> Collection[Future[Outcome]]:
        """Return them: all are done."""
        return list(promises)


def _print_stages(made: Path, count: int) -> None:
    """Print what a submission takes by stage, when nothing runs beside it; 'own' is what is not cells and tests."""
    with contextlib.chdir(made):
        config, coursedir = command.course_folder()
        with Batch(coursedir, SLUG, config) as batch:
            before = batch.run(_Here(), students=[next(iter(made_up_learners(load(SLUG, ROOT))))], force=True).seconds
            after = batch.run(here := _Here(), force=True).seconds
        close()
        records = Records(coursedir, SLUG).all()
    timings = [record.notebooks[SLUG].timing for record in records]
    spent = {"fork": "start", "cells": "cells", "exam": "exam", "CPU": "cpu"}
    found = {stage: sum(getattr(t, name) for t in timings) for stage, name in spent.items()}
    found |= {"engine": here.cpu_seconds, **{stage: after[stage] - before[stage] for stage in after}}
    found["own"] = sum(found[stage] for stage in ("fork", "engine", *after))
    _say("ms a submission", *found)
    _say("", *(f"{1000 * seconds / count:.0f}" for seconds in found.values()))


def _print_growth(folder: Path) -> None:
    """Show how time and memory grow with the class, for a notebook whose cells do next to nothing."""
    _say(f"A notebook of {IDLE_CELLS} idle cells", "s", "ms each", "MB")
    for count in GROWTH:
        made = _idle_class(folder / f"idle-{count}", count)
        run = _timed(made, "course", "grade", "idle", "--jobs", "1")
        each = 1000 * run.seconds / count
        _say(f"{count} submissions, one job", f"{run.seconds:.1f}", f"{each:.0f}", f"{run.megabytes:.0f}")
        shutil.rmtree(made)


def _print_beside(folder: Path) -> None:
    """Show what honest learners' submissions take alone, and beside others that burn whatever they get."""
    alone, beside = (AttackedClass.make(folder / name / "course") for name in ("alone", "beside"))
    release = square.release_notebook()
    burning = [attack for attack in corpus.load("hostile") if attack.name in BURNING]
    for number in range(BESIDE):
        alone.hand_in(f"{number:02}-honest", alone.good)
        beside.hand_in(f"{number:02}-honest", beside.good)
        text = nbformat.writes(corpus.notebook(burning[number % len(burning)], release))
        beside.hand_in(f"{number:02}-burning", text)
    seconds = {}
    for name, made in (("alone", alone), ("beside attackers", beside)):
        made.grade()
        seconds[name] = median(made.seconds(f"{number:02}-honest") for number in range(BESIDE))
    _say("An honest submission of a small notebook", "ms", "ratio")
    for name, each in seconds.items():
        _say(name, f"{1000 * each:.0f}", f"{each / seconds['alone']:.2f}")


def _class(folder: Path, config: str, learners: dict[str, dict[str, str]]) -> Path:
    """Make a course folder with submissions."""
    shutil.copytree(ROOT / "source" / SLUG, folder / "source" / SLUG)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    _run(folder, "nbgrader", "generate_assignment", SLUG)
    for name, answers in learners.items():
        notebook = nbformat.read(folder / "release" / SLUG / f"{SLUG}.ipynb", as_version=4)
        for cell in notebook.cells:
            cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
        path = folder / "submitted" / name / SLUG / f"{SLUG}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return folder


def _idle_class(folder: Path, count: int) -> Path:
    cells = []
    for number in range(IDLE_CELLS // 2):
        about = {"schema_version": 3, "grade": False, "solution": True, "locked": False, "task": False}
        test = about | {"grade_id": f"f{number}-test", "grade": True, "solution": False, "locked": True, "points": 1}
        about["grade_id"] = f"f{number}"
        answer = f"def f{number}():\n    ### BEGIN SOLUTION\n    return {number}\n    ### END SOLUTION"
        cells.append(new_code_cell(answer, metadata={"nbgrader": about}))
        cells.append(new_code_cell(f"assert f{number}() == {number}", metadata={"nbgrader": test}))
    (folder / "source" / "idle").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(COURSE_CONFIG, encoding="utf-8")
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "source" / "idle" / "idle.ipynb")
    _run(folder, "nbgrader", "generate_assignment", "idle")
    for number in range(count):
        shutil.copytree(folder / "source" / "idle", folder / "submitted" / f"learner-{number:04}" / "idle")
    return folder


def _timed(folder: Path, *command: str) -> Run:
    started = time.perf_counter()
    _run(folder, *command)
    seconds = time.perf_counter() - started
    return Run(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def _run(folder: Path, command: str, *arguments: str) -> None:
    program = str(Path(sys.executable).with_name(command))
    environment = os.environ | {"HOME": str(folder)}
    words = [program, *arguments]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        sys.exit(f"{command} {' '.join(arguments)} ended with {done.returncode}: {done.stderr.decode()[-500:]}")


def _say(first: str, *columns: str) -> None:
    sys.stdout.write(f"{first:42}{''.join(f'{column:>10}' for column in columns)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
