"""Which route a packet takes: the most specific one, and who wins between equals.

Source of the rules: Amazon VPC user guide, 'How route priority works'; AWS Transit Gateway guide, 'How transit
gateways work'; Site-to-Site VPN guide, 'Route tables and VPN route priority'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.models.packet.resources import (
    BLACKHOLE,
    LOCAL,
    Attachment,
    Connection,
    CustomerGateway,
    Route,
    RouteTable,
    TransitGatewayRouteTable,
    Vpc,
    block,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from course.models.packet.network import Network
    from course.models.packet.resources import (
        Address,
        Block,
    )

STATIC, PREFIX_LIST, PROPAGATED = range(3)
KINDS = ("Direct Connect", "VPN, static", "VPN, BGP")
"""Connections, the preferred first, where they lead to the same block."""


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the block of it that matches. `rank` decides between equals: the lowest wins."""

    route: Route
    block: Block
    rank: int

    @property
    def propagated(self) -> bool:
        """Whether the route was learned."""
        return self.rank >= PROPAGATED

    def __str__(self) -> str:
        return f"{self.route}{' (propagated)' if self.propagated else ''}"


def lookup(network: Network, table: RouteTable, address: Address) -> Match | None:
    """Return the route of a VPC's route table that an address takes; None when there is none.

    The local route beats any propagated route, even a more specific one.
    """
    local = _best(matches_of(network, (Route(str(cidr), LOCAL) for cidr in network.blocks(table.vpc)), address))
    static = _best(matches_of(network, table.routes, address))
    if local is not None:
        return _best([match for match in (local, static) if match is not None])
    return _best([*([static] if static else []), *_propagated(network, table, address)])


def matches_of(network: Network, routes: Iterable[Route], address: Address) -> Iterator[Match]:
    """Yield those static routes that match an address."""
    for route in routes:
        for candidate in network.ranges(route.destination):
            if address in candidate:
                rank = STATIC if route.destination == str(candidate) else PREFIX_LIST
                yield Match(route, candidate, rank)


def _propagated(network: Network, table: RouteTable, address: Address) -> Iterator[Match]:
    for gateway in table.propagating:
        for connection in connections(network, gateway, address):
            found = connection_block(network, connection, address)
            yield Match(Route(str(found), gateway), found, PROPAGATED)


def transit_lookup(network: Network, table: TransitGatewayRouteTable, address: Address) -> Match | None:
    """Return the route of a transit gateway's route table: to an attachment, or a blackhole; None without one."""
    found = list(matches_of(network, table.routes, address))
    for attachment in network.all(Attachment):
        if table.id in attachment.propagations:
            found += (
                Match(Route(str(candidate), attachment.id), candidate, rank)
                for candidate, rank in _learned(network, attachment)
                if address in candidate
            )
    return _best(found)


def _learned(network: Network, attachment: Attachment) -> Iterator[tuple[Block, int]]:
    resource = network.find(attachment.resource)
    if isinstance(resource, Vpc):
        yield from ((candidate, PROPAGATED) for candidate in network.blocks(resource.id))
    if isinstance(resource, Connection) and resource.up:
        behind = network.get(CustomerGateway, resource.customer_gateway)
        yield from ((block(cidr), PROPAGATED + 1 + KINDS.index(resource.kind)) for cidr in behind.cidrs)


def _best(matches: Iterable[Match]) -> Match | None:
    return min(matches, key=lambda match: (-match.block.prefixlen, match.rank), default=None)


def connections(network: Network, gateway: str, address: Address) -> list[Connection]:
    """Return the connections of a gateway that are up and lead to an address, the preferred one first."""
    found = [
        connection
        for connection in network.all(Connection)
        if connection.gateway == gateway
        and connection.up
        and any(address in block(cidr) for cidr in network.get(CustomerGateway, connection.customer_gateway).cidrs)
    ]
    return sorted(found, key=lambda c: (-connection_block(network, c, address).prefixlen, KINDS.index(c.kind)))


def connection_block(network: Network, connection: Connection, address: Address) -> Block:
    """Return the most specific block behind a connection that holds an address."""
    behind = network.get(CustomerGateway, connection.customer_gateway)
    return max((b for cidr in behind.cidrs if address in (b := block(cidr))), key=lambda b: b.prefixlen)


def is_blackhole(match: Match) -> bool:
    """Tell whether a route's target is gone, or was made to drop."""
    return match.route.target == BLACKHOLE
