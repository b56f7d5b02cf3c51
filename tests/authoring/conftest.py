"""A course of one small chapter, to build, break and grade."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import programs

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Miniature:
    """A course folder with the chapter `mini`, whose one exercise is `double`."""

    root: Path

    @property
    def chapter(self) -> Path:
        return self.root / "course" / "chapters" / "mini"

    @property
    def exercise(self) -> Path:
        return self.chapter / "exercises" / "double.py"

    def notebook(self, folder: str) -> Path:
        return self.root / folder / "mini" / "mini.ipynb"

    def nbgrader(self, *arguments: str) -> None:
        """Run a stock nbgrader command in the course folder."""
        run = programs.run("nbgrader", *arguments, cwd=self.root)
        assert run.returncode == 0, run.stderr

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace a text that occurs once."""
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path}"
        path.write_text(text.replace(old, new), encoding="utf-8")


def quietly(_: str) -> None:
    """Say nothing of what a build has to say."""


@pytest.fixture
def miniature(tmp_path: Path) -> Miniature:
    root = tmp_path / "mini course"
    shutil.copytree(HERE / "miniature", root)
    shutil.copy(HERE.parents[1] / "nbgrader_config.py", root)
    return Miniature(root)
