"""What Formgrader lets nobody configure: names in its pages, and the files of a submission that it serves.

Formgrader puts learners' ids into its pages as they are, also those that stand in an address, and serves what a
learner handed in as pages of the instructor's own Jupyter server. nbgrader_config.py calls `guard`, which changes
both where Formgrader runs, and does nothing elsewhere.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from jinja2 import Environment

_FORMGRADER = "nbgrader.server_extensions.formgrader"


def guard() -> None:
    """Let Formgrader, where it is about to start in this process, escape what it writes and isolate what it serves."""
    extension: Any = sys.modules.get(f"{_FORMGRADER}.formgrader")
    if extension is not None:
        extension.Environment = partial(Environment, autoescape=True)
        files = extension.handlers.SubmissionFilesHandler
        files.content_security_policy = property(lambda _: "sandbox; default-src 'none'; img-src 'self'")
