"""How fast is a class graded, beside stock nbgrader? Run by `make bench`, with figures of this run alone.

A class of made-up learners hands in the messaging chapter: a right one, an empty one, one that is done by half, and one
for each rank of misconception. Stock nbgrader grades some of them, this course all, on the same machine, one engine
after the other.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course.authoring.source import Chapter, load

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
GROWTH = (10, 100, 1000)
IDLE_CELLS = 40


@dataclass(frozen=True, slots=True)
class Run:
    """One engine's run over a class: wall seconds, and the largest process in MB."""

    seconds: float
    megabytes: float


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        _print_ratio(Path(folder))
        _print_growth(Path(folder))


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
    learners = made_up_learners(load(SLUG, ROOT))
    stock = _class(folder / "stock", STOCK_CONFIG, learners)
    ours = _class(folder / "ours", COURSE_CONFIG, learners)
    by_stock = _timed(stock, "nbgrader", "autograde", SLUG)
    by_ours = _timed(ours, "course", "grade", SLUG)
    count, cores = len(learners), os.cpu_count() or 1
    _say(f"A class of {count}, chapter {SLUG}, {cores} cores", "s", "s each", "MB", "ratio")
    for name, run in (("nbgrader autograde", by_stock), ("course grade", by_ours)):
        ratio = by_stock.seconds / run.seconds
        _say(name, f"{run.seconds:.1f}", f"{run.seconds / count:.2f}", f"{run.megabytes:.0f}", f"{ratio:.1f}")
    again = _timed(ours, "course", "grade", SLUG, "--force")
    started = _timed(ours, "course", "grade", SLUG, "--force", "--student", "empty")
    steady = (again.seconds - started.seconds) / (count - 1)
    each = by_stock.seconds / count
    _say("course grade, start-up apart", "", f"{steady:.2f}", "", f"{each / steady:.1f}")
    _say("ms a submission", *_STAGES)
    records = [json.loads(path.read_text()) for path in (ours / "autograded/.grading" / SLUG).glob("*.json")]
    timings = [record["notebooks"][SLUG]["timing"] for record in records]
    _say("of one process each", *(f"{1000 * sum(t[stage] for t in timings) / count:.0f}" for stage in _STAGES))


_STAGES = ("start", "cells", "exam", "all", "cpu")


def _print_growth(folder: Path) -> None:
    """Show how time and memory grow with the class, for a notebook whose cells do next to nothing."""
    _say(f"A notebook of {IDLE_CELLS} idle cells", "s", "ms each", "MB")
    for count in GROWTH:
        made = _idle_class(folder / f"idle-{count}", count)
        run = _timed(made, "course", "grade", "idle", "--jobs", "1")
        each = 1000 * run.seconds / count
        _say(f"{count} submissions, one job", f"{run.seconds:.1f}", f"{each:.0f}", f"{run.megabytes:.0f}")
        shutil.rmtree(made)


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
    environment = os.environ | {"HOME": str(folder), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    words = [program, *arguments]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        sys.exit(f"{command} {' '.join(arguments)} ended with {done.returncode}: {done.stderr.decode()[-500:]}")


def _say(first: str, *columns: str) -> None:
    sys.stdout.write(f"{first:42}{''.join(f'{column:>9}' for column in columns)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
