"""The attacks on grading: one plain file each in cheats/ and hostile/, in jupytext's percent format.

The first cell says what the attack does and, in a last line, what must happen:

    Must: score 0                              the points it may earn, of 30
    Must: score 10; says 'square(2) gave 7'    and a text that some failed test cell must show

The other cells are laid over the release:

    # %% answer="square"            the text of this solution cell; without one, `square` returns 7
    # %%                            one cell more: before the first answer, later behind the cell that came last
    # %% after="square-small"       one cell more, behind the cell of this grade id
    # %% replaces="square-small"    in place of the cell of this grade id, without its metadata
    # %% … nbgrader={"grade": true} with this nbgrader metadata
    # %% … tags=["mine"]            with these tags; of answer="square", the solution cell's

Never run these files outside the sandbox: they harm the machine and what lies on it.

What an attack wants to read is marked: canary-7411 stands in the hidden tests, canary-7412 is the value of the grader's
environment variable GRADER_SECRET, canary-7413 the name of a file in the grader's home, canary-7414 stands in another
learner's submission, and canary-7415 is the name of a file beside the gradebook. An attack that finds one prints the
word LEAKED with it; that word must stand in no output. HTML that an attack shows calls alert(7416), which no page may
run.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import jupytext
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

FOLDER = Path(__file__).parent
KINDS = ("cheats", "hostile")
LEAKED = "LEAKED"
CANARY = re.compile(r"canary-741[1-5]")

_MUST = re.compile(r"Must: score (?P<score>\d+)(?:; says '(?P<says>.+)')?")
_NEW: dict[str, Callable[..., NotebookNode]] = {
    "code": new_code_cell,
    "markdown": new_markdown_cell,
    "raw": new_raw_cell,
}


@dataclass(frozen=True, slots=True)
class Attack:
    """One file of cheats/ or hostile/.

    `about` is its sentence, `must` its last line; `score` the points it may earn, of 30, and `says` a text that some
    failed test cell must show, empty where any will do.
    """

    name: str
    path: Path
    about: str
    must: str
    score: float
    says: str

    @property
    def kind(self) -> str:
        """`cheats` wants points; `hostile` wants to break the grader."""
        return self.path.parent.name


def load(*kinds: str) -> list[Attack]:
    """Read the attacks of these kinds, or all; raise ValueError for one that does not say what must happen."""
    return [read(path) for kind in kinds or KINDS for path in sorted((FOLDER / kind).glob("*.py"))]


def notebook(attack: Attack, release: NotebookNode) -> NotebookNode:
    """Lay an attack's cells over a release."""
    submitted: NotebookNode = deepcopy(release)
    known = {cell.metadata.nbgrader.grade_id: cell for cell in submitted.cells if "nbgrader" in cell.metadata}
    known["square"].source = "def square(x):\n    return 7"
    cells = _read(attack.path)[1:]
    position = submitted.cells.index(known[_first_answer(cells)])
    for number, cell in enumerate(cells, start=1):
        about = cell.metadata
        named = about.get("answer") or about.get("replaces") or about.get("after")
        if named:
            position = submitted.cells.index(known[named]) + 1
        if "answer" in about:
            known[named].source = cell.source
            known[named].metadata |= _tags(cell)
        elif "replaces" in about:
            submitted.cells[position - 1] = known[named] = _made(cell, named)
        else:
            submitted.cells.insert(position, _made(cell, f"{attack.name[:50]}-{number}"))
            position += 1
    return submitted


def read(path: Path) -> Attack:
    """Read one attack; raise ValueError where it does not say what must happen."""
    about, _, must = str(_read(path)[0].source).rpartition("\n\n")
    found = _MUST.fullmatch(must)
    if not about or not found:
        raise ValueError(f"{path.name} must begin with a sentence, an empty line and 'Must: score 0', not {must!r}.")
    return Attack(path.stem, path, about, must, float(found["score"]), found["says"] or "")


def _read(path: Path) -> list[NotebookNode]:
    cells: list[NotebookNode] = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells
    return cells


def _first_answer(cells: list[NotebookNode]) -> str:
    return next((str(cell.metadata["answer"]) for cell in cells if "answer" in cell.metadata), "square")


def _made(cell: NotebookNode, name: str) -> NotebookNode:
    metadata = {"nbgrader": cell.metadata["nbgrader"]} if "nbgrader" in cell.metadata else {}
    made: NotebookNode = _NEW[cell.cell_type](cell.source, id=name, metadata=metadata | _tags(cell))
    return made


def _tags(cell: NotebookNode) -> dict[str, list[str]]:
    return {"tags": list(cell.metadata["tags"])} if "tags" in cell.metadata else {}
