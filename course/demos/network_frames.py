"""A packet's walk as frames: one a hop, with what decided there in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.demos.scene import Frame, Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.demos.scene import Look
    from course.models.packet import Hop, Packet, Walk

LEGEND: Mapping[Look, str] = {
    "plain": "the request",
    "repeat": "the response",
    "failed": "dropped",
    "done": "answered",
}
ARRIVALS = ("instance", "internet", "customer gateway", "AWS service", "interface endpoint")


def frames_of(  # noqa: PLR0913 - what differs between the demos
    walk: Walk,
    packet: Packet,
    places: Mapping[str, str],
    *,
    name: str = "packet",
    start: float = 0.0,
    first: str = "",
    brief: bool = False,
    mend: bool = True,
) -> Iterator[Frame]:
    """Yield a frame for the sender and one for each hop; if `brief`, one for all hops at a node.

    `places` are the nodes of the scene by the ids of what decides there and of the packet's ends; an id that is not
    listed is a node itself. `first` goes before the first caption; `start` is the first frame's time in seconds;
    without `mend` a drop is no fault, and no caption says how to mend it.
    """
    at = places.get(packet.source, packet.source)
    sending = f"{first} {packet.source} sends {packet.kind} to {packet.destination}.".strip()
    yield _frame(start, sending, Token(name, at, "→"), way="request", header="", hop=None)
    stops = _stops(walk, places, at, brief=brief)
    for number, (way, node, hops) in enumerate(stops, 1):
        look: Look = "plain" if way == "request" else "repeat"
        if number == len(stops):
            look = "done" if walk.answered else "failed"
        token = Token(name, node, "→" if way == "request" else "←", look)
        text = caption(hops[-1], way, mend=mend) if len(hops) == 1 else _passed(hops, way, mend=mend)
        yield _frame(start + number, text, token, way=way, header=hops[-1].header, hop=hops[-1])


def _stops(walk: Walk, places: Mapping[str, str], at: str, *, brief: bool) -> list[tuple[str, str, list[Hop]]]:
    """Return way, node and hops of each frame."""
    stops: list[tuple[str, str, list[Hop]]] = []
    for way, hops in (("request", walk.forward), ("response", walk.back)):
        for hop in hops:
            decides = hop.subnet or hop.where
            at = at if hop.what == "DNS" else places.get(decides, decides)
            if brief and stops and stops[-1][:2] == (way, at):
                stops[-1][2].append(hop)
            else:
                stops.append((way, at, [hop]))
    return stops


def _passed(hops: list[Hop], way: str, *, mend: bool) -> str:
    """Say in one caption what several hops at one node decided."""
    passed = "; ".join(f"{hop.what}, {hop.rule}" for hop in hops if hop.allowed and hop.what not in ARRIVALS)
    last = hops[-1]
    text = f"The {way} passes: {passed}."
    if not last.allowed or last.what in ARRIVALS:
        text = f"{text} {caption(last, way, mend=mend)}"
    return text


def _frame(time: float, text: str, token: Token, *, way: str, header: str, hop: Hop | None) -> Frame:
    badges = {token.at: f"dropped: {hop.what}"} if hop and not hop.allowed else {token.at: hop.what} if hop else {}
    return Frame(time, text, (token,), badges, {"way": way, "packet": header or "not sent yet"})


def caption(hop: Hop, way: str, *, mend: bool = True) -> str:
    """Say what a hop decided about the request or the response, by which rule, why, and what to do about a drop."""
    if not hop.allowed:
        text = f"The {way} is dropped {hop.by}: {hop.rule}. {hop.reason}"
        return f"{text} {hop.mend}" if mend else text
    if hop.what in ARRIVALS:
        more = "" if hop.reason.startswith("It has arrived") else f" {hop.reason}"
        where = "the internet" if hop.where == "internet" else hop.where
        return f"The {way} arrives at {where}, {hop.rule}.{more}"
    return f"The {way} passes the {hop.what} at {hop.where}: {hop.rule}. {hop.reason}"


def verdict(walk: Walk, packet: Packet) -> str:
    """Sum a walk up in a sentence or two: the answer, or the rule that dropped it, on which way, and its mend."""
    if walk.dropped is None:
        return f"{packet.source} gets its answer: {len(walk.forward)} hops there, {len(walk.back)} back."
    way = "request" if walk.verdict == "request dropped" else "response"
    hop = walk.dropped
    return f"The {way} is dropped {hop.by} ({hop.rule}). {hop.mend}"
