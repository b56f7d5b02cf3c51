"""What every test needs: the programs of this environment on the PATH, and calm property tests."""

from __future__ import annotations

from hypothesis import settings

from course import cli

# Machines are shared and noisy: a slow example is no failure.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

cli.prepare_environment()
