"""A class whose pages are looked at: honest and hostile learners, graded by the course's own nbgrader_config.py."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from course.grading.misconceptions import Misconception
from tests import programs
from tests.grading.attacks import corpus, square
from tests.grading.small_class import NAME, NEAR, RIGHT, STUB, SmallClass

if TYPE_CHECKING:
    from nbformat import NotebookNode

REPOSITORY = Path(__file__).parents[2]
SEVEN = "def square(x):\n    return 7"
ANSWERS = {"ann": RIGHT, "bea": SEVEN, "cem": NEAR, "dan": STUB}
ATTACKS = ("html_in_outputs", "html_in_tracebacks")
STOCK_LEARNERS = ("bea", "cem", "eve")
WHY = "You gave <b>seven</b> & forgot to multiply."
SETTINGS = """
c.CourseDirectory.course_id = "small"
c.Grading.misconceptions = "tests.grading.shown_class:misconceptions"
"""
STOCK = """
from nbgrader.preprocessors import Execute
c.Autograde.autograde_preprocessors[0] = Execute
"""
MARKDOWN = """\
<script>window.ran = 1</script> <img src=x onerror="window.ran = 2"> <svg onload="window.ran = 3"></svg>
[a link](javascript:window.ran=4) [a file](evil.html) ![a picture](/formgrader?path={folder})

<a href="java&#10;script:window.ran=5">here</a> <form action="/logout"><input autofocus onfocus="window.ran = 6"></form>
<iframe srcdoc="<script>parent.ran = 7</script>"></iframe> <style>body {{ display: none }}</style>
"""
OUTPUTS = """\
from IPython.display import HTML, SVG, Javascript, display
display(HTML("<script>window.ran = 11</script><img src=x onerror='window.ran = 12'>"))
display(HTML("<a href='javascript:window.ran=13'>here</a>"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='window.ran = 14'><script>parent.ran = 15</script></svg>"))
display(Javascript("window.ran = 16"))
display({"image/png": "iVBO", "text/plain": ""}, metadata={"image/png": {"width": "1 onerror=window.ran=17"}}, raw=True)
display({"text/html": "<img src=x onerror=window.ran=18>"}, metadata={"text/html": {"isolated": True}}, raw=True)
display({"application/vnd.jupyter.widget-view+json": {"model_id": "</script><script>window.ran=19</script>"}}, raw=True)
print("\\x1b[31m<script>window.ran = 20</script>\\x1b[0m \\x1b]8;;javascript:window.ran=21\\x07link\\x1b]8;;\\x07")
raise ValueError("</pre><script>window.ran = 22</script>")
"""


def misconceptions(_assignment: str, _notebook: str) -> list[Misconception]:
    """The bank of this class: what `SEVEN` is."""
    tests = ("square-small", "square-partial")
    return [Misconception(name="seven", why=WHY, answer="square", tests=tests, fails=tests)]


@dataclass(frozen=True, slots=True)
class ShownClass:
    """A class with something handed in; `learners` says who."""

    root: Path
    learners: tuple[str, ...]

    @classmethod
    def make(cls, root: Path, *, stock: bool = False) -> ShownClass:
        """Make the class with everything handed in; with `stock`, to be graded by nbgrader's own Execute."""
        found = SmallClass.make(root)
        config = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
        (root / "nbgrader_config.py").write_text(config + SETTINGS + STOCK * stock, encoding="utf-8")
        made = cls(root, STOCK_LEARNERS if stock else (*ANSWERS, "eve", *ATTACKS))
        for learner in made.learners:
            if learner in ANSWERS:
                found.hand_in(learner, ANSWERS[learner])
            elif learner in ATTACKS:
                attack = corpus.read(corpus.FOLDER / "hostile" / f"{learner}.py")
                made.hand_in(learner, corpus.notebook(attack, square.release_notebook()))
            else:
                made.hand_in(learner, made.hostile())
        return made

    def run(self, *command: str, code: int = 0) -> str:
        """Run `course` or `nbgrader` in the course folder, which must end with this code; return what it printed."""
        program, *arguments = command
        environment = os.environ | {"HOME": str(self.root.parent), "PYTHONPATH": str(REPOSITORY)}
        run = programs.run(program, *arguments, cwd=self.root, env=environment)
        assert run.returncode == code, run.stderr
        return run.stdout

    def page(self, learner: str) -> Path:
        """A learner's feedback."""
        return self.root / "feedback" / learner / NAME / f"{NAME}.html"

    def autograded(self, learner: str) -> Path:
        """A learner's graded notebook."""
        return self.root / "autograded" / learner / NAME / f"{NAME}.ipynb"

    def hostile(self) -> NotebookNode:
        """Hostile text, outputs, metadata and files, and a test cell that was deleted."""
        notebook = square.release_notebook()
        folder = self.root / "submitted" / "eve" / NAME
        notebook.cells = [cell for cell in notebook.cells if cell.id != "square-small"]
        notebook.cells[1:1] = [
            new_markdown_cell(MARKDOWN.format(folder=folder), id="text"),
            new_markdown_cell("![gone](attachment:gone) <script>window.ran = 10</script>", id="gone"),
            new_raw_cell("<script>window.ran = 8</script><a href='evil.html'>raw</a>", id="raw"),
            new_code_cell(OUTPUTS, id="outputs", metadata={"tags": ["x' onclick='window.ran = 9'"]}),
        ]
        return notebook

    def hand_in(self, learner: str, notebook: NotebookNode) -> None:
        """Hand in a notebook, without its part that needs AWS, and hostile files beside it."""
        notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith(("start", "make_queue"))]
        folder = self.root / "submitted" / learner / NAME
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
        (folder / "evil.html").write_text("<script>document.title = 'evil'</script>", encoding="utf-8")
        (folder / "nbgrader_config.py").write_text("open('ran', 'w').close()", encoding="utf-8")
