"""A real JupyterLab in a real browser.

`chromium` is the browser, `lab` a running JupyterLab (`lab.url`, `lab.root`), `page` a fresh page and `traffic` what
the page did: its console errors and the hosts it asked. `new_page` opens a page for a wider scope.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY = Path(__file__).parents[2]
LAB_CONFIG = REPOSITORY / "course" / "lab" / "config"
TOKEN = "a-token-for-tests"  # noqa: S105 - of a server that lives as long as the tests
PROGRAMS = ("chromium-headless-shell", "chromium")  # the first draws no window, and takes a sixth less CPU
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# JupyterLab, and a thread that ends it when these tests are gone, however they ended: then its stdin closes.
_ENDS_WITH_US = """
import os, sys, threading
from jupyterlab.labapp import main
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start()
sys.exit(main())
"""
PATIENCE = 10  # seconds that a server has to end
# Without the wait for the kernel, Lab would ask which one to take.
_RUN_ALL = """async () => {
    await window.jupyterapp.shell.currentWidget.sessionContext.ready;
    await window.jupyterapp.commands.execute("notebook:run-all-cells");
}"""
ALL_HAVE_RUN = """() => {
    const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
    const cells = content.widgets.filter(cell => cell.model.type === "code");
    return sessionContext.session.kernel.status === "idle" && cells.every(cell => cell.model.executionCount);
}"""

# JupyterLab makes a cell only when it is scrolled into sight, unless told not to.
SHOW_ALL = """() => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.notebookConfig = { ...notebook.notebookConfig, windowingMode: "none" };
}"""


@dataclass
class Lab:
    """A running JupyterLab: `url` without a slash at the end, `root` the folder that it shows."""

    url: str
    root: Path

    def write(self, name: str, *cells: str) -> None:
        """Write a notebook of code cells into the root."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.root / name)

    def open(self, page: Page, name: str, *, run: bool = False) -> None:
        """Open a notebook of the root in the page and, if asked, run all its cells."""
        page.goto(f"{self.url}/lab/tree/{name}?token={TOKEN}&reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
        if run:
            page.evaluate(_RUN_ALL)

    def theme(self, page: Page, name: str) -> None:
        """Change JupyterLab's theme: 'JupyterLab Light' or 'JupyterLab Dark'."""
        page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
        light = "true" if "Light" in name else "false"
        page.locator(f"body[data-jp-theme-light='{light}'][data-jp-theme-name='{name}']").wait_for(state="attached")
        page.locator("#jupyterlab-splash").wait_for(state="detached")


@dataclass
class Traffic:
    """What a page did: the errors on its console and the hosts that it sent requests to."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        """Write down what `page` does from now on."""

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.errors.append(message.text)

        def on_request(request: Request) -> None:
            if host := urlsplit(request.url).hostname:
                self.hosts.add(host)

        page.on("console", on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", on_request)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. In CI a missing browser is a failure; elsewhere the tests that need it are skipped."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        how = f"the browser tests need Chromium: apt-get install {PROGRAMS[0]}"
        if os.environ.get("CI"):
            pytest.fail(how)
        pytest.skip(how)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with the course's configuration and nothing of the person who runs the tests."""
    home, root = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("lab")
    # What makes a folder a course folder: without it, what is answered here would be kept as the person's own progress.
    (root / "release").mkdir()
    (root / "nbgrader_config.py").touch()
    with running_lab(home, root) as url:
        yield Lab(url, root)


@contextmanager
def running_lab(home: Path, root: Path) -> Iterator[str]:
    """Run `jupyter lab` on `root`, with everything that it keeps in `home`; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", _ENDS_WITH_US, "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={TOKEN}"]
    command += ["--allow-root", "--LabApp.expose_app_in_browser=True"]
    # Its log is closed by who reads it: a kernel that outlives the server for a second still writes there.
    server = subprocess.Popen(
        command,
        cwd=root,
        env=_environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_until_it_runs(server)
        yield f"http://127.0.0.1:{port}"
    finally:
        _end(server)


def _end(server: subprocess.Popen[str]) -> None:
    """End the server; one that was told so while a kernel starts may never end by itself."""
    server.terminate()
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    if server.stdin:
        server.stdin.close()


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "AWS_"))}
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_CONFIG_PATH": LAB_CONFIG,
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "PYTHONPATH": REPOSITORY,
    }
    return kept | {name: str(folder) for name, folder in folders.items()}


def _wait_until_it_runs(server: subprocess.Popen[str]) -> None:
    """Read the server's log up to the line that gives its address, and leave the rest to a thread."""
    assert server.stderr
    log = []
    for line in server.stderr:
        log.append(line)
        if "is running at" in line:
            threading.Thread(target=_drain, args=(server.stderr,), daemon=True).start()
            return
    server.stderr.close()
    pytest.fail("jupyter lab ended before it ran:\n" + "".join(log))


def _drain(log: IO[str]) -> None:
    """Read the rest of the log, lest the pipe fill up and the server wait for a reader."""
    with log:
        for _ in log:
            pass


@pytest.fixture(scope="module")  # a page with many demos goes on drawing as long as it is open
def new_page(chromium: Browser) -> Iterator[Callable[[Traffic], Page]]:
    """A function that opens a page of its own context and writes what it does into a Traffic; closed at the end."""
    with ExitStack() as contexts:

        def open_page(traffic: Traffic) -> Page:
            context = chromium.new_context(viewport={"width": 1280, "height": 900})
            contexts.callback(context.close)
            page = context.new_page()
            traffic.watch(page)
            return page

        yield open_page


@pytest.fixture
def traffic() -> Traffic:
    """What `page` does in this test."""
    return Traffic()


@pytest.fixture
def page(new_page: Callable[[Traffic], Page], traffic: Traffic) -> Iterator[Page]:
    """A fresh page, watched by `traffic`."""
    page = new_page(traffic)
    yield page
    page.context.close()
