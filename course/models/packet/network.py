"""All resources of a network together: who is where, and what a network is without one of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from course.models.packet.resources import (
    BLACKHOLE,
    MAIN,
    Address,
    Block,
    Interface,
    NatGateway,
    NetworkError,
    PrefixList,
    R,
    Resource,
    RouteTable,
    Service,
    Subnet,
    TransitGatewayRouteTable,
    Vpc,
    addresses,
    block,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Network:
    """All resources together. Raises NetworkError where AWS would refuse one of them, in a sentence."""

    resources: tuple[Resource, ...]
    _by_id: dict[str, Resource] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        from course.models.packet.checks import check  # noqa: PLC0415 - the checks need this module

        object.__setattr__(self, "resources", tuple(self.resources))
        object.__setattr__(self, "_by_id", {resource.id: resource for resource in self.resources})
        check(self)

    def get(self, kind: type[R], id_: str) -> R:
        """Return the resource of a kind by its id; NetworkError when there is none."""
        found = self._by_id.get(id_)
        if isinstance(found, kind):
            return found
        known = ", ".join(sorted(resource.id for resource in self.resources if isinstance(resource, kind)))
        raise NetworkError(f"There is no {words(kind)} {id_!r}; this network has {known or 'none'}.")

    def find(self, id_: str) -> Resource | None:
        """Return the resource with this id, of whatever kind; None when there is none."""
        return self._by_id.get(id_)

    def all(self, kind: type[R]) -> Iterator[R]:
        """Yield all resources of a kind, in their order."""
        return (resource for resource in self.resources if isinstance(resource, kind))

    def changed(self, *resources: Resource) -> Network:
        """Return the network with these resources, each in place of the one with its id if there is one."""
        new = {resource.id: resource for resource in resources}
        kept = [new.pop(resource.id, resource) for resource in self.resources]
        return Network((*kept, *new.values()))

    def without(self, *ids: str) -> Network:
        """Return the network without these resources; routes to them become blackholes, as in AWS."""
        for id_ in ids:
            if id_ not in self._by_id:
                raise NetworkError(f"{id_!r} cannot be deleted: this network has no resource of that id.")
        return Network(tuple(_without_routes(r, ids) for r in self.resources if r.id not in ids))

    def blocks(self, vpc: str) -> list[Block]:
        """Return the CIDR blocks of a VPC."""
        return [block(cidr) for cidr in self.get(Vpc, vpc).cidrs]

    def vpc_of(self, what: Interface | NatGateway) -> str:
        """Return the id of the VPC in which an interface or a NAT gateway lies."""
        return self.get(Subnet, what.subnet).vpc

    def owners(self) -> list[Interface | NatGateway]:
        """Return everything that has an address of its own."""
        return [found for found in self.resources if isinstance(found, Interface | NatGateway)]

    def owner(self, vpc: str, address: Address) -> Interface | NatGateway | None:
        """Return who has a private address in a VPC."""
        here = (found for found in self.owners() if self.vpc_of(found) == vpc)
        return next((found for found in here if address in addresses(found)), None)

    def table_of(self, subnet: Subnet) -> RouteTable:
        """Return the route table of a subnet: its own, or the VPC's main one (implied when none is named)."""
        if subnet.route_table:
            return self.get(RouteTable, subnet.route_table)
        named = (table for table in self.all(RouteTable) if table.vpc == subnet.vpc and table.main)
        return next(named, RouteTable(MAIN, subnet.vpc, main=True))

    def ranges(self, destination: str) -> list[Block]:
        """Return the blocks that a CIDR or the id of a prefix list stands for."""
        if isinstance(found := self._by_id.get(destination), PrefixList):
            return [block(cidr) for cidr in found.cidrs]
        for service in self.all(Service):
            if service.prefix_list and service.prefix_list == destination:
                return [block(cidr) for cidr in service.cidrs]
        return [block(destination)]


def _without_routes(resource: Resource, gone: Sequence[str]) -> Resource:
    if not isinstance(resource, RouteTable | TransitGatewayRouteTable):
        return resource
    routes = (replace(route, target=BLACKHOLE) if route.target in gone else route for route in resource.routes)
    return replace(resource, routes=tuple(routes))
