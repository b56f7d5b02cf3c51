"""The vocabulary of every demo: nodes, edges, tokens, badges and captions on a timeline of frames.

A demo turns a model's steps into a `Scene`; the stage plays it and `picture` draws it. A scene is data: it holds no
drawing code and no state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

NodeKind = Literal["producer", "queue", "topic", "stream", "consumer", "store", "service", "gateway", "subnet"]
Look = Literal["plain", "held", "repeat", "failed", "done"]


@dataclass(frozen=True, slots=True)
class Node:
    """A box on the stage. `column` and `row` are grid places, floats too; `slots` is how many tokens lie in a row."""

    id: str
    label: str
    column: float
    row: float
    kind: NodeKind = "service"
    slots: int = 4


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from one node to another, by their ids, along which tokens travel."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A thing that moves (a message, a record). One `id` in two frames is one thing: it travels between them."""

    id: str
    at: str
    label: str = ""
    look: Look = "plain"


@dataclass(frozen=True, slots=True)
class Frame:
    """The stage at one moment.

    `time` is in model seconds; `badges` are short texts on nodes by node id; `numbers` are the figures that matter, by
    name; `caption` is one sentence that says what has just happened (it is also what a screen reader announces).
    """

    time: float
    caption: str
    tokens: tuple[Token, ...] = ()
    badges: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a stage needs: what stands where, what happens, what each look of a token means.

    `summary` is the text alternative of the picture; `picture_frame` is the frame that the static picture shows.
    """

    title: str
    summary: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    frames: tuple[Frame, ...]
    legend: Mapping[Look, str] = field(default_factory=dict)
    picture_frame: int = 0
