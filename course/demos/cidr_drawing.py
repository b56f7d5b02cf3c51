"""Draws a block's bits, the plan of a VPC, and the CIDR visualizer's picture."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from course.demos.cidr_page import detail
from course.demos.layout import text_width
from course.demos.picture import Column, wrap
from course.demos.svg import move, number, path, tag, text
from course.models.cidr import counted

if TYPE_CHECKING:
    from course.demos.cidr_page import Page
    from course.models.address_plan import Plan
    from course.models.cidr import Block, Verdict

STYLE = (Path(__file__).parent / "static" / "cidr_drawing.css").read_text(encoding="utf-8")
WIDTH = 760.0
_MARGIN = 20.0
_INNER = WIDTH - 2 * _MARGIN
_GUTTER, _ROW, _LEAST = 40.0, 34.0, 3.0  # of the plan: room for the prefix lengths, a row's height, a block's width
_LABEL = 12.0
_YES, _NO = "M-5,0l3.5,4l6.5,-8", "M-4.5,-4.5l9,9M4.5,-4.5l-9,9"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Markup of a part and its height."""

    markup: str
    height: float


def bits(block: Block) -> Drawing:
    """Draw each bit of the block's address: those of the network solid and bold, those of the host open and dashed."""
    groups, size, cell, high, a_row = (4, 8, 21.0, 26.0, 4) if block.width == 32 else (8, 16, 10.4, 20.0, 4)  # noqa: PLR2004
    digits, small = block.bits, " small" if size > 8 else ""  # noqa: PLR2004 - IPv6
    gap = (_INNER - a_row * size * cell) / (a_row - 1)
    parts = []
    for group, label in enumerate(_groups(block)):
        row, column = divmod(group, a_row)
        left, top = column * (size * cell + gap), row * (high + 30)
        parts.append(text(label, left + size * cell / 2, top + 14, "octet", text_anchor="middle"))
        for i in range(size):
            n = group * size + i
            kind = "network" if n < block.prefix else "host"
            x = left + i * cell
            parts.append(
                tag(
                    "rect",
                    class_=f"bit {kind}",
                    x=number(x + 0.75),
                    y=number(top + 20),
                    width=number(cell - 1.5),
                    height=number(high),
                    rx=2,
                )
            )
            parts.append(
                text(digits[n], x + cell / 2, top + 20 + high / 2 + 4.5, f"digit {kind}{small}", text_anchor="middle")
            )
    height = (groups // a_row) * (high + 30)
    legend, deep = _bit_legend(block, height + 8)
    return Drawing("".join(parts) + legend, height + deep)


def _groups(block: Block) -> list[str]:
    """Return the octets in decimal, or the groups in hexadecimal."""
    if block.width == 32:  # noqa: PLR2004 - IPv4
        return block.first.split(".")
    return [f"{int(block.bits[i : i + 16], 2):x}" for i in range(0, 128, 16)]


def _bit_legend(block: Block, y: float) -> tuple[str, float]:
    fixed = f"{block.prefix} network bits: the same in every address"
    free = f"{block.host_bits} host bits: 2^{block.host_bits} = {counted(block.count)}"
    if block.host_bits > 32:  # noqa: PLR2004 - counted() gives the power itself
        free = f"{block.host_bits} host bits: {counted(block.count)}"
    middle = _INNER / 2
    parts = [
        text(fixed, 22, y + 12, "legend"),
        text(free, middle + 22, y + 12, "legend"),
        tag("rect", class_="bit network", x=0.75, y=number(y), width=14, height=14, rx=2),
        tag("rect", class_="bit host", x=number(middle), y=number(y), width=14, height=14, rx=2),
    ]
    return "".join(parts), 30


def plan_drawing(plan: Plan, chosen: Block | None = None) -> Drawing:
    """Draw the plan to scale, one row for each prefix length; with a chosen block each block is a button.

    Only the chosen one can be reached with Tab: from there the arrows lead on.
    """
    blocks = sorted([*plan.divided, *plan.blocks], key=lambda block: (block.prefix, block.first_int))
    lengths = sorted({block.prefix for block in blocks})
    parts = [text(f"/{p}", 0, i * _ROW + 20, "length") for i, p in enumerate(lengths)]
    for block in blocks:
        mark = _plan_block(plan, block, lengths.index(block.prefix))
        state = ("whole" if block in plan.blocks else "divided") + (" chosen" if block == chosen else "")
        button = _button(plan, block, chosen) if chosen else {}
        parts.append(tag("g", mark, class_=f"block {state}", **button))
    return Drawing("".join(parts), len(lengths) * _ROW)


def _plan_block(plan: Plan, block: Block, row: int) -> str:
    span = _INNER - _GUTTER
    left = _GUTTER + span * (block.first_int - plan.vpc.first_int) / plan.vpc.count
    width = span * block.count / plan.vpc.count
    top, wide = row * _ROW, max(_LEAST, width - 2)
    label = next((t for t in (str(block), f"/{block.prefix}") if text_width(t, _LABEL) + 10 < width), "")
    shape = tag("rect", x=number(left + 1), y=number(top), width=number(wide), height=number(_ROW - 4), rx=4)
    return shape + (text(label, left + width / 2, top + 19, "block-label", text_anchor="middle") if label else "")


def _button(plan: Plan, block: Block, chosen: Block) -> dict[str, str]:
    act = "Enter splits it" if block in plan.blocks else "Enter makes it one again"
    return {
        "role": "button",
        "tabindex": "0" if block == chosen else "-1",
        "data_block": str(block),
        "aria_label": f"{detail(block, plan)} {act}.",
    }


def ways(plan: Plan) -> dict[str, dict[str, str]]:
    """Return for each block where each arrow key leads: left and right along its row, up to the split one, down again.

    The blocks that are whole are one row, and those of one size that were split are one.
    """
    rows: dict[int, list[Block]] = {}
    for block in plan.divided:
        rows.setdefault(block.prefix, []).append(block)
    ends = {"Home": str(plan.blocks[0]), "End": str(plan.blocks[-1])}
    found: dict[str, dict[str, str]] = {}
    for row in (*rows.values(), [*plan.blocks]):
        for block in row:
            up = {} if block == plan.vpc else {"ArrowUp": str(block.parent(plan.step))}
            found[str(block)] = {**ends, **up}
        for one, other in pairwise(row):
            found[str(one)]["ArrowRight"], found[str(other)]["ArrowLeft"] = str(other), str(one)
    for block in plan.divided:
        found[str(block)]["ArrowDown"] = str(block.split(plan.step)[0])
    return found


def cidr_picture(page: Page) -> str:
    """Return the page as a standalone SVG; equal pages give equal bytes."""
    body = Column(WIDTH)
    body.add(tag("style", STYLE), 0)
    body.add(text(str(page.block), _MARGIN, body.height + 18, "title"), 34)
    _place(body, bits(page.block))
    body.numbers(list(page.figures.items()))
    body.rule()
    for what, verdict in page.judged.items():
        _verdict(body, verdict, f"{what}: ")
    for verdict in page.others:
        _verdict(body, verdict)
    body.add("", 8)
    body.caption(page.reserved_note)
    for reserved in page.block.reserved:
        wide = text_width(page.block.last, 13) + 16
        body.add(
            text(reserved.address, _MARGIN + 12, body.height + 8, "address")
            + text(reserved.purpose, _MARGIN + 12 + wide, body.height + 8, "legend"),
            20,
        )
    if page.plan:
        body.add("", 6)
        body.rule()
        body.add(text(f"A plan of the VPC {page.plan.vpc}, to scale", _MARGIN, body.height + 20, "name"), 34)
        _place(body, plan_drawing(page.plan))
    prefix = "cidr-" + sha256(repr(page).encode()).hexdigest()[:10]
    body.add("", 8)
    return body.svg(prefix, f"The CIDR block {page.block}", page.summary)


def _place(body: Column, drawing: Drawing) -> None:
    body.add(tag("g", drawing.markup, transform=move(_MARGIN, body.height)), drawing.height + 6)


def _verdict(body: Column, verdict: Verdict, what: str = "") -> None:
    look, sign = ("yes", _YES) if verdict.allowed else ("no", _NO)
    body.add(path(f"verdict {look}", sign, transform=move(_MARGIN + 8, body.height + 15)), 0)
    for line in wrap(what + verdict.reason, _INNER - 24, 13):
        body.add(text(line, _MARGIN + 24, body.height + 20, "judged"), 20)
    body.add("", 2)
