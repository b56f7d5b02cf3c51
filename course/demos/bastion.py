"""Two ways of one private host: how an administrator gets in through a bastion, how its updates come by NAT."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.network_frames import LEGEND, frames_of
from course.demos.scene import Edge, Frame, Node, Scene
from course.models.packet import Packet, network, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.models.packet import Network

OFFICE, ELSEWHERE, MIRROR = "198.51.100.7", "192.0.2.66", "192.0.2.80"
BASTION_RULES: Mapping[str, list[str]] = {
    "port 22 from the office only": [f"tcp 22 {OFFICE}/32"],
    "port 22 from everywhere": ["tcp 22 0.0.0.0/0"],
}
HOST_RULES: Mapping[str, list[str]] = {
    "port 22 from sg-bastion": ["tcp 22 sg-bastion"],
    "port 22 from the office": [f"tcp 22 {OFFICE}/32"],
    "nothing": [],
}
PLACES: Mapping[str, str] = {
    OFFICE: "internet",
    ELSEWHERE: "internet",
    MIRROR: "internet",
}
SESSION_MANAGER = (
    "Session Manager needs neither of the inbound rules: the agent on the host itself asks AWS Systems Manager on port "
    "443, by NAT or by interface endpoints (ssm, ssmmessages). No bastion, no open port, no key; IAM decides who may "
    "begin a session, and it can be logged."
)


def bastion_and_nat() -> Demo:
    """Return the demo of a private host's two ways: in through a bastion host, out through a NAT gateway."""
    controls = {
        "bastion_allows": ipywidgets.Dropdown(options=list(BASTION_RULES), description="sg-bastion lets in"),
        "host_allows": ipywidgets.Dropdown(options=list(HOST_RULES), description="sg-host lets in"),
        "nat": ipywidgets.Checkbox(value=True, description="NAT gateway"),
    }
    return Demo(bastion_scene, controls)


def bastion_scene(
    *,
    bastion_allows: str = next(iter(BASTION_RULES)),
    host_allows: str = next(iter(HOST_RULES)),
    nat: bool = True,
) -> Scene:
    """Try ssh to the private host directly and through the bastion, then let it download an update."""
    built = _network(BASTION_RULES[bastion_allows], HOST_RULES[host_allows], nat=nat)
    frames = tuple(_frames(built))
    shown = max(number for number, frame in enumerate(frames) if frame.numbers["step"].startswith("3"))
    return Scene(
        title="In through a bastion host, out through NAT",
        summary=f"A private host, a bastion host{' and a NAT gateway' * nat} in a public subnet. {frames[-1].caption}",
        nodes=_nodes(nat=nat),
        edges=_edges(nat=nat),
        frames=frames,
        legend=LEGEND,
        picture_frame=shown,
    )


def _network(bastion: list[str], host: list[str], *, nat: bool) -> Network:
    gateways = {"nat": {"subnet": "subnet-public", "address": "10.0.0.5", "public_ip": "203.0.113.5"}}
    return network(
        {
            "vpcs": {"vpc": {"cidrs": ["10.0.0.0/16"]}},
            "subnets": {
                "subnet-public": {"vpc": "vpc", "cidr": "10.0.0.0/24", "route_table": "rtb-public"},
                "subnet-private": {"vpc": "vpc", "cidr": "10.0.1.0/24", "route_table": "rtb-private"},
            },
            "route_tables": {
                "rtb-public": {"vpc": "vpc", "routes": {"0.0.0.0/0": "igw"}},
                "rtb-private": {"vpc": "vpc", "routes": {"0.0.0.0/0": "nat"} if nat else {}},
            },
            "internet_gateways": {"igw": {"vpc": "vpc"}},
            "nat_gateways": gateways if nat else {},
            "security_groups": {
                "sg-bastion": {"vpc": "vpc", "inbound": bastion},
                "sg-host": {"vpc": "vpc", "inbound": host},
            },
            "interfaces": {
                "bastion": {
                    "subnet": "subnet-public",
                    "address": "10.0.0.10",
                    "groups": ["sg-bastion"],
                    "public_ip": "203.0.113.10",
                },
                "host": {"subnet": "subnet-private", "address": "10.0.1.10", "groups": ["sg-host"]},
            },
        }
    )


STEPS: tuple[tuple[str, str, Packet, bool], ...] = (
    (
        "1: ssh straight to the host",
        "The office tries the private host itself.",
        Packet(OFFICE, "host", port=22),
        False,
    ),
    ("2: a stranger at the bastion", "Somebody else tries the bastion.", Packet(ELSEWHERE, "bastion", port=22), False),
    ("3: ssh to the bastion", "The office tries the bastion.", Packet(OFFICE, "bastion", port=22), True),
    ("4: on to the host", "From there ssh goes on by private addresses.", Packet("bastion", "host", port=22), True),
    ("5: the host's update", "The other way: the host downloads an update.", Packet("host", MIRROR), True),
)
"""What is tried: its name, how its first caption begins, the packet, and whether it should get through."""


def _frames(built: Network) -> Iterator[Frame]:
    time, results = 0.0, []
    for name, first, packet, wanted in STEPS:
        got = walk(built, packet)
        results.append(got.answered)
        frames = frames_of(got, packet, PLACES, name=name[0], start=time, first=first, brief=True, mend=wanted)
        for frame in frames:
            time = frame.time + 1
            yield replace(frame, numbers={"step": name, **frame.numbers})
    numbers = {"step": "both ways compared", **frame.numbers}
    yield replace(frame, time=time, caption=_compared(results), tokens=(), badges={}, numbers=numbers)


def _compared(answered: list[bool]) -> str:
    """Compare the ways in and out by what got through."""
    direct, stranger, first, second, update = answered
    way_in = "ssh reaches the private host through the bastion" if first and second else "ssh does not reach the host"
    way_out = "its update comes by the NAT gateway, which lets nobody in" if update else "its update does not come"
    more = " Strangers reach port 22 of the bastion: allow the office's address only." if stranger else ""
    straight = "" if direct else " Nobody reaches it straight from the internet."
    return f"{way_in[0].upper()}{way_in[1:]}; {way_out}.{straight}{more} {SESSION_MANAGER}"


def _nodes(*, nat: bool) -> tuple[Node, ...]:
    node = partial(Node, slots=1)
    nodes = (
        node("internet", "Internet", 0, 0.5, "service"),
        node("igw", "Internet gateway", 1, 0.5, "gateway"),
        node("subnet-public", "Public subnet", 2, 0, "subnet"),
        node("bastion", "Bastion host", 3, 0, "consumer"),
        node("subnet-private", "Private subnet", 2, 2, "subnet"),
        node("host", "Private host", 3, 2, "consumer"),
    )
    return (*nodes, node("nat", "NAT gateway", 3, 1, "gateway")) if nat else nodes


def _edges(*, nat: bool) -> tuple[Edge, ...]:
    edges = (
        Edge("internet", "igw"),
        Edge("igw", "subnet-public"),
        Edge("subnet-public", "bastion"),
        Edge("subnet-public", "subnet-private", "local"),
        Edge("subnet-private", "host"),
    )
    return (*edges, Edge("subnet-private", "nat"), Edge("subnet-public", "nat")) if nat else edges
