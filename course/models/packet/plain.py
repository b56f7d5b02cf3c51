"""A network read from plain data, as an exercise or a file of cases writes it.

{"vpcs": {"vpc-shop": {"cidrs": ["10.0.0.0/16"]}},
 "route_tables": {"rtb-public": {"vpc": "vpc-shop", "routes": {"0.0.0.0/0": "igw-shop"}}},
 "security_groups": {"sg-web": {"vpc": "vpc-shop", "inbound": ["tcp 443 0.0.0.0/0"]}},
 "network_acls": {"acl-web": {"vpc": "vpc-shop", "inbound": ["100 allow tcp 443 0.0.0.0/0"]}}}
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from course.models.packet import resources
from course.models.packet.filters import Entry, NetworkAcl, Rule, SecurityGroup
from course.models.packet.network import Network
from course.models.packet.resources import (
    NetworkError,
    Route,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[str, type] = {
    "vpcs": resources.Vpc,
    "subnets": resources.Subnet,
    "route_tables": resources.RouteTable,
    "security_groups": SecurityGroup,
    "network_acls": NetworkAcl,
    "instances": resources.Instance,
    "interfaces": resources.Interface,
    "internet_gateways": resources.InternetGateway,
    "egress_only_internet_gateways": resources.EgressOnlyInternetGateway,
    "nat_gateways": resources.NatGateway,
    "regional_nat_gateways": resources.RegionalNatGateway,
    "prefix_lists": resources.PrefixList,
    "services": resources.Service,
    "gateway_endpoints": resources.GatewayEndpoint,
    "interface_endpoints": resources.InterfaceEndpoint,
    "peering_connections": resources.PeeringConnection,
    "transit_gateways": resources.TransitGateway,
    "transit_gateway_route_tables": resources.TransitGatewayRouteTable,
    "attachments": resources.Attachment,
    "virtual_private_gateways": resources.VirtualPrivateGateway,
    "customer_gateways": resources.CustomerGateway,
    "connections": resources.Connection,
}
_READERS = {SecurityGroup: Rule.read, NetworkAcl: Entry.read}


def network(data: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Network:
    """Make a network of plain data: kind, then id, then fields by their names.

    Routes are a mapping from destination to target, rules of both firewalls are lines of text. Raises NetworkError for
    an unknown kind or field, and for what `Network` refuses.
    """
    found = []
    for kind, things in data.items():
        if kind not in KINDS:
            raise NetworkError(f"A network has no {kind!r}; choose from {', '.join(KINDS)}.")
        found += [_resource(KINDS[kind], id_, values) for id_, values in things.items()]
    return Network(tuple(found))


def _resource(kind: type, id_: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of many kinds
    known = [item.name for item in fields(kind) if item.name != "id"]
    for name in values:
        if name not in known:
            raise NetworkError(f"{id_} has no {name!r}; choose from {', '.join(known)}.")
    try:
        return kind(id=id_, **{name: _value(kind, name, value) for name, value in values.items()})
    except TypeError:
        missing = ", ".join(name for name in known if name not in values)
        raise NetworkError(f"{id_} lacks something; it has no {missing}, some of which it needs.") from None


def _value(kind: type, name: str, value: Any) -> Any:  # noqa: ANN401 - a field's value
    if name == "routes":
        return tuple(Route(destination, target) for destination, target in value.items())
    if name in ("inbound", "outbound"):
        return tuple(_READERS[kind](line) for line in value)
    return tuple(value) if isinstance(value, list | tuple) else value
