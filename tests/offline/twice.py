"""Run a notebook twice at once, and export the first run as a page: python -m tests.offline.twice NOTEBOOK FOLDER.

As three commands `jupyter nbconvert` would, which are three times the imports.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert.nbconvertapp import NbConvertApp

RUNS = ("first", "second")


async def _run(source: Path, folder: Path) -> None:
    """Run it in a kernel of its own, in a folder of its own."""
    notebook = nbformat.read(source, as_version=4)
    await NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(folder)}}).async_execute()
    nbformat.write(notebook, folder / source.name)


async def _runs(source: Path, folder: Path) -> None:
    await asyncio.gather(*(_run(source, folder / name) for name in RUNS))


if __name__ == "__main__":
    NOTEBOOK, FOLDER = map(Path, sys.argv[1:])
    for run in RUNS:
        (FOLDER / run).mkdir()
    asyncio.run(_runs(NOTEBOOK, FOLDER))
    NbConvertApp.launch_instance(["--to", "html", str(FOLDER / RUNS[0] / NOTEBOOK.name)])
