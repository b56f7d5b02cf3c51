"""One packet on its way, hop by hop, and the two firewalls that stand at its hops."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal, NoReturn

from course.models.packet.filters import (
    EPHEMERAL,
    Direction,
    Header,
    NetworkAcl,
    SecurityGroup,
    allowing,
    default_acl,
)
from course.models.packet.resources import (
    Instance,
    Interface,
    InterfaceEndpoint,
    PeeringConnection,
    Subnet,
    TransitGateway,
    Vpc,
)

if TYPE_CHECKING:
    from course.models.packet.filters import Entry
    from course.models.packet.network import Network
    from course.models.packet.resources import (
        Address,
    )

MOST_HOPS = 64
"""The time to live that many systems give a packet."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One decision about the packet.

    `where` is the id of the resource that decided, or 'internet'; `what` its kind ('network ACL'); `rule` the rule,
    route or entry that decided, as one writes it; `header` the packet as it was after this hop. `mend` says what to do
    about a drop; `subnet` is whose route table it was that decided.
    """

    where: str
    what: str
    rule: str
    allowed: bool
    reason: str
    mend: str = ""
    header: str = ""
    subnet: str = ""

    @property
    def by(self) -> str:
        """Where it was decided and by what, in words."""
        return f"by the {self.what}" if self.where == self.what else f"at {self.where} by the {self.what}"

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}, {self.rule}: {'passes' if self.allowed else 'DROPPED'}. {self.reason}"
        return f"{text} {self.mend}".rstrip()


class Dropped(Exception):  # noqa: N818 - an outcome, not an error
    """The packet went no further; its last hop says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a packet begins or ends: an interface, a host on premises or on the internet, a service, by id."""

    kind: Literal["interface", "customer gateway", "internet", "gateway endpoint", "link-local"]
    id: str


@dataclass(slots=True)
class Session:
    """What stateful things remember of a request until its response comes back."""

    tracked: set[str] = field(default_factory=set)
    translations: dict[str, tuple[Address, int]] = field(default_factory=dict)
    egress_only: set[str] = field(default_factory=set)


NAT_PORT = EPHEMERAL[0]
"""The port that translations use here: a NAT gateway may take any from 1024 on, so the lowest must be let through."""


@dataclass(slots=True)
class Way:
    """A packet under way in a network, with its hops so far. `sender` is the interface whose address it carries."""

    network: Network
    header: Header
    session: Session
    reply: bool = False
    hops: list[Hop] = field(default_factory=list)
    sender: Interface | None = None
    over_transit: str = ""

    def passes(self, where: str, what: str, rule: str, reason: str, *, subnet: str = "") -> None:
        """Note a hop that lets the packet go on."""
        self.hops.append(Hop(where, what, rule, True, reason, header=str(self.header), subnet=subnet))  # noqa: FBT003
        if len(self.hops) > MOST_HOPS:
            mend = "Look for two route tables that send the destination to each other."
            self.drop(where, what, "time to live", "The packet goes in a circle until its time to live ends.", mend)

    def drop(self, where: str, what: str, rule: str, reason: str, mend: str, *, subnet: str = "") -> NoReturn:
        """Note the hop that ends the way."""
        self.hops.append(Hop(where, what, rule, False, reason, mend, str(self.header), subnet))  # noqa: FBT003
        raise Dropped

    def translate(self, by: str, address: str) -> None:
        """Let a NAT device send the packet in its own name."""
        self.session.translations[by] = (self.header.source, self.header.source_port)
        self.header = replace(self.header, source=ip_address(address), source_port=NAT_PORT)
        self.sender = None

    def restore(self, by: str) -> None:
        """Let a NAT device turn a response to who sent the request."""
        address, port = self.session.translations[by]
        self.header = replace(self.header, destination=address, port=port)

    def acl(self, subnet: Subnet, direction: Direction) -> None:
        """Let the subnet's network ACL decide: it looks at responses like at requests."""
        acl = self.network.get(NetworkAcl, subnet.acl) if subnet.acl else default_acl(subnet.vpc)
        entry = acl.decide(self.header, direction)
        rule = f"{acl.id} {direction} {entry or '* deny all'}"
        if entry and entry.action == "allow":
            self.passes(subnet.id, "network ACL", rule, "The first rule that matches, by number, allows it.")
            return
        reason = "The first rule that matches, by number, denies it." if entry else "No rule matches, so * denies it."
        self.drop(subnet.id, "network ACL", rule, reason, self._acl_mend(acl, direction, entry))

    def _acl_mend(self, acl: NetworkAcl, direction: Direction, denied: Entry | None) -> str:
        peer = self.header.peer(direction)
        before = f"with a number below {denied.number} " if denied else ""
        if self.reply and self.header.protocol != "icmp" and self.header.port >= EPHEMERAL[0]:
            return (
                f"A network ACL is stateless, and the response goes to the ephemeral port {self.header.port}: add to "
                f"{acl.id} an {direction} rule {before}'allow {self.header.protocol} 1024-65535' for {peer}."
            )
        return f"Add to {acl.id} an {direction} rule {before}that allows {self.header.kind} for {peer}."

    def security_group(self, interface: Interface, direction: Direction) -> None:
        """Let the security groups of an interface decide; what belongs to a tracked request passes."""
        names = ", ".join(interface.groups)
        if self.reply and interface.id in self.session.tracked:
            reason = "A security group is stateful: the response to a request that it let through passes."
            self.passes(interface.id, "security group", f"{names} tracked connection", reason)
            return
        groups = [self.network.get(SecurityGroup, name) for name in interface.groups]
        found = allowing(self.network, groups, self.header, direction, self._referable(interface, direction))
        if found is None:
            peer = self.header.peer(direction)
            far = "from" if direction == "inbound" else "to"
            self.drop(
                interface.id,
                "security group",
                f"{names} no {direction} rule",
                f"No {direction} rule of {names} allows {self.header.kind} {far} {peer}.",
                f"Add an {direction} rule {self.header.kind} {self._suggested(interface, direction)} "
                f"to {interface.groups[0]}.",
            )
        group, rule = found
        if not self.reply:
            self.session.tracked.add(interface.id)
        self.passes(interface.id, "security group", f"{group.id} {direction} {rule}", "A rule allows it.")

    def _suggested(self, interface: Interface, direction: Direction) -> str:
        groups = sorted(self._referable(interface, direction))
        peer = self.header.peer(direction)
        return f"{groups[0]} (or {peer}/{peer.max_prefixlen})" if groups else f"{peer}/{peer.max_prefixlen}"

    def _referable(self, interface: Interface, direction: Direction) -> frozenset[str]:
        """Return the groups of the far end that this interface's rules may mean."""
        vpc = self.network.vpc_of(interface)
        far = self.sender
        if direction == "outbound":
            far = self._destination(vpc)
        if far is None:
            return frozenset()
        there = self.network.vpc_of(far)
        if there == vpc or self._peered(vpc, there) or (direction == "inbound" and self._shares_groups()):
            return frozenset(far.groups)
        return frozenset()

    def _destination(self, vpc: str) -> Interface | None:
        """Return the interface with the destination address, in this VPC or one peered with it."""
        near = {vpc} | {p.other(vpc) for p in self.network.all(PeeringConnection) if vpc in (p.requester, p.accepter)}
        owners = (self.network.owner(name, self.header.destination) for name in sorted(near))
        return next((owner for owner in owners if isinstance(owner, Interface)), None)

    def _peered(self, one: str, other: str) -> bool:
        """Tell whether groups of one VPC may be named in the other: peered, in one Region."""
        regions = {self.network.get(Vpc, name).region for name in (one, other)}
        ends = ({p.requester, p.accepter} for p in self.network.all(PeeringConnection) if p.active)
        return len(regions) == 1 and {one, other} in ends

    def _shares_groups(self) -> bool:
        return bool(self.over_transit) and self.network.get(TransitGateway, self.over_transit).group_references

    def answers(self, interface: Interface) -> None:
        """Note whether something answers at the interface."""
        instance = self.network.find(interface.instance)
        if isinstance(instance, Instance) and not instance.running:
            self.drop(
                instance.id,
                "instance",
                "not running",
                f"{instance.id} does not run, and nothing answers for {interface.id}.",
                "Move the secondary interface or the Elastic IP to a running instance, or start this one.",
            )
        endpoint = next((e for e in self.network.all(InterfaceEndpoint) if interface.id in e.interfaces), None)
        if endpoint:
            reason = f"The endpoint hands it to {endpoint.service} over AWS PrivateLink."
            self.passes(endpoint.id, "interface endpoint", interface.id, reason)
        else:
            self.passes(interface.id, "instance", str(self.header.destination), "It has arrived.")
