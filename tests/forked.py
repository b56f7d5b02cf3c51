"""What the process has imported, and asked once, from which tests fork commands."""

from nbgrader import api
from nbgrader.apps import nbgraderapp

from course import cli
from course.grading import command
from tests import programs
from tests.grading import killing

__all__ = ["cli", "command", "killing", "nbgraderapp", "programs"]

api.get_alembic_version()
