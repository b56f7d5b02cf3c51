"""A VPC's addresses divided into blocks: split one, merge two, and no address is ever lost or counted twice."""

from __future__ import annotations

from dataclasses import dataclass

from course.models.cidr import SMALLEST, SUBNET_V6, Block, CidrError

MOST_BLOCKS = 64
"""More blocks than this a plan does not hold, to stay readable. AWS's own quota is 200 subnets a VPC."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A VPC's block and the blocks that it is divided into, in the order of their addresses.

    `Plan.of(vpc)` is undivided; `split` and `merge` return new plans. Each is refused with a CidrError.
    """

    vpc: Block
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, vpc: Block) -> Plan:
        """Return the plan with one block, the whole VPC; CidrError where AWS allows no VPC of this size."""
        if not vpc.as_vpc.allowed:
            raise CidrError(f"{vpc} cannot be a VPC. {vpc.as_vpc.reason}")
        return cls(vpc, (vpc,))

    @property
    def step(self) -> int:
        """By how many bits a split lengthens the prefix: 1 in IPv4, 4 in IPv6, where AWS allows every fourth length."""
        return 1 if self.vpc.version == 4 else 4  # noqa: PLR2004 - the version

    @property
    def smallest(self) -> int:
        """The prefix length of the smallest subnet that AWS allows."""
        return SMALLEST if self.vpc.version == 4 else SUBNET_V6[-1]  # noqa: PLR2004 - the version

    @property
    def divided(self) -> tuple[Block, ...]:
        """The blocks that have been split, the VPC first, larger before smaller and by address."""
        parents = {block.parent(n) for block in self.blocks for n in range(self.step, block.prefix + 1, self.step)}
        inside = [parent for parent in parents if self.vpc.contains(parent)]
        return tuple(sorted(inside, key=lambda block: (block.prefix, block.first_int)))

    def split(self, block: Block) -> Plan:
        """Return the plan with the block cut into its halves (its 16 parts in IPv6)."""
        self._check(block)
        if block.prefix >= self.smallest:
            raise CidrError(f"{block} stays whole: a /{self.smallest} is the smallest subnet that AWS allows.")
        if len(self.blocks) + 2**self.step - 1 > MOST_BLOCKS:
            raise CidrError(f"{block} stays whole: this plan holds at most {MOST_BLOCKS} blocks. Merge some first.")
        at = self.blocks.index(block)
        return Plan(self.vpc, (*self.blocks[:at], *block.split(self.step), *self.blocks[at + 1 :]))

    def merge(self, block: Block) -> Plan:
        """Return the plan in which the parts of a split block are one again.

        `block` is the one that was split, or any of its parts. Refused while a part is itself split.
        """
        whole = self._whole(block)
        parts = whole.split(self.step)
        if divided := [part for part in parts if part not in self.blocks]:
            raise CidrError(f"{whole} cannot be one again while {divided[0]} is split: merge that one first.")
        at = self.blocks.index(parts[0])
        return Plan(self.vpc, (*self.blocks[:at], whole, *self.blocks[at + len(parts) :]))

    def _whole(self, block: Block) -> Block:
        if block in self.divided:
            return block
        self._check(block)
        if block == self.vpc:
            raise CidrError(f"{block} is the whole VPC: there is nothing to merge it with.")
        return block.parent(self.step)

    def _check(self, block: Block) -> None:
        if block not in self.blocks:
            raise CidrError(f"{block} is no block of this plan; there are: {', '.join(map(str, self.blocks))}.")
