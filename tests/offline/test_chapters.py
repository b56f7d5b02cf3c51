"""Does every chapter run without a network, from a fresh kernel, cleanly and the same each time?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from course import lab
from course.authoring.source import slugs
from tests.offline import cut_off, twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """What one chapter left behind: two runs, and the page that the first one was exported as."""

    notebooks: tuple[NotebookNode, NotebookNode]
    page: str

    @property
    def outputs(self) -> Iterator[tuple[str, NotebookNode]]:
        for cell in self.notebooks[0].cells:
            for output in cell.get("outputs", []):
                yield cell.id, output


@pytest.fixture(scope="module", params=slugs(ROOT))
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A chapter, with its solutions in place, run twice at once where there is no network."""
    source = ROOT / "source" / request.param / f"{request.param}.ipynb"
    folder = tmp_path_factory.mktemp("run")
    subprocess.run(
        cut_off.command(sys.executable, "-m", "tests.offline.twice", str(source), str(folder)),
        cwd=ROOT,
        env=os.environ | {"HOME": str(folder), "JUPYTER_CONFIG_PATH": str(lab.CONFIG)},
        check=True,
    )
    paths = [folder / name / source.name for name in twice.RUNS]
    first, second = (nbformat.read(path, as_version=4) for path in paths)
    return Ran((first, second), paths[0].with_suffix(".html").read_text(encoding="utf-8"))


def test_there_is_no_network(tmp_path: Path) -> None:
    """Is the network really cut off, and loopback there?"""
    tries = (
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0)); socket.create_connection(server.getsockname())\n"
        "try: socket.create_connection(('192.0.2.1', 80), timeout=5)\n"
        "except OSError as error: print(error.errno)\n"
    )
    run = subprocess.run(
        cut_off.command(sys.executable, "-c", tries), cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "101"  # ENETUNREACH


def test_no_error_no_warning(ran: Ran) -> None:
    """Does no cell leave an error, or write to standard error?"""
    bad = [
        (name, output.get("evalue") or output.get("text"))
        for name, output in ran.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert not bad


def _printed(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    """What a reader sees of each cell: all its text, and its pictures and results without the ids of widgets."""
    shown = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        text = "".join(output.text for output in outputs if output.output_type == "stream")
        data = [{k: v for k, v in o.data.items() if "widget-view" not in k} for o in outputs if "data" in o]
        shown.append((cell.id, text, json.dumps(data, sort_keys=True)))
    return shown


def test_same_each_time(ran: Ran) -> None:
    """Does a chapter print and draw the same thing each time?"""
    first, second = map(_printed, ran.notebooks)
    assert first == second


def test_stored_pictures(ran: Ran) -> None:
    """Is the picture that the release carries the one that the running demo draws?"""
    slug = ran.notebooks[0].metadata["course"]["made_from"].rpartition("/")[2].replace("_", "-")
    release = nbformat.read(ROOT / "release" / slug / f"{slug}.ipynb", as_version=4)
    stored = {c.id: c.outputs[0].data["image/svg+xml"] for c in release.cells if c.get("outputs")}
    drawn = {n: o.data["image/svg+xml"] for n, o in ran.outputs if "image/svg+xml" in o.get("data", {})}
    assert stored
    assert drawn == stored


def test_page_shows_every_demo(ran: Ran) -> None:
    """Does the exported page show each demo as a picture, and load nothing to do so?"""
    demos = [name for name, output in ran.outputs if "image/svg+xml" in output.get("data", {})]
    pictures = re.findall(r'<img[^>]+src="data:image/svg\+xml;base64,|<svg[ >]', ran.page)
    assert len(pictures) >= len(demos) > 0
    for name in demos:
        cell = re.search(rf'id="cell-id={re.escape(name)}".*?(?=id="cell-id=|\Z)', ran.page, re.DOTALL)
        assert cell
        assert re.search(r"data:image/svg\+xml|<svg[ >]", cell[0]), name
