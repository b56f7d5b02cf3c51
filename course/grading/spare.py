"""Which cells of a submission need not be run, because what they show is known and nothing depends on them.

A course says of its own cells, in their metadata, that they show the same to everyone: `"grading": {"shown_to_all": …}`
with "always" where nothing can depend on the cell (it shows a demo), or "unless used" where other cells might.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.notebooks.names import Names, names_in
from course.grading.notebooks.testcell import bound_imports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.grading.notebooks.assignment import Shared
    from course.grading.talk.job import Cell

_LOOKS_ABOUT = {"eval", "exec", "get_ipython", "globals", "In", "locals", "Out", "vars"}
"""What code uses that finds names which do not stand in it."""


def spared(cells: Mapping[int, Cell], shared: Mapping[str, Shared]) -> set[int]:
    """Return the numbers of cells that need not be run; `shared` are the texts of those that show the same to everyone.

    A cell that might be used is run if the learner's own code does more than to define, if it binds a name which a cell
    that is run needs, or if it uses a name that the learner binds.
    """
    known = {n: shared[cell.source] for n, cell in cells.items() if cell.role == "learner" and cell.source in shared}
    always = {n for n, when in known.items() if when == "always"}
    waiting = known.keys() - always
    others = [cell for n, cell in cells.items() if n not in known]
    learners = [cell.source for cell in others if cell.role == "learner"]
    if any(names.acts or not names.uses.isdisjoint(_LOOKS_ABOUT) for names in map(names_in, learners)):
        return always
    imports = bound_imports(cells[n].source for n in waiting)
    theirs = {name for source in learners for name in _bound(source, imports)}
    needed = {name for cell in others for name in _asked(cell)}
    run: set[int] = set()
    while more := {n for n in waiting - run if _matters(names_in(cells[n].source), needed, theirs)}:
        run |= more
        needed |= {name for n in more for name in names_in(cells[n].source).needs}
    return always | (waiting - run)


def _matters(names: Names, needed: set[str], theirs: set[str]) -> bool:
    return not names.binds.isdisjoint(needed) or not names.uses.isdisjoint(theirs)


def _bound(source: str, imports: Mapping[str, str]) -> set[str]:
    """Return the names that an answer binds, but for imports that the course has just so."""
    names, own = names_in(source), bound_imports([source])
    return names.values | {name for name in names.binds if name not in own or own[name] != imports.get(name)}


def _asked(cell: Cell) -> set[str]:
    """Return the names that a test or an answer asks for: one that it binds anywhere is its own."""
    names = names_in(cell.source)
    return names.uses - names.binds
