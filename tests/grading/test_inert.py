"""Is a submission, made a page, nothing but something to read?"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from traitlets.config import Config

from course.grading.pages.inert import (
    LONGEST,
    MOST_TAGS,
    MOST_TAGS_OF_PAGE,
    NOT_SHOWN,
    TAGS,
    TEMPLATES,
    clean,
    markdown2html,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

ATTRIBUTES = {"alt", "class", "colspan", "height", "href", "rowspan", "scope", "src", "start", "title", "width"}
PIECES = [
    "<", ">", '"', "'", "=", "/", "\\", "&", ";", "&#x6a", ":", "<!--", "-->", "<![CDATA[", "]]>", "``",
    "<script", "</script>", "<style>", "</style>", "<svg ", "<math>", "<mtext>", "<table>", "<noscript>", "<template>",
    "<textarea>", "<title>", "<select>", "<iframe srcdoc=", "<a href=", "<img src=", "<p onclick=", "<b ", "<i>",
    "</b>", "</p>", "javascript:", "data:image/png;base64,AAAA", "data:text/html,", "https://aws.amazon.com",
    "../x.png", "x.png", "/formgrader?path=", " onerror=", " onload=", " style=", "alert(1)", " id=", " class=",
    " target=", " xlink:href=", " formaction=", "x", "1",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from([*PIECES, " ", "\n", "\t", "\0", "\u202e"]), max_size=40).map("".join)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def parsed(html: str) -> BeautifulSoup:
    """HTML as nbconvert's page reads it."""
    return BeautifulSoup(f"<div>{html}</div>", "html.parser")


def harmless(html: str) -> bool:
    """Whether an HTML parser finds nothing in it but what may be there."""
    for tag in parsed(html).find_all(name=True):
        link, picture = str(tag.get("href", "https://x")), str(tag.get("src", "x.png"))
        good_link = link.startswith(("https://", "http://", "mailto:"))
        good_picture = picture.startswith("data:image/") or not re.search(r"[:?#%\\&]|\.\.|^/", picture)
        if tag.name not in TAGS.split() or set(tag.attrs) - ATTRIBUTES or not (good_link and good_picture):
            return False
    return True


@cache
def exporter(template: str) -> HTMLExporter:
    """nbgrader's way to make a notebook a page, with what nbgrader_config.py says about it."""
    config = Config()
    config.HTMLExporter.template_name = template
    config.HTMLExporter.extra_template_basedirs = TEMPLATES
    config.HTMLExporter.extra_template_paths = [f"{TEMPLATES[1]}/../static/node_modules/bootstrap/dist/css"]
    config.HTMLExporter.filters = {"markdown2html": "course.grading.pages.inert.markdown2html"}
    config.HTMLExporter.preprocessors = ["course.grading.pages.inert.Inert"]
    return HTMLExporter(config=config)  # type: ignore[no-untyped-call] # nbconvert's


def page(cell: NotebookNode, template: str = "formgrade") -> str:
    """The page of a notebook of one cell."""
    resources = {"index": 0, "total": 1, "student": "ann"}
    if template == "feedback":
        resources |= {"nbgrader": {"score": 1, "max_score": 1, "late_penalty": 0}}
    return str(exporter(template).from_notebook_node(new_notebook(cells=[cell]), resources)[0])


def body(html: str) -> BeautifulSoup:
    """The notebook's part of a page."""
    found = BeautifulSoup(html, "html.parser").find(id="notebook-container")
    assert found is not None
    return BeautifulSoup(str(found), "html.parser")


def shown(kind: str, data: object, **about: object) -> NotebookNode:
    """A cell that displays something."""
    output = new_output("display_data", data={kind: data}, metadata=about)
    cell: NotebookNode = new_code_cell("show()", outputs=[output], execution_count=1)
    return cell


@given(HOSTILE, st.booleans())
def test_nothing_but_plain_html_comes_through(html: str, links: bool) -> None:  # noqa: FBT001 - from hypothesis
    """Is whatever was written harmless, whatever comes after whatever, and cleaned for good?"""
    cleaned = clean(html, links=links)

    assert harmless(cleaned)
    assert links or "href" not in {name for tag in parsed(cleaned).find_all(name=True) for name in tag.attrs}
    assert harmless(str(parsed(cleaned)))  # nbconvert writes its pages so


@given(HOSTILE)
def test_markdown_is_harmless_too(text: str) -> None:
    """Is a Markdown cell, and one in a list or a link, harmless as it stands in the page?"""
    for source in (
        text,
        f"- {text}",
        f"[{text}]({text})",
        f"![{text}](<{text}>)",
        f"```{text}\n{text}\n```",
        f"${text}$",
    ):
        assert harmless(str(parsed(markdown2html(cast("Any", {}), source))))


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<b>bold</b> &amp; <code>x &lt; 1</code>", "<b>bold</b> &amp; <code>x &lt; 1</code>"),
        ("<table><tr><th scope='row'>a<td>1</table>", '<th scope="row">a</th><td>1</td>'),
        ("<style scoped>b { color: red }</style><script>f()</script>text", "text"),
        ("<a href='https://aws.amazon.com/sqs/'>SQS</a>", '<a href="https://aws.amazon.com/sqs/">SQS</a>'),
        ("<a href='evil.html'>file</a>", "<a>file</a>"),
        (f"<img src='data:image/png;base64,{PNG}' alt='dot'>", f'<img src="data:image/png;base64,{PNG}" alt="dot">'),
        ("<img src='pictures/dot.png'>", '<img src="pictures/dot.png">'),
        ("<img src='/formgrader?path=x'>", "<img>"),
        ("<img src='../next.png'>", "<img>"),
        ("<img src='%2e%2e/next.png'>", "<img>"),
        ("<img src='//evil.com/x.png'>", "<img>"),
        ("<img src='https://evil.com/x.png'>", "<img>"),
        ("<div class='highlight modal' id='x'>a</div>", "<div>a</div>"),
    ],
)
def test_what_can_be_read_stays(html: str, kept: str) -> None:
    """Do text, tables, code and pictures stay, and addresses only where they lead to nothing of ours?"""
    assert kept in clean(html, links=True)


def test_links_of_formgraders_page_lead_nowhere() -> None:
    """Can the instructor read where a link would lead, without a way to follow it?"""
    assert clean("<a href='https://x.org/'>x</a>", links=False) == '<a title="https://x.org/">x</a>'


@pytest.mark.parametrize("html", ["x" * (LONGEST + 1), "<b>" * (MOST_TAGS + 1)])
def test_what_would_take_too_long_is_only_named(html: str) -> None:
    """Is HTML that would cost the instructor minutes not cleaned at all, in one piece or in many?"""
    many = [shown("text/html", "<b>" * MOST_TAGS) for _ in range(MOST_TAGS_OF_PAGE // MOST_TAGS + 1)]
    with patch("bleach.clean", return_value="cleaned"):
        pages = str(exporter("formgrade").from_notebook_node(new_notebook(cells=many), {"index": 0, "total": 1})[0])

        assert "which is not shown" in clean(html, links=True)
        assert pages.count("cleaned") == len(many) - 1
        assert pages.count(NOT_SHOWN) == 1


@pytest.mark.parametrize("template", ["formgrade", "feedback"])
def test_pages_ask_no_other_host(template: str) -> None:
    """Does neither of nbgrader's two pages load MathJax, or anything, from anywhere else?"""
    soup = BeautifulSoup(page(new_markdown_cell("$x$"), template), "html.parser")

    assert "$x$" in soup.text
    assert [
        tag for tag in soup.find_all(["script", "img", "link"]) if "//" in str(tag.get("src", tag.get("href")))
    ] == []


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (shown("text/html", "<table><tr><td>1</td></tr></table>"), lambda soup: soup.td.string == "1"),
        (shown("image/png", PNG), lambda soup: PNG in soup.img["src"]),
        (shown("image/png", PNG, **{"image/png": {"width": 30}}), lambda soup: soup.img["width"] == "30"),
        (
            shown("image/png", PNG, **{"image/png": {"width": "1 onerror=x"}}),
            lambda soup: "onerror" not in soup.img.attrs,
        ),
        (shown("image/png", "not <base64>"), lambda soup: NOT_SHOWN in soup.text),
        (
            shown("image/svg+xml", "<svg onload='x'/>"),
            lambda soup: soup.img["src"].startswith("data:image/svg+xml;base64,"),
        ),
        (shown("application/javascript", "f()"), lambda soup: NOT_SHOWN in soup.text),
        (shown("application/vnd.jupyter.widget-view+json", {"model_id": "x"}), lambda soup: NOT_SHOWN in soup.text),
        (shown("text/plain", "\x1b[31m<b>red</b>"), lambda soup: "<b>red</b>" in soup.text and not soup.b),
        (shown("text/html", "<b>x</b>", **{"text/html": {"isolated": True}}), lambda soup: soup.b and not soup.iframe),
        (new_raw_cell("<script>x</script><i>raw</i>"), lambda soup: soup.i.string == "raw"),
        (new_markdown_cell("![x](attachment:gone) **text**"), lambda soup: "![x](attachment:gone)" in soup.pre.string),
    ],
)
def test_each_kind_of_content(cell: NotebookNode, expected: Callable[[Any], bool]) -> None:
    """Is each kind shown as what it is, where it can be shown without harm?"""
    soup = body(page(cell))

    assert soup.find_all("script") == []
    assert expected(soup)


@pytest.mark.parametrize(
    "metadata",
    [
        {"tags": ["b", "a"]},
        {"tags": ["x' onclick='f()"]},
        {"transient": {"remove_source": True}},
        {"nbgrader": {"grade": True, "solution": False, "points": 1, "grade_id": "x'><script>f()</script>"}},
        {"nbgrader": "x"},
        {"magics_language": ["x"]},
        {"alt": "'><script>f()</script>"},
    ],
)
def test_a_cells_metadata_change_nothing(metadata: dict[str, object]) -> None:
    """Is a cell's text shown whatever its metadata say?"""
    soup = body(page(new_code_cell("answer = 42", metadata=metadata)))

    assert "answer = 42" in soup.text
    assert [tag for tag in soup.find_all(name=True) if any(name.startswith("on") for name in tag.attrs)] == []
    assert soup.find_all("script") == []
