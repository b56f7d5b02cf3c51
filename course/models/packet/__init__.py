"""Which packet gets through a VPC, and which rule stops it: security groups, network ACLs, routes, gateways.

`walk(network, packet)` follows a request and its response, hop by hop, by the rules of the Amazon VPC user guide and
its neighbours. Not modelled: NAT64, gateway route tables, Gateway Load Balancers, endpoint policies (they are IAM's),
transit gateway peering, limits on size and speed.
"""

from course.models.packet.failover import associate_address, move_interface
from course.models.packet.filters import (
    EPHEMERAL,
    Entry,
    Header,
    NetworkAcl,
    Protocol,
    Rule,
    SecurityGroup,
    Traffic,
)
from course.models.packet.hops import Hop
from course.models.packet.network import Network
from course.models.packet.plain import network
from course.models.packet.resources import (
    Attachment,
    Connection,
    CustomerGateway,
    EgressOnlyInternetGateway,
    GatewayEndpoint,
    Instance,
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
)
from course.models.packet.routing import lookup
from course.models.packet.walk import Packet, Walk, walk

__all__ = [
    "EPHEMERAL",
    "Attachment",
    "Connection",
    "CustomerGateway",
    "EgressOnlyInternetGateway",
    "Entry",
    "GatewayEndpoint",
    "Header",
    "Hop",
    "Instance",
    "Interface",
    "InterfaceEndpoint",
    "InternetGateway",
    "NatGateway",
    "Network",
    "NetworkAcl",
    "NetworkError",
    "Packet",
    "PeeringConnection",
    "PrefixList",
    "Protocol",
    "RegionalNatGateway",
    "Resource",
    "Route",
    "RouteTable",
    "Rule",
    "SecurityGroup",
    "Service",
    "Subnet",
    "Traffic",
    "TransitGateway",
    "TransitGatewayRouteTable",
    "VirtualPrivateGateway",
    "Vpc",
    "Walk",
    "associate_address",
    "lookup",
    "move_interface",
    "network",
    "walk",
]
