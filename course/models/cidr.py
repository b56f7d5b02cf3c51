"""CIDR blocks as AWS sees them: bits, mask, range, the five reserved addresses, what may be a VPC or a subnet.

Sources: Amazon VPC User Guide, 'VPC CIDR blocks' and 'Subnet CIDR blocks'; botocore, ec2 CreateVpc and CreateSubnet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.models.cidr_text import CidrError, network_of

if TYPE_CHECKING:
    import ipaddress
    from collections.abc import Iterator

__all__ = ["Block", "CidrError", "Reserved", "Size", "Verdict", "explain", "parse", "sizing", "smallest_subnet"]

RESERVED = 5
LARGEST, SMALLEST = 16, 28
"""The prefix lengths that AWS allows for an IPv4 VPC and an IPv4 subnet: from /16 (65,536) to /28 (16 addresses)."""
VPC_V6, SUBNET_V6 = range(44, 61, 4), range(44, 65, 4)
"""The prefix lengths that AWS allows for an IPv6 VPC and an IPv6 subnet."""
DEFAULT_V6 = 56
"""The prefix length of the block that Amazon gives to a VPC from its own IPv6 addresses."""

_PURPOSES = {
    4: (
        "network address",
        "VPC router",
        "DNS: kept in every subnet; the resolver itself is at the base of the VPC plus two",
        "kept by AWS for future use",
        "broadcast address: kept although a VPC has no broadcast",
    ),
    6: ("kept by AWS", "VPC router", "kept by AWS", "kept by AWS", "kept by AWS"),
}


@dataclass(frozen=True, slots=True)
class Reserved:
    """An address of a subnet that no instance can have, and what AWS keeps it for."""

    address: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether AWS allows something, and the reason as a sentence."""

    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """A CIDR block, IPv4 or IPv6. `Block.of("10.0.0.0/16")` or `parse` makes one."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network

    @classmethod
    def of(cls, text: str) -> Block:
        """Return the block that `text` names; CidrError (a ValueError) says in one sentence what is wrong with it."""
        return cls(network_of(text))

    def __str__(self) -> str:
        return str(self.network)

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.network.version

    @property
    def prefix(self) -> int:
        """The prefix length: how many bits, from the left, are the network's."""
        return self.network.prefixlen

    @property
    def width(self) -> int:
        """How many bits an address has: 32 or 128."""
        return self.network.max_prefixlen

    @property
    def host_bits(self) -> int:
        """How many bits are left to tell the addresses of the block apart."""
        return self.width - self.prefix

    @property
    def bits(self) -> str:
        """The first address as 32 or 128 binary digits; the first `prefix` of them are fixed."""
        return f"{int(self.network.network_address):0{self.width}b}"

    @property
    def mask(self) -> str:
        """The mask in the manner of its family: dotted, such as 255.255.0.0, or in groups of hexadecimal digits."""
        return str(self.network.netmask)

    @property
    def first(self) -> str:
        """The first address, which in IPv4 is called the network address."""
        return str(self.network.network_address)

    @property
    def last(self) -> str:
        """The last address, which in IPv4 is called the broadcast address."""
        return str(self.network.broadcast_address)

    @property
    def count(self) -> int:
        """How many addresses the block has, the reserved ones among them."""
        return self.network.num_addresses

    @property
    def reserved(self) -> tuple[Reserved, ...]:
        """The five addresses that AWS keeps in a subnet of this block; none where it makes no subnet of this size."""
        if not self.as_subnet.allowed:
            return ()
        addresses = [self.network[i] for i in (0, 1, 2, 3, -1)]
        return tuple(Reserved(str(a), why) for a, why in zip(addresses, _PURPOSES[self.version], strict=True))

    @property
    def usable(self) -> int:
        """How many addresses a subnet of this block can give to network interfaces; 0 where it can be no subnet."""
        return self.count - RESERVED if self.as_subnet.allowed else 0

    @property
    def as_vpc(self) -> Verdict:
        """Whether AWS allows a block of this size for a VPC, and why."""
        return _verdict(self, "VPC", VPC_V6)

    @property
    def as_subnet(self) -> Verdict:
        """Whether AWS allows a block of this size for a subnet, and why."""
        return _verdict(self, "subnet", SUBNET_V6)

    def contains(self, other: Block) -> bool:
        """Tell whether every address of `other` lies in this block."""
        return self.version == other.version and other.first_int >= self.first_int and other.last_int <= self.last_int

    def overlaps(self, other: Block) -> bool:
        """Tell whether the two share an address. Two blocks never overlap in part: then one contains the other."""
        return self.contains(other) or other.contains(self)

    @property
    def first_int(self) -> int:
        """The first address as a number."""
        return int(self.network.network_address)

    @property
    def last_int(self) -> int:
        """The last address as a number."""
        return int(self.network.broadcast_address)

    def split(self, bits: int = 1) -> tuple[Block, ...]:
        """Return the two halves, or with `bits` more bits for the network the 2**bits parts of equal size.

        Raises CidrError when the block has fewer host bits than that.
        """
        if bits > self.host_bits:
            raise CidrError(f"{self} cannot be split: it has {self.host_bits} host bits left to give to the network.")
        return tuple(Block(network) for network in self.network.subnets(prefixlen_diff=bits))

    def parent(self, bits: int = 1) -> Block:
        """Return the block that was split into parts of which this is one; CidrError when there is none."""
        if bits > self.prefix:
            raise CidrError(f"{self} is part of no larger block: it has only {self.prefix} network bits.")
        return Block(self.network.supernet(prefixlen_diff=bits))

    def merge(self, other: Block) -> Block:
        """Return the block whose halves are this one and `other`; CidrError says why there is none."""
        if self.prefix != other.prefix or self.version != other.version:
            raise CidrError(f"{self} and {other} cannot be merged: only two halves of equal size make one block.")
        whole = self.parent()
        low, high = whole.split()
        if {self, other} != {low, high}:
            sibling = high if self == low else low
            raise CidrError(
                f"{self} and {other} cannot be merged: {self} is a half of {whole}, and the other half is {sibling}."
            )
        return whole


@dataclass(frozen=True, slots=True)
class Size:
    """One try at a subnet's size: what a /`prefix` holds, what is left of it, and whether that is enough."""

    prefix: int
    count: int
    usable: int
    enough: bool
    sentence: str


def parse(text: str) -> Block:
    """Return the block that `text` names; CidrError (a ValueError) says in one sentence what is wrong with it."""
    return Block.of(text)


def explain(text: str) -> str:
    """Return one sentence on `text`: what the block is, or precisely what is wrong with what was typed."""
    try:
        block = parse(text)
    except CidrError as error:
        return str(error)
    fixed = f"the first {block.prefix} of {block.width} bits are fixed, the other {block.host_bits} make"
    return f"{block}: {fixed} {counted(block.count)}, from {block.first} to {block.last}."


def counted(number: int) -> str:
    """Return a number of addresses as text: '1 address', '65,536 addresses', '2^64 addresses'."""
    exponent = number.bit_length() - 1
    large = exponent > 32 and number == 1 << exponent  # noqa: PLR2004 - beyond IPv4 the digits say less than the power
    return "1 address" if number == 1 else f"2^{exponent} addresses" if large else f"{number:,} addresses"


def smallest_subnet(instances: int) -> int:
    """Return the prefix length of the smallest IPv4 subnet for so many instances with one address each.

    AWS's five reserved addresses come on top: 29 instances need 34 addresses, so a /26. Raises CidrError for less
    than one instance and for more than the largest subnet holds.
    """
    *_, last = sizing(instances)
    return last.prefix


def sizing(instances: int) -> Iterator[Size]:
    """Yield tries from the smallest subnet upwards until one holds `instances`; see `smallest_subnet`."""
    most = 2 ** (32 - LARGEST) - RESERVED
    if instances < 1:
        raise CidrError(f"A subnet is sized for at least 1 instance, not for {instances:,}.")
    if instances > most:
        raise CidrError(
            f"No subnet holds {instances:,} instances: a /{LARGEST}, the largest, leaves {most:,} addresses."
        )
    for prefix in range(SMALLEST, LARGEST - 1, -1):
        count = 2 ** (32 - prefix)
        usable = count - RESERVED
        lacking = instances - usable
        result = f"{lacking:,} too few" if lacking > 0 else "enough"
        yield Size(prefix, count, usable, lacking <= 0, f"/{prefix}: {count:,} - {RESERVED} = {usable:,}, {result}.")
        if lacking <= 0:
            return


def _verdict(block: Block, what: str, lengths: range) -> Verdict:
    """Judge the block's size as that of a VPC or a subnet."""
    if block.version == 4:  # noqa: PLR2004 - the version
        lengths = range(LARGEST, SMALLEST + 1)
        rule = f"an IPv4 {what} is from /{LARGEST} (65,536 addresses) to /{SMALLEST} (16 addresses)"
    else:
        rule = f"an IPv6 {what} is from /{lengths[0]} to /{lengths[-1]} in steps of 4"
    if block.prefix in lengths:
        judgement = "is allowed"
    elif block.prefix < lengths[0]:
        judgement = "is too large"
    else:
        judgement = "is too small" if block.prefix > lengths[-1] else "is no whole step"
    return Verdict(block.prefix in lengths, f"/{block.prefix} {judgement}: {rule}.")
