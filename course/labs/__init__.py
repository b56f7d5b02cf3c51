"""Failure labs: a broken set-up to repair, to watch and to explain, judged by what it does.

One module a kind of lab, each with a table `LABS` by name: `queue` here and now. The queue labs' names are those of the
package too.
"""

from __future__ import annotations

from course.labs.error import LabError
from course.labs.queue import LABS, Deployed, Lab, deploy, judge, lab, numbered

__all__ = ["LABS", "Deployed", "Lab", "LabError", "deploy", "judge", "lab", "numbered"]
