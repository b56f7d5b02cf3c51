"""The scaling demo: a spike of messages, the backlog it leaves, and the Auto Scaling group that works it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
from matplotlib.figure import Figure

from course.demos.demo import Plot
from course.models.scaling import Minute, TargetTracking, longest_wait, scale, spike

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

PROCESSING_TIME = 2.0
_LOAD = spike(base=25, peak=240)
_BLUE, _ORANGE, _GREEN = "#0072B2", "#D55E00", "#009E73"


def queue_scaling() -> Plot:
    """Return the plot of a queue whose consumers follow its backlog per instance."""
    controls = {
        "target_backlog": ipywidgets.IntSlider(
            60, min=10, max=300, step=10, description="target: messages per instance"
        ),
        "max_size": ipywidgets.IntSlider(12, min=1, max=20, description="maximum size"),
        "warm_up": ipywidgets.IntSlider(3, min=0, max=15, description="warm-up (minutes)"),
    }
    return Plot(draw, controls, summary=summary)


def run(target_backlog: int, max_size: int, warm_up: int) -> list[Minute]:
    """Return two hours of the group, whose instances take two seconds a message, with a spike of half an hour."""
    policy = TargetTracking(target_backlog, max_size=max_size, warm_up=warm_up)
    return list(scale(_LOAD, policy, PROCESSING_TIME))


def summary(target_backlog: int, max_size: int, warm_up: int) -> str:
    """Say in words what the figure shows."""
    minutes = run(target_backlog, max_size, warm_up)
    peak = max(minutes, key=lambda minute: minute.backlog)
    most = max(minutes, key=lambda minute: minute.in_service)
    start = _LOAD.index(max(_LOAD))
    wait = longest_wait(minutes)
    waited = "some messages are still waiting at the end" if wait is None else _waited(wait)
    return (
        f"Three plots over two hours. The load rises from {min(_LOAD)} to {max(_LOAD)} messages a minute at minute "
        f"{start} and stays there for {_LOAD.count(max(_LOAD))} minutes. The backlog is largest at minute "
        f"{peak.minute}, with {peak.backlog:,} messages. The group grows from {minutes[0].in_service} to "
        f"{most.in_service} instances, reached at minute {most.minute}; at the end {minutes[-1].in_service} "
        f"{'is' if minutes[-1].in_service == 1 else 'are'} in service, and {waited}."
    )


def draw(target_backlog: int, max_size: int, warm_up: int) -> Figure:
    """Draw load, backlog and instances, one above the other."""
    minutes = run(target_backlog, max_size, warm_up)
    figure = Figure(figsize=(8, 6.4))
    load, backlog, instances = figure.subplots(3, 1, sharex=True)
    _line(load, [m.arrived for m in minutes], "sent", _BLUE, "-")
    _line(load, [m.processed for m in minutes], "processed", _ORANGE, "--")
    load.set_ylabel("messages\nper minute")
    _line(backlog, [m.backlog for m in minutes], "visible messages", _BLUE, "-")
    acceptable = [target_backlog * m.in_service for m in minutes]
    _line(backlog, acceptable, "acceptable for the instances in service", _GREEN, ":")
    backlog.set_ylabel("backlog")
    _line(instances, [m.in_service for m in minutes], "in service", _BLUE, "-")
    _line(instances, [m.desired for m in minutes], "desired", _ORANGE, "--")
    instances.axhline(max_size, color="#555555", linestyle=":", linewidth=1.5, label="maximum size")
    instances.set(ylabel="instances", xlabel="minute", xlim=(0, len(minutes)))
    for panel in (load, backlog, instances):
        panel.set_ylim(bottom=0)
        panel.legend(loc="upper right", frameon=False)
    return figure


def _line(panel: Axes, values: Sequence[float], label: str, colour: str, style: str) -> None:
    panel.step(range(len(values)), values, where="post", label=label, color=colour, linestyle=style)


def _waited(minutes: int) -> str:
    if not minutes:
        return "no message waited a minute"
    return f"the longest wait was {minutes} minute{'' if minutes == 1 else 's'}"
