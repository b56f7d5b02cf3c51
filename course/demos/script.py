"""A script: frames written one after the other, where what lies somewhere stays there until it is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.demos.scene import Frame, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.demos.scene import Look


class Script:
    """Collects the frames of a scene, one a second of model time; `numbers` are the figures that each frame shows."""

    def __init__(self, numbers: Mapping[str, str] | None = None) -> None:
        self.frames: list[Frame] = []
        self.numbers = dict(numbers or {})
        self._tokens: dict[str, Token] = {}
        self._badges: dict[str, str] = {}

    def put(self, token: str, at: str, label: str, look: Look = "plain") -> None:
        """Lay a token somewhere, or move or change the one with this ID."""
        self._tokens[token] = Token(token, at, label, look)

    def drop(self, *tokens: str) -> None:
        """Take tokens away; those that are not there stay away."""
        for token in tokens:
            self._tokens.pop(token, None)

    def badge(self, node: str, text: str) -> None:
        """Write a text on a node, until another one is written there."""
        self._badges[node] = text

    def say(self, caption: str) -> None:
        """End a frame with its caption: what has just happened."""
        time = float(len(self.frames))
        self.frames.append(Frame(time, caption, tuple(self._tokens.values()), dict(self._badges), dict(self.numbers)))


def shown(data: bytes, digits: int = 8) -> str:
    """Return bytes as the hex digits that they begin with, and how many there are: '9f2c41d8… 79 bytes'."""
    text = data.hex()
    cut = f"{text[:digits]}…" if len(text) > digits else text
    return f"{cut} ({len(data):,} bytes)"
