"""Where everything of a scene lies: boxes for nodes, curves for edges, a place for every token in every frame.

All lengths are SVG user units. Nothing here draws.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from course.demos.scene import Edge, Frame, Node, Scene

Point = tuple[float, float]

PITCH = 42.0  # from one token's centre to the next one's
HEAD = 46.0  # the height of a box's icon and label
FOOT = 24.0  # the height of its badge
_PAD = 10.0
_LINES = 3  # a box that holds more tokens than this many rows shows '+N'
_GAP_X, _GAP_Y, _LEAST_GAP = 68.0, 44.0, 28.0
_LEAST_WIDTH = 132.0


@dataclass(frozen=True, slots=True)
class Box:
    """A node's rectangle: its top left corner and size; `lines` rows of tokens; `foot` is the badge's height or 0."""

    left: float
    top: float
    width: float
    height: float
    lines: int
    foot: float

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.top + self.height

    @property
    def centre(self) -> Point:
        """The middle of the rectangle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def holds(self, point: Point, margin: float = 4) -> bool:
        """Tell whether the point lies inside or within `margin` of the rectangle."""
        x, y = point
        return self.left - margin < x < self.right + margin and self.top - margin < y < self.bottom + margin


@dataclass(frozen=True, slots=True)
class Curve:
    """An edge's cubic Bezier curve by its four control points, as SVG has it."""

    start: Point
    leave: Point
    arrive: Point
    end: Point

    def at(self, t: float) -> Point:
        """Return the point at 0 <= t <= 1."""
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points = (self.start, self.leave, self.arrive, self.end)
        x = sum(w * p[0] for w, p in zip(weights, points, strict=True))
        y = sum(w * p[1] for w, p in zip(weights, points, strict=True))
        return round(x, 1), round(y, 1)

    def points(self, pieces: int = 12) -> list[Point]:
        """Return points along the curve, both ends included: the way that a token travels."""
        return [self.at(i / pieces) for i in range(pieces + 1)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token lies in a frame; a token that found no slot is not `visible`, its node shows '+N'."""

    x: float
    y: float
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """A scene's geometry. `bounds` is left, top, right, bottom of all that is drawn."""

    boxes: Mapping[str, Box]
    curves: tuple[Curve, ...]
    bounds: tuple[float, float, float, float]

    def places(self, scene: Scene, frame: Frame) -> tuple[dict[str, Place], dict[str, str]]:
        """Return the place of every token of the frame by token id, and '+N' by the id of each node that overflows."""
        places: dict[str, Place] = {}
        overflow: dict[str, str] = {}
        for node in scene.nodes:
            tokens = [token for token in frame.tokens if token.at == node.id]
            box = self.boxes[node.id]
            places_here = slots(node, box)
            if len(tokens) > len(places_here):
                overflow[node.id] = f"+{len(tokens) - len(places_here) + 1}"
            room = len(places_here) if len(tokens) <= len(places_here) else len(places_here) - 1
            for index, token in enumerate(tokens):
                x, y = places_here[min(index, len(places_here) - 1)]
                places[token.id] = Place(x, y, visible=index < room)
        return places, overflow


def text_width(text: str, size: float) -> float:
    """Estimate how wide `text` is at `size` in a sans serif font, on the safe side."""
    return size * sum(1.0 if east_asian_width(c) in "WF" else 0.58 for c in text)


def lay_out(scene: Scene) -> Layout:
    """Place the nodes on their grid, the edges between them; ValueError names what the scene refers to but lacks."""
    _check(scene)
    sizes = {node.id: _size(scene, node) for node in scene.nodes}
    across = _Axis({n.id: (n.column, n.row, sizes[n.id][0]) for n in scene.nodes}, _gaps(scene, _GAP_X, 30), rows=False)
    down = _Axis({n.id: (n.row, n.column, sizes[n.id][1]) for n in scene.nodes}, _gaps(scene, _GAP_Y, 0), rows=True)
    boxes = {}
    for node in scene.nodes:
        width, height, lines, foot = sizes[node.id]
        left, top = across.at(node.column) - width / 2, down.at(node.row) - height / 2
        boxes[node.id] = Box(round(left, 1), round(top, 1), width, height, lines, foot)
    curves = tuple(_curves(scene.edges, boxes))
    return Layout(boxes, curves, _bounds(boxes.values(), curves))


def _check(scene: Scene) -> None:
    if not scene.frames:
        raise ValueError(f"the scene {scene.title!r} has no frames; a stage needs at least one")
    known = {node.id for node in scene.nodes}
    if len(known) < len(scene.nodes):
        raise ValueError(f"the scene {scene.title!r} has two nodes with one id")
    if len({(node.column, node.row) for node in scene.nodes}) < len(scene.nodes):
        raise ValueError(f"the scene {scene.title!r} has two nodes at one place")
    if any(node.slots < 1 for node in scene.nodes):
        raise ValueError(f"the scene {scene.title!r} has a node without slots; tokens need at least one")
    used = {end for edge in scene.edges for end in (edge.source, edge.target)}
    for number, frame in enumerate(scene.frames):
        used.update(token.at for token in frame.tokens)
        used.update(frame.badges)
        if len({token.id for token in frame.tokens}) < len(frame.tokens):
            raise ValueError(f"frame {number} of the scene {scene.title!r} has two tokens with one id")
    if unknown := sorted(used - known):
        raise ValueError(f"the scene {scene.title!r} refers to {unknown[0]!r}, which is not the id of a node")


def _size(scene: Scene, node: Node) -> tuple[float, float, int, float]:
    """Return a node's width, height, rows of tokens and height of the badge: the most that any frame needs."""
    most = max(Counter(token.at for token in frame.tokens)[node.id] for frame in scene.frames)
    lines = min(_LINES, math.ceil(most / node.slots))
    badges = [frame.badges[node.id] for frame in scene.frames if node.id in frame.badges]
    foot = FOOT if badges else 0.0
    width = max(
        _LEAST_WIDTH,
        node.slots * PITCH * bool(lines) + 2 * _PAD,
        text_width(node.label, 16) + 58,  # bold letters are wider
        *(text_width(badge, 12) + 2 * _PAD for badge in badges),
    )
    return round(width, 1), HEAD + lines * PITCH + foot + (4 if lines and not foot else 0), lines, foot


def slots(node: Node, box: Box) -> list[Point]:
    """Return the places of a node's tokens; in a queue or stream the first lies at the right, where readers come."""
    columns = [box.centre[0] + (i - (node.slots - 1) / 2) * PITCH for i in range(node.slots)]
    if node.kind in ("queue", "stream"):
        columns.reverse()
    rows = [box.top + HEAD + (line + 0.5) * PITCH for line in range(max(1, box.lines))]
    return [(round(x, 1), round(y, 1)) for y in rows for x in columns]


def _gaps(scene: Scene, plain: float, around: float) -> Mapping[frozenset[str], float]:
    """Return the room that edges need between two nodes: `plain`, or a label's width with `around` it."""
    gaps: dict[frozenset[str], float] = {}
    for edge in scene.edges:
        ends, wide = frozenset((edge.source, edge.target)), text_width(edge.label, 12) + around
        gaps[ends] = max(gaps.get(ends, 0.0), plain, wide if edge.label and around else 0.0)
    return gaps


class _Axis:
    """Turns grid places into lengths along one axis, so that no two nodes touch.

    `nodes` are place, place on the other axis and extent by id; `gaps` the room between nodes that share an edge.
    Between two whole grid places the scale is even; each such step is just as long as the nodes at its ends need.
    """

    def __init__(
        self,
        nodes: Mapping[str, tuple[float, float, float]],
        gaps: Mapping[frozenset[str], float],
        *,
        rows: bool,
    ) -> None:
        places = [place for place, _, _ in nodes.values()] or [0.0]
        self._first = math.floor(min(places))
        self._steps = [_GAP_Y] * (math.ceil(max(places)) - self._first)
        pairs = [sorted(pair, key=lambda node: nodes[node][0]) for pair in combinations(nodes, 2)]
        for one, other in sorted(pairs, key=lambda pair: nodes[pair[1]][0] - nodes[pair[0]][0]):
            (here, row, extent), (there, other_row, other_extent) = nodes[one], nodes[other]
            # Rows lie below each other as in a table; columns only part nodes that share a row.
            if here < there and (abs(row - other_row) < 1 or (rows and there - here >= 1)):
                room = gaps.get(frozenset((one, other)), _LEAST_GAP)
                self._widen(here, there, (extent + other_extent) / 2 + room)

    def at(self, place: float) -> float:
        """Return the length from the first grid place to `place`."""
        whole = math.floor(place) - self._first
        part = (place - math.floor(place)) * self._steps[whole] if whole < len(self._steps) else 0.0
        return sum(self._steps[:whole]) + part

    def _widen(self, here: float, there: float, needed: float) -> None:
        missing = needed - (self.at(there) - self.at(here))
        if missing > 0:
            last = math.ceil(there) - 1
            self._steps[last - self._first] += missing / (there - max(here, last))


def _side(box: Box, other: Box) -> str:
    """Return the side of `box` at which an edge to or from `other` meets it."""
    if other.left >= box.right:
        return "right"
    if other.right <= box.left:
        return "left"
    return "bottom" if other.centre[1] > box.centre[1] else "top"


_OUTWARD = {"right": (1, 0), "left": (-1, 0), "bottom": (0, 1), "top": (0, -1)}


def _curves(edges: tuple[Edge, ...], boxes: Mapping[str, Box]) -> Iterable[Curve]:
    """Yield a curve for each edge; edges that meet at a side of a box get ports of their own, ordered not to cross."""
    meeting: defaultdict[tuple[str, str], list[tuple[Point, int]]] = defaultdict(list)
    for index, edge in enumerate(edges):
        for here, there in ((edge.source, edge.target), (edge.target, edge.source)):
            side = _side(boxes[here], boxes[there])
            meeting[here, side].append((boxes[there].centre, index))

    def port(here: str, there: str, index: int) -> tuple[Point, Point]:
        box, side = boxes[here], _side(boxes[here], boxes[there])
        dx, dy = _OUTWARD[side]
        axis = 0 if dy else 1
        order = sorted(meeting[here, side], key=lambda item: (item[0][axis], item[1]))
        place = [item[1] for item in order].index(index) - (len(order) - 1) / 2
        spread = place * min(24.0, (box.width if dy else box.height) * 0.7 / len(order))
        x = box.centre[0] + dx * box.width / 2 + (spread if dy else 0)
        y = box.centre[1] + dy * box.height / 2 + (spread if dx else 0)
        return (round(x, 1), round(y, 1)), (dx, dy)

    for index, edge in enumerate(edges):
        start, out = port(edge.source, edge.target, index)
        end, into = port(edge.target, edge.source, index)
        curve = _curve(start, out, end, into)
        others = [box for key, box in boxes.items() if key not in (edge.source, edge.target)]
        if any(box.holds(point) for box in others for point in curve.points()):
            curve = _detour(boxes[edge.source], boxes[edge.target], others)
        yield curve


def _curve(start: Point, out: Point, end: Point, into: Point) -> Curve:
    """Return the curve that leaves and arrives at right angles to the boxes."""
    reach = max(20.0, 0.4 * math.dist(start, end))
    leave = (round(start[0] + out[0] * reach, 1), round(start[1] + out[1] * reach, 1))
    arrive = (round(end[0] + into[0] * reach, 1), round(end[1] + into[1] * reach, 1))
    return Curve(start, leave, arrive, end)


def _detour(source: Box, target: Box, others: Iterable[Box]) -> Curve:
    """Return a curve from underside to underside that passes below the boxes between."""
    start, end = (source.centre[0], source.bottom), (target.centre[0], target.bottom)
    left, right = sorted((start[0], end[0]))
    between = [box.bottom for box in others if box.right > left and box.left < right]
    lowest = max(source.bottom, target.bottom, *between) + 36
    # A cubic curve reaches three quarters of the way to its control points.
    deep = [y + (lowest - y) / 0.75 for y in (start[1], end[1])]
    return Curve(start, (start[0], round(max(deep), 1)), (end[0], round(max(deep), 1)), end)


def _bounds(boxes: Iterable[Box], curves: Iterable[Curve]) -> tuple[float, float, float, float]:
    points = [point for curve in curves for point in curve.points()]
    for box in boxes:
        points += [(box.left, box.top), (box.right, box.bottom)]
    xs, ys = zip(*points, strict=True) if points else ((0.0,), (0.0,))
    return min(xs), min(ys), max(xs), max(ys)
