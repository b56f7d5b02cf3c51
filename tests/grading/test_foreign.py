"""Is a notebook whose kernel is not Python graded as stock nbgrader grades it, and in the sandbox?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from tests import programs

if TYPE_CHECKING:
    from pathlib import Path

NAME = "shell"
BASH = {"name": "bash", "language": "bash", "display_name": "Bash"}
TEST = '[ "$(double 4)" = 8 ]'
RIGHT = "double() { echo $(($1 * 2)); }"
LOOK = 'ls "$COURSE" /root /home 2>/dev/null | grep -qE "gradebook|submitted" && double() { echo; }'
CALL = "(exec 3<>/dev/tcp/192.0.2.1/80) 2>/dev/null && double() { echo; }"
ANSWERS = {
    "right": (RIGHT, 2),
    "wrong": ("double() { echo $(($1 + 2)); }", 0),
    "looks-around": (f"{RIGHT}\n{LOOK}\n{CALL}\ntrue", 2),
    "skips-the-test": ("double() { echo; }", 0),
    "never-ends": (f"while true; do :; done\n{RIGHT}", 0),
}
"""What learners answer, and what it earns of 2 points."""
CONFIG = """
c = get_config()
c.ClearSolutions.code_stub = {"bash": "# your answer"}
c.Execute.timeout = 3
c.Grading.limits = {"cell_seconds": 3, "notebook_seconds": 40}
"""
EXAMINE = """
from course.grading.preprocessors import Examine
from nbgrader.preprocessors import LimitOutput, SaveAutoGrades
c.Autograde.autograde_preprocessors = [Examine, LimitOutput, SaveAutoGrades]
"""


def _source() -> Any:  # noqa: ANN401 - nbformat has no types
    about: dict[str, Any] = {"schema_version": 3, "task": False}
    answer = about | {"grade_id": "double", "grade": False, "solution": True, "locked": False}
    test = about | {"grade_id": "double-4", "grade": True, "solution": False, "locked": True, "points": 2}
    cells = [
        new_code_cell(f"### BEGIN SOLUTION\n{RIGHT}\n### END SOLUTION", metadata={"nbgrader": answer}),
        new_code_cell(TEST, metadata={"nbgrader": test}),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": BASH})


def _run(root: Path, *command: str) -> None:
    done = programs.run(*command, cwd=root, env=os.environ | {"HOME": str(root), "COURSE": str(root)})
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with a class's answers."""
    root = tmp_path_factory.mktemp("shell")
    (root / "source" / NAME).mkdir(parents=True)
    nbformat.write(_source(), root / "source" / NAME / f"{NAME}.ipynb")
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    _run(root, "nbgrader", "generate_assignment", NAME)
    for student, (answer, _) in ANSWERS.items():
        notebook = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", as_version=4)
        notebook.cells[0].source = answer or notebook.cells[0].source
        notebook.cells[1].metadata["tags"] = ["skip-execution"] if student == "skips-the-test" else []
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
    return root


def _points(root: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {each.student.id: each.score for each in gradebook.assignment_submissions(NAME)}


def test_course_grade(root: Path) -> None:
    """Does `course grade` give each answer what it earns, run away from the class, and call the verdicts weak?"""
    _run(root, "course", "grade", NAME)

    assert _points(root) == {student: points for student, (_, points) in ANSWERS.items()}
    record = (root / "autograded" / ".grading" / NAME / "right.json").read_text(encoding="utf-8")
    assert '"weak": true' in record
    shown = nbformat.read(root / "autograded" / "wrong" / NAME / f"{NAME}.ipynb", as_version=4)
    assert shown.metadata.kernelspec.name == "bash"


def test_as_nbgrader_runs_it(root: Path) -> None:
    """Do nbgrader's own command with its own Execute, and with the engine, come to the same points?"""
    for config in (CONFIG, CONFIG + EXAMINE):
        (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
        _run(root, "nbgrader", "autograde", NAME, "--student", "[rw]*", "--force")
        found = _points(root)
        assert {student: found[student] for student in ("right", "wrong")} == {"right": 2, "wrong": 0}
