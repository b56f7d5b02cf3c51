"""The answer of this package: whether a packet gets there and its response comes back, and if not, why not."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, Literal

from course.models.packet.filters import Header
from course.models.packet.gateways import Travel
from course.models.packet.hops import Dropped, Hop, Place, Session
from course.models.packet.resources import (
    CustomerGateway,
    Interface,
    InterfaceEndpoint,
    NetworkError,
    Service,
    Subnet,
    Vpc,
    addresses,
    block,
    inside,
)

if TYPE_CHECKING:
    from course.models.packet.filters import Protocol
    from course.models.packet.network import Network
    from course.models.packet.resources import (
        Address,
    )

Verdict = Literal["answered", "request dropped", "response dropped"]
CLIENT_PORT = 50_000


@dataclass(frozen=True, slots=True)
class Packet:
    """A request. `source` and `destination` are interfaces by id, or IP addresses; a destination may be a service.

    A public address that nothing in the network has is a host on the internet, which answers everything. For ICMP the
    ports mean nothing.
    """

    source: str
    destination: str
    protocol: Protocol = "tcp"
    port: int = 443
    source_port: int = CLIENT_PORT

    @property
    def kind(self) -> str:
        """What is sent: 'tcp 443', 'icmp'."""
        return self.protocol if self.protocol == "icmp" else f"{self.protocol} {self.port}"

    def __str__(self) -> str:
        return f"{self.kind} from {self.source} to {self.destination}"


@dataclass(frozen=True, slots=True)
class Walk:
    """The way of a request, `forward`, and of its response, `back`, which is empty when there was none."""

    verdict: Verdict
    forward: tuple[Hop, ...]
    back: tuple[Hop, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the sender gets an answer."""
        return self.verdict == "answered"

    @property
    def dropped(self) -> Hop | None:
        """The hop that dropped the request or the response; None when both got through."""
        return next((hop for hop in (*self.forward, *self.back) if not hop.allowed), None)

    def __str__(self) -> str:
        lines = [f"→ {hop}" for hop in self.forward] + [f"← {hop}" for hop in self.back]
        return "\n".join([*lines, f"{self.verdict}."])


def walk(network: Network, packet: Packet) -> Walk:
    """Follow a request to its destination and the response back.

    Raises NetworkError for a packet whose ends this network does not know or whose address families differ.
    """
    session = Session()
    start = _start(network, packet.source)
    to, named = _destination(network, packet, start)
    source = _source(network, packet.source, start, to)
    header = Header(source, to, packet.protocol, packet.port, packet.source_port)
    way = Travel(network, header, session, hops=list(named))
    try:
        end = _send(way, start)
    except Dropped:
        return Walk("request dropped", tuple(way.hops))
    if end.kind == "link-local":
        return Walk("answered", tuple(way.hops), tuple(way.hops))
    back = Travel(network, way.header.reply(), session, reply=True)
    try:
        home = _send(back, end)
        if home != start or back.header.source != to:
            back.drop(
                home.id,
                "internet" if home.kind == "internet" else "VPC",
                str(back.header.source),
                f"The response comes from {back.header.source} to {home.id}; {packet.source} waits for one from {to}.",
                "Let the response take the way by which the request came.",
            )
    except Dropped:
        return Walk("response dropped", tuple(way.hops), tuple(back.hops))
    return Walk("answered", tuple(way.hops), tuple(back.hops))


def _send(way: Travel, start: Place) -> Place:
    match start.kind:
        case "interface":
            return way.out_of(way.network.get(Interface, start.id))
        case "customer gateway":
            return way.from_premises(start.id)
        case "gateway endpoint":
            return way.back_by_gateway_endpoint(start.id)
        case _:
            return way.on_internet()


def _start(network: Network, source: str) -> Place:
    if isinstance(network.find(source), Interface):
        return Place("interface", source)
    address = _address(source)
    for customer in network.all(CustomerGateway):
        if inside(address, map(block, customer.cidrs)):
            return Place("customer gateway", customer.id)
    owners = [
        found.id for found in network.all(Interface) if address in addresses(found) or found.public_ip == str(address)
    ]
    if len(owners) > 1:
        raise NetworkError(f"{source} is an address of {' and of '.join(owners)}; name the interface.")
    return Place("interface", owners[0]) if owners else Place("internet", str(address))


def _destination(network: Network, packet: Packet, start: Place) -> tuple[Address, list[Hop]]:
    """Return the address that the sender asks, and the DNS hop where a name had to be resolved."""
    target = network.find(packet.destination)
    if isinstance(target, Service):
        return _resolve(network, target, start)
    if isinstance(target, Interface):
        public = start.kind == "internet" and target.public_ip
        six = ":" in packet.source
        if six and not target.ipv6:
            raise NetworkError(f"{packet.source} speaks IPv6, and {target.id} has no IPv6 address; give it one.")
        return ip_address(target.ipv6 if six else target.public_ip if public else target.address), []
    return _address(packet.destination), []


def _resolve(network: Network, service: Service, start: Place) -> tuple[Address, list[Hop]]:
    if start.kind == "interface":
        subnet = network.get(Subnet, network.get(Interface, start.id).subnet)
        for endpoint in network.all(InterfaceEndpoint):
            ends = [network.get(Interface, name) for name in endpoint.interfaces]
            here = [end for end in ends if network.vpc_of(end) == subnet.vpc]
            if endpoint.service == service.id and endpoint.private_dns and here and network.get(Vpc, subnet.vpc).dns:
                near = (end for end in here if network.get(Subnet, end.subnet).zone == subnet.zone)
                address = ip_address(next(near, here[0]).address)
                reason = f"The private DNS name of {endpoint.id} leads to its interface in the VPC."
                return address, [Hop(subnet.vpc, "DNS", f"{service.id} is {address}", allowed=True, reason=reason)]
    address = block(service.cidrs[0])[10]
    reason = "The public DNS name of the service leads to a public address."
    return address, [Hop(service.id, "DNS", f"{service.id} is {address}", allowed=True, reason=reason)]


def _source(network: Network, source: str, start: Place, to: Address) -> Address:
    found = network.find(start.id)
    if not isinstance(found, Interface):
        address = _address(source)
    elif isinstance(to, IPv4Address):
        address = ip_address(found.address)
    elif found.ipv6:
        address = ip_address(found.ipv6)
    else:
        raise NetworkError(f"{to} is an IPv6 address, and {source} has none; give it one from its subnet's IPv6 block.")
    if address.version != to.version:
        raise NetworkError(f"{source} and {to} are of different IP versions; no packet goes from one to the other.")
    return address


def _address(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError:
        raise NetworkError(f"{text!r} is no interface or service of this network, and no IP address.") from None
