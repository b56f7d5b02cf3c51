"""The signs of a scene: an icon for each kind of node, a shape and a mark for each look of a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.demos.scene import Look, NodeKind


@dataclass(frozen=True, slots=True)
class Shape:
    """SVG path data around the origin: the token's outline (radius about 17) and the small mark at its corner."""

    outline: str
    mark: str = ""


# The outline tells the looks apart without colour; the mark says what the look means.
SHAPES: Mapping[Look, Shape] = {
    "plain": Shape("M-16,0a16,16 0 1,0 32,0a16,16 0 1,0 -32,0z"),
    "held": Shape(
        "M-10,-15h20a5,5 0 0 1 5,5v20a5,5 0 0 1 -5,5h-20a5,5 0 0 1 -5,-5v-20a5,5 0 0 1 5,-5z",
        "M-1.7,-2.8v5.6M1.7,-2.8v5.6",
    ),
    "repeat": Shape("M-18,0L-9,-15.5H9L18,0L9,15.5H-9z", "M2.6,-1.6a3.1,3.1 0 1 0 .3,2.8M3.2,-4v2.6h-2.6"),
    "failed": Shape("M0,-19L19,0L0,19L-19,0z", "M-2.3,-2.3l4.6,4.6M2.3,-2.3l-4.6,4.6"),
    "done": Shape("M0,-17.5L17.5,-4.5L11,15H-11L-17.5,-4.5z", "M-2.9,.2l2,2.2l3.8,-4.6"),
}

# Stroked outlines in a 24 by 24 square.
ICONS: Mapping[NodeKind, str] = {
    "producer": "M3.5 11.2 20.5 3.5 14 20.5l-3.2-7.2zM10.8 13.3l4-4",
    "queue": "M3 7h4.4v10H3zM9.8 7h4.4v10H9.8zM16.6 7H21v10h-4.4z",
    "topic": "M4 9.6v4.8h3.4l8.1 4.4V5.2L7.4 9.6zM7.4 14.4v4.4h2.4v-3.2M18.5 9.2a4 4 0 0 1 0 5.6",
    "stream": "M3 7q3-3.2 6 0t6 0 6 0M3 12q3-3.2 6 0t6 0 6 0M3 17q3-3.2 6 0t6 0 6 0",
    "consumer": "M7 7h10v10H7zM10 3.5V7M14 3.5V7M10 17v3.5M14 17v3.5M3.5 10H7M3.5 14H7M17 10h3.5M17 14h3.5",
    "store": "M4.5 6c0-1.6 3.4-2.7 7.5-2.7S19.5 4.4 19.5 6 16.1 8.7 12 8.7 4.5 7.6 4.5 6zv12c0 1.6 3.4 2.7 7.5 2.7"
    "s7.5-1.1 7.5-2.7V6M4.5 12c0 1.6 3.4 2.7 7.5 2.7s7.5-1.1 7.5-2.7",
    "service": "M7.2 18.2a4.4 4.4 0 0 1-.5-8.8 5.7 5.7 0 0 1 10.9-.6 4.7 4.7 0 0 1-.6 9.4z",
    "gateway": "M3.5 8h15M14.5 4l4 4-4 4M20.5 16h-15M9.5 12l-4 4 4 4",
    "subnet": "M3.5 6h17v12h-17zM3.5 12h17M9.2 6v6M14.8 12v6",
}
