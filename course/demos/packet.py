"""The packet walk: build or break a VPC, send a packet, and see which rule drops it, on which way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets

from course.demos.demo import Demo
from course.demos.network_frames import LEGEND, frames_of, verdict
from course.demos.packet_network import ENDPOINTS, GROUPS, NATS, PACKETS, PEERING, SITUATIONS, VISITOR, build
from course.demos.scene import Edge, Node, Scene
from course.models.packet import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.models.packet import Network

PLACES: Mapping[str, str] = {
    VISITOR: "internet",
    "subnet-partner": "eni-partner",
    "eni-s3": "vpce-s3",
}
"""The node at which something stands that has none of its own."""


def packet_walk(**params: Any) -> Demo:  # noqa: ANN401 - the value of any control
    """Return the demo of a packet's way through a VPC; `params` are first values of controls.

    `situation` sets several controls at once, such as "ephemeral ports forgotten outbound". Raises ValueError for a
    parameter that is no control, or a situation that is none.
    """
    controls = _controls()
    situation = ipywidgets.Dropdown(options=list(SITUATIONS), description="situation")
    every = {"situation": situation, **controls}
    normal = {name: control.value for name, control in controls.items()}
    for name, value in params.items():
        if name not in every:
            raise ValueError(f"packet_walk has no control {name!r}; choose from {', '.join(every)}.")
        if name == "situation" and value not in SITUATIONS:
            raise ValueError(f"There is no situation {value!r}; choose from {', '.join(SITUATIONS)}.")
    demo = Demo(_of_situation, every, {name: normal | dict(found) for name, found in SITUATIONS.items()})
    for name in sorted(params, key=lambda name: name != "situation"):  # it sets others, so it comes first
        every[name].value = params[name]
    return demo


def _of_situation(situation: str, **values: Any) -> Scene:  # noqa: ANN401, ARG001 - it has set the other controls
    return packet_scene(**values)


def packet_scene(  # noqa: PLR0913 - one parameter a control
    *,
    packet: str = next(iter(PACKETS)),
    public_ip: bool = True,
    internet_route: bool = True,
    nat: str = NATS[0],
    ephemeral_inbound: bool = True,
    ephemeral_outbound: bool = True,
    web_open: bool = True,
    app_allows: str = GROUPS[0],
    endpoint: str = ENDPOINTS[0],
    peering: str = PEERING[0],
) -> Scene:
    """Send one of PACKETS through the network that the other parameters build."""
    network = build(
        public_ip=public_ip,
        internet_route=internet_route,
        nat=nat,
        ephemeral_inbound=ephemeral_inbound,
        ephemeral_outbound=ephemeral_outbound,
        web_open=web_open,
        app_allows=app_allows,
        endpoint=endpoint,
        peering=peering,
    )
    sent = PACKETS[packet]
    got = walk(network, sent)
    frames = [*frames_of(got, sent, PLACES)]
    end = replace(frames[-1], caption=verdict(got, sent), time=frames[-1].time + 1)
    nodes = _nodes(network, nat)
    return Scene(
        title=f"A packet's way: {packet}",
        summary=f"A VPC with a public and a private subnet, and {packet}. {end.caption}",
        nodes=nodes,
        edges=_edges(network, nat),
        frames=(*frames, end),
        legend=LEGEND,
        picture_frame=len(frames) - 1,
    )


def _nodes(network: Network, nat: str) -> tuple[Node, ...]:
    node = partial(Node, slots=1)
    found = [
        node("internet", "Internet", 0, 0, "service"),
        node("igw", "Internet gateway", 1, 0, "gateway"),
        node("subnet-public", "Public subnet", 2, 0, "subnet"),
        node("eni-web", "eni-web", 3, 0, "consumer"),
        node("s3", "Amazon S3", 0, 1, "store"),
        node("subnet-private", "Private subnet", 2, 2, "subnet"),
        node("eni-app", "eni-app", 3, 2, "consumer"),
        node("pcx", "Peering connection", 1, 2, "gateway"),
        node("eni-partner", "eni-partner", 0, 2, "consumer"),
    ]
    if nat != "none":
        found.append(node("nat", "NAT gateway", 3, 1, "gateway"))
    if network.find("vpce-s3"):
        found.append(node("vpce-s3", "Endpoint", 1, 1, "gateway"))
    return tuple(found)


def _edges(network: Network, nat: str) -> tuple[Edge, ...]:
    edges = [
        Edge("internet", "igw"),
        Edge("igw", "subnet-public"),
        Edge("subnet-public", "eni-web"),
        Edge("subnet-public", "subnet-private", "local"),
        Edge("subnet-private", "eni-app"),
        Edge("subnet-private", "pcx"),
        Edge("pcx", "eni-partner"),
        Edge("internet", "s3"),
    ]
    if nat != "none":
        edges.append(Edge("subnet-private", "nat"))
    if nat == NATS[0]:
        edges.append(Edge("subnet-public", "nat"))
    if network.find("vpce-s3"):
        edges += [Edge("subnet-private", "vpce-s3"), Edge("vpce-s3", "s3")]
    return tuple(edges)


def _controls() -> dict[str, Any]:
    """Return the controls of `packet_scene`, by the names and with the defaults of its parameters."""
    return {
        "packet": ipywidgets.Dropdown(options=list(PACKETS), description="packet"),
        "public_ip": ipywidgets.Checkbox(value=True, description="eni-web has a public IP"),
        "internet_route": ipywidgets.Checkbox(value=True, description="public subnet: route to the internet gateway"),
        "nat": ipywidgets.Dropdown(options=NATS, description="NAT gateway"),
        "ephemeral_inbound": ipywidgets.Checkbox(value=True, description="public subnet's ACL: 1024-65535 inbound"),
        "ephemeral_outbound": ipywidgets.Checkbox(value=True, description="public subnet's ACL: 1024-65535 outbound"),
        "web_open": ipywidgets.Checkbox(value=True, description="sg-web lets 443 in"),
        "app_allows": ipywidgets.Dropdown(options=GROUPS, description="sg-app lets 8080 in from"),
        "endpoint": ipywidgets.Dropdown(options=ENDPOINTS, description="S3 endpoint"),
        "peering": ipywidgets.Dropdown(options=PEERING, description="peering"),
    }
