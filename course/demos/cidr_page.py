"""What the CIDR visualizer says about a block, the other blocks beside it and the plan of a VPC: text, no drawing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from course.models.cidr import CidrError, Verdict, counted, explain, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.models.address_plan import Plan
    from course.models.cidr import Block

MOST_OTHERS, MOST_NAMED = 8, 8


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that is shown for one block.

    `figures` are names with values; `judged` says of VPC and subnet, and `others` of each other block, whether all is
    well and why; `plan` is None where AWS allows no VPC of this size.
    """

    block: Block
    figures: Mapping[str, str]
    judged: Mapping[str, Verdict]
    others: tuple[Verdict, ...]
    plan: Plan | None

    @property
    def summary(self) -> str:
        """The page in words: the text alternative of its picture."""
        parts = [explain(str(self.block))]
        parts += [f"As a {what}: {verdict.reason}" for what, verdict in self.judged.items()]
        if self.block.reserved:
            parts.append(f"Reserved: {', '.join(reserved.address for reserved in self.block.reserved)}.")
        parts += [verdict.reason for verdict in self.others]
        if self.plan and (count := len(self.plan.blocks)) > 1:
            named = ", ".join(map(str, self.plan.blocks[:MOST_NAMED])) + (" and so on" if count > MOST_NAMED else "")
            parts.append(f"The plan has {count} blocks: {named}.")
        return " ".join(parts)

    @property
    def reserved_note(self) -> str:
        """The sentence above the reserved addresses, or in place of them."""
        if self.block.reserved:
            return f"As one subnet it would leave {_left(self.block)} addresses, for AWS keeps five:"
        return "AWS keeps five addresses in each subnet, and makes no subnet of this size."


def page_of(block: Block, others: str, plan: Plan | None) -> Page:
    """Return the page for a block; `others` is what was typed as other blocks, separated by commas or spaces."""
    judged = {"VPC": block.as_vpc, "subnet": block.as_subnet}
    return Page(block, figures(block), judged, tuple(_beside(block, others)), plan)


def figures(block: Block) -> dict[str, str]:
    """Return the block's figures by name."""
    broadcast = "broadcast" if block.version == 4 else "last address"  # noqa: PLR2004 - the version
    return {
        "mask": block.mask,
        "first address": block.first,
        broadcast: block.last,
        "addresses": counted(block.count).removesuffix(" addresses").removesuffix(" address"),
    }


def detail(block: Block, plan: Plan) -> str:
    """Return a sentence on a block of the plan, whole or split."""
    span = f"{block}: {block.first} to {block.last}, {counted(block.count)}"
    if block in plan.blocks:
        return f"{span}, {_left(block)} for instances."
    parts = [part for part in plan.blocks if block.contains(part)]
    return f"{span}, divided into {len(parts)} blocks with {_number(sum(part.usable for part in parts))} for instances."


def told(plan: Plan, before: Plan, block: Block) -> str:
    """Return what splitting or merging `block` did to the plan that was `before`."""
    new = [part for part in plan.blocks if part not in before.blocks]
    if len(new) == 1:
        return f"{new[0]} is one block again, with {_left(new[0])} addresses for instances."
    parts = f"{new[0]} and {new[1]}" if len(new) == 2 else f"{len(new)} blocks, {new[0]} to {new[-1]}"  # noqa: PLR2004
    cost = _number(block.usable - sum(part.usable for part in new))
    return f"{block} is now {parts}. Each leaves {_left(new[0])} addresses; AWS now keeps {cost} more."


def _left(block: Block) -> str:
    return _number(block.usable)


def _number(count: int) -> str:
    """Return a count that can be read: near a large power of two, as the power."""
    power = count.bit_length()
    if count < 1 << 40:
        return f"{count:,}"
    missing = (1 << power) - count
    return f"2^{power} - {missing:,}" if missing < 1 << 20 else f"about {count:.1e}"


def _beside(block: Block, others: str) -> list[Verdict]:
    """Judge each other block against the first one, and those that overlap among themselves."""
    verdicts, read = [], []
    for text in [text for text in re.split(r"[,;\s]+", others) if text][:MOST_OTHERS]:
        try:
            other = parse(text)
        except CidrError as error:
            verdicts.append(Verdict(allowed=False, reason=str(error)))
            continue
        read.append(other)
        verdicts.append(_compared(block, other))
    verdicts += [_compared(one, other) for one, other in combinations(read, 2) if one.overlaps(other)]
    return verdicts


def _compared(one: Block, other: Block) -> Verdict:
    if not one.overlaps(other):
        return Verdict(allowed=True, reason=f"{other} shares no address with {one}.")
    if one == other:
        how = f"{other} is the same block as {one}"
    elif one.contains(other):
        how = f"{other} lies inside {one}"
    else:
        how = f"{other} contains {one}"
    return Verdict(
        allowed=False, reason=f"{how}: VPCs with these blocks cannot be peered, nor can both be subnets of one VPC."
    )
