"""The hibernation demo: memory goes to the root volume and comes back, or it is lost, as stop and reboot lose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.hibernation import Machine, life

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.demos.scene import Look
    from course.models.hibernation import Act, Moment

_MEMORY = ("app", "cache", "jobs", "conn")
_PRIVATE = "10.0.1.20"
_ACTS = [("hibernate", "hibernate"), ("stop and start", "stop"), ("reboot", "reboot")]
_LEGEND: dict[Look, str] = {
    "plain": "in memory",
    "held": "memory, written to the volume",
    "failed": "lost",
    "repeat": "built up again",
    "done": "on disk",
}


def hibernate() -> Demo:
    """Return the demo of hibernating an instance, against stopping and rebooting it."""
    return Demo(
        hibernation_scene,
        {
            "act": ipywidgets.Dropdown(options=_ACTS, description="what you do"),
            "elastic": ipywidgets.Checkbox(description="with an Elastic IP"),
            "ram": ipywidgets.IntSlider(16, 2, 192, step=2, description="RAM (GiB)"),
            "root_size": ipywidgets.IntSlider(40, 8, 240, step=4, description="root volume (GiB)"),
            "warm_up": ipywidgets.IntSlider(12, 1, 30, description="warm-up of the application (min)"),
        },
    )


def hibernation_scene(
    *, act: Act = "hibernate", elastic: bool = False, ram: int = 16, root_size: int = 40, warm_up: int = 12
) -> Scene:
    """Play the act on an instance with 12 GiB on its root volume; ValueError says why it cannot hibernate."""
    moments = list(life(act, Machine(ram=ram, root_size=root_size), elastic=elastic, warm_up=60.0 * warm_up))
    nodes = [
        Node("A", "host A", 0, 0, "consumer", slots=5),
        Node("volume", "root volume: EBS, encrypted", 1, 0, "store", slots=7),
    ]
    edges = [Edge("A", "volume", "hibernate")]
    if act != "reboot":
        nodes.append(Node("B", "host B", 2, 0, "consumer", slots=5))
        edges.append(Edge("volume", "B", "start"))
    frames = tuple(_frames(moments))
    names = {"hibernate": "Hibernate", "stop": "Stop and start", "reboot": "Reboot"}
    summary = f"{names[act]}: {' '.join(moment.sentence for moment in moments)}"
    telling = next((i for i, frame in enumerate(frames) if frame.numbers["state"] == "stopped"), len(frames) - 1)
    return Scene(
        f"{names[act]} an instance", summary, tuple(nodes), tuple(edges), frames, _LEGEND, picture_frame=telling
    )


def _frames(moments: list[Moment]) -> Iterator[Frame]:
    before = ""
    for moment in moments:
        yield Frame(moment.time, moment.sentence, _tokens(moment, before), _badges(moment), _numbers(moment))
        before = moment.ram


def _tokens(moment: Moment, before: str) -> tuple[Token, ...]:
    """Return what lies on the disk, the memory where it is, and a scratch file on the host's instance store."""
    disk = [Token(name, "volume", name, "done") for name in ("OS", "data")]
    place = {"memory": moment.host, "root volume": "volume", "rebuilt": moment.host, "lost": moment.host}[moment.ram]
    looks: dict[str, Look] = {"memory": "plain", "root volume": "held", "rebuilt": "repeat", "lost": "failed"}
    just_lost = moment.ram == "lost" and before == "memory"
    if moment.ram == "lost" and not just_lost:
        memory = []
    else:
        ids = [f"{name}-again" if moment.ram == "rebuilt" else name for name in _MEMORY]
        memory = [Token(i, place, name, looks[moment.ram]) for i, name in zip(ids, _MEMORY, strict=True)]
    if moment.ram == "rebuilt" and not moment.ready:
        memory = memory[:1]  # the application has begun, and has nothing in its cache yet
    scratch = [Token("tmp", "A", "tmp", "done")] if moment.host == "A" else []
    return (*disk, *memory, *scratch)


def _badges(moment: Moment) -> dict[str, str]:
    if not moment.host:
        return {}
    return {moment.host: f"{_PRIVATE}, public {moment.public or 'none'}"}


def _numbers(moment: Moment) -> dict[str, str]:
    return {
        "state": moment.state,
        "instance usage": "billed" if moment.billed else "free",
        "EBS": "billed",
        "private IPv4": _PRIVATE,
        "public IPv4": moment.public or "none",
        "application": "answers" if moment.ready else "silent",
    }
