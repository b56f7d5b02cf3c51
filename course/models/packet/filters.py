"""The two firewalls of a VPC: security groups (stateful, allow only) and network ACLs (stateless, in order).

Source of the rules: Amazon VPC user guide, 'Security groups for your VPC' and 'Network access control lists'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

from course.models.packet.resources import (
    NetworkError,
    Resource,
    block,
    inside,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.models.packet.network import Network
    from course.models.packet.resources import (
        Address,
    )

Protocol = Literal["tcp", "udp", "icmp", "all"]
Direction = Literal["inbound", "outbound"]
PROTOCOLS: tuple[Protocol, ...] = ("tcp", "udp", "icmp", "all")
HIGHEST_PORT = 65_535
EPHEMERAL = (1024, HIGHEST_PORT)
"""The ports from which clients of every kind ask; NAT gateways, load balancers and Lambda use all of them."""
HIGHEST_NUMBER = 32_766


@dataclass(frozen=True, slots=True)
class Header:
    """What a filter or a router sees of a packet. Ports mean nothing for ICMP."""

    source: Address
    destination: Address
    protocol: Protocol
    port: int
    source_port: int

    def reply(self) -> Header:
        """Return the header of the response."""
        return replace(
            self,
            source=self.destination,
            destination=self.source,
            port=self.source_port,
            source_port=self.port,
        )

    def peer(self, direction: Direction) -> Address:
        """Return the far end, as a filter at the near end sees it."""
        return self.source if direction == "inbound" else self.destination

    @property
    def kind(self) -> str:
        """What rules are written for: 'tcp 443', 'icmp'."""
        return self.protocol if self.protocol == "icmp" else f"{self.protocol} {self.port}"

    def __str__(self) -> str:
        if self.protocol == "icmp":
            return f"icmp {self.source} → {self.destination}"
        return f"{self.protocol} {_with(self.source, self.source_port)} → {_with(self.destination, self.port)}"


def _with(address: Address, port: int) -> str:
    return f"[{address}]:{port}" if ":" in str(address) else f"{address}:{port}"


@dataclass(frozen=True, slots=True)
class Traffic:
    """A protocol and its ports (both ends included): the part that rules of both firewalls share."""

    protocol: Protocol
    first: int = 0
    last: int = HIGHEST_PORT

    @classmethod
    def read(cls, text: str) -> Self:
        """Read 'tcp 443', 'tcp 1024-65535', 'icmp', 'all'; NetworkError for anything else."""
        word, _, ports = text.strip().partition(" ")
        protocol = next((known for known in PROTOCOLS if known == word), None)
        first, _, last = ports.partition("-") if ports else ("0", "", str(HIGHEST_PORT))
        if protocol is None or not first.isdigit() or not (last or first).isdigit():
            raise NetworkError(f"{text!r} is no traffic of a rule; write 'tcp 443', 'udp 1024-65535', 'icmp' or 'all'.")
        if not 0 <= int(first) <= int(last or first) <= HIGHEST_PORT:
            raise NetworkError(f"The ports of {text!r} must run upwards between 0 and {HIGHEST_PORT}.")
        if ports and protocol in ("icmp", "all"):
            raise NetworkError(f"{text!r} names ports, which {protocol} has not; write {protocol!r} alone.")
        return cls(protocol, int(first), int(last or first))

    def covers(self, header: Header) -> bool:
        """Tell whether the traffic includes a packet's protocol and destination port."""
        if self.protocol in ("all", "icmp"):
            return self.protocol in ("all", header.protocol)
        return self.protocol == header.protocol and self.first <= header.port <= self.last

    def __str__(self) -> str:
        if (self.first, self.last) == (0, HIGHEST_PORT):
            return self.protocol
        return f"{self.protocol} {self.first}" + (f"-{self.last}" if self.last != self.first else "")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a security group. `peer` is a CIDR block, a security group or a prefix list, by its id."""

    traffic: Traffic
    peer: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Read 'tcp 443 0.0.0.0/0', 'tcp 3306 sg-web', 'all ::/0'."""
        traffic, _, peer = text.strip().rpartition(" ")
        return cls(Traffic.read(traffic), peer)

    def __str__(self) -> str:
        return f"{self.traffic} {self.peer}"


@dataclass(frozen=True, slots=True)
class SecurityGroup(Resource):
    """A security group: what its rules do not allow is dropped. New ones let everything out and nothing in.

    `associated` are further VPCs of the Region whose interfaces may use it.
    """

    vpc: str
    inbound: tuple[Rule, ...] = ()
    outbound: tuple[Rule, ...] = (Rule(Traffic("all"), "0.0.0.0/0"), Rule(Traffic("all"), "::/0"))
    associated: tuple[str, ...] = ()

    def rules(self, direction: Direction) -> tuple[Rule, ...]:
        """Return the rules of one direction."""
        return self.inbound if direction == "inbound" else self.outbound


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule of a network ACL, by its number (1 to 32766)."""

    number: int
    action: Literal["allow", "deny"]
    traffic: Traffic
    cidr: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Read '100 allow tcp 443 0.0.0.0/0'."""
        number, action, *traffic = text.split() if len(text.split()) > 3 else ("", "", "")  # noqa: PLR2004 - its words
        if not number.isdigit() or action not in ("allow", "deny"):
            raise NetworkError(f"{text!r} is no rule of a network ACL; write one as '100 allow tcp 443 0.0.0.0/0'.")
        allows: Literal["allow", "deny"] = "allow" if action == "allow" else "deny"
        return cls(int(number), allows, Traffic.read(" ".join(traffic[:-1])), traffic[-1])

    def matches(self, header: Header, direction: Direction) -> bool:
        """Tell whether the rule speaks of this packet."""
        return self.traffic.covers(header) and header.peer(direction) in block(self.cidr)

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.traffic} {self.cidr}"


ALLOW_ALL = (Entry(100, "allow", Traffic("all"), "0.0.0.0/0"), Entry(101, "allow", Traffic("all"), "::/0"))


@dataclass(frozen=True, slots=True)
class NetworkAcl(Resource):
    """A custom network ACL: it denies what no rule allows, so a new one denies everything."""

    vpc: str
    inbound: tuple[Entry, ...] = ()
    outbound: tuple[Entry, ...] = ()

    def decide(self, header: Header, direction: Direction) -> Entry | None:
        """Return the first rule by number that matches; None is the last rule, `*`, which denies."""
        entries = self.inbound if direction == "inbound" else self.outbound
        ordered = sorted(entries, key=lambda entry: entry.number)
        return next((entry for entry in ordered if entry.matches(header, direction)), None)


def default_acl(vpc: str) -> NetworkAcl:
    """Return the network ACL that a VPC comes with: it allows everything, both ways."""
    return NetworkAcl("default", vpc, ALLOW_ALL, ALLOW_ALL)


def allowing(
    network: Network,
    groups: Sequence[SecurityGroup],
    header: Header,
    direction: Direction,
    referable: frozenset[str],
) -> tuple[SecurityGroup, Rule] | None:
    """Return the first rule of any of the groups that allows a packet, with its group; None when none does.

    `referable` are the groups of the far end that count here: those of its interface, when the packet comes with
    its private address from the same VPC, a peered one, or a transit gateway that supports references.
    """
    for group in groups:
        for rule in group.rules(direction):
            if rule.traffic.covers(header) and _is_peer(network, rule.peer, header.peer(direction), referable):
                return group, rule
    return None


def _is_peer(network: Network, peer: str, address: Address, referable: frozenset[str]) -> bool:
    if isinstance(network.find(peer), SecurityGroup):
        return peer in referable
    return inside(address, network.ranges(peer))
