"""Failure labs: a broken set-up to repair, to watch and to explain, judged by what it does.

One module a kind of lab, each with a table `LABS` by name: `queue`, `policy` and `packet`. The queue labs' names are
those of the package too; those of the others are asked of their modules: `from course.labs import policy`, then
`policy.deploy(…)`.
"""

from __future__ import annotations

from course.labs.error import LabError
from course.labs.queue import LABS, Deployed, Lab, deploy, judge, lab, numbered

__all__ = ["LABS", "Deployed", "Lab", "LabError", "deploy", "judge", "lab", "numbered"]
