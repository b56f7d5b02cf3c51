"""Does the `course` command speak to people: at once, in sentences, never in tracebacks?"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from course import cli, lab
from course.study import root

if TYPE_CHECKING:
    from tests.study.small_course import Course


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in another process."""
    command = [sys.executable, "-m", "course.cli", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=root.environment(), check=False)


def test_help_needs_nothing_heavy() -> None:
    """Does the command come up without Jupyter, boto3, widgets or plots, so that it comes at once?"""
    heavy = "{'nbformat', 'nbclient', 'nbgrader', 'boto3', 'moto', 'ipywidgets', 'matplotlib', 'jupytext'}"
    code = f"import sys, course.cli; print({heavy} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=root.environment())
    assert done.stdout.strip() == "set()"


def test_help_names_every_command() -> None:
    """Does the help list all commands, each with a sentence, and does each have its own help?"""
    page = CliRunner().invoke(cli.app, ["--help"]).output
    for command in cli.app.registered_commands:
        assert command.callback
        name = command.name or command.callback.__name__
        assert f" {name} " in page
        own = CliRunner().invoke(cli.app, [name, "--help"])
        assert own.exit_code == 0
        assert (command.callback.__doc__ or "").partition("\n")[0] in " ".join(own.output.split())


def test_nbgrader_finds_its_helper() -> None:
    """Does nbgrader find the alembic beside our Python, where nobody has activated the environment?

    It asks for it by name; without it Formgrader and `course build --regrade` cannot open a gradebook.
    """
    code = "import shutil; from course import cli; cli.prepare_environment(); print(shutil.which('alembic'))"
    environment = {**root.environment(), "PATH": os.defpath}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=environment)
    assert Path(done.stdout.strip()).parent == Path(sys.executable).parent


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["start", "minni"], 1, "There is no chapter 'minni'. Did you mean 'mini'?"),
        (["check", "minni"], 1, "There is no chapter 'minni'. Did you mean 'mini'?"),
        (["check", "mini"], 1, "You have no copy of 'mini' yet; make one: course start mini"),
        (["check", "mini", "--notebook", "nowhere.ipynb"], 1, "There is no notebook nowhere.ipynb."),
        (["hint", "mini", "rihgt"], 1, "'mini' has no exercise 'rihgt'. Did you mean 'right'?"),
        (["begin", "mini"], 2, "No such command 'begin'"),
    ],
)
def test_an_error_is_a_sentence(arguments: list[str], code: int, said: str) -> None:
    """Is a mistake answered with one sentence that says what to do, on standard error?"""
    done = run(*arguments)

    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_hints_come_one_at_a_time(course: Course) -> None:
    """Does each call show one hint more, remembered from call to call, and say when there are no more?"""
    exercise = course.exercises / "right.py"
    text = exercise.read_text(encoding="utf-8")
    exercise.write_text(text.replace("Hint: Two times.", "Hint: First.\nHint: Second."), encoding="utf-8")
    runner = CliRunner()

    shown = [runner.invoke(cli.app, ["hint", "mini", "right"]).output.splitlines() for _ in range(3)]
    first, second = "Hint 1 of 2: First.", "Hint 2 of 2: Second."
    assert shown[0] == [first, "For the next hint, ask again."]
    assert shown[1] == [first, second, "That was the last hint."]
    assert shown[2] == shown[1]


def test_a_whole_round(course: Course) -> None:
    """From a fresh copy to full points: does the printed report follow the learner's work?"""
    assert run("start", "mini").stdout == "Your copy is work/mini/mini.ipynb.\n"
    course.learner({"right": course.solution("right"), "rounds": course.misconception("rounds", "stops_at_five")})
    done = run("check", "mini")

    assert done.stderr == ""
    assert "mini: 5 of 27 points; exercises: 1 done, 1 to mend, 7 not started." in done.stdout
    assert "This looks like: You capped the result." in done.stdout
    assert json.loads(run("check", "mini", "--json").stdout)["chapter"] == "mini"


def test_hints_where_the_exercises_are_not_at_hand(course: Course) -> None:
    """Is a learner of a class that has only the wheel sent to the hints in the notebook?"""
    shutil.rmtree(course.root / "course")
    assert "The hints of 'mini' are in its notebook" in run("hint", "mini", "right").stderr


def test_lab_hands_over_to_jupyter(course: Course) -> None:
    """Does `course lab` make copies and start page, then run Jupyter with its options and give its exit code back?"""
    done = run("lab", "--version")

    assert (done.returncode, done.stderr) == (0, "")
    said, version = done.stdout.splitlines()
    assert said == "Your copy is work/mini/mini.ipynb."
    assert version == importlib.metadata.version("jupyterlab")
    assert (course.root / "work" / "start.md").is_file()


@pytest.mark.usefixtures("course")
def test_lab_is_jupyter() -> None:
    """Does the command itself become Jupyter, so that its exit code is Jupyter's and no server outlives it?"""
    assert run("lab", "--no-such-option=1").returncode == 2
    server = [sys.executable, "-m", "course.cli", "lab", "--no-browser"]
    with subprocess.Popen(server, stderr=subprocess.PIPE, encoding="utf-8", env=root.environment()) as process:
        assert process.stderr
        address = next(found[0] for line in process.stderr if (found := re.search(r"http://127\S+token=\w+", line)))
        process.terminate()
    with pytest.raises(URLError):
        urlopen(address, timeout=10).close()  # noqa: S310 - our own server's


def test_jupyter_s_configuration(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does Jupyter see the course folder whole, and the course's settings before those of the machine?"""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/somewhere")

    assert f"--ServerApp.root_dir={course.root}" in lab.options(["--port", "1"])
    assert lab.environment()["JUPYTER_CONFIG_PATH"] == f"{lab.CONFIG}{os.pathsep}/somewhere"


def test_build_and_verify(course: Course) -> None:
    """Do authors build and verify with the same command, and read what is wrong and where?"""
    assert run("build").stdout == "mini: up to date.\n"
    assert run("verify", "mini").stdout == "Every exercise keeps its contract.\n"
    right = course.exercises / "right.py"
    right.write_text(right.read_text(encoding="utf-8").replace('"return 2 +"', '"return n +"'), encoding="utf-8")
    done = run("verify")

    assert done.returncode == 1
    assert "right.py" in done.stderr
    assert "the misconception 'adds_two' passes 'small'" in done.stderr
    assert "Traceback" not in done.stderr


def test_words_and_facts() -> None:
    """Does the command answer in English to a Chinese question, and check facts against the installed botocore?"""
    assert run("glossary", "可见性超时").stdout.startswith("visibility timeout (可见性超时): ")
    assert "What is true today" in run("facts", "messaging").stdout
    assert "checks hold against botocore" in run("facts", "messaging", "--check").stdout
