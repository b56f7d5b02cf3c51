"""Is a command that is forked the command that a shell runs?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs


@pytest.mark.parametrize(
    ("program", "arguments"),
    [("course", ["hint", "nowhere"]), ("nbgrader", ["generate_assignment", "nothing"]), ("course", ["--help"])],
)
def test_as_from_a_shell(program: str, arguments: list[str], tmp_path: Path) -> None:
    """Does it end with the same code and say the same, on both outputs, in a folder and environment of its own?"""
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "COLUMNS": "60"}
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    expected = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    got = programs.run(program, *arguments, cwd=tmp_path, env=environment)

    assert (got.returncode, got.stdout, got.stderr) == (expected.returncode, expected.stdout, expected.stderr)
    assert got.stdout + got.stderr


def test_a_command_that_takes_too_long(tmp_path: Path) -> None:
    """Is it killed when its time is over?"""
    with pytest.raises(subprocess.TimeoutExpired):
        programs.run("course", "--help", cwd=tmp_path, timeout=0)
