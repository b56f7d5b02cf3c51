"""What a network is made of, by AWS's names.

Everything has an id, unique in its network. Addresses and CIDR blocks are text as AWS writes them, IPv4 or IPv6.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Literal, TypeVar

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = IPv4Address | IPv6Address
Block = IPv4Network | IPv6Network

LOCAL = "local"
BLACKHOLE = "blackhole"
MAIN = "main"


class NetworkError(CourseError, ValueError):
    """A network that AWS would refuse, or a name that it does not hold."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Anything of a network, by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Vpc(Resource):
    """A VPC with its IPv4 and IPv6 blocks. `dns` is enableDnsSupport and enableDnsHostnames, both on."""

    cidrs: tuple[str, ...]
    region: str = "us-east-1"
    dns: bool = True


@dataclass(frozen=True, slots=True)
class Subnet(Resource):
    """A subnet in one Availability Zone. An empty `route_table` is the VPC's main one, an empty `acl` its default."""

    vpc: str
    cidr: str
    zone: str = "a"
    route_table: str = ""
    acl: str = ""
    ipv6_cidr: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a block (or a prefix list, by its id) goes: the id of a target; 'blackhole' is one that was deleted."""

    destination: str
    target: str

    def __str__(self) -> str:
        return f"{self.destination} → {self.target}"


@dataclass(frozen=True, slots=True)
class RouteTable(Resource):
    """A VPC's route table; its local routes are implied. `propagating` are virtual private gateways."""

    vpc: str
    routes: tuple[Route, ...] = ()
    main: bool = False
    propagating: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance(Resource):
    """An EC2 instance. One that is not `running` answers nothing."""

    zone: str = "a"
    running: bool = True


@dataclass(frozen=True, slots=True)
class Interface(Resource):
    """An elastic network interface. `public_ip` is its public IPv4 or Elastic IP.

    `instance` is whose it is; one without belongs to something that runs. `nat` says that the software behind it
    translates addresses, as a NAT instance does.
    """

    subnet: str
    address: str
    groups: tuple[str, ...]
    public_ip: str = ""
    ipv6: str = ""
    instance: str = ""
    primary: bool = True
    source_dest_check: bool = True
    nat: bool = False
    mac: str = ""


@dataclass(frozen=True, slots=True)
class InternetGateway(Resource):
    """An internet gateway, attached to one VPC."""

    vpc: str


@dataclass(frozen=True, slots=True)
class EgressOnlyInternetGateway(Resource):
    """The way out for IPv6 that lets nobody begin a connection from outside."""

    vpc: str


@dataclass(frozen=True, slots=True)
class NatGateway(Resource):
    """A NAT gateway in a subnet: public with an Elastic IP as `public_ip`, or private without one."""

    subnet: str
    address: str
    public_ip: str = ""
    connectivity: Literal["public", "private"] = "public"


@dataclass(frozen=True, slots=True)
class RegionalNatGateway(Resource):
    """A regional NAT gateway (since November 2025): it serves all zones of a VPC and lies in no subnet."""

    vpc: str
    public_ip: str


@dataclass(frozen=True, slots=True)
class PrefixList(Resource):
    """A customer-managed prefix list."""

    cidrs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service(Resource):
    """An AWS service: its public ranges, and the id of the prefix list that AWS keeps of them, if it keeps one."""

    cidrs: tuple[str, ...]
    prefix_list: str = ""


@dataclass(frozen=True, slots=True)
class GatewayEndpoint(Resource):
    """A gateway endpoint to S3 or DynamoDB: a target of routes to the service's prefix list."""

    vpc: str
    service: str


@dataclass(frozen=True, slots=True)
class InterfaceEndpoint(Resource):
    """An interface endpoint (PrivateLink): `interfaces` of its own, one a zone, through which a service is reached."""

    service: str
    interfaces: tuple[str, ...]
    private_dns: bool = True


@dataclass(frozen=True, slots=True)
class PeeringConnection(Resource):
    """A VPC peering connection that both sides have accepted, if `active`."""

    requester: str
    accepter: str
    active: bool = True

    def other(self, vpc: str) -> str:
        """Return the id of the VPC at the other end."""
        return self.accepter if vpc == self.requester else self.requester


@dataclass(frozen=True, slots=True)
class TransitGateway(Resource):
    """A transit gateway; `group_references` is its security group referencing support."""

    group_references: bool = False


@dataclass(frozen=True, slots=True)
class TransitGatewayRouteTable(Resource):
    """A route table of a transit gateway: static routes to attachments or 'blackhole'; the others are propagated."""

    transit_gateway: str
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment(Resource):
    """What is attached to a transit gateway: a VPC by `subnets`, one a zone, or a VPN or Direct Connect connection.

    `association` is the route table that its packets are looked up in, `propagations` those that learn its blocks.
    """

    transit_gateway: str
    resource: str
    subnets: tuple[str, ...] = ()
    association: str = ""
    propagations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VirtualPrivateGateway(Resource):
    """The VPC's end of VPN connections and private virtual interfaces."""

    vpc: str


@dataclass(frozen=True, slots=True)
class CustomerGateway(Resource):
    """The device on premises, and the blocks of the network behind it.

    With a `public_ip` it also translates for the premises' own internet line.
    """

    cidrs: tuple[str, ...]
    public_ip: str = ""


@dataclass(frozen=True, slots=True)
class Connection(Resource):
    """A Site-to-Site VPN, or Direct Connect, from a customer gateway to a virtual private or transit gateway."""

    customer_gateway: str
    gateway: str
    kind: Literal["Direct Connect", "VPN, static", "VPN, BGP"] = "VPN, BGP"
    up: bool = True


R = TypeVar("R", bound=Resource)


def addresses(owner: Interface | NatGateway) -> set[Address]:
    """Return the private IPv4 and the IPv6 address of an interface or a NAT gateway."""
    texts = (owner.address, owner.ipv6) if isinstance(owner, Interface) else (owner.address,)
    return {ip_address(text) for text in texts if text}


def block(cidr: str) -> Block:
    """Read a CIDR block; NetworkError for text that is none, or one with bits set behind its mask."""
    try:
        return ip_network(cidr)
    except ValueError:
        pass
    try:
        meant = ip_network(cidr, strict=False)
    except ValueError:
        raise NetworkError(f"{cidr!r} is no CIDR block; write one such as 10.0.0.0/16 or 2001:db8::/56.") from None
    raise NetworkError(f"{cidr} has bits set behind its mask; the block that holds this address is {meant}.")


def inside(address: Address, blocks: Iterable[Block]) -> bool:
    """Tell whether an address lies in one of the blocks; IPv4 never lies in IPv6."""
    return any(address in candidate for candidate in blocks)


def words(kind: type) -> str:
    """Return the name of a kind as one writes it: 'route table', 'NAT gateway'."""
    spelled = "".join(f" {c.lower()}" if c.isupper() else c for c in kind.__name__).strip()
    for short in ("vpc", "nat"):
        spelled = " ".join(short.upper() if word == short else word for word in spelled.split())
    return spelled
