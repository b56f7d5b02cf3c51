"""From hop to hop inside VPCs: out of an interface, through route tables and network ACLs, into an interface.

A step ends by calling the next one; `Place` is where the packet arrives, `Dropped` that it went no further.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from course.models.packet.hops import Place, Way
from course.models.packet.resources import (
    LOCAL,
    Interface,
    NatGateway,
    Subnet,
    addresses,
    inside,
)
from course.models.packet.routing import Match, is_blackhole, lookup

if TYPE_CHECKING:
    from course.models.packet.network import Network
    from course.models.packet.resources import (
        Address,
        Resource,
    )

_LINK_LOCAL = (ip_network("169.254.0.0/16"), ip_network("fd00:ec2::/32"))


def beyond_filters(network: Network, vpc: str, address: Address) -> bool:
    """Tell whether an address is the VPC's DNS server, the instance metadata service or a neighbour of theirs.

    Neither security groups nor network ACLs filter what goes there.
    """
    first = next(block for block in network.blocks(vpc) if block.version == 4)  # noqa: PLR2004 - IPv4
    return inside(address, _LINK_LOCAL) or address == first.network_address + 2


class InsideVpc(Way):
    """The steps within VPCs. What lies behind their gateways is in `gateways`."""

    __slots__ = ()

    def out_of(self, interface: Interface) -> Place:
        """Send the packet from an interface."""
        subnet = self.network.get(Subnet, interface.subnet)
        if beyond_filters(self.network, subnet.vpc, self.header.destination):
            reason = (
                "Security groups and network ACLs do not filter the VPC's DNS, instance metadata and time services."
            )
            self.passes(subnet.vpc, "AWS service", "link-local", reason)
            return Place("link-local", subnet.vpc)
        mine = self.header.source in addresses(interface)
        if not mine and interface.source_dest_check:
            self._fails_check(interface, "from")
        # behind an appliance the address no longer vouches for the sender's groups
        self.sender = interface if mine else None
        self.security_group(interface, "outbound")
        return self.route_from(subnet)

    def route_from(self, subnet: Subnet, nat: NatGateway | None = None) -> Place:
        """Look the destination up in the subnet's route table and go where it says."""
        match = self._match(subnet, nat)
        if match.route.target == LOCAL:
            return self.deliver(subnet.vpc, subnet)
        target = self.network.find(match.route.target)
        nearby = isinstance(target, Interface | NatGateway) and target.subnet == subnet.id
        if not nearby:
            self.acl(subnet, "outbound")
        if isinstance(target, Interface | NatGateway):
            there = self.network.get(Subnet, target.subnet)
            if not nearby:
                self.acl(there, "inbound")
            return self.into(target) if isinstance(target, Interface) else self.through_nat_gateway(target, there)
        return self.through(target, subnet)

    def _match(self, subnet: Subnet, nat: NatGateway | None) -> Match:
        table, destination = self.network.table_of(subnet), self.header.destination
        match = lookup(self.network, table, destination)
        if nat and (match is None or match.route.target == nat.id):
            rule = str(match) if match else f"no route for {destination}"
            self.drop(
                nat.id,
                "NAT gateway",
                f"{table.id} {rule}",
                f"{nat.id} lies in {subnet.id}, which is private: its route table has no way on to the internet.",
                "Make the NAT gateway in a public subnet, whose route table sends 0.0.0.0/0 to an internet gateway.",
            )
        if match is None:
            self.drop(
                table.id,
                "route table",
                f"no route for {destination}",
                f"No route of {table.id}, the table of {subnet.id}, matches {destination}.",
                f"Add a route for {destination} to {table.id}, with the gateway that leads there as its target.",
                subnet=subnet.id,
            )
        if is_blackhole(match):
            reason = f"The route's target was deleted: {table.id} drops what matches it."
            mend = f"Replace the route for {match.route.destination} in {table.id} with one to a target that exists."
            self.drop(table.id, "route table", str(match), reason, mend, subnet=subnet.id)
        self.passes(table.id, "route table", str(match), "The most specific route that matches.", subnet=subnet.id)
        return match

    def deliver(self, vpc: str, source: Subnet | None) -> Place:
        """Bring the packet to its destination in a VPC, from one of its subnets or, without, from a gateway."""
        owner = self.network.owner(vpc, self.header.destination)
        if owner is None:
            self.drop(
                vpc,
                "VPC",
                str(self.header.destination),
                f"Nothing in {vpc} has the address {self.header.destination}.",
                "Check the address: it must be that of a network interface.",
            )
        subnet = self.network.get(Subnet, owner.subnet)
        if source is None or source.id != subnet.id:
            if source is not None:
                self.acl(source, "outbound")
            self.acl(subnet, "inbound")
        return self.into(owner) if isinstance(owner, Interface) else self._back_through_nat_gateway(owner, subnet)

    def into(self, interface: Interface) -> Place:
        """Enter an interface: the packet ends there, or what is behind it forwards it."""
        mine = self.header.destination in addresses(interface)
        returning = mine and self.reply and interface.id in self.session.translations
        self.security_group(interface, "inbound")
        if mine and not returning:
            self.answers(interface)
            return Place("interface", interface.id)
        if interface.source_dest_check:
            self._fails_check(interface, "for")
        if returning:
            self.restore(interface.id)
            self.passes(interface.id, "NAT instance", "its translations", "It knows the request, and turns it back.")
        elif interface.nat and not self.reply:
            self.translate(interface.id, interface.address)
            self.passes(interface.id, "NAT instance", interface.address, "It asks in its own name.")
        return self.out_of(interface)

    def _fails_check(self, interface: Interface, preposition: str) -> None:
        self.drop(
            interface.id,
            "source/destination check",
            "on",
            f"The packet is neither from nor for {interface.id}, so the check drops what it should forward."
            if preposition == "for"
            else f"{interface.id} sends with an address that is not its own, and the check drops that.",
            f"Turn the source/destination check of {interface.id} off, as every NAT instance or router needs it.",
        )

    def through_nat_gateway(self, nat: NatGateway, subnet: Subnet) -> Place:
        """Translate a request; its response comes back to the NAT gateway's own address."""
        where = (nat.id, "NAT gateway", nat.public_ip or nat.address)
        if self.header.source.version != 4:  # noqa: PLR2004 - IPv4
            mend = "Send ::/0 to an egress-only internet gateway."
            self.drop(*where, "A NAT gateway translates IPv4; IPv6 needs it for NAT64 only.", mend)
        if self.reply:
            self.drop(
                *where,
                f"This is a response to a request that did not come through {nat.id}, which knows no such connection.",
                "Send responses back by the way of the requests: to the internet by the internet gateway.",
            )
        self.translate(nat.id, nat.address)
        self.passes(*where, f"It asks in its own name, {nat.address}, and remembers who asked.")
        return self.route_from(subnet, nat)

    def _back_through_nat_gateway(self, nat: NatGateway, subnet: Subnet) -> Place:
        if not (self.reply and nat.id in self.session.translations):
            reason = "A NAT gateway lets responses back, never a connection that begins outside."
            mend = "Reach the instance by a load balancer, a public IP of its own, or Session Manager."
            self.drop(nat.id, "NAT gateway", "no such connection", reason, mend)
        self.restore(nat.id)
        self.passes(
            nat.id, "NAT gateway", "its translations", "It knows the request, and gives the response to who asked."
        )
        return self.route_from(subnet, nat)

    def through(self, target: Resource | None, subnet: Subnet) -> Place:
        """Leave a subnet by a gateway of its VPC."""
        raise NotImplementedError
