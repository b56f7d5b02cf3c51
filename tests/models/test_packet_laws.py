"""What holds for every network and packet: laws that AWS's rules imply, tried on networks that nobody thought of."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.models.packet import (
    Entry,
    Header,
    Interface,
    InternetGateway,
    Network,
    NetworkAcl,
    Packet,
    PeeringConnection,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Traffic,
    Vpc,
    associate_address,
    lookup,
    move_interface,
    walk,
)
from course.models.packet.resources import (
    Instance,
    NatGateway,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

CLIENT = "198.51.100.7"
PORTS = (22, 80, 443, 1023, 1024, 50_000, 65_535)
CIDRS = ("0.0.0.0/0", "10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24", "10.0.1.10/32", "198.51.100.0/24")
ports = st.sampled_from(PORTS)
traffic = st.one_of(
    st.sampled_from([Traffic("all"), Traffic("icmp"), Traffic("tcp"), Traffic("udp")]),
    st.tuples(ports, ports).map(lambda pair: Traffic("tcp", min(pair), max(pair))),
)
rules = st.builds(Rule, traffic, st.sampled_from([*CIDRS, "sg-a", "sg-b"]))
entries = st.lists(
    st.builds(Entry, st.integers(1, 32_766), st.sampled_from(["allow", "deny"]), traffic, st.sampled_from(CIDRS)),
    max_size=5,
    unique_by=lambda entry: entry.number,
).map(tuple)
everything = st.just((Entry(100, "allow", Traffic("all"), "0.0.0.0/0"),))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A VPC with two subnets, an internet gateway, and firewalls with any rules."""
    groups = [
        SecurityGroup(
            name, "vpc", tuple(draw(st.lists(rules, max_size=3))), tuple(draw(st.lists(rules, min_size=1, max_size=3)))
        )
        for name in ("sg-a", "sg-b")
    ]
    acls = [NetworkAcl(name, "vpc", draw(entries | everything), draw(entries | everything)) for name in ("one", "two")]
    return Network(
        (
            Vpc("vpc", ("10.0.0.0/16",)),
            RouteTable("public", "vpc", (Route("0.0.0.0/0", "igw"),), main=True),
            InternetGateway("igw", "vpc"),
            Subnet("subnet-a", "vpc", "10.0.0.0/24", acl=draw(st.sampled_from(["", "one"]))),
            Subnet("subnet-b", "vpc", "10.0.1.0/24", acl=draw(st.sampled_from(["", "two"]))),
            *groups,
            *acls,
            Interface("a", "subnet-a", "10.0.0.10", ("sg-a",), "203.0.113.10"),
            Interface("b", "subnet-b", "10.0.1.10", ("sg-b",), "203.0.113.20"),
        )
    )


packets = st.builds(
    Packet,
    st.sampled_from(["a", "b", CLIENT]),
    st.sampled_from(["a", "b", "203.0.113.20", "192.0.2.9"]),
    st.sampled_from(["tcp", "udp", "icmp"]),
    ports,
    st.sampled_from([1024, 32_768, 50_000]),
)


@settings(max_examples=120, deadline=None)
@given(networks(), packets)
def test_a_response_always_passes_the_security_groups_of_its_request(network: Network, packet: Packet) -> None:
    """Is a security group never what stops the response to a request that arrived?"""
    got = walk(network, packet)

    assert all(hop.allowed for hop in got.back if hop.what == "security group")
    if got.verdict == "response dropped":
        assert got.dropped is not None
        assert got.dropped.what == "network ACL"


@settings(max_examples=120, deadline=None)
@given(networks(), packets, rules, st.sampled_from(["sg-a", "sg-b"]), st.sampled_from(["inbound", "outbound"]))
def test_another_rule_never_drops_a_packet(
    network: Network, packet: Packet, rule: Rule, name: str, direction: str
) -> None:
    """Does what got through still get through when a security group gets one more rule?"""
    group = network.get(SecurityGroup, name)
    inbound = (rule, *group.inbound) if direction == "inbound" else group.inbound
    outbound = (rule, *group.outbound) if direction == "outbound" else group.outbound
    wider = network.changed(replace(group, inbound=inbound, outbound=outbound))

    assert walk(wider, packet).answered or not walk(network, packet).answered


headers = st.builds(
    Header,
    st.sampled_from([ip_address(a) for a in ("10.0.0.10", "10.0.1.10", CLIENT)]),
    st.sampled_from([ip_address(a) for a in ("10.0.0.10", "10.0.1.10", "192.0.2.9")]),
    st.sampled_from(["tcp", "udp", "icmp"]),
    ports,
    ports,
)


def by_hand(entry: Entry, header: Header) -> bool:
    """Tell whether an inbound rule speaks of a packet, as its words say."""
    kinds = {"all": {"tcp", "udp", "icmp"}}.get(entry.traffic.protocol, {entry.traffic.protocol})
    if header.protocol not in kinds or header.source not in ip_network(entry.cidr):
        return False
    if entry.traffic.protocol in ("all", "icmp"):
        return True
    return header.port in range(entry.traffic.first, entry.traffic.last + 1)


@settings(max_examples=120)
@given(entries, headers, st.randoms())
def test_an_acl_decides_by_the_lowest_number(found: tuple[Entry, ...], header: Header, chance: object) -> None:
    """Does the rule with the lowest number of all that match decide, in whatever order they are written?"""
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    decided = NetworkAcl("acl", "vpc", tuple(shuffled)).decide(header, "inbound")

    assert decided == min((e for e in found if by_hand(e, header)), key=lambda e: e.number, default=None)


@st.composite
def blocks(draw: st.DrawFn) -> IPv4Network:
    """A block outside of the VPC's own, often one that overlaps others."""
    number = draw(st.integers(0xC0A80000, 0xC0A80100) | st.integers(0, 0xFFFFFFFF))
    found = IPv4Network((number, draw(st.integers(0, 32))), strict=False)
    return found if found.prefixlen < 16 or not found.overlaps(IPv4Network("10.0.0.0/16")) else IPv4Network("0.0.0.0/0")


@settings(max_examples=120, deadline=None)
@given(
    st.lists(blocks(), max_size=8, unique=True),
    st.integers(0xC0A80000, 0xC0A80100) | st.integers(0, 0xFFFFFFFF),
)
def test_the_longest_prefix_wins(found: list[IPv4Network], number: int) -> None:
    """Is the chosen route the one that a search through all of them, bit by bit, finds?"""
    address = IPv4Address(number)
    table = RouteTable("rtb", "vpc", tuple(Route(str(block), "blackhole") for block in found))
    network = Network((Vpc("vpc", ("10.0.0.0/16",)), table))
    bits = f"{number:032b}"

    candidates = [(str(block), "blackhole") for block in found] + [("10.0.0.0/16", "local")]
    matching = [
        (int(length), cidr, target)
        for cidr, target in candidates
        for base, length in [cidr.split("/")]
        if f"{int(IPv4Address(base)):032b}"[: int(length)] == bits[: int(length)]
    ]
    match = lookup(network, table, address)
    if not matching:
        assert match is None
        return
    _, cidr, target = max(matching)
    assert match is not None
    assert (match.route.destination, match.route.target) == (cidr, target)


NAMES = ("vpc-0", "vpc-1", "vpc-2", "vpc-3")


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.sampled_from(list(combinations(range(4), 2)))),
    st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=4, max_size=4),
    st.sampled_from([(a, b) for a in range(4) for b in range(4) if a != b]),
)
def test_peering_is_never_transitive(
    pairs: set[tuple[int, int]], choices: Sequence[Sequence[int]], ends: tuple[int, int]
) -> None:
    """Do two VPCs talk only by a peering connection of their own, whatever their route tables say?"""
    peerings = [PeeringConnection(f"pcx-{a}{b}", NAMES[a], NAMES[b]) for a, b in sorted(pairs)]
    resources: list[object] = [*peerings]
    for i, name in enumerate(NAMES):
        mine = [p.id for p in peerings if name in (p.requester, p.accepter)]
        routes = tuple(Route(f"10.{j}.0.0/16", mine[choices[i][j] % len(mine)]) for j in range(4) if j != i and mine)
        resources += [
            Vpc(name, (f"10.{i}.0.0/16",)),
            RouteTable(f"rtb-{i}", name, routes, main=True),
            Subnet(f"subnet-{i}", name, f"10.{i}.0.0/24"),
            SecurityGroup(f"sg-{i}", name, (Rule.read("all 0.0.0.0/0"),)),
            Interface(f"eni-{i}", f"subnet-{i}", f"10.{i}.0.10", (f"sg-{i}",)),
        ]
    network = Network(tuple(resources))  # type: ignore[arg-type]
    a, b = ends
    got = walk(network, Packet(f"eni-{a}", f"eni-{b}"))

    direct = f"pcx-{min(ends)}{max(ends)}"

    def sends(i: int, j: int) -> bool:
        table = network.get(RouteTable, f"rtb-{i}")
        return Route(f"10.{j}.0.0/16", direct) in table.routes

    assert got.answered == (sends(a, b) and sends(b, a))


@settings(max_examples=80, deadline=None)
@given(networks(), packets)
def test_a_walk_is_whole(network: Network, packet: Packet) -> None:
    """Does a walk end at the hop that drops, say why and what to do, and come out the same each time?"""
    got = walk(network, packet)

    assert got == walk(network, packet)
    dropped = [hop for hop in (*got.forward, *got.back) if not hop.allowed]
    assert len(dropped) == (not got.answered)
    assert (got.verdict == "request dropped") == (not got.back)
    for hop in dropped:
        assert hop is (*got.forward, *got.back)[-1]
        assert hop.mend.endswith(".")
        assert str(got).endswith(f"{got.verdict}.")


def test_a_packet_in_a_circle_ends() -> None:
    """Does a packet that two appliances send to each other end, with a reason?"""
    tables = [
        RouteTable("rtb-a", "vpc", (Route("0.0.0.0/0", "b"),)),
        RouteTable("rtb-b", "vpc", (Route("0.0.0.0/0", "a"),)),
    ]
    parts = [Subnet(f"subnet-{n}", "vpc", f"10.0.{i}.0/24", route_table=f"rtb-{n}") for i, n in enumerate("ab")]
    ends = [Interface(n, f"subnet-{n}", f"10.0.{i}.10", ("sg",), source_dest_check=False) for i, n in enumerate("ab")]
    group = SecurityGroup("sg", "vpc", (Rule.read("all 0.0.0.0/0"),))
    got = walk(Network((Vpc("vpc", ("10.0.0.0/16",)), *tables, *parts, *ends, group)), Packet("a", CLIENT))

    assert got.dropped is not None
    assert "circle" in got.dropped.reason


def pair() -> Network:
    """A failed and a standby instance in zone a, a third in zone b; a secondary interface with an Elastic IP."""
    return Network(
        (
            Vpc("vpc", ("10.0.0.0/16",)),
            RouteTable("public", "vpc", (Route("0.0.0.0/0", "igw"),), main=True),
            InternetGateway("igw", "vpc"),
            Subnet("subnet-a", "vpc", "10.0.0.0/24", zone="a"),
            Subnet("subnet-b", "vpc", "10.0.1.0/24", zone="b"),
            SecurityGroup("sg", "vpc", (Rule.read("tcp 443 0.0.0.0/0"),)),
            Instance("i-1", "a", running=False),
            Instance("i-2", "a"),
            Instance("i-3", "b"),
            Interface("eni-1", "subnet-a", "10.0.0.10", ("sg",), instance="i-1"),
            Interface("eni-2", "subnet-a", "10.0.0.20", ("sg",), instance="i-2"),
            Interface("eni-3", "subnet-b", "10.0.1.30", ("sg",), instance="i-3"),
            Interface("eni-vip", "subnet-a", "10.0.0.99", ("sg",), "203.0.113.9", instance="i-1", primary=False),
            NatGateway("nat", "subnet-a", "10.0.0.5", "203.0.113.5"),
        )
    )


def test_a_moved_interface_keeps_all_that_is_its_own() -> None:
    """Does only the instance change when a secondary interface moves, and is the service there again?"""
    before = pair()
    after = move_interface(before, "eni-vip", "i-2")

    assert not walk(before, Packet(CLIENT, "203.0.113.9")).answered
    assert walk(after, Packet(CLIENT, "203.0.113.9")).answered
    assert after.get(Interface, "eni-vip") == replace(before.get(Interface, "eni-vip"), instance="i-2")


@pytest.mark.parametrize(
    ("interface", "instance", "message"),
    [
        ("eni-vip", "i-3", "an interface never leaves its zone"),
        ("eni-1", "i-2", "eni-1 is the primary interface of i-1"),
        ("eni-9", "i-2", "There is no interface 'eni-9'"),
        ("eni-vip", "i-9", "There is no instance 'i-9'"),
    ],
)
def test_an_interface_that_cannot_move(interface: str, instance: str, message: str) -> None:
    """Does the refusal name the rule?"""
    with pytest.raises(ValueError, match=message):
        move_interface(pair(), interface, instance)


def test_an_elastic_ip_moves_across_zones() -> None:
    """Does the client reach the instance in the other zone by the same address, at another private one?"""
    after = associate_address(pair(), "203.0.113.9", "eni-3")

    assert after.get(Interface, "eni-vip").public_ip == ""
    assert walk(after, Packet(CLIENT, "203.0.113.9")).answered
    assert "203.0.113.9 → 10.0.1.30" in str(walk(after, Packet(CLIENT, "203.0.113.9")))
    with pytest.raises(ValueError, match="belongs to a NAT gateway"):
        associate_address(pair(), "203.0.113.5", "eni-3")


def test_a_deleted_gateway_leaves_a_blackhole() -> None:
    """Do the routes to what is deleted stay, and drop?"""
    got = walk(pair().without("igw"), Packet("eni-2", CLIENT))

    assert got.dropped is not None
    assert got.dropped.rule == "0.0.0.0/0 → blackhole"
    with pytest.raises(ValueError, match="'igw-9' cannot be deleted"):
        pair().without("igw-9")


@pytest.mark.parametrize(
    ("packet", "message"),
    [
        (Packet("eni-9", CLIENT), "'eni-9' is no interface or service"),
        (Packet("eni-2", "2001:db8::1"), "2001:db8::1 is an IPv6 address, and eni-2 has none"),
        (Packet("2001:db8::1", "eni-2"), "eni-2 has no IPv6 address"),
        (Packet("2001:db8::1", CLIENT), "of different IP versions"),
    ],
)
def test_a_packet_that_makes_no_sense(packet: Packet, message: str) -> None:
    """Is a packet between ends that nobody knows, or that cannot talk, refused in a sentence?"""
    with pytest.raises(ValueError, match=message):
        walk(pair(), packet)
