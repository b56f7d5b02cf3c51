"""The CIDR visualizer: a block explained while it is typed, and a VPC that mouse and keyboard divide.

A front end of its own, and not the stage: the stage plays frames that are all known before, here each key makes the
next state. All of it is made in Python; the browser shows it and says which block was pressed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from course.demos import cidr_drawing
from course.demos.cidr_drawing import bits, cidr_picture, plan_drawing, ways
from course.demos.cidr_page import detail, page_of, told
from course.demos.demo import _Shown
from course.demos.picture import STYLE, message_picture
from course.demos.sizing import subnet_sizing
from course.demos.svg import number, tag
from course.esm import bundle
from course.models.address_plan import Plan
from course.models.cidr import CidrError, explain, parse

if TYPE_CHECKING:
    from course.demos.cidr_drawing import Drawing
    from course.demos.cidr_page import Page
    from course.models.cidr import Block

_STATIC = Path(__file__).parent / "static"


def cidr_visualizer(block: str = "10.0.0.0/16", others: str = "10.0.200.0/24, 172.31.0.0/16") -> CidrVisualizer:
    """Return the demo, opened on `block` with `others` (separated by commas) beside it, and the VPC in two splits."""
    return CidrVisualizer(block, others)


class CidrView(anywidget.AnyWidget):
    """Shows a page and its plan, or a sentence; `said` is what came of the last act.

    What the learner presses comes back as a message {"act": "press" | "merge", "block": "10.0.0.0/17"}.
    """

    _esm = bundle(_STATIC / "cidr.js")
    _css = "".join(
        [
            STYLE,
            cidr_drawing.STYLE,
            *((_STATIC / name).read_text(encoding="utf-8") for name in ("stage.css", "cidr.css")),
        ]
    )

    page = traitlets.Dict().tag(sync=True)
    plan = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)


class CidrVisualizer(_Shown):
    """The demo. `plan` is the VPC as it is divided now (None where the block can be no VPC), `chosen` its chosen block.

    The picture follows from the controls' values and the plan alone.
    """

    def __init__(self, block: str, others: str) -> None:
        self.view = CidrView()
        self.plan: Plan | None = None
        self.chosen: Block | None = None
        self._shown: Page | CidrError
        wide = {"layout": {"width": "min(100%, 330px)"}}
        super().__init__(
            {
                "block": ipywidgets.Text(block, description="CIDR block", **wide),
                "others": ipywidgets.Text(others, description="other blocks", **wide),
            },
            self.view,
        )
        for control in self.controls.values():
            control.continuous_update = True  # each keystroke is answered
        self.sizing = subnet_sizing()
        self.widget.children = (*self.widget.children, self.sizing.widget)
        self.view.on_msg(self._asked)
        self._open()

    def _open(self) -> None:
        """Begin with a plan that shows what splitting is, where the VPC has room for it."""
        if self.plan and self.plan.step == 1 and self.plan.vpc.prefix <= self.plan.smallest - 2:
            self._go_to(self.plan.split(self.plan.vpc))
            self._go_to(self.plan.split(self.plan.blocks[0]))

    @property
    def summary(self) -> str:
        """The page in words, or what is wrong with what was typed."""
        return str(self._shown) if isinstance(self._shown, CidrError) else self._shown.summary

    def picture(self) -> str:
        """Return the page as SVG, or a picture of the sentence that says why there is none."""
        if isinstance(self._shown, CidrError):
            return message_picture(str(self._shown))
        return cidr_picture(self._shown)

    def ask(self, act: str, block: str) -> None:
        """Do to the plan what the learner asked for: 'press' or 'merge' a block; say what came of it.

        'press' splits a whole block and makes a split one whole. A refusal is said, and changes nothing.
        """
        if not self.plan:
            return
        try:
            before, chosen = self.plan, parse(block)
            merging = act == "merge" or chosen in before.divided
            after = before.merge(chosen) if merging else before.split(chosen)
        except CidrError as error:
            self.view.said = str(error)
            return
        self._go_to(after)
        self.view.said = told(after, before, chosen)

    def _go_to(self, plan: Plan) -> None:
        """Show another plan of the same VPC, the first of its new blocks chosen."""
        before = self.plan.blocks if self.plan else ()
        self.plan, self.chosen = plan, next(part for part in plan.blocks if part not in before)
        self._refresh()

    def _asked(self, _view: object, message: dict[str, Any], _buffers: object) -> None:
        self.view.said = ""  # what is said twice is heard twice
        self.ask(str(message.get("act")), str(message.get("block")))

    def _refresh(self, change: object = None) -> None:  # noqa: ARG002 - the shape that observe() asks for
        try:
            block = parse(self.values["block"])
        except CidrError as error:
            self._shown = error
            self.view.error = str(error)
            return
        if self.plan is None or self.plan.vpc != block:
            self.plan = Plan.of(block) if block.as_vpc.allowed else None
            self.chosen = block if self.plan else None
            self.view.said = ""
        self._shown = page_of(block, self.values["others"], self.plan)
        with self.view.hold_sync():
            self.view.error = ""
            self.view.page = _sent(self._shown)
            self.view.plan = _plan_sent(self.plan, self.chosen) if self.plan and self.chosen else {}


def _sent(page: Page) -> dict[str, Any]:
    """Return the page as the browser gets it: texts, and the bits as SVG."""
    block = page.block
    return {
        "title": str(block),
        "spoken": explain(str(block)),
        "bits": _svg(bits(block), f"{block.prefix} network bits, then {block.host_bits} host bits: {block.bits}"),
        "figures": list(page.figures.items()),
        "judged": [[what, verdict.allowed, verdict.reason] for what, verdict in page.judged.items()],
        "others": [[verdict.allowed, verdict.reason] for verdict in page.others],
        "note": page.reserved_note,
        "reserved": [[reserved.address, reserved.purpose] for reserved in block.reserved],
    }


def _plan_sent(plan: Plan, chosen: Block) -> dict[str, Any]:
    """Return the plan as the browser gets it: the drawing, the chosen block, and where each arrow key leads."""
    blocks = [*plan.divided, *plan.blocks]
    return {
        "title": f"A plan of the VPC {plan.vpc}, to scale",
        "svg": _svg(plan_drawing(plan, chosen)),
        "chosen": str(chosen),
        "details": {str(block): detail(block, plan) for block in blocks},
        "acts": {str(block): _acts(plan, block) for block in blocks},
        "ways": ways(plan),
    }


def _acts(plan: Plan, block: Block) -> list[str]:
    """Return what the two buttons below the plan would do to a block; '' where there is nothing to merge it with."""
    if block not in plan.blocks:
        return ["Make it one again", ""]
    parts, siblings = ("two", "sibling") if plan.step == 1 else ("sixteen", "siblings")
    return [f"Split in {parts}", f"Merge with its {siblings}" if block != plan.vpc else ""]


def _svg(drawing: Drawing, words: str = "") -> str:
    """Return a drawing as SVG of its own, with words where it is a picture for assistive technology."""
    size = {"viewBox": f"-2 -2 {number(cidr_drawing.WIDTH - 36)} {number(drawing.height + 4)}"}
    image = {"role": "img", "aria_label": words} if words else {}
    return tag("svg", drawing.markup, xmlns="http://www.w3.org/2000/svg", class_="course-scene", **size, **image)
