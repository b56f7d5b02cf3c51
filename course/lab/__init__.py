"""JupyterLab as the course wants it: the start page first, no news, and no request to any other machine.

`config/` holds the settings as files, so that a hub or Binder can copy them to its own etc/jupyter. It switches off
the news, the look for updates and the extension manager, opens Markdown as a page, keeps cells in place that are
scrolled out of sight, lest a demo begin anew there, and saves a demo as its picture (`saving`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from course.study import home, root
from course.study.start import copies, released, start

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CONFIG = Path(__file__).parent / "config"


def prepare(say: Callable[[str], None] = print) -> Path:
    """Make the start page, and the learner's copies of chapters that they do not have; return the page."""
    for slug in released():
        if not copies(slug):
            start(slug, say=say)
    return home.refresh() or root.work_folder() / "start.md"


def options(arguments: Sequence[str] = ()) -> list[str]:
    """Return Jupyter's command line for the course; `arguments` are its own options, as a user gave them."""
    return [f"--ServerApp.root_dir={root.course_folder()}", *arguments]


def environment() -> dict[str, str]:
    """Return the environment in which Jupyter finds the course's settings, before those of this machine."""
    paths = [str(CONFIG), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {**root.environment(), "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


def launch(arguments: Sequence[str] = ()) -> None:
    """Open the course in JupyterLab, in this very process, so that a signal to it ends Jupyter and nothing is left."""
    prepare()
    os.environ.update(environment())
    os.chdir(root.course_folder())  # where nbgrader looks for its nbgrader_config.py

    from jupyterlab.labapp import LabApp  # noqa: PLC0415 - a second that only this command pays

    LabApp.launch_instance(options(arguments))
