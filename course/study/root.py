"""Where the course lies on this machine: the folder that holds nbgrader_config.py and release/."""

from __future__ import annotations

import os
from pathlib import Path

from course.errors import CourseError

PACKAGE = Path(__file__).resolve().parents[1]


class NoCourseFolderError(CourseError):
    """Neither the current folder nor the installed package lies inside a course folder."""


def find() -> Path | None:
    """Return the course folder: the nearest around the current folder, else around the package, else None."""
    for start in (Path.cwd(), PACKAGE):
        for folder in (start, *start.parents):
            if (folder / "nbgrader_config.py").is_file() and (folder / "release").is_dir():
                return folder
    return None


def course_folder() -> Path:
    """Return the course folder; raise NoCourseFolderError where there is none."""
    folder = find()
    if folder is None:
        raise NoCourseFolderError(
            f"{Path.cwd()} is not inside the course: go to the folder that holds nbgrader_config.py and "
            "release/ (cd path/to/the/course) and try again."
        )
    return folder


def environment() -> dict[str, str]:
    """Return the environment for another Python, in which `import course` is this very package."""
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUTF8": "1"}


def work_folder() -> Path:
    """Return the folder of the learner's own copies, work/ in the course folder; it need not exist yet."""
    return course_folder() / "work"
