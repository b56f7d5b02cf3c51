"""How small can a subnet be for so many instances? The exam's question as a play: try sizes from /28 upwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.cidr import RESERVED, parse, sizing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.demos.scene import Look
    from course.models.cidr import Size

MOST_INSTANCES = 123  # what a /25 holds: more tokens are a crowd, and the arithmetic stays the same
_LABELS = ("net", "rtr", "DNS", "+3", "bcast")
_LEGEND: dict[Look, str] = {
    "held": "reserved by AWS",
    "plain": "an instance",
    "done": "has an address",
    "failed": "finds none left",
}


def subnet_sizing(instances: int = 29) -> Demo:
    """Return the play of the smallest subnet for `instances`."""
    control = ipywidgets.BoundedIntText(instances, 1, MOST_INSTANCES, description="instances that need an address")
    return Demo(sizing_scene, {"instances": control})


def sizing_scene(instances: int) -> Scene:
    """Move the instances into a /28, a /27 and so on, until all have an address beside the five reserved ones."""
    tries = list(sizing(instances))
    answer = tries[-1]
    last = len(tries) - 1
    nodes = [
        Node("waiting", f"{instances} instances", 0, last / 2, "consumer", slots=8),
        *(
            Node(_id(size), f"/{size.prefix}: {size.count} addresses", 1, i, "store", 10)
            for i, size in enumerate(tries)
        ),
    ]
    edges = [Edge("waiting", _id(size)) for size in tries]
    frames = tuple(_frames(instances, tries))
    summary = f"{instances} instances need a /{answer.prefix}. {' '.join(size.sentence for size in tries)}"
    title = f"How small a subnet for {instances} instances?"
    return Scene(title, summary, tuple(nodes), tuple(edges), frames, _LEGEND, picture_frame=len(frames) - 1)


def _frames(instances: int, tries: list[Size]) -> Iterator[Frame]:
    """Yield for each size two frames: AWS takes its five addresses, then the instances come."""
    all_waiting = tuple(Token(f"i{n}", "waiting", str(n)) for n in range(1, instances + 1))
    badges: dict[str, str] = {}
    yield Frame(
        0,
        f"{instances} instances need an address each, in a subnet as small as possible. /{tries[0].prefix} is the "
        "smallest that AWS allows, so try it first.",
        all_waiting,
        numbers=_numbers(None, instances),
    )
    for i, size in enumerate(tries):
        kept = tuple(Token(f"r{n}", _id(size), label, "held") for n, label in enumerate(_LABELS, 1))
        yield Frame(
            2 * i + 1, _kept(size, first=i == 0), (*kept, *all_waiting), dict(badges), _numbers(size, instances)
        )
        placed = tuple(_instance(n, size) for n in range(1, instances + 1))
        badges[_id(size)] = size.sentence.removesuffix(".").partition(": ")[2]
        yield Frame(2 * i + 2, _result(instances, size), (*kept, *placed), dict(badges), _numbers(size, instances))


def _instance(number: int, size: Size) -> Token:
    """Return an instance in the subnet, or still waiting, once the size has been tried."""
    inside = number <= size.usable
    return Token(f"i{number}", _id(size) if inside else "waiting", str(number), "done" if inside else "failed")


def _result(instances: int, size: Size) -> str:
    if size.enough:
        need = instances + RESERVED
        return (
            f"All {instances} have an address, and {size.usable - instances} are to spare. {instances} + {RESERVED} = "
            f"{need} addresses need the next power of two, {size.count}: a /{size.prefix}."
        )
    lacking = instances - size.usable
    return (
        f"{size.count} - {RESERVED} = {size.usable}: {lacking} of {instances} find no address. The subnet is too small."
    )


def _kept(size: Size, *, first: bool) -> str:
    """Say which addresses AWS keeps in a subnet of this size at 10.0.0.0."""
    reserved = [each.address for each in parse(f"10.0.0.0/{size.prefix}").reserved]
    if first:
        return (
            f"In 10.0.0.0/{size.prefix} AWS keeps {reserved[0]} as the network address, the next three for the router, "
            f"DNS and future use, and {reserved[-1]} as the broadcast address: {size.usable} of {size.count} are left."
        )
    return (
        f"A /{size.prefix}, twice the size, has {size.count} addresses. AWS keeps five of them again, the last one now "
        f"{reserved[-1]}: {size.usable} are left."
    )


def _id(size: Size) -> str:
    return f"/{size.prefix}"


def _numbers(size: Size | None, instances: int) -> dict[str, str]:
    if size is None:
        return {"instances": str(instances)}
    return {
        "instances": str(instances),
        "prefix": f"/{size.prefix}",
        "addresses": str(size.count),
        "after AWS's five": str(size.usable),
    }
