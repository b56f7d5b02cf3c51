"""Draws a scene as SVG: one frame as a standalone picture, or the whole scene as the parts that the stage moves."""

from __future__ import annotations

import math
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.demos.layout import Box, Curve, Layout, Place, lay_out, slots, text_width
from course.demos.shapes import ICONS, SHAPES
from course.demos.svg import FIT, clean, move, number, path, tag, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.demos.scene import Frame, Node, Scene, Token

STYLE = (Path(__file__).parent / "static" / "scene.css").read_text(encoding="utf-8")

_MARGIN = 20.0
_LONGEST_LABEL, _LARGEST_LABEL = 5, 3  # letters that fit on a token at all, and in the larger type
_LEVEL = 16.0  # an edge that rises less than this beside its label's middle carries the label above it
_LEAST_WIDTH = 600.0


def picture(scene: Scene, frame: int | None = None) -> str:
    """Return frame number `frame` (by default the scene's `picture_frame`) as a standalone SVG.

    Equal scenes give equal bytes. Raises IndexError for a frame that is not there, ValueError for a faulty scene.
    """
    layout = lay_out(scene)
    index = scene.picture_frame if frame is None else frame
    shown = scene.frames[index]
    prefix = "scene-" + sha256(repr((scene, index)).encode()).hexdigest()[:10]
    left, top, right, bottom = layout.bounds
    width = max(_LEAST_WIDTH, right - left + 2 * _MARGIN)
    body = Column(width)
    body.header(scene.title, clock(shown))
    shift = move((width - right + left) / 2 - left, body.height + 8 - top)
    body.add(tag("g", _stage(scene, layout, prefix, shown), transform=shift), bottom - top + 22)
    body.legend(scene)
    body.numbers(numbers(scene, shown))
    body.caption(shown.caption)
    return body.svg(prefix, scene.title, f"{scene.summary} {shown.caption}")


def message_picture(sentence: str) -> str:
    """Return a standalone SVG that says `sentence`: what stands where a scene cannot be drawn."""
    body = Column(_LEAST_WIDTH)
    body.caption(sentence)
    return body.svg("scene-" + sha256(sentence.encode()).hexdigest()[:10], "This demo shows nothing yet", sentence)


def animated(scene: Scene, prefix: str) -> dict[str, Any]:
    """Return the scene as plain JSON for the stage: an SVG whose ids begin with `prefix`, and what changes by frame.

    Tokens and nodes are known by their number (order of first appearance, order in the scene), so that no id of the
    author's has to be fit for an attribute.
    """
    layout = lay_out(scene)
    left, top, right, bottom = layout.bounds
    width, height = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
    size = {"viewBox": " ".join(map(number, (left - _MARGIN, top - _MARGIN, width, height)))}
    drawing = _stage(scene, layout, prefix, None)
    node_number = {node.id: str(i) for i, node in enumerate(scene.nodes)}
    token_number, names = _token_numbers(scene), _names(scene)
    return {
        "prefix": prefix,
        "title": scene.title,
        "summary": scene.summary,
        "width": width,
        "svg": tag("svg", drawing, xmlns="http://www.w3.org/2000/svg", class_="course-scene", **size),
        "shapes": {look: [shape.outline, shape.mark] for look, shape in SHAPES.items()},
        "legend": [[look, text] for look, text in scene.legend.items()],
        "routes": {
            f"{node_number[edge.source]}-{node_number[edge.target]}": curve.points()
            for edge, curve in zip(scene.edges, layout.curves, strict=True)
        },
        "frames": [_changing(scene, layout, frame, token_number, names) for frame in scene.frames],
    }


def clock(frame: Frame) -> str:
    """Return the frame's model time as it is shown: 't = 12.0 s'."""
    return f"t = {frame.time:,.1f} s"


def numbers(scene: Scene, frame: Frame) -> list[tuple[str, str]]:
    """Return every name that occurs in the scene with its value in this frame, so that the strip keeps its shape."""
    return _numbers(_names(scene), frame)


def _names(scene: Scene) -> list[str]:
    return [*dict.fromkeys(name for each in scene.frames for name in each.numbers)]


def _numbers(names: list[str], frame: Frame) -> list[tuple[str, str]]:
    return [(name, frame.numbers.get(name, "—")) for name in names]


def _changing(scene: Scene, layout: Layout, frame: Frame, tokens: dict[str, int], names: list[str]) -> dict[str, Any]:
    """Return what the stage sets when it comes to this frame; `tokens` and `names` are those of all frames."""
    places, overflow = layout.places(scene, frame)
    nodes = {node.id: i for i, node in enumerate(scene.nodes)}
    return {
        "time": frame.time,
        "clock": clock(frame),
        "caption": frame.caption,
        "numbers": _numbers(names, frame),
        "badges": {nodes[node]: text for node, text in frame.badges.items()},
        "more": {nodes[node]: text for node, text in overflow.items()},
        "tokens": {
            tokens[token.id]: {
                "x": places[token.id].x,
                "y": places[token.id].y,
                "node": nodes[token.at],
                "seen": places[token.id].visible,
                "label": _short(token.label),
                "look": token.look,
            }
            for token in frame.tokens
        },
    }


def _token_numbers(scene: Scene) -> dict[str, int]:
    ids = dict.fromkeys(token.id for frame in scene.frames for token in frame.tokens)
    return {token: number for number, token in enumerate(ids)}


def _stage(scene: Scene, layout: Layout, prefix: str, frame: Frame | None) -> str:
    """Return nodes, edges and tokens; without a frame all tokens of the scene, hidden until the stage shows them."""
    edges = [_edge(edge.label, curve) for edge, curve in zip(scene.edges, layout.curves, strict=True)]
    places, overflow = layout.places(scene, frame) if frame else ({}, {})
    badges = frame.badges if frame else {}
    nodes = [
        _node(node, layout.boxes[node.id], f"{prefix}-node-{i}", badges.get(node.id, ""), overflow.get(node.id, ""))
        for i, node in enumerate(scene.nodes)
    ]
    if frame:
        tokens = [_token(token, places[token.id]) for token in frame.tokens if places[token.id].visible]
    else:
        tokens = [_hidden_token(f"{prefix}-token-{number}") for number in _token_numbers(scene).values()]
    return "".join(tag("g", *part) for part in (edges, nodes, tokens))


def _edge(label: str, curve: Curve) -> str:
    (x, y), (fx, fy) = curve.end, curve.arrive
    angle = math.atan2(y - fy, x - fx)
    # The line ends inside the arrowhead, or its blunt end would show at the tip.
    ex, ey = x - 6 * math.cos(angle), y - 6 * math.sin(angle)
    points = (*curve.start, *curve.leave, fx, fy, ex, ey)
    line = "M{} {}C{} {} {} {} {} {}".format(*map(number, points))
    turn = move(x, y, f"rotate({number(math.degrees(angle))})")
    return (
        path("edge", line)
        + path("arrow", "M0,0L-10,-5L-8,0L-10,5z", transform=turn)
        + (text(label, *_beside(curve, text_width(label, 12)), "edge-label", text_anchor="middle") if label else "")
    )


def _beside(curve: Curve, width: float) -> tuple[float, float]:
    """Return where an edge's label stands: above a rather level line; on a steep one, which its halo interrupts."""
    x, y = curve.at(0.5)
    highest = min(py for px, py in curve.points() if abs(px - x) <= max(width / 2, 1))
    return (x, highest - 7) if y - highest < _LEVEL else (x, y + 4)


def _node(node: Node, box: Box, id_: str, badge: str, more: str) -> str:
    x, y = box.left, box.top
    parts = [
        tag("rect", class_="card", x=number(x), y=number(y), width=number(box.width), height=number(box.height), rx=10),
        tag("rect", class_="tile", x=number(x + 8), y=number(y + 8), width=30, height=30, rx=8),
        path("icon", ICONS[node.kind], transform=move(x + 12, y + 12, "scale(.917)")),
        text(node.label, x + 48, y + 28, "name"),
    ]
    places = slots(node, box) if box.lines else []
    parts += [tag("circle", class_="slot", cx=number(cx), cy=number(cy), r=15) for cx, cy in places]
    if places:
        parts.append(text(more, places[-1][0], places[-1][1] + 5, "more", text_anchor="middle", id=f"{id_}-more"))
    if box.foot:
        rule = box.bottom - box.foot
        parts.append(path("rule", f"M{number(x)} {number(rule)}h{number(box.width)}"))
        parts.append(text(badge, box.centre[0], box.bottom - 8, "badge", text_anchor="middle", id=f"{id_}-badge"))
    return tag("g", *parts)


def _token(token: Token, place: Place) -> str:
    label = _short(token.label)
    looks = f"{token.look} small" if len(label) > _LARGEST_LABEL else token.look
    shape = SHAPES[token.look]
    parts = _token_parts(shape.outline, shape.mark, label)
    return tag("g", parts, class_=looks, transform=move(place.x, place.y))


def _hidden_token(id_: str) -> str:
    return tag("g", _token_parts("", "", ""), class_="gone", id=id_)


def _token_parts(outline: str, mark: str, label: str) -> str:
    seal = tag("circle", class_="seal", r=6.5) + path("mark", mark)
    return (
        path("outline", outline)
        + text(label, 0, 4.6, "letter", text_anchor="middle")
        + tag("g", seal, class_="seal-group", transform=move(12.5, -12.5))
    )


class Column:
    """A standalone picture under construction, `width` wide and filled from top to bottom; `height` is what it has."""

    def __init__(self, width: float) -> None:
        self.width, self.height = width, 14.0
        self._parts: list[str] = []

    def add(self, part: str, height: float) -> None:
        """Add markup that was drawn at the present height, and go down by `height`."""
        self._parts.append(part)
        self.height += height

    def header(self, title: str, time: str) -> None:
        """Add the title, and at the right the time."""
        self._parts.append(text(time, self.width - _MARGIN, self.height + 18, "clock", text_anchor="end"))
        self.add(text(title, _MARGIN, self.height + 18, "title"), 34)

    def legend(self, scene: Scene) -> None:
        """Add what each look of a token means."""
        x = _MARGIN + 12.0
        for look, meaning in scene.legend.items():
            needs = 44 + text_width(meaning, 13)
            if x + needs > self.width and x > _MARGIN + 12:
                x, self.height = _MARGIN + 12.0, self.height + 28
            shape = SHAPES[look]
            at = move(x, self.height + 12, "scale(.68)")
            self._parts.append(tag("g", _token_parts(shape.outline, shape.mark, ""), class_=look, transform=at))
            self._parts.append(text(meaning, x + 18, self.height + 17, "legend"))
            x += needs
        self.height += 34 if scene.legend else 0

    def numbers(self, figures: list[tuple[str, str]]) -> None:
        """Add names with their figures, in as many rows as they need."""
        if not figures:
            return
        cell = max(max(text_width(name, 12), text_width(value, 20)) for name, value in figures) + 24
        columns = max(1, min(len(figures), int((self.width - 2 * _MARGIN) / cell)))
        step = min((self.width - 2 * _MARGIN) / columns, max(cell, 150))
        self.rule()
        for index, (name, value) in enumerate(figures):
            row, column = divmod(index, columns)
            x, y = _MARGIN + column * step, self.height + row * 48
            self._parts += [text(name, x, y + 18, "number-name"), text(value, x, y + 40, "number")]
        self.height += 48 * math.ceil(len(figures) / columns) + 6

    def caption(self, sentence: str) -> None:
        """Add a sentence, in as many lines as it needs, under a rule."""
        self.rule()
        for line in wrap(sentence, self.width - 2 * _MARGIN):
            self.add(text(line, _MARGIN, self.height + 22, "caption"), 20)
        self.height += 16

    def rule(self) -> None:
        """Add a line from side to side, unless the picture begins here."""
        if self._parts:
            self.add(path("rule", f"M0 {number(self.height)}h{number(self.width)}"), 4)

    def svg(self, prefix: str, title: str, description: str) -> str:
        """Return the picture, with title and description as its text alternative; its ids begin with `prefix`."""
        width, height = number(self.width), number(self.height)
        paper = tag(
            "rect", class_="paper", x=0.5, y=0.5, width=number(self.width - 1), height=number(self.height - 1), rx=10
        )
        return tag(
            "svg",
            tag("title", escape(clean(title)), id=f"{prefix}-title"),
            tag("desc", escape(clean(description)), id=f"{prefix}-desc"),
            tag("style", STYLE),
            paper,
            *self._parts,
            xmlns="http://www.w3.org/2000/svg",
            class_="course-scene",
            role="img",
            aria_labelledby=f"{prefix}-title {prefix}-desc",
            viewBox=f"0 0 {width} {height}",
            width=width,
            height=height,
            style=FIT,
        )


def _short(label: str) -> str:
    """Return what fits on a token."""
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"


def wrap(sentence: str, width: float, size: float = 14) -> Iterable[str]:
    """Yield the lines of a sentence at a font size, none of them wider than `width` unless one word is."""
    line = ""
    for word in clean(sentence).split():
        if line and text_width(f"{line} {word}", size) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line
