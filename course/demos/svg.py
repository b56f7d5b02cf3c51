"""Writing SVG: elements as strings, with everything that comes from outside escaped."""

from __future__ import annotations

from html import escape

FIT = "max-width: 100%; height: auto"
"""The style of a standalone picture's root: a narrow page shows it smaller, not cut off."""


def tag(name: str, *children: str, **attributes: object) -> str:
    """Return an element. The children are markup already; `class_` stands for class, `text_anchor` for text-anchor."""
    pairs = (f' {key.rstrip("_").replace("_", "-")}="{escape(clean(str(value)))}"' for key, value in attributes.items())
    return f"<{name}{''.join(pairs)}>{''.join(children)}</{name}>"


def text(content: str, x: float, y: float, class_: str, **attributes: object) -> str:
    """Return a text element at a point."""
    return tag("text", escape(clean(content)), x=number(x), y=number(y), class_=class_, **attributes)


def path(class_: str, data: str, **attributes: object) -> str:
    """Return a path element."""
    return tag("path", class_=class_, d=data, **attributes)


def move(x: float, y: float, more: str = "") -> str:
    """Return the value of `transform` that moves an element, and then does `more`."""
    return f"translate({number(x)} {number(y)}) {more}".rstrip()


def clean(content: str) -> str:
    """Return the text on one line and without the characters that XML forbids."""
    return "".join(c if c.isprintable() else " " for c in content)


def number(value: float) -> str:
    """Return a length to a tenth: what the eye can see, and short."""
    return format(round(value, 1) + 0.0, "g")
