"""JupyterLab as the course wants it: the start page first, no news, and no request to any other machine.

`config/` holds the settings as files, so that a hub or Binder can copy them to its own etc/jupyter. It switches off
the news, the look for updates and the extension manager, opens Markdown as a page, and keeps cells in place that are
scrolled out of sight, lest a demo begin anew there.
"""

from __future__ import annotations

import os
import subprocess
import sys
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


def command(arguments: Sequence[str] = ()) -> list[str]:
    """Return the command line that opens the course in JupyterLab; `arguments` are Jupyter's own options."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root.course_folder()}",
        *arguments,
    ]


def environment() -> dict[str, str]:
    """Return the environment in which Jupyter finds the course's settings, before those of this machine."""
    paths = [str(CONFIG), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {**root.environment(), "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


def launch(arguments: Sequence[str] = ()) -> int:
    """Open the course in JupyterLab and return Jupyter's exit code when it has ended."""
    prepare()
    # from the course folder, where nbgrader looks for its nbgrader_config.py
    with subprocess.Popen(command(arguments), env=environment(), cwd=root.course_folder()) as server:  # noqa: S603
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue  # Jupyter got it too, and asks whether to stop
