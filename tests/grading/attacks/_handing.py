"""The table of attacks by files, and how they write what they hand in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MUSTS = ("graded 30", "graded 0", "not graded", "either")
NOTEBOOK = "square.ipynb"

Make = Callable[[Path, str], None]


@dataclass(frozen=True, slots=True)
class FileAttack:
    """One way to hand in: `make` fills a learner's folder of the assignment, given the text of a good notebook."""

    name: str
    about: str
    must: str
    make: Make
    learner: str

    def lay(self, submitted: Path, good: str) -> Path:
        """Make the submission in nbgrader's `submitted/`; return the assignment's folder of that learner."""
        folder = submitted / self.learner / "square"
        folder.mkdir(parents=True)
        self.make(folder, good)
        return folder


ATTACKS: dict[str, FileAttack] = {}


def attack(must: str) -> Callable[[Make], Make]:
    """Register a function as an attack; its docstring says what it hands in."""

    def register(make: Make) -> Make:
        name = make.__name__
        ATTACKS[name] = FileAttack(name, str(make.__doc__), must, make, name)
        return make

    return register


def write(folder: Path, text: str | bytes) -> None:
    (folder / NOTEBOOK).write_bytes(text if isinstance(text, bytes) else text.encode())


def dumped(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1)


def changed(good: str, **changes: object) -> str:
    return dumped(json.loads(good) | changes)


def with_cell(good: str, number: int, **changes: object) -> str:
    """The notebook with changes to a cell; a value of ... takes the key away."""
    notebook = json.loads(good)
    cell = notebook["cells"][number] | changes
    notebook["cells"][number] = {key: value for key, value in cell.items() if value is not ...}
    return dumped(notebook)


def with_extra(good: str, source: str, **about: object) -> str:
    notebook = json.loads(good)
    return dumped(notebook | {"cells": [*notebook["cells"], new_cell(source, **about)]})


def new_cell(source: str, **about: object) -> dict[str, object]:
    empty: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "id": "extra",
    }
    return empty | {"source": source} | about
