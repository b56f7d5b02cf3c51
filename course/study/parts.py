"""What an exercise's verdict depends on: which cells of a notebook, as far as their text tells."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from course.grading.notebooks.names import ANY, Names, names_in
from course.grading.notebooks.testcell import visible_imports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.study.cells import Cell


def part_of(cells: Sequence[Cell], exercise: str) -> list[int]:
    """Return the numbers of the cells that an exercise's verdict depends on, in order.

    These are its own cells and tests, what a learner added before that does more than to define, and each cell that
    binds a name which one of these uses. Where an exercise uses a value of another cell (a queue's URL, a client),
    these are all cells before: any of them may have changed it.
    """
    last = max(n for n, cell in enumerate(cells) if cell.exercise == exercise and cell.case)
    before = range(last + 1)
    names = [_names(cell) for cell in cells[: last + 1]]
    own = [n for n in before if cells[n].exercise == exercise]
    found = _with_what_they_need(own, names)
    wanted = {name for n in found for name in names[n].uses}
    if any(not wanted.isdisjoint(names[n].values) for n in found if n not in own):
        return sorted(_with_what_they_need([n for n in before if n in found or not cells[n].case], names))
    added = [n for n in before if cells[n].added and names[n].acts]
    return sorted(_with_what_they_need([*found, *added], names))


def _with_what_they_need(numbers: Sequence[int], names: Sequence[Names]) -> set[int]:
    found: set[int] = set()
    waiting = list(numbers)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += _binders(number, names)
    return found


def _binders(number: int, names: Sequence[Names]) -> Iterator[int]:
    """Yield the cells that bind what a cell uses: before it the last that surely does, and all after it."""
    for name in names[number].needs:
        for n in range(number - 1, -1, -1):
            if not names[n].binds.isdisjoint({name, ANY}):
                yield n
            if name in names[n].surely:
                break
    for n in range(number + 1, len(names)):
        if not names[number].uses.isdisjoint(names[n].binds):
            yield n


@lru_cache(maxsize=1000)
def _names(cell: Cell) -> Names:
    if not cell.case:
        return names_in(cell.source)
    found = Names(needs=names_in(cell.source).needs)  # its names are the test's, but for what it imports
    found.binds = found.surely = {name for source in visible_imports(cell.source) for name in names_in(source).binds}
    return found
