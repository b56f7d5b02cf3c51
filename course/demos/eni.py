"""Failover by moving a network interface or an Elastic IP: what goes along, what stays, and what a client sees."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets

from course.demos.demo import Demo
from course.demos.network_frames import LEGEND, frames_of, verdict
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.packet import (
    Instance,
    Interface,
    NetworkError,
    Packet,
    associate_address,
    move_interface,
    network,
    walk,
)
from course.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.models.packet import Network

CLIENT, SERVICE_IP = "198.51.100.7", "203.0.113.9"
METHODS = ("move the secondary network interface", "move the Elastic IP")
GROUPS = ("same as before", "its own, closed")
AFTER = "after the failover"
_ASK = Packet(CLIENT, SERVICE_IP)


def eni_failover() -> Demo:
    """Return the demo of a failover from one instance to its standby."""
    controls = {
        "method": ipywidgets.Dropdown(options=METHODS, description="method"),
        "standby_zone": ipywidgets.Dropdown(options=["a", "b"], description="standby in zone"),
        "standby_group": ipywidgets.Dropdown(options=GROUPS, description="standby's security group"),
    }
    return Demo(failover_scene, controls)


def failover_scene(*, method: str = METHODS[0], standby_zone: str = "a", standby_group: str = GROUPS[0]) -> Scene:
    """Ask, fail, move, ask again."""
    frames = tuple(_frames(method, standby_zone, standby_group))
    moved = max(number for number, frame in enumerate(frames) if frame.numbers["step"] == "failover")
    return Scene(
        title="Failover by a network interface or an Elastic IP",
        summary=f"A client asks {SERVICE_IP}; the instance behind it fails. To {method}: {frames[-1].caption}",
        nodes=_nodes(standby_zone),
        edges=_edges(),
        frames=frames,
        legend={**LEGEND, "held": "ENI: secondary interface; IP: Elastic IP"},
        picture_frame=moved,
    )


def _network(method: str, zone: str, standby_group: str) -> Network:
    by_interface = method == METHODS[0]
    second: dict[str, Any] = {
        "subnet": "subnet-a",
        "address": "10.0.0.99",
        "groups": ["sg-service"],
        "instance": "active",
    }
    interfaces: dict[str, dict[str, Any]] = {
        "eni-active": {"subnet": "subnet-a", "address": "10.0.0.10", "groups": ["sg-service"], "instance": "active"},
        "eni-standby": {
            "subnet": f"subnet-{zone}",
            "address": "10.0.0.20" if zone == "a" else "10.0.1.20",
            "groups": ["sg-service" if standby_group == GROUPS[0] else "sg-closed"],
            "instance": "standby",
            "mac": "0a:00:00:00:00:20",
        },
    }
    interfaces["eni-active"] |= {"mac": "0a:00:00:00:00:10"}
    if by_interface:
        interfaces["eni-service"] = second | {"primary": False, "public_ip": SERVICE_IP, "mac": "0a:00:00:00:00:99"}
    else:
        interfaces["eni-active"] |= {"public_ip": SERVICE_IP}
    return network(
        {
            "vpcs": {"vpc": {"cidrs": ["10.0.0.0/16"]}},
            "subnets": {
                "subnet-a": {"vpc": "vpc", "cidr": "10.0.0.0/24", "zone": "a"},
                "subnet-b": {"vpc": "vpc", "cidr": "10.0.1.0/24", "zone": "b"},
            },
            "route_tables": {"rtb": {"vpc": "vpc", "main": True, "routes": {"0.0.0.0/0": "igw"}}},
            "internet_gateways": {"igw": {"vpc": "vpc"}},
            "security_groups": {
                "sg-service": {"vpc": "vpc", "inbound": ["tcp 443 0.0.0.0/0"]},
                "sg-closed": {"vpc": "vpc", "inbound": []},
            },
            "instances": {"active": {"zone": "a"}, "standby": {"zone": zone}},
            "interfaces": interfaces,
        }
    )


def _frames(method: str, zone: str, standby_group: str) -> Iterator[Frame]:
    before = _network(method, zone, standby_group)
    failed = before.changed(replace(before.get(Instance, "active"), running=False))
    time = 0.0
    for step, built in (("all is well", before), ("the active instance fails", failed)):
        for frame in _asked(built, step, time):
            time = frame.time + 1
            yield frame
    try:
        after = (
            move_interface(failed, "eni-service", "standby")
            if method == METHODS[0]
            else associate_address(failed, SERVICE_IP, "eni-standby")
        )
    except NetworkError as refused:
        caption = f"AWS refuses the move: {refused}"
        yield Frame(time, caption, (_thing(failed),), {"standby": f"zone {zone}"}, _numbers(failed, "failover"))
        return
    yield Frame(time, _kept(failed, after), (_thing(after),), {}, _numbers(after, "failover"))
    yield from _asked(after, AFTER, time + 1)


def _asked(built: Network, step: str, start: float) -> Iterator[Frame]:
    """Yield the frames of one request of the client and its response, and what came of it."""
    got = walk(built, _ASK)
    opening = f"{step[0].upper()}{step[1:]}."
    frames = list(frames_of(got, _ASK, _places(built), name=step, start=start, first=opening, brief=True))
    for frame in frames:
        yield replace(frame, tokens=(*frame.tokens, _thing(built)), numbers=_numbers(built, step))
    end = f"The client has an answer from {SERVICE_IP}." if got.answered else verdict(got, _ASK)
    if step == AFTER and got.answered:
        end = f"{end} It asked the same address as before; only connections that were open are lost and begun again."
    yield Frame(frames[-1].time + 1, end, (_thing(built),), {}, _numbers(built, step))


def _owner(built: Network) -> Interface:
    """Return the interface that has the Elastic IP."""
    return next(found for found in built.all(Interface) if found.public_ip == SERVICE_IP)


def _thing(built: Network) -> Token:
    """Return the token of what is moved, at the instance that has it."""
    owner = _owner(built)
    return Token("service", owner.instance, "IP" if owner.primary else "ENI", "held")


def _places(built: Network) -> Mapping[str, str]:
    interfaces = {found.id: found.instance for found in built.all(Interface)}
    return {**interfaces, CLIENT: "client", "internet": "client", "subnet-a": "igw", "subnet-b": "igw"}


def _numbers(built: Network, step: str) -> dict[str, str]:
    owner = _owner(built)
    return {
        "step": step,
        "client asks": SERVICE_IP,
        "private IP": owner.address,
        "MAC address": owner.mac,
        "security group": owner.groups[0],
    }


def _kept(before: Network, after: Network) -> str:
    """Say what went along with the move and what changed."""
    old, new = _owner(before), _owner(after)
    pairs = (
        ("the private IP", old.address, new.address),
        ("the MAC address", old.mac, new.mac),
        ("the security group", old.groups[0], new.groups[0]),
    )
    same = [f"{name} {value}" for name, value, now in pairs if value == now]
    other = [f"{name} is now {now}" for name, value, now in pairs if value != now]
    what = f"The Elastic IP {SERVICE_IP}" if new.primary else f"The interface {new.id} with its Elastic IP"
    kept = f" {listed(same)} stayed." if same else ""
    return f"{what} is now at the standby instance.{kept[:1]}{kept[1:2].upper()}{kept[2:]} {_changed(other)}".rstrip()


def _changed(parts: list[str]) -> str:
    text = listed(parts)
    return f"{text[0].upper()}{text[1:]}." if text else "For clients, peers and licences nothing has changed."


def _nodes(zone: str) -> tuple[Node, ...]:
    node = partial(Node, slots=2)
    return (
        node("client", "Client", 0, 0.5, "service"),
        node("igw", "Internet gateway, subnet", 1, 0.5, "gateway"),
        node("active", "Active instance, zone a", 2, 0, "consumer"),
        node("standby", f"Standby instance, zone {zone}", 2, 1, "consumer"),
    )


def _edges() -> tuple[Edge, ...]:
    return (Edge("client", "igw"), Edge("igw", "active"), Edge("igw", "standby"))
