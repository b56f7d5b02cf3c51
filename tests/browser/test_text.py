"""Is the chapters' text in JupyterLab what its authors wrote?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from course.authoring.source import slugs
from tests.browser.conftest import REPOSITORY, SHOW_ALL, Lab

if TYPE_CHECKING:
    from playwright.sync_api import Page

FORMULA = "mjx-container"
_DIAGRAM = re.compile("```mermaid.*?```", re.DOTALL)  # it is drawn later than all texts
# Of each Markdown cell: its text, and how many formulas MathJax made of it.
_RENDERED = f"""() => [...document.querySelectorAll(".jp-MarkdownOutput")]
    .map(shown => [shown.textContent, shown.querySelectorAll("{FORMULA}").length])"""


def test_no_price_is_a_formula(lab: Lab, page: Page) -> None:
    """Does JupyterLab show every dollar sign of every chapter, and take nothing between two for a formula?"""
    texts = [
        _DIAGRAM.sub("", cell.source)
        for slug in slugs(REPOSITORY)
        for cell in nbformat.read(REPOSITORY / "release" / slug / f"{slug}.ipynb", as_version=4).cells
        if cell.cell_type == "markdown" and "$" in cell.source
    ]
    last = "$x^2$ is one: when it is there, all texts before it are as they will be."
    cells = [new_markdown_cell(text) for text in (*texts, last)]
    nbformat.write(new_notebook(cells=cells), lab.root / "prices.ipynb")
    lab.open(page, "prices.ipynb")
    page.evaluate(SHOW_ALL)
    page.locator(".jp-MarkdownCell").last.locator(FORMULA).wait_for()
    *found, real = page.evaluate(_RENDERED)

    assert real[1] == 1
    assert [(text.count("$"), 0) for text in texts] == [(shown.count("$"), formulas) for shown, formulas in found]
