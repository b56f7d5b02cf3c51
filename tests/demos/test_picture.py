"""Pictures of scenes: what every scene's SVG promises, for scenes that nobody thought of."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.demos.layout import Box, lay_out
from course.demos.picture import STYLE, animated, message_picture, picture
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.demos.shapes import ICONS, SHAPES

SVG = "{http://www.w3.org/2000/svg}"
LOOKS = tuple(SHAPES)
KINDS = tuple(ICONS)

texts = st.text(max_size=12)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """A scene on a grid of 3 by 3 with any texts, ids included."""
    places = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=5, unique=True))
    ids = draw(st.lists(texts, min_size=len(places), max_size=len(places), unique=True))
    nodes = tuple(
        Node(id_, draw(texts), x, y, draw(st.sampled_from(KINDS)), draw(st.integers(1, 4)))
        for id_, (x, y) in zip(ids, places, strict=True)
    )
    pairs = draw(st.lists(st.sampled_from(list(combinations(ids, 2))), max_size=4)) if len(ids) > 1 else []
    edges = tuple(Edge(a, b, draw(texts)) for a, b in pairs)
    frames = tuple(draw(frames_of(ids)) for _ in range(draw(st.integers(1, 3))))
    return Scene(draw(texts), draw(texts), nodes, edges, frames, {"plain": draw(texts)}, 0)


@st.composite
def frames_of(draw: st.DrawFn, ids: list[str]) -> Frame:
    """A frame with tokens on any of the nodes."""
    names = draw(st.lists(texts, max_size=9, unique=True))
    tokens = tuple(Token(n, draw(st.sampled_from(ids)), draw(texts), draw(st.sampled_from(LOOKS))) for n in names)
    figures = draw(st.dictionaries(texts, texts, max_size=3))
    return Frame(draw(st.floats(0, 1e6)), draw(texts), tokens, {ids[0]: draw(texts)}, figures)


def visible(text: str) -> str:
    """Return a text as XML can hold it."""
    return "".join(c if c.isprintable() else " " for c in text)


def parsed(svg: str) -> ET.Element:
    """Return the root of an SVG; ParseError when it is not well-formed."""
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def tokens_of(root: ET.Element) -> list[tuple[float, float]]:
    """Return the places of the tokens drawn at full size: those of the legend are smaller."""
    found = []
    for group in root.iter(f"{SVG}g"):
        at = re.fullmatch(r"translate\((\S+) (\S+)\)", group.get("transform", ""))
        if at and group.find(f"{SVG}path[@class='outline']") is not None:
            found.append((float(at[1]), float(at[2])))
    return found


@settings(max_examples=50)
@given(scenes())
def test_any_scene_becomes_well_formed_svg_with_its_words(scene: Scene) -> None:
    """Can a reader that does not see the picture read its title, its summary and its caption?"""
    root = parsed(picture(scene))

    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (title.text or "") == visible(scene.title)
    assert visible(scene.summary) in (description.text or "")
    assert visible(scene.frames[0].caption) in (description.text or "")


@settings(max_examples=50)
@given(scenes())
def test_each_token_is_drawn_once_and_inside_its_node(scene: Scene) -> None:
    """Does a token lie in the box of the node that holds it, or is it counted in '+N'?"""
    layout, frame = lay_out(scene), scene.frames[0]

    places, overflow = layout.places(scene, frame)
    assert set(places) == {token.id for token in frame.tokens}
    for token in frame.tokens:
        place = places[token.id]
        assert layout.boxes[token.at].holds((place.x, place.y))
    seen = [(place.x, place.y) for place in places.values() if place.visible]
    assert len(seen) == len(set(seen))
    hidden = len(places) - len(seen)
    assert sum(int(text.removeprefix("+")) for text in overflow.values()) == hidden
    assert len(tokens_of(parsed(picture(scene)))) == len(seen)


@settings(max_examples=50)
@given(scenes())
def test_boxes_never_touch_and_edges_meet_their_borders(scene: Scene) -> None:
    """Can the nodes of a grid be told apart, and does each edge begin and end at its nodes?"""
    layout = lay_out(scene)

    for one, other in combinations(layout.boxes.values(), 2):
        assert apart(one, other)
    for edge, curve in zip(scene.edges, layout.curves, strict=True):
        for point, node in ((curve.start, edge.source), (curve.end, edge.target)):
            box = layout.boxes[node]
            assert box.holds(point, margin=0.2)
            assert not box.holds(point, margin=-0.2)


def apart(one: Box, other: Box) -> bool:
    """Tell whether two boxes have room between them."""
    return one.right < other.left or other.right < one.left or one.bottom < other.top or other.bottom < one.top


@settings(max_examples=50)
@given(scenes())
def test_the_stage_gets_what_the_picture_shows(scene: Scene) -> None:
    """Does the browser find every element that a frame changes, and put each token where the picture has it?"""
    message = animated(scene, "s")

    assert json.loads(json.dumps(message, allow_nan=False))
    ids = [element.get("id") for element in parsed(message["svg"]).iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for frame in message["frames"]:
        assert {f"s-token-{number}" for number in frame["tokens"]} <= set(ids)
        assert {f"s-node-{number}-badge" for number in frame["badges"]} <= set(ids)
        assert {f"s-node-{number}-more" for number in frame["more"]} <= set(ids)
        names = [name for name, _ in frame["numbers"]]
        assert names == [name for name, _ in message["frames"][0]["numbers"]]


def two_nodes(**changes: object) -> Scene:
    """A producer and a queue; `changes` are fields of the scene."""
    nodes = (Node("p", "Producer", 0, 0, "producer"), Node("q", "Queue", 1, 0, "queue"))
    frame = Frame(12, "One message waits.", (Token("m", "q", "1", "held"),), {"q": "1 in flight"}, {"visible": "0"})
    fields: dict[str, object] = {"nodes": nodes, "edges": (Edge("p", "q", "Send"),), "frames": (frame,)}
    return Scene(**{"title": "Two", "summary": "A queue.", **fields, **changes})  # type: ignore[arg-type]


def test_a_picture_shows_time_label_badge_number_and_caption() -> None:
    """Is everything that a frame says to be read in its picture?"""
    text = "|".join(element.text or "" for element in parsed(picture(two_nodes())).iter(f"{SVG}text"))

    for words in ("Two", "t = 12.0 s", "Producer", "Send", "1 in flight", "visible", "0", "One message waits."):
        assert words in text.split("|")


def test_a_picture_is_the_same_in_another_process() -> None:
    """Do equal scenes give equal bytes, whatever the seed of Python's hashes?"""
    code = "from tests.demos import test_picture as t; print(t.picture(t.two_nodes()))"
    path = str(Path(__file__).parents[2])
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
        ).stdout
        for seed in ("1", "2")
    }

    assert outputs == {f"{picture(two_nodes())}\n".encode()}


def test_two_pictures_on_a_page_share_no_id() -> None:
    """Can two pictures stand in one page, where ids must be unique?"""
    one, other = (set(re.findall(r' id="([^"]+)"', picture(two_nodes(title=title)))) for title in ("One", "Other"))

    assert one
    assert not one & other


def test_a_line_passes_around_a_box_that_is_in_its_way() -> None:
    """Does an edge between the ends of a row of three leave the middle box alone?"""
    nodes = tuple(Node(id_, id_, column, 0) for column, id_ in enumerate("abc"))
    layout = lay_out(two_nodes(nodes=nodes, edges=(Edge("a", "c"),), frames=(Frame(0, ""),)))

    assert not any(layout.boxes["b"].holds(point) for point in layout.curves[0].points(50))


def test_two_edges_between_two_nodes_are_two_lines() -> None:
    """Can a request and its answer be told apart?"""
    there, back = lay_out(two_nodes(edges=(Edge("p", "q"), Edge("q", "p")))).curves

    assert there.start != back.end
    assert there.end != back.start


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"frames": ()}, "has no frames"),
        ({"edges": (Edge("p", "nowhere"),)}, "refers to 'nowhere'"),
        ({"frames": (Frame(0, "", (Token("m", "lost"),)),)}, "refers to 'lost'"),
        ({"frames": (Frame(0, "", badges={"ghost": "1"}),)}, "refers to 'ghost'"),
        ({"frames": (Frame(0, "", (Token("m", "p"), Token("m", "q"))),)}, "frame 0 .* two tokens with one id"),
        ({"nodes": (Node("p", "", 0, 0), Node("q", "", 0, 0))}, "two nodes at one place"),
        ({"nodes": (Node("p", "", 0, 0, slots=0), Node("q", "", 1, 0))}, "a node without slots"),
        ({"nodes": (Node("p", "", 0, 0), Node("p", "", 1, 0), Node("q", "", 2, 0))}, "two nodes with one id"),
    ],
)
def test_a_faulty_scene_is_refused_by_name(changes: dict[str, object], complaint: str) -> None:
    """Does the author of a scene read what is wrong with it, and where?"""
    with pytest.raises(ValueError, match=complaint):
        picture(two_nodes(**changes))


def test_a_message_is_a_picture_too() -> None:
    """Does a sentence that takes the place of a scene come out escaped, and whole?"""
    root = parsed(message_picture("Choose fewer than 10 shards: 1 < 2 & 3."))

    assert "Choose fewer than 10 shards: 1 < 2 & 3." in [element.text for element in root.iter(f"{SVG}text")]


def test_looks_differ_in_shape_and_not_only_in_colour() -> None:
    """Can someone who sees no colours tell the looks apart?"""
    assert len({shape.outline for shape in SHAPES.values()}) == len(SHAPES)
    assert len({shape.mark for shape in SHAPES.values()}) == len(SHAPES)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_what_it_is_written_on(theme: str) -> None:
    """Is the contrast of every text in a picture at least WCAG's 4.5 to 1?"""
    light, dark = re.findall(r"\{([^{}]*--scene-paper: [^{}]*)\}", STYLE)
    colours = dict(re.findall(r"--scene-(\w+): (#\w{6})", light if theme == "light" else dark))

    for ground in ("paper", "card"):
        for ink in ("ink", "soft"):
            assert contrast(colours[ink], colours[ground]) >= 4.5
    assert contrast(colours["icon"], colours["tile"]) >= 4.5
    (letter,) = re.findall(r"\.letter \{ fill: (#\w{6})", STYLE)
    fills = re.findall(r"\.outline \{ fill: (#\w{6})", STYLE)
    assert len(fills) == len(LOOKS)
    assert all(contrast(letter, fill) >= 4.5 for fill in fills)


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast ratio of two colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return WCAG's relative luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
