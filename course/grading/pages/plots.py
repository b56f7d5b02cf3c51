"""The report's plots, each drawn for a light page and for a dark one, as addresses that hold the whole picture."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib import style
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator, PercentFormatter

import course

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from course.grading.pages.items import Figures

STYLE = Path(course.__file__).parent / "demos" / "static" / "plot.mplstyle"
WIDTH = 8.0
LONGEST_LABEL = 36


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture for each theme, as data: addresses, and the words in its place."""

    light: str
    dark: str
    alt: str


@dataclass(frozen=True, slots=True)
class _Theme:
    """Colours that colour-blind readers tell apart (Okabe and Ito's), each clear on its background."""

    ink: str
    grid: str
    bar: str
    mark: str


_LIGHT = _Theme(ink="#1f2328", grid="#d8dee4", bar="#0072b2", mark="#d55e00")
_DARK = _Theme(ink="#e6edf3", grid="#3d444d", bar="#56b4e9", mark="#e69f00")


def histogram(counts: Sequence[int], labels: Sequence[str], alt: str) -> Plot:
    """Draw how many learners have a score in each of these ranges."""

    def draw(canvas: Canvas, theme: _Theme) -> None:
        axes = canvas.subplots()
        bars = axes.bar(labels, counts, color=theme.bar, width=0.9)
        axes.bar_label(bars, labels=[str(count) if count else "" for count in counts], color=theme.ink)
        axes.set(xlabel="score, in % of all points", ylabel="learners")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(visible=False, axis="x")

    return _plot(draw, 3.4, alt)


def exercises(figures: Sequence[Figures], alt: str) -> Plot:
    """Draw what share of each exercise's points was earned, and beside it the discrimination where there is any."""
    names = [_short(each.name) for each in figures]
    known = [(n, each.discrimination) for n, each in enumerate(figures) if each.discrimination is not None]

    def draw(canvas: Canvas, theme: _Theme) -> None:
        left, *others = canvas.subplots(1, 1 + bool(known), sharey=True, squeeze=False)[0]
        left.barh(range(len(names)), [each.mean for each in figures], color=theme.bar, height=0.7)
        left.set(xlim=(0, 1), xlabel="mean share of the points")
        left.xaxis.set_major_formatter(PercentFormatter(1))
        _list(left, names)
        for right in others:
            right.axvline(0, color=theme.ink, linewidth=1)
            right.plot([value for _, value in known], [n for n, _ in known], "D", color=theme.mark)
            right.set(xlim=(-1, 1), xlabel="discrimination")
            right.grid(visible=True, axis="x")

    return _plot(draw, 1.1 + 0.3 * len(figures), alt)


def counts(names: Sequence[str], numbers: Sequence[int], alt: str) -> Plot:
    """Draw how many learners each of these has."""

    def draw(canvas: Canvas, theme: _Theme) -> None:
        axes = canvas.subplots()
        bars = axes.barh(range(len(names)), numbers, color=theme.bar, height=0.7)
        axes.bar_label(bars, padding=4, color=theme.ink)
        axes.set_xlabel("learners")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(x=0.08)
        _list(axes, [_short(name) for name in names])

    return _plot(draw, 1.1 + 0.3 * len(names), alt)


def _list(axes: Axes, names: Sequence[str]) -> None:
    """Let horizontal bars be read from the top, each with its name."""
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"


def _plot(draw: Callable[[Canvas, _Theme], None], height: float, alt: str) -> Plot:
    return Plot(light=_address(draw, height, _LIGHT), dark=_address(draw, height, _DARK), alt=alt)


def _address(draw: Callable[[Canvas, _Theme], None], height: float, theme: _Theme) -> str:
    ink = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
    colours = dict.fromkeys(ink, theme.ink) | {"grid.color": theme.grid}
    file = BytesIO()
    with style.context([STYLE, colours | {"text.parse_math": False}]):
        canvas = Canvas(figsize=(WIDTH, height))
        draw(canvas, theme)
        canvas.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return f"data:image/svg+xml;base64,{b64encode(file.getvalue()).decode()}"
