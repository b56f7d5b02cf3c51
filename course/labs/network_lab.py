"""What a lab of networks is: a broken network, the packets it is judged by, and the knobs that may heal it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.labs.error import LabError
from course.models.packet import network, walk

if TYPE_CHECKING:
    from course.models.packet import Network, Packet, Walk


@dataclass(frozen=True, slots=True)
class Flow:
    """A packet that must get its answer or, if not `wanted`, must not."""

    what: str
    packet: Packet
    wanted: bool = True

    def complaint(self, got: Walk) -> str:
        """Return what is wrong with this outcome, empty when nothing is."""
        if got.answered == self.wanted:
            return ""
        if not self.wanted:
            return f"{self.what} gets through, and must not."
        hop, way = got.dropped, got.verdict.partition(" ")[0]
        return f"{self.what} fails: the {way} is dropped {hop.by}." if hop else ""


@dataclass(frozen=True, slots=True)
class Lab:
    """A broken network. `symptom` is what its owners see.

    `data` is the network as plain data. `knobs` are what the demo lets one change: a name, then choices with the
    change that each merges into the data (None takes something away); the first choice leaves all as it is.
    """

    title: str
    symptom: str
    data: Mapping[str, Any]
    flows: tuple[Flow, ...]
    knobs: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def prepared(self, **choices: str) -> Network:
        """Return the network with some knobs turned; LabError for a knob or a choice that the lab has not."""
        data: Mapping[str, Any] = self.data
        for knob, choice in choices.items():
            if knob not in self.knobs:
                raise LabError(f"{self.title!r} has no knob {knob!r}; choose from {', '.join(self.knobs)}.")
            if choice not in self.knobs[knob]:
                raise LabError(f"{knob} has no choice {choice!r}; choose from {'; '.join(self.knobs[knob])}.")
            data = merged(data, self.knobs[knob][choice])
        return network(data)

    def walks(self, built: Network) -> list[tuple[Flow, Walk]]:
        """Send every packet through a network."""
        return [(flow, walk(built, flow.packet)) for flow in self.flows]

    def healthy(self, built: Network) -> list[str]:
        """Return complaints, one sentence each, none when all packets do as they should."""
        return [text for flow, got in self.walks(built) if (text := flow.complaint(got))]


def merged(data: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return `data` with a change merged in, key by key; None takes a key away."""
    result = {**data}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result
