"""The queue demo and the failure labs: a run of the queue model as a scene."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets

from course.demos.demo import Demo
from course.demos.queue_captions import result
from course.demos.queue_frames import frames_of, telling
from course.demos.scene import Edge, Node, Scene
from course.labs import lab
from course.models.queue import QueueSettings, Run, Workload, steady

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from course.demos.scene import Frame, Look

_LEGEND: dict[Look, str] = {
    "plain": "a message in the queue",
    "held": "in flight, and the consumer's copy",
    "repeat": "received or processed again",
    "failed": "not processed",
    "done": "processed",
}
_NO_REDRIVE = "no redrive policy"
"""What stands for None in a control: ipywidgets shows no option whose value is None."""


def queue_animation(**params: Any) -> Demo:  # noqa: ANN401 - the value of any control
    """Return the demo of an SQS queue; `params` are first values of controls, such as `visibility_timeout=5`.

    Raises ValueError for a parameter that is no control of the demo.
    """
    controls = _animation_controls()
    for name, value in params.items():
        if name not in controls:
            raise ValueError(f"queue_animation has no control {name!r}; choose from {', '.join(controls)}.")
        controls[name].value = _shown(value)
    return Demo(partial(_played, queue_scene), controls)


def failure_lab(name: str) -> Demo:
    """Return the demo of a lab: its broken settings, controls to tune them, and a verdict at the end."""
    broken = lab(name)
    controls = {}
    for knob in broken.tunable:
        controls[knob] = _KNOBS[knob]()
        controls[knob].value = _shown(getattr(broken.settings, knob, getattr(broken.workload, knob, None)))
    return Demo(partial(_played, partial(lab_scene, name)), controls)


def queue_scene(  # noqa: PLR0913 - one parameter a control
    *,
    rate: int = 15,
    consumers: int = 2,
    processing_time: float = 6,
    visibility_timeout: int = 10,
    failure_share: float = 0.1,
    polling: str = "long",
    delay: int = 0,
    fifo: bool = False,
    max_receive_count: int | None = 3,
    heartbeat: bool = False,
) -> Scene:
    """Send eight messages, `rate` a minute, through a queue; the third takes two and a half times as long."""
    settings = QueueSettings(
        visibility_timeout=visibility_timeout,
        delay_seconds=delay,
        receive_wait_seconds=20 if polling == "long" else 0,
        fifo=fifo,
        content_deduplication=fifo,
        max_receive_count=max_receive_count,
    )
    arrivals = steady(8, 60 / rate, groups=("A", "B") if fifo else ("",))
    slow = replace(arrivals[2], work=2.5 * processing_time)
    workload = Workload(
        (*arrivals[:2], slow, *arrivals[3:]),
        consumers=consumers,
        processing_time=processing_time,
        failure_rate=failure_share,
        heartbeat=heartbeat,
        idle_pause=2.0,
        duration=300.0,
        seed=11,
    )
    run = Run(settings, workload)
    frames = tuple(frames_of(run, "The producer is about to send eight messages."))
    return _scene(
        run,
        (*frames, replace(frames[-1], caption=result(run))),
        f"{'A FIFO' if fifo else 'A standard'} queue and its consumers",
    )


def lab_scene(name: str, **changes: Any) -> Scene:  # noqa: ANN401 - settings of several types
    """Play a lab with changed settings; the last frame says whether it is healed."""
    broken = lab(name)
    run = broken.prepared(**changes)
    frames = tuple(frames_of(run, broken.symptom))
    complaints = broken.healthy(run.finish())
    verdict = f"Not healthy: {' '.join(complaints)}" if complaints else f"Repaired: {result(run)}"
    last = replace(frames[-1], time=run.queue.now, caption=verdict)
    return _scene(run, (*frames, last), broken.title, broken.symptom)


def _shown(value: object) -> object:
    """A setting as its control has it."""
    return _NO_REDRIVE if value is None else value


def _played(build: Callable[..., Scene], **values: Any) -> Scene:  # noqa: ANN401 - settings of several types
    """Make the scene for the controls' values."""
    return build(**{name: None if value == _NO_REDRIVE else value for name, value in values.items()})


def _scene(run: Run, frames: tuple[Frame, ...], title: str, story: str = "") -> Scene:
    slots = min(5, run.workload.batch_size)
    delayed = run.settings.delay_seconds > 0
    # Consumers share out the height between the queue's two main areas, rows 0 and 1.
    last = len(run.consumers) - 1
    rows = {c.name: n / last if last else 0.5 for n, c in enumerate(run.consumers)}
    nodes = [
        Node("producer", "Producer", 0, -1 if delayed else 0, "producer", slots=1),
        Node("visible", "Queue: visible", 1, 0, "queue", slots=6),
        Node("in flight", "Queue: in flight", 1, 1, "queue", slots=6),
        *(Node(name, name, 2, row, "consumer", slots) for name, row in rows.items()),
        Node("done", "Work done", 3, 0.5, "store", slots=5),
    ]
    edges = [
        Edge("producer", "delayed" if delayed else "visible", "SendMessage"),
        Edge("visible", "in flight"),
        *(Edge("visible", c.name, "" if n else "ReceiveMessage") for n, c in enumerate(run.consumers)),
        *(Edge(c.name, "done") for c in run.consumers),
    ]
    if delayed:
        nodes.append(Node("delayed", "Queue: delayed", 1, -1, "queue", slots=6))
        edges.append(Edge("delayed", "visible"))
    if run.queue.dead_letter_queue:
        nodes.append(Node("dead-lettered", "Dead-letter queue", 0, 1, "queue", slots=4))
        edges.append(Edge("visible", "dead-lettered", "moved"))
    summary = f"{story} {frames[-1].caption}".strip()
    return Scene(title, summary, tuple(nodes), tuple(edges), frames, _LEGEND, picture_frame=telling(frames))


_KNOBS: Mapping[str, Callable[[], Any]] = {
    "visibility_timeout": lambda: ipywidgets.BoundedIntText(0, 0, 43_200, description="visibility timeout (s)"),
    "receive_wait_seconds": lambda: ipywidgets.IntSlider(0, 0, 20, description="ReceiveMessageWaitTimeSeconds"),
    "max_receive_count": lambda: ipywidgets.Dropdown(
        options=[(_NO_REDRIVE, _NO_REDRIVE), *((str(n), n) for n in (1, 2, 3, 5, 10, 50, 1000))],
        description="maxReceiveCount",
    ),
    "retention": lambda: ipywidgets.Dropdown(
        options=[("1 minute", 60), ("5 minutes", 300), ("4 days", 345_600), ("14 days", 1_209_600)],
        description="retention",
    ),
    "consumers": lambda: ipywidgets.IntSlider(2, 1, 5, description="consumers"),
    "batch_size": lambda: ipywidgets.IntSlider(1, 1, 10, description="messages per receive"),
    "attempts": lambda: ipywidgets.IntSlider(1, 1, 5, description="attempts per receive"),
    "heartbeat": lambda: ipywidgets.Checkbox(description="heartbeat (ChangeMessageVisibility)"),
}


def _animation_controls() -> dict[str, Any]:
    """Return the controls of `queue_scene`, by the names and with the defaults of its parameters."""
    return {
        "rate": ipywidgets.IntSlider(15, 6, 60, step=3, description="messages per minute"),
        "consumers": ipywidgets.IntSlider(2, 1, 4, description="consumers"),
        "processing_time": ipywidgets.IntSlider(6, 1, 20, description="processing time (s)"),
        "visibility_timeout": ipywidgets.IntSlider(10, 0, 60, description="visibility timeout (s)"),
        "failure_share": ipywidgets.FloatSlider(0.1, min=0, max=1, step=0.1, description="share that fails"),
        "polling": ipywidgets.Dropdown(options=["long", "short"], description="polling"),
        "delay": ipywidgets.IntSlider(0, 0, 30, description="delivery delay (s)"),
        "fifo": ipywidgets.Checkbox(description="FIFO queue, groups A and B"),
        "max_receive_count": ipywidgets.Dropdown(
            options=[(_NO_REDRIVE, _NO_REDRIVE), ("1", 1), ("2", 2), ("3", 3), ("5", 5)],
            value=3,
            description="maxReceiveCount",
        ),
        "heartbeat": ipywidgets.Checkbox(description="heartbeat"),
    }
