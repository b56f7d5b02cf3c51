"""A submission as a page that runs nothing and asks for nothing: the learner's feedback, and Formgrader's view of it.

Both pages are nbconvert's. Formgrader's has the rights of the instructor's Jupyter server, where a script, and even
the address of a picture, could do what the instructor can; so nothing but plain HTML comes through, and no address
that leads anywhere. What there is to read stays.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bleach  # type: ignore[import-untyped] # ships no types
import nbgrader
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from traitlets import Set

from course.grading.notebooks.outputs import FIELDS

if TYPE_CHECKING:
    from jinja2.runtime import Context
    from nbconvert.exporters.exporter import ResourcesDict

TEMPLATES = [
    str(Path(__file__).parent / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"),
]
"""For c.HTMLExporter.extra_template_basedirs: nbgrader's templates, without MathJax from another host."""
LONGEST, MOST_TAGS, MOST_TAGS_OF_PAGE = 500_000, 4_000, 40_000
"""The longest HTML that is shown, in characters and in tags; cleaning takes time by the square of the tags."""
NOT_SHOWN = "(This output cannot be shown here.)"
TAGS = (
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p "
    "pre q s samp section small span strong sub summary sup table tbody td tfoot th thead tr u ul var"
)

_WITHOUT_TEXT = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_NUMBER = r"[0-9]{1,4}"
_BASE64 = r"[A-Za-z0-9+/\s]*=*\s*"
_PICTURE = rf"data:image/(png|jpeg|gif|webp|svg\+xml);base64,{_BASE64}"
_FILE = r"([A-Za-z0-9_][\w .-]*/)*[A-Za-z0-9_][\w .-]*\.(png|jpe?g|gif|webp|svg|PNG|JPE?G)"
_CLASS = r"(highlight|[a-z][a-z0-9]?[a-z0-9]?|language-\w+|feedback-\w+)"  # of code, as Pygments has them, and our own
_ATTRIBUTES = {
    "alt": r".*",
    "class": rf"{_CLASS}( {_CLASS})*",
    "colspan": _NUMBER,
    "height": _NUMBER,
    "href": r"(https?://|mailto:)[^\s\\]+",
    "rowspan": _NUMBER,
    "scope": r"row|col",
    "src": f"{_PICTURE}|{_FILE}",
    "start": _NUMBER,
    "title": r".*",
    "width": _NUMBER,
}
_GRADE_ID = re.compile(r"[\w-]+", re.ASCII)
_IN_FORMGRADERS_PAGE = ("student", "first_name", "last_name", "notebook_path")


class Inert(SanitizeHTML):
    """Takes from a notebook what a page would run, fetch or be broken by; one of c.HTMLExporter.preprocessors.

    Markdown is made harmless where it becomes HTML: by `markdown2html`.
    """

    safe_output_keys = Set(
        config=True,
        default_value={"text/plain", "text/latex", "text/markdown", "image/png", "image/jpeg", "image/svg+xml"},
        help="What of an output is shown as it is; an SVG is shown as an image, which runs nothing.",
    )
    sanitized_output_types = Set(config=True, default_value={"text/html"}, help="What is shown when it is cleaned.")

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Change one notebook, and of Formgrader's page what names the learner."""
        self._resources = resources
        for name in _IN_FORMGRADERS_PAGE:
            if isinstance(resources.get(name), str):
                resources[name] = escape(resources[name])
        nb.metadata = NotebookNode()  # what names the language was read before
        for number, cell in enumerate(nb.cells):
            self.preprocess_cell(cell, resources, number)
        return nb, resources

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Change one cell."""
        about = cell.metadata.get("nbgrader")
        known = isinstance(about, dict) and _GRADE_ID.fullmatch(str(about.get("grade_id")))
        cell.metadata = NotebookNode(nbgrader=about) if known else NotebookNode()
        if cell.cell_type == "markdown":
            return cell, resources
        if cell.cell_type == "code":
            cell.execution_count = _number(cell.get("execution_count"))
            cell.outputs = [_parts(output) for output in cell.outputs if output.get("output_type") in FIELDS]
        super().preprocess_cell(cell, resources, cell_index)  # type: ignore[no-untyped-call] # nbconvert's
        for output in cell.get("outputs", ()):
            if output.get("data") == {}:
                output.data["text/plain"] = NOT_SHOWN
        return cell, resources

    def sanitize_html_tags(self, html_str: str) -> str:
        """Return HTML that runs nothing."""
        return _cleaned(str(html_str), self._resources)


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Do what nbconvert's filter of this name does, with HTML that runs nothing; one of c.HTMLExporter.filters."""
    renderer = IPythonRenderer(
        escape=False, attachments=context.get("cell", {}).get("attachments", {}), exclude_anchor_links=True
    )
    try:
        html = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:  # noqa: BLE001 - it may be broken in any way, and shall be read all the same
        html = f"<pre>{escape(source)}</pre>"
    return _cleaned(html, context.get("resources", {}))


def clean(html: str, *, links: bool) -> str:
    """Return HTML of which nothing but text, tables, lists, code and pictures is left.

    `links` keeps links to other hosts; without it, their addresses are seen by pointing at them.
    """
    if len(html) > LONGEST or html.count("<") > MOST_TAGS:
        return f"<p>(HTML of {len(html):,} characters, which is not shown.)</p>"
    try:
        cleaned: str = bleach.clean(
            _WITHOUT_TEXT.sub("", html),
            tags=TAGS.split(),
            attributes=_allowed,
            protocols={"http", "https", "mailto", "data"},
            strip=True,
        )
    except (AssertionError, LookupError, RecursionError, ValueError):  # what html5lib has for the oddest of inputs
        return f"<pre>{escape(html)}</pre>"
    return cleaned if links else cleaned.replace('<a href="', '<a title="')


def _cleaned(html: str, resources: dict[str, Any]) -> str:
    """Clean a part of the page that these resources are for, as long as the page has not become too much."""
    left = resources.get("tags_left", MOST_TAGS_OF_PAGE) - html.count("<")
    if left < 0:
        return NOT_SHOWN
    resources["tags_left"] = left
    return clean(html, links="nbgrader" in resources)


def _allowed(_tag: str, name: str, value: str) -> bool:
    return name in _ATTRIBUTES and re.fullmatch(_ATTRIBUTES[name], value, re.DOTALL | re.ASCII) is not None


def _parts(output: NotebookNode) -> NotebookNode:
    """An output with nothing but what its kind has; of its metadata, the size of a picture."""
    kept = NotebookNode({key: output[key] for key in ("output_type", *FIELDS[output.output_type]) if key in output})
    if "data" in kept:
        kept.data = NotebookNode({kind: item for kind, item in kept.data.items() if _fits(kind, item)})
    if "metadata" in kept:
        kept.metadata = NotebookNode({kind: _size(about) for kind, about in kept.metadata.items() if "image/" in kind})
    if "execution_count" in kept:
        kept.execution_count = _number(kept.execution_count)
    return kept


def _fits(kind: str, item: object) -> bool:
    return kind not in {"image/png", "image/jpeg"} or re.fullmatch(_BASE64, str(item)) is not None


def _size(about: object) -> NotebookNode:
    sizes = about.items() if isinstance(about, dict) else ()
    return NotebookNode(
        {key: value for key, value in sizes if key in {"width", "height"} and _number(value) is not None}
    )


def _number(value: object) -> int | None:
    return value if type(value) is int else None
