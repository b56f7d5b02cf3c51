"""What AWS refuses to make: overlapping subnets, routes to gateways of other VPCs, peering of overlapping blocks.

Each check raises NetworkError with a sentence that names the thing and its mend. Source of the rules: Amazon VPC user
guide, 'VPC CIDR blocks', 'Subnet CIDR blocks', 'Route table concepts'; VPC Peering guide, 'limitations'.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address
from itertools import combinations
from typing import TYPE_CHECKING

from course.models.packet.filters import HIGHEST_NUMBER, NetworkAcl, SecurityGroup
from course.models.packet.resources import (
    BLACKHOLE,
    Attachment,
    Connection,
    CustomerGateway,
    EgressOnlyInternetGateway,
    GatewayEndpoint,
    Interface,
    InterfaceEndpoint,
    InternetGateway,
    NatGateway,
    NetworkError,
    PeeringConnection,
    PrefixList,
    RegionalNatGateway,
    Resource,
    Route,
    RouteTable,
    Service,
    Subnet,
    TransitGateway,
    TransitGatewayRouteTable,
    VirtualPrivateGateway,
    Vpc,
    block,
    inside,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.models.packet.network import Network
    from course.models.packet.resources import (
        Block,
    )

_V4 = 4
_SIZES = {_V4: (16, 28), 6: (44, 64)}
_RESERVED_FIRST = 4


def check(network: Network) -> None:
    """Raise NetworkError for the first thing that AWS would refuse."""
    doubled = [id_ for id_, count in Counter(resource.id for resource in network.resources).items() if count > 1]
    if doubled:
        raise NetworkError(f"Two resources have the id {doubled[0]!r}; give each its own.")
    for vpc in network.all(Vpc):
        _vpc(vpc)
    for subnet in network.all(Subnet):
        _subnet(network, subnet)
    for one, other in combinations(network.all(Subnet), 2):
        _apart(one, other)
    _interfaces(network)
    _one_a_vpc(network)
    for table in network.all(RouteTable):
        _table(network, table)
    for peering in network.all(PeeringConnection):
        _peering(network, peering)
    for group in network.all(SecurityGroup):
        _group(network, group)
    for acl in network.all(NetworkAcl):
        _acl(network, acl)
    _endpoints(network)
    _connections(network)
    _transit(network)


def _vpc(vpc: Vpc) -> None:
    blocks = [block(cidr) for cidr in vpc.cidrs]
    if not blocks or blocks[0].version != _V4:
        raise NetworkError(f"{vpc.id} needs an IPv4 block first, such as 10.0.0.0/16; add it to its cidrs.")
    for candidate in blocks:
        _size(vpc.id, candidate)
    for one, other in combinations(blocks, 2):
        if one.overlaps(other):
            raise NetworkError(f"The blocks {one} and {other} of {vpc.id} overlap; choose one that is free.")


def _size(id_: str, candidate: Block) -> None:
    largest, smallest = _SIZES[candidate.version]
    if not largest <= candidate.prefixlen <= smallest:
        raise NetworkError(
            f"{candidate} of {id_} is a /{candidate.prefixlen}; AWS takes IPv{candidate.version} blocks from "
            f"/{largest} to /{smallest}."
        )


def _subnet(network: Network, subnet: Subnet) -> None:
    blocks = network.blocks(subnet.vpc)
    for cidr in filter(None, (subnet.cidr, subnet.ipv6_cidr)):
        candidate = block(cidr)
        _size(subnet.id, candidate)
        if not any(_part_of(candidate, whole) for whole in blocks):
            own = " and ".join(str(whole) for whole in blocks)
            raise NetworkError(f"{cidr} of {subnet.id} is not inside {subnet.vpc} ({own}); take a block from there.")
    if subnet.route_table:
        _same_vpc(network, subnet, network.get(RouteTable, subnet.route_table))
    if subnet.acl:
        _same_vpc(network, subnet, network.get(NetworkAcl, subnet.acl))


def _part_of(inner: Block, outer: Block) -> bool:
    return inner.prefixlen >= outer.prefixlen and inner.network_address in outer


def _same_vpc(network: Network, thing: Subnet | Interface, part: RouteTable | NetworkAcl | SecurityGroup) -> None:
    vpc = thing.vpc if isinstance(thing, Subnet) else network.vpc_of(thing)
    if part.vpc != vpc and not (isinstance(part, SecurityGroup) and vpc in part.associated):
        raise NetworkError(f"{thing.id} is in {vpc}, but {part.id} in {part.vpc}; use a {words(type(part))} of {vpc}.")


def _apart(one: Subnet, other: Subnet) -> None:
    if one.vpc != other.vpc:
        return
    for first, second in ((one.cidr, other.cidr), (one.ipv6_cidr, other.ipv6_cidr)):
        if first and second and block(first).overlaps(block(second)):
            raise NetworkError(
                f"{one.id} ({first}) and {other.id} ({second}) overlap; choose a free block of {one.vpc}."
            )


def _interfaces(network: Network) -> None:
    seen: dict[tuple[str, str], str] = {}
    public: dict[str, str] = {}
    for owner in network.owners():
        subnet = network.get(Subnet, owner.subnet)
        _address(owner.id, owner.address, subnet.cidr, subnet.id)
        if isinstance(owner, Interface):
            _groups(network, owner)
            if owner.ipv6:
                _address(owner.id, owner.ipv6, subnet.ipv6_cidr, subnet.id)
        elif (owner.connectivity == "public") != bool(owner.public_ip):
            needs = "needs an Elastic IP" if owner.connectivity == "public" else "cannot have an Elastic IP"
            raise NetworkError(f"The {owner.connectivity} NAT gateway {owner.id} {needs}; change its public_ip.")
        _only(owner.id, seen.setdefault((subnet.vpc, owner.address), owner.id), owner.address)
    for gateway in network.all(Resource):
        if isinstance(gateway, Interface | NatGateway | RegionalNatGateway) and gateway.public_ip:
            _only(gateway.id, public.setdefault(gateway.public_ip, gateway.id), gateway.public_ip)


def _only(id_: str, first: str, address: str) -> None:
    if id_ != first:
        raise NetworkError(f"{id_} and {first} both have {address}; an address has one owner: give {id_} another.")


def _groups(network: Network, interface: Interface) -> None:
    if not interface.groups:
        raise NetworkError(f"{interface.id} has no security group; name at least one.")
    for name in interface.groups:
        _same_vpc(network, interface, network.get(SecurityGroup, name))


def _address(id_: str, text: str, cidr: str, subnet: str) -> None:
    try:
        address = ip_address(text)
    except ValueError:
        raise NetworkError(f"{text!r} of {id_} is no IP address; write one such as 10.0.0.10.") from None
    if not cidr or not inside(address, [block(cidr)]):
        raise NetworkError(f"{text} of {id_} is not in {subnet} ({cidr or 'without such a block'}); choose another.")
    place = int(address) - int(block(cidr).network_address)
    if place < _RESERVED_FIRST or address == block(cidr).broadcast_address:
        raise NetworkError(
            f"{text} of {id_} is one of the five addresses that AWS reserves in {subnet}; choose another."
        )


def _one_a_vpc(network: Network) -> None:
    for kind in (InternetGateway, EgressOnlyInternetGateway, VirtualPrivateGateway):
        taken: dict[str, str] = {}
        for gateway in network.all(Resource):
            if isinstance(gateway, kind):
                network.get(Vpc, gateway.vpc)
                first = taken.setdefault(gateway.vpc, gateway.id)
                if first != gateway.id:
                    raise NetworkError(f"{gateway.vpc} has two {words(kind)}s, {first} and {gateway.id}; delete one.")


def _table(network: Network, table: RouteTable) -> None:
    network.get(Vpc, table.vpc)
    mains = [other.id for other in network.all(RouteTable) if other.vpc == table.vpc and other.main]
    if len(mains) > 1:
        raise NetworkError(f"{table.vpc} has two main route tables, {' and '.join(mains)}; only one can be main.")
    _once(table.id, table.routes)
    for route in table.routes:
        for candidate in _route_blocks(network, table.id, route):
            _within(network, table, route, candidate)
        if route.target != BLACKHOLE:
            _target(network, table, route)
    for name in table.propagating:
        if network.get(VirtualPrivateGateway, name).vpc != table.vpc:
            raise NetworkError(f"{name} cannot propagate to {table.id}: it is not attached to {table.vpc}.")


def _once(id_: str, routes: Iterable[Route]) -> None:
    for destination, count in Counter(route.destination for route in routes).items():
        if count > 1:
            raise NetworkError(f"{id_} has two routes for {destination}; keep one.")


def _route_blocks(network: Network, table: str, route: Route) -> list[Block]:
    if "/" in route.destination:
        return [block(route.destination)]
    lists = {p.id for p in network.all(PrefixList)} | {s.prefix_list for s in network.all(Service)} - {""}
    if route.destination not in lists:
        known = ", ".join(sorted(lists)) or "none"
        raise NetworkError(
            f"{table} has a route for {route.destination!r}, which is no CIDR block or prefix list ({known})."
        )
    return network.ranges(route.destination)


def _within(network: Network, table: RouteTable, route: Route, candidate: Block) -> None:
    """Refuse what AWS refuses about routes inside the VPC's own block: only appliances may stand in the way."""
    for own in network.blocks(table.vpc):
        if not _part_of(candidate, own):
            continue
        subnets = {block(c) for s in network.all(Subnet) if s.vpc == table.vpc for c in (s.cidr, s.ipv6_cidr) if c}
        target = network.find(route.target)
        if isinstance(target, Interface | NatGateway) and (candidate in subnets or candidate == own):
            continue
        raise NetworkError(
            f"{table.id} cannot send {candidate} to {route.target}: it is inside {table.vpc} ({own}), where only the "
            "block of a whole subnet can be sent, and only to a network interface or NAT gateway; remove the route."
        )


def _target(network: Network, table: RouteTable, route: Route) -> None:
    target = network.find(route.target)
    where = f"{table.id} sends {route.destination} to {route.target}"
    match target:
        case None:
            raise NetworkError(f"{where}, which this network does not have; name a target that exists.")
        case Interface() | NatGateway():
            vpcs = {network.vpc_of(target)}
        case PeeringConnection():
            vpcs = {target.requester, target.accepter}
        case TransitGateway():
            vpcs = {a.resource for a in network.all(Attachment) if a.transit_gateway == target.id}
        case InternetGateway() | EgressOnlyInternetGateway() | VirtualPrivateGateway():
            vpcs = {target.vpc}
        case GatewayEndpoint() | RegionalNatGateway():
            vpcs = {target.vpc}
        case _:
            raise NetworkError(f"{where}, a {words(type(target))}, which cannot be a target; name a gateway.")
    if table.vpc not in vpcs:
        raise NetworkError(f"{where}, which is not attached to {table.vpc}; attach it or use a target of that VPC.")
    if isinstance(target, EgressOnlyInternetGateway) and block(route.destination).version == _V4:
        raise NetworkError(f"{where}, but an egress-only internet gateway carries IPv6 only; use a NAT gateway.")
    if isinstance(target, GatewayEndpoint) != (route.destination == _prefix_list(network, target)):
        raise NetworkError(f"{where}; a prefix list of a service goes to its gateway endpoint, and nothing else does.")


def _prefix_list(network: Network, target: Resource) -> str | None:
    return network.get(Service, target.service).prefix_list if isinstance(target, GatewayEndpoint) else None


def _peering(network: Network, peering: PeeringConnection) -> None:
    if peering.requester == peering.accepter:
        raise NetworkError(f"{peering.id} peers {peering.requester} with itself; name two VPCs.")
    for one in network.blocks(peering.requester):
        for other in network.blocks(peering.accepter):
            if one.overlaps(other):
                raise NetworkError(
                    f"{peering.id} cannot peer {peering.requester} with {peering.accepter}: {one} and {other} overlap; "
                    "give one of the VPCs other blocks."
                )


def _group(network: Network, group: SecurityGroup) -> None:
    network.get(Vpc, group.vpc)
    for rule in (*group.inbound, *group.outbound):
        if isinstance(network.find(rule.peer), SecurityGroup):
            continue
        if "/" not in rule.peer and rule.peer not in {p.id for p in network.all(PrefixList)} | {
            s.prefix_list for s in network.all(Service)
        }:
            raise NetworkError(
                f"The rule '{rule}' of {group.id} names {rule.peer!r}, which is no CIDR block, security group or "
                "prefix list of this network; write one such as 10.0.0.0/16."
            )
        network.ranges(rule.peer)


def _acl(network: Network, acl: NetworkAcl) -> None:
    network.get(Vpc, acl.vpc)
    for direction, entries in (("inbound", acl.inbound), ("outbound", acl.outbound)):
        for number, count in Counter(entry.number for entry in entries).items():
            if count > 1:
                raise NetworkError(f"{acl.id} has two {direction} rules with the number {number}; renumber one.")
            if not 1 <= number <= HIGHEST_NUMBER:
                raise NetworkError(f"Rule {number} of {acl.id} must have a number from 1 to {HIGHEST_NUMBER}.")
        for entry in entries:
            block(entry.cidr)


def _endpoints(network: Network) -> None:
    for service in network.all(Service):
        if not service.cidrs:
            raise NetworkError(f"The service {service.id} has no ranges; give it at least one.")
    for gateway in network.all(GatewayEndpoint):
        network.get(Vpc, gateway.vpc)
        if not network.get(Service, gateway.service).prefix_list:
            raise NetworkError(f"{gateway.id}: {gateway.service} has no gateway endpoint; make an interface endpoint.")
    for endpoint in network.all(InterfaceEndpoint):
        network.get(Service, endpoint.service)
        ends = [network.get(Interface, name) for name in endpoint.interfaces]
        if len({network.vpc_of(end) for end in ends}) != 1:
            raise NetworkError(
                f"{endpoint.id} needs interfaces, all in one VPC; it has {', '.join(endpoint.interfaces) or 'none'}."
            )


def _connections(network: Network) -> None:
    for customer in network.all(CustomerGateway):
        for cidr in customer.cidrs:
            block(cidr)
    for connection in network.all(Connection):
        network.get(CustomerGateway, connection.customer_gateway)
        if not isinstance(network.find(connection.gateway), VirtualPrivateGateway | TransitGateway):
            raise NetworkError(
                f"{connection.id} ends at {connection.gateway!r}, which is no virtual private or transit gateway; "
                "name one of this network."
            )


def _transit(network: Network) -> None:
    for table in network.all(TransitGatewayRouteTable):
        network.get(TransitGateway, table.transit_gateway)
        _once(table.id, table.routes)
        for route in table.routes:
            _route_blocks(network, table.id, route)
            if route.target != BLACKHOLE:
                network.get(Attachment, route.target)
    for attachment in network.all(Attachment):
        network.get(TransitGateway, attachment.transit_gateway)
        for name in filter(None, (attachment.association, *attachment.propagations)):
            network.get(TransitGatewayRouteTable, name)
        _attachment(network, attachment)


def _attachment(network: Network, attachment: Attachment) -> None:
    if isinstance(network.find(attachment.resource), Connection):
        return
    network.get(Vpc, attachment.resource)
    subnets = [network.get(Subnet, name) for name in attachment.subnets]
    zones = [subnet.zone for subnet in subnets]
    if not zones or len(set(zones)) < len(zones) or {subnet.vpc for subnet in subnets} != {attachment.resource}:
        raise NetworkError(
            f"{attachment.id} needs subnets of {attachment.resource}, one in each zone it serves; it has "
            f"{', '.join(attachment.subnets) or 'none'}."
        )
