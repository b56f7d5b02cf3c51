"""The failure labs of networks: every packet that the judge sends, on its way through the network that one repairs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.network_frames import LEGEND, frames_of
from course.demos.scene import Edge, Frame, Node, Scene
from course.labs.packet import lab
from course.models.packet import (
    GatewayEndpoint,
    Interface,
    InterfaceEndpoint,
    InternetGateway,
    NatGateway,
    PeeringConnection,
    Service,
    Subnet,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.demos.scene import NodeKind
    from course.labs.network_lab import Flow, Lab
    from course.models.packet import Network, Walk

_GATEWAYS = (InternetGateway, GatewayEndpoint)


def failure_lab(name: str) -> Demo:
    """Return the demo of a lab: its broken network, controls to repair it, and a verdict at the end."""
    controls = {
        knob: ipywidgets.Dropdown(options=list(choices), description=knob) for knob, choices in lab(name).knobs.items()
    }
    return Demo(partial(lab_scene, name), controls)


def lab_scene(name: str, **choices: str) -> Scene:
    """Send a lab's packets with some knobs turned; the last frame says whether it is healed."""
    broken = lab(name)
    built = broken.prepared(**choices)
    nodes, edges = _nodes(built), _edges(built)
    frames = tuple(_frames(broken, built, {node.id for node in nodes}))
    wrong = (number for number, frame in enumerate(frames) if frame.caption.startswith("Wrong: "))
    return Scene(
        title=broken.title,
        summary=f"{broken.symptom} {frames[-1].caption}",
        nodes=nodes,
        edges=edges,
        frames=frames,
        legend=LEGEND,
        picture_frame=next(wrong, len(frames) - 1),
    )


def _frames(broken: Lab, built: Network, nodes: set[str]) -> Iterator[Frame]:
    walks = broken.walks(built)
    places = _places(built, walks, nodes)
    right, time = 0, 1.0
    numbers = {
        "number": f"0 of {len(walks)}",
        "must get an answer": "-",
        "as it should be": "0",
        "way": "-",
        "packet": "not sent yet",
    }
    yield Frame(0.0, broken.symptom, numbers=dict(numbers))
    for number, (flow, got) in enumerate(walks, 1):
        complaint = flow.complaint(got)
        wanted = "yes" if flow.wanted else "no"
        numbers |= {"number": f"{number} of {len(walks)}", "must get an answer": wanted}
        opening = f"{flow.what}."
        moves = frames_of(got, flow.packet, places, name=str(number), start=time, first=opening, brief=True, mend=False)
        for frame in moves:
            yield replace(frame, numbers=numbers | dict(frame.numbers))
        right += not complaint
        numbers |= {**frame.numbers, "as it should be": str(right)}
        time = frame.time + 2
        text = f"Wrong: {complaint}" if complaint else _fine(flow)
        yield replace(frame, time=frame.time + 1, caption=text, numbers=dict(numbers))
    complaints = broken.healthy(built)
    verdict = f"Not healthy: {' '.join(complaints)}" if complaints else "Repaired: every packet does as it should."
    yield Frame(time, verdict, numbers=numbers)


def _fine(flow: Flow) -> str:
    return f"As it should be: {'the answer came' if flow.wanted else 'it does not get through'}."


def _places(built: Network, walks: list[tuple[Flow, Walk]], nodes: set[str]) -> Mapping[str, str]:
    """Return the node of everything that decides about a packet or sends it."""
    places = {}
    for flow, got in walks:
        for id_ in (flow.packet.source, *(hop.subnet or hop.where for hop in (*got.forward, *got.back))):
            places[id_] = id_ if id_ in nodes else "internet"
    for endpoint in built.all(InterfaceEndpoint):
        places |= dict.fromkeys((endpoint.id, *endpoint.interfaces), endpoint.interfaces[0])
    return places


def _nodes(built: Network) -> tuple[Node, ...]:
    """Lay a network out: outside, gateways, subnets, and what is in them, from left to right."""
    inside: defaultdict[str, list[Interface | NatGateway]] = defaultdict(list)
    for found in built.owners():
        inside[found.subnet].append(found)
    nodes: list[Node] = []
    row = 0
    peerings = iter([found.id for found in built.all(PeeringConnection)])
    before = next(built.all(Subnet)).vpc
    for subnet in built.all(Subnet):
        if subnet.vpc != before and (peering := next(peerings, "")):
            nodes.append(_node(peering, 2, row, "gateway"))
            row += 1
        before = subnet.vpc
        members = inside[subnet.id]
        for place, member in enumerate(members, row):
            nodes.append(_node(member.id, 3, place, "gateway" if isinstance(member, NatGateway) else "consumer"))
        last = row + max(len(members), 1) - 1
        nodes.append(_node(subnet.id, 2, (row + last) / 2, "subnet"))
        row = last + 1
    gateways = [found.id for found in built.resources if isinstance(found, _GATEWAYS)]
    nodes += [_node(id_, 1, _spread(number, len(gateways), row), "gateway") for number, id_ in enumerate(gateways)]
    outside: list[tuple[str, NodeKind]] = [("internet", "service")]
    outside += [(service.id, "store") for service in built.all(Service)]
    nodes += [_node(id_, 0, _spread(n, len(outside), row), kind) for n, (id_, kind) in enumerate(outside)]
    return tuple(nodes)


def _spread(number: int, count: int, rows: int) -> float:
    """Return the row of one of `count` nodes that share a column of so many rows."""
    return (number + 0.5) * rows / count - 0.5 if count <= rows else float(number)


def _node(id_: str, column: int, row: float, kind: NodeKind) -> Node:
    return Node(id_, "Internet" if id_ == "internet" else id_, column, row, kind, slots=1)


def _edges(built: Network) -> tuple[Edge, ...]:
    edges = {(found.subnet, found.id): "" for found in built.owners()}
    for gateway in built.all(InternetGateway):
        edges["internet", gateway.id] = ""
    for endpoint in built.all(GatewayEndpoint):
        edges[endpoint.service, endpoint.id] = ""
    for subnet in built.all(Subnet):
        for route in built.table_of(subnet).routes:
            if route.target != "blackhole":
                edges[subnet.id, route.target] = route.destination
    for one, other in pairwise(built.all(Subnet)):
        if one.vpc == other.vpc:
            edges[one.id, other.id] = "local"
    return tuple(Edge(source, target, label) for (source, target), label in edges.items())
