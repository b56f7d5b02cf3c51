"""Check the learner's own notebook: points, what failed and why, and the misconception that it looks like."""

from __future__ import annotations


def check(slug: str) -> None:
    """Show a button that grades the notebook of this folder."""
