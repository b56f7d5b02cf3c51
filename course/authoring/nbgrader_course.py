"""nbgrader as the course folder configures it: its paths, its gradebook's address, its generate_assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

if TYPE_CHECKING:
    from pathlib import Path

    from traitlets.config.loader import Config

CONFIG = "nbgrader_config.py"


def config(root: Path) -> Config:
    """Read the course folder's nbgrader_config.py."""
    return PyFileConfigLoader(CONFIG, str(root)).load_config()


def coursedir(root: Path, slug: str = "") -> CourseDirectory:
    """Where nbgrader looks for what, for one assignment or none."""
    return CourseDirectory(root=str(root), assignment_id=slug, config=config(root))


def generate(root: Path, slug: str, *, database: bool = True) -> None:
    """Make release/ from source/ as `nbgrader generate_assignment --force` does, with the gradebook or without."""
    configured = config(root)
    configured.SaveCells.enabled = database
    configured.CourseDirectory.root = str(root)
    converter = GenerateAssignment(
        coursedir=coursedir(root, slug), no_database=not database, force=True, config=configured
    )
    converter.log.setLevel("ERROR")
    converter.start()
