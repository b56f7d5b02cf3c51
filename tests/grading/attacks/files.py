"""Attacks by the files that are handed in: broken notebooks, links, special files, floods, and odd learner ids.

Each makes a submission from the text of a notebook whose answers are right, worth 30 points. `must` says what comes of
it, and in either case the others of the class are graded as if it were not there:

    graded 30       the damage costs nothing
    graded 0        it is a notebook without right answers
    not graded      it is reported, with the reason
    either          graded 30 or not graded, as the grader likes
"""

from __future__ import annotations

from tests.grading.attacks import _folders, _notebooks  # noqa: F401 - importing them fills the table
from tests.grading.attacks._handing import ATTACKS, MUSTS, NOTEBOOK, FileAttack
from tests.grading.attacks.fuzz import mutate, mutations

__all__ = ["ATTACKS", "MUSTS", "NOTEBOOK", "FileAttack", "mutate", "mutations"]
