"""From hop to hop outside of subnets: gateways, peering, the internet, and the network on premises.

Source of the rules: the guides of Amazon VPC, VPC Peering, AWS PrivateLink, AWS Transit Gateway, Site-to-Site VPN.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, NoReturn

from course.models.packet.hops import Place
from course.models.packet.resources import (
    Attachment,
    Connection,
    CustomerGateway,
    EgressOnlyInternetGateway,
    GatewayEndpoint,
    Interface,
    InternetGateway,
    PeeringConnection,
    RegionalNatGateway,
    Resource,
    Service,
    Subnet,
    TransitGateway,
    TransitGatewayRouteTable,
    VirtualPrivateGateway,
    Vpc,
    addresses,
    block,
    inside,
)
from course.models.packet.routing import connections, is_blackhole, transit_lookup
from course.models.packet.way import InsideVpc

if TYPE_CHECKING:
    from course.models.packet.resources import Address

UNROUTED = tuple(
    ip_network(cidr)
    for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7")
)
"""Blocks that the internet does not route: RFC 1918, 6598, 3927 and 4193."""
EDGE = "Peering does not reach what lies behind the other VPC (no transitive peering, no edge-to-edge routing)."


class Travel(InsideVpc):
    """A packet that may go anywhere."""

    __slots__ = ()

    def through(self, target: Resource | None, subnet: Subnet) -> Place:  # noqa: PLR0911 - one a kind of target
        """Leave a subnet by the target of a route."""
        match target:
            case InternetGateway():
                return self._out_by_internet_gateway(target)
            case EgressOnlyInternetGateway():
                return self._out_by_egress_only(target)
            case RegionalNatGateway():
                return self._out_by_regional_nat(target)
            case GatewayEndpoint():
                return self._by_gateway_endpoint(target)
            case PeeringConnection():
                return self._over_peering(target, subnet.vpc)
            case TransitGateway():
                return self._into_transit_gateway(target, subnet)
            case VirtualPrivateGateway():
                return self._out_by_vpn(target)
            case _:
                raise AssertionError(target)

    def _out_by_internet_gateway(self, gateway: InternetGateway) -> Place:
        source = self.header.source
        owner = self.network.owner(gateway.vpc, source)
        if owner is None:
            reason = f"{source} is no address of {gateway.vpc}: an internet gateway serves its own VPC only."
            self.drop(gateway.id, "internet gateway", str(source), reason, "Send it through a NAT gateway of that VPC.")
        if source.version == 4:  # noqa: PLR2004 - IPv4
            if not owner.public_ip:
                self.drop(
                    gateway.id,
                    "internet gateway",
                    "no public IPv4 address",
                    f"{owner.id} has no public IPv4 address, and the gateway translates nothing else.",
                    f"Associate an Elastic IP with {owner.id}, or route the subnet through a NAT gateway."
                    if isinstance(owner, Interface)
                    else "Use a public NAT gateway, which has an Elastic IP.",
                )
            self.header = replace(self.header, source=ip_address(owner.public_ip))
        self.sender = None
        rule = f"{source} → {self.header.source}" if source != self.header.source else str(source)
        self.passes(
            gateway.id,
            "internet gateway",
            rule,
            "The public address takes the place of the private one."
            if source != self.header.source
            else "An IPv6 address is public as it is.",
        )
        return self.on_internet()

    def _out_by_regional_nat(self, nat: RegionalNatGateway) -> Place:
        where = (nat.id, "NAT gateway", nat.public_ip)
        if self.reply:
            mend = "Send responses back by the way of the requests: to the internet by the internet gateway."
            self.drop(*where, f"The request did not come through {nat.id}, which knows no such connection.", mend)
        if not any(gateway.vpc == nat.vpc for gateway in self.network.all(InternetGateway)):
            self.drop(*where, f"{nat.vpc} has no internet gateway.", f"Attach an internet gateway to {nat.vpc}.")
        self.translate(nat.id, nat.public_ip)
        self.passes(
            *where, "It asks in its own name; a regional NAT gateway has its own route to the internet gateway."
        )
        return self.on_internet()

    def _out_by_egress_only(self, gateway: EgressOnlyInternetGateway) -> Place:
        if self.reply and gateway.id not in self.session.egress_only:
            reason = "It passes responses to requests from inside only; this request came in another way."
            mend = "Send ::/0 of this subnet to the internet gateway, if the internet is to reach it."
            self.drop(gateway.id, "egress-only internet gateway", "outbound only", reason, mend)
        self.session.egress_only.add(gateway.id)
        self.sender = None
        self.passes(gateway.id, "egress-only internet gateway", "outbound", "IPv6 may ask; only responses come back.")
        return self.on_internet()

    def on_internet(self) -> Place:
        """Find who has a public address."""
        address = self.header.destination
        if inside(address, UNROUTED):
            self._unrouted(address)
        for owner in self.network.owners():
            if address.version == 4:  # noqa: PLR2004 - IPv4
                if owner.public_ip and ip_address(owner.public_ip) == address:
                    return self._in_by_internet_gateway(self.network.vpc_of(owner), owner.address)
            elif isinstance(owner, Interface) and owner.ipv6 and ip_address(owner.ipv6) == address:
                return self._in_by_internet_gateway(self.network.vpc_of(owner), owner.ipv6)
        if translated := self._in_by_translation(str(address)):
            return translated
        for service in self.network.all(Service):
            if inside(address, map(block, service.cidrs)):
                reason = "The public endpoint of the service; from a VPC the traffic stays in AWS's own network."
                self.passes(service.id, "AWS service", str(address), reason)
                return Place("internet", service.id)
        self.passes("internet", "internet", str(address), "It has arrived.")
        return Place("internet", str(address))

    def _unrouted(self, address: Address) -> NoReturn:
        owner = next((o for o in self.network.owners() if address in addresses(o)), None)
        mend = "Connect the networks by VPN, Direct Connect or peering."
        if isinstance(owner, Interface):
            mend = f"Associate an Elastic IP with {owner.id}, or connect by VPN, Direct Connect or peering."
        reason = f"{address} is a private address, which the internet does not route."
        self.drop("internet", "internet", f"no way to {address}", reason, mend)

    def _in_by_translation(self, address: str) -> Place | None:
        """Return where a regional NAT gateway, or the device on premises, brings a packet for its public address."""
        for nat in self.network.all(Resource):
            if not isinstance(nat, RegionalNatGateway | CustomerGateway) or nat.public_ip != address:
                continue
            what = "NAT gateway" if isinstance(nat, RegionalNatGateway) else "customer gateway"
            if not self.reply or nat.id not in self.session.translations:
                mend = "Reach what is behind it by an address of its own, or by a VPN connection."
                self.drop(nat.id, what, "no such connection", "It lets back responses only.", mend)
            self.restore(nat.id)
            self.passes(nat.id, what, "its translations", "It knows the request, and gives the response to who asked.")
            if isinstance(nat, RegionalNatGateway):
                return self.deliver(nat.vpc, None)
            return Place("customer gateway", nat.id)
        return None

    def _in_by_internet_gateway(self, vpc: str, private: str) -> Place:
        address = self.header.destination
        for only in self.network.all(EgressOnlyInternetGateway):
            if only.vpc == vpc and self.reply and only.id in self.session.egress_only:
                self.passes(only.id, "egress-only internet gateway", "response", "It knows the request.")
                return self.deliver(vpc, None)
        gateway = next((g for g in self.network.all(InternetGateway) if g.vpc == vpc), None)
        if gateway is None:
            closed = next((g.id for g in self.network.all(EgressOnlyInternetGateway) if g.vpc == vpc), vpc)
            reason = f"{vpc} has no internet gateway" + (", only a way out." if closed != vpc else ".")
            what = "VPC" if closed == vpc else "egress-only internet gateway"
            self.drop(closed, what, "no way in", reason, f"Attach an internet gateway to {vpc} and route to it.")
        self.header = replace(self.header, destination=ip_address(private))
        rule = f"{address} → {private}" if private != str(address) else private
        self.passes(gateway.id, "internet gateway", rule, "The public address is that of an interface in the VPC.")
        return self.deliver(vpc, None)

    def _by_gateway_endpoint(self, endpoint: GatewayEndpoint) -> Place:
        if self.network.owner(endpoint.vpc, self.header.source) is None:
            reason = f"A gateway endpoint serves {endpoint.vpc} only; {self.header.source} is not in it."
            mend = "Make an interface endpoint, which other networks can reach, or a gateway endpoint in that VPC."
            self.drop(endpoint.id, "gateway endpoint", str(self.header.source), reason, mend)
        self.passes(
            endpoint.id, "gateway endpoint", endpoint.service, "To the service without internet or NAT gateway."
        )
        return Place("gateway endpoint", endpoint.id)

    def back_by_gateway_endpoint(self, id_: str) -> Place:
        """Bring a service's response back through a gateway endpoint."""
        endpoint = self.network.get(GatewayEndpoint, id_)
        self.passes(endpoint.id, "gateway endpoint", endpoint.service, "The service's response.")
        return self.deliver(endpoint.vpc, None)

    def _over_peering(self, peering: PeeringConnection, vpc: str) -> Place:
        other = peering.other(vpc)
        where = (peering.id, "peering connection", f"{vpc} → {other}")
        if not peering.active:
            self.drop(*where, "The other side has not accepted it.", "Accept the peering connection.")
        if not inside(self.header.destination, self.network.blocks(other)):
            mend = (
                "Peer with the VPC where the destination is, use a transit gateway, or give this VPC its own gateway."
            )
            self.drop(*where, f"{self.header.destination} is not in {other}. {EDGE}", mend)
        if not inside(self.header.source, self.network.blocks(vpc)):
            mend = f"Peer the sender's VPC with {other} itself, or use a transit gateway for all."
            self.drop(*where, f"{self.header.source} is not in {vpc}. {EDGE}", mend)
        self.passes(*where, "The address is in the other VPC.")
        return self.deliver(other, None)

    def _into_transit_gateway(self, gateway: TransitGateway, subnet: Subnet) -> Place:
        attachment = next(
            a for a in self.network.all(Attachment) if a.transit_gateway == gateway.id and a.resource == subnet.vpc
        )
        ends = [self.network.get(Subnet, name) for name in attachment.subnets]
        end = next((candidate for candidate in ends if candidate.zone == subnet.zone), None)
        if end is None:
            reason = f"{attachment.id} has no subnet in zone {subnet.zone}, so {subnet.id} cannot reach the gateway."
            self.drop(
                gateway.id, "transit gateway", attachment.id, reason, f"Add a subnet of zone {subnet.zone} to it."
            )
        self.acl(end, "inbound")
        return self._across(attachment, subnet.zone)

    def _across(self, attachment: Attachment, zone: str) -> Place:
        """Look the destination up in the route table that the incoming attachment is associated with."""
        gateway = attachment.transit_gateway
        if not attachment.association:
            reason = f"{attachment.id} is associated with no route table."
            self.drop(
                gateway, "transit gateway", attachment.id, reason, "Associate it with a transit gateway route table."
            )
        table = self.network.get(TransitGatewayRouteTable, attachment.association)
        match = transit_lookup(self.network, table, self.header.destination)
        if match is None or is_blackhole(match):
            found = (
                f"The route {match} drops it." if match else f"{table.id} has no route for {self.header.destination}."
            )
            rule = f"{table.id} {match}" if match else f"{table.id} no route for {self.header.destination}"
            mend = f"Propagate the attachment behind {self.header.destination} to {table.id}, or add a static route."
            self.drop(gateway, "transit gateway", rule, found, mend)
        self.over_transit = gateway
        self.passes(
            gateway, "transit gateway", f"{table.id} {match}", "Any attachment reaches any that its table names."
        )
        there = self.network.get(Attachment, match.route.target)
        resource = self.network.find(there.resource)
        if isinstance(resource, Connection):
            return self._to_premises(resource)
        return self._into_vpc(there, zone)

    def _into_vpc(self, attachment: Attachment, zone: str) -> Place:
        """Enter a VPC from a transit gateway, in the packet's own zone if the attachment has a subnet there."""
        ends = [self.network.get(Subnet, name) for name in attachment.subnets]
        return self.route_from(next((end for end in ends if end.zone == zone), ends[0]))

    def _out_by_vpn(self, gateway: VirtualPrivateGateway) -> Place:
        if not inside(self.header.source, self.network.blocks(gateway.vpc)):
            reason = f"{self.header.source} is not in {gateway.vpc}: a virtual private gateway serves its own VPC only."
            mend = "Use a transit gateway, which VPCs and VPN connections share."
            self.drop(gateway.id, "virtual private gateway", str(self.header.source), reason, mend)
        found = connections(self.network, gateway.id, self.header.destination)
        if not found:
            reason = f"No connection of {gateway.id} that is up leads to {self.header.destination}."
            mend = "Bring the VPN connection up, or let the customer gateway advertise that block."
            self.drop(gateway.id, "virtual private gateway", "no connection", reason, mend)
        self.passes(
            gateway.id, "virtual private gateway", f"{found[0].id} ({found[0].kind})", "The preferred connection."
        )
        return self._to_premises(found[0])

    def _to_premises(self, connection: Connection) -> Place:
        behind = self.network.get(CustomerGateway, connection.customer_gateway)
        where = (behind.id, "customer gateway", connection.id)
        if not connection.up:
            self.drop(*where, f"{connection.id} is down.", "Bring the connection up, or keep a second one.")
        if not inside(self.header.destination, map(block, behind.cidrs)):
            mend = "Route only the blocks of the premises to this connection."
            self.drop(*where, f"{self.header.destination} is not behind {behind.id}.", mend)
        self.passes(*where, "It has arrived on premises.")
        return Place("customer gateway", behind.id)

    def from_premises(self, id_: str) -> Place:
        """Send the packet from a host behind a customer gateway: private addresses by its connections."""
        customer = self.network.get(CustomerGateway, id_)
        if not inside(self.header.destination, UNROUTED) and not any(self._to(vpc.id) for vpc in self.network.all(Vpc)):
            if not customer.public_ip:
                mend = "Use an interface endpoint, which the connection reaches, or give the premises an internet line."
                self.drop(
                    id_, "customer gateway", "no internet line", "Only private addresses go by the connection.", mend
                )
            self.translate(id_, customer.public_ip)
            self.passes(id_, "customer gateway", "its own internet line", "A public address: not by the connection.")
            return self.on_internet()
        for connection in self.network.all(Connection):
            if connection.customer_gateway != customer.id or not connection.up:
                continue
            gateway = self.network.find(connection.gateway)
            if attachment := self._attached(connection):
                return self._across(attachment, "")
            if isinstance(gateway, VirtualPrivateGateway) and self._to(gateway.vpc):
                self.passes(gateway.id, "virtual private gateway", connection.id, "The VPC's end of the connection.")
                return self.deliver(gateway.vpc, None)
        reason = (
            f"No connection of {customer.id} that is up leads to {self.header.destination}: a virtual private gateway "
            "announces its own VPC's blocks only."
        )
        mend = "Connect that VPC too, or put VPCs and connection on a transit gateway."
        return self.drop(customer.id, "customer gateway", "no route", reason, mend)

    def _to(self, vpc: str) -> bool:
        return inside(self.header.destination, self.network.blocks(vpc))

    def _attached(self, connection: Connection) -> Attachment | None:
        return next((a for a in self.network.all(Attachment) if a.resource == connection.id), None)
