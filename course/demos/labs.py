"""The demo of a failure lab, whatever its kind: the kinds keep their labs and their demos in modules of their own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from course.labs.error import pick

if TYPE_CHECKING:
    from course.demos.demo import Demo

# a module of course.labs that holds LABS -> the module of course.demos whose failure_lab shows them
_KINDS = {"queue": "queue", "policy": "policy_lab", "packet": "packet_lab"}


def failure_lab(name: str) -> Demo:
    """Return the demo of a lab: what is broken, controls to repair it, and a verdict at the end.

    Raises LabError for a name that is no lab's, with all that there are.
    """
    kinds = {lab: kind for kind in _KINDS for lab in import_module(f"course.labs.{kind}").LABS}
    shown: Demo = import_module(f"course.demos.{_KINDS[pick(kinds, name)]}").failure_lab(name)
    return shown
