"""What do the attacks on grading earn, here and with stock nbgrader? Run by `make bench-attacks`, as Markdown.

Each attack of tests/grading/attacks is handed in to a class of three honest learners: to be graded by stock nbgrader,
alone in a course folder of its own, and by `course grade`, together with all the others. A sandbox keeps stock nbgrader
from harming this machine, not from being cheated: the course folder is writable in it, as it is for an instructor.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import nbformat
import nbgrader
from nbgrader.api import Gradebook, MissingEntry

from course.cli import prepare_environment
from course.grading.processes.sandbox import _bubblewrap
from tests.grading.attacked_class import HONEST, AttackedClass
from tests.grading.attacks import corpus, files, square

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
FULL = sum(square.POINTS.values())
SIDE_BY_SIDE = 2
STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "attacked"
c.Execute.timeout = 12
"""
SECONDS, MEMORY, LARGEST_FILE = 600, 8 * 2**30, 2**30
NO_END = 124  # timeout's exit code
DESERVED = {"graded 30": (FULL, FULL), "graded 0": (0.0, 0.0), "not graded": (0.0, 0.0), "either": (0.0, FULL)}


@dataclass(frozen=True, slots=True)
class Case:
    """An attack, how it is handed in, and the `least` and `most` points that it deserves."""

    name: str
    kind: str
    about: str
    learner: str
    least: float
    most: float
    hand_in: Callable[[AttackedClass], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine made of an attack: `points`, if each test cell has a score; what was `said`, and of the others."""

    points: float | None
    leaked: bool
    said: str
    others: str

    def __str__(self) -> str:
        """The text for the table."""
        points = "" if self.points is None else f"{self.points:g}"
        return ", ".join(filter(None, [points, self.said, self.others])) + "*" * self.leaked


QUESTIONS: dict[str, Callable[[Case, Outcome], bool]] = {
    "points that are not deserved": lambda case, found: (found.points or 0) > case.most,
    "deserved points lost": lambda case, found: (found.points or 0) < case.least,
    "what is hidden is shown": lambda _case, found: found.leaked,
    "others not graded, or wrongly": lambda _case, found: bool(found.others),
}


def main() -> None:
    """Print the tables."""
    prepare_environment()
    cases = list(_cases())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        here = _here(AttackedClass.make(Path(folder) / "here" / "course"), cases)
        model = AttackedClass.make(Path(folder) / "stock" / "course")
        (model.root / "nbgrader_config.py").write_text(STOCK_CONFIG, encoding="utf-8")
        harmless = [case for case in cases if case.kind != "hostile"]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            by_stock = dict(zip(harmless, pool.map(partial(_stock, model), harmless), strict=True))
    _print_summary(cases, by_stock, here)
    _print_all(cases, by_stock, here)


def _cases() -> Iterator[Case]:
    release = square.release_notebook()
    for attack in corpus.load():
        text = nbformat.writes(corpus.notebook(attack, release))
        hand_in = partial(AttackedClass.hand_in, student=attack.name, text=text)
        yield Case(attack.name, attack.kind, attack.about, attack.name, attack.score, attack.score, hand_in)
    for given in files.ATTACKS.values():
        yield Case(given.name, "files", given.about, given.learner, *DESERVED[given.must], partial(_lay, given))


def _lay(attack: files.FileAttack, found: AttackedClass) -> None:
    attack.lay(found.root / "submitted", found.good)


def _here(found: AttackedClass, cases: list[Case]) -> dict[Case, Outcome]:
    """Grade all of them in one run of `course grade`."""
    for case in cases:
        case.hand_in(found)
    found.grade()
    return {case: _outcome(found, case, "", "not graded") for case in cases}


def _stock(model: AttackedClass, case: Case) -> Outcome:
    """Grade one of them with stock nbgrader, in a copy of the course folder."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = AttackedClass(Path(folder) / "course", model.good)
        shutil.copytree(model.root, found.root)
        case.hand_in(found)
        program = str(Path(sys.executable).with_name("nbgrader"))
        command = [*_confined(folder), program, "autograde", square.NAME]
        done = subprocess.run(command, cwd=found.root, env=found.environment(), capture_output=True, check=False)  # noqa: S603 - our own
        code = done.returncode
        ended = {0: "", NO_END: f"no end in {SECONDS} s"}.get(code, "autograde fails")
        outcome = _outcome(found, case, ended, ended or "ungraded")
    sys.stderr.write(f"stock, {case.kind}, {case.name}: {outcome}\n")
    return outcome


def _confined(folder: str) -> list[str]:
    """Return the beginning of a command line that lets a program write in this folder alone, and not for ever."""
    tests = ROOT / "tests"  # the words that attacks look for stand there too
    return [
        "timeout", "--kill-after=5", str(SECONDS), "prlimit", f"--as={MEMORY}", f"--fsize={LARGEST_FILE}",
        _bubblewrap(), "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--tmpfs", "/tmp",  # noqa: S108 - inside, an empty folder of its own
        "--ro-bind", str(ROOT), str(ROOT), "--tmpfs", str(tests), "--remount-ro", str(tests), "--bind", folder, folder,
    ]  # fmt: skip


def _outcome(found: AttackedClass, case: Case, said: str, unscored: str) -> Outcome:
    """Look up what came of a case; `unscored` is what is said where a test cell has no score."""
    points = _points(found)
    mine = points.get(case.learner)
    others = {points.get(honest) for honest in HONEST}
    shown = found.root / "autograded" / case.learner / square.NAME / f"{square.NAME}.ipynb"
    leaked = shown.is_file() and corpus.LEAKED in shown.read_text(encoding="utf-8", errors="replace")
    harm = "others not graded" if None in others else "" if others == {FULL} else "others graded wrongly"
    return Outcome(mine, leaked, unscored if mine is None else said, harm)


def _points(found: AttackedClass) -> dict[str, float | None]:
    """Return each learner's points in the gradebook, None where a test cell has no score."""
    with Gradebook(f"sqlite:///{found.root}/gradebook.db") as gradebook:
        try:
            submissions = gradebook.assignment_submissions(square.NAME)
        except MissingEntry:
            return {}
        return {each.student.id: _total([g for book in each.notebooks for g in book.grades]) for each in submissions}


def _total(grades: list[Any]) -> float | None:
    scored = [grade.score for grade in grades if (grade.auto_score, grade.manual_score) != (None, None)]
    return sum(scored) if len(scored) == len(square.POINTS) else None


def _print_summary(cases: list[Case], by_stock: dict[Case, Outcome], here: dict[Case, Outcome]) -> None:
    _say("attacks", "", "stock nbgrader", "here")
    _say(*["---"] * 4)
    for kind in dict.fromkeys(case.kind for case in cases):
        of_kind = [case for case in cases if case.kind == kind]
        for question, holds in QUESTIONS.items():
            stock = [holds(case, by_stock[case]) for case in of_kind if case in by_stock]
            ours = sum(holds(case, here[case]) for case in of_kind)
            _say(f"{len(of_kind)} {kind}", question, str(sum(stock)) if stock else "not run", str(ours))
    sys.stdout.write(
        f"\nnbgrader {nbgrader.__version__} graded each attack alone, beside {len(HONEST)} honest learners, without"
        f" network, with nothing but the course folder to write to, {SECONDS} s, {MEMORY >> 30} GB of memory and"
        f" {LARGEST_FILE >> 30} GB a file, and was spared the hostile ones; here, one run graded all {len(cases)}."
        " An asterisk: what is hidden was shown.\n\n"
    )


def _print_all(cases: list[Case], by_stock: dict[Case, Outcome], here: dict[Case, Outcome]) -> None:
    _say("attack", "what it does", "stock, of 30", "here")
    _say(*["---"] * 4)
    for case in cases:
        sentence = shorten(case.about, 120, placeholder=" …")
        _say(f"`{case.name}`", sentence, str(by_stock.get(case, "not run")), str(here[case]))


def _say(*columns: str) -> None:
    sys.stdout.write(f"| {' | '.join(columns)} |\n")


if __name__ == "__main__":
    main()
