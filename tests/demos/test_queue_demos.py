"""The queue demo, the labs' demos and the scaling plot: as data, as words, as pictures."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import demos
from course.demos.queue import failure_lab, lab_scene, queue_animation, queue_scene
from course.demos.queue_captions import MISSED
from course.demos.queue_frames import MOST_FRAMES, frames_of
from course.demos.scaling import draw, queue_scaling, run, summary
from course.labs import LABS, LabError
from course.models.queue import QueueSettings, Run, Workload, steady

if TYPE_CHECKING:
    from course.demos.scene import Scene


def assert_sound(scene: Scene) -> None:
    """All that a stage takes for granted: known ids, one token an id, words for every frame, time that runs forward."""
    nodes = {node.id for node in scene.nodes}
    assert len(nodes) == len(scene.nodes)
    assert {end for edge in scene.edges for end in (edge.source, edge.target)} <= nodes
    for frame in scene.frames:
        ids = [token.id for token in frame.tokens]
        assert len(set(ids)) == len(ids)
        assert {token.at for token in frame.tokens} | set(frame.badges) <= nodes
        assert {token.look for token in frame.tokens} <= set(scene.legend)
        assert frame.caption.endswith(".")
        assert "  " not in frame.caption
        assert frame.numbers.keys() == scene.frames[0].numbers.keys()
    times = [frame.time for frame in scene.frames]
    assert times == sorted(times)
    assert 2 <= len(scene.frames) <= MOST_FRAMES
    assert 0 <= scene.picture_frame < len(scene.frames)
    assert scene.summary


CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "rate": st.sampled_from([6, 15, 60]),
        "consumers": st.integers(1, 4),
        "processing_time": st.integers(1, 20),
        "visibility_timeout": st.integers(0, 60),
        "failure_share": st.sampled_from([0.0, 0.5, 1.0]),
        "polling": st.sampled_from(["long", "short"]),
        "delay": st.sampled_from([0, 30]),
        "fifo": st.booleans(),
        "max_receive_count": st.sampled_from([None, 1, 3]),
        "heartbeat": st.booleans(),
    },
)


@settings(max_examples=60, deadline=None)
@given(CHOICES)
def test_every_choice_makes_a_sound_scene(choice: dict[str, Any]) -> None:
    """Is the scene sound and the same each time, whatever the controls say?"""
    scene = queue_scene(**choice)

    assert_sound(scene)
    assert scene == queue_scene(**choice)


@settings(max_examples=60, deadline=None)
@given(CHOICES)
def test_the_tokens_show_what_the_numbers_say(choice: dict[str, Any]) -> None:
    """Do as many tokens lie in an area of the queue as the numbers count there?"""
    for frame in queue_scene(**choice).frames:
        for area in ("visible", "in flight", "dead-lettered"):
            assert frame.numbers[area] == str(sum(token.at == area for token in frame.tokens))


def test_the_default_tells_the_story() -> None:
    """Does the default scene show a second delivery and its price, and the picture the moment with two consumers?"""
    scene = queue_scene()
    captions = [frame.caption for frame in scene.frames]

    assert (
        "Consumer 1 still has message 3 when its visibility timeout of 10 s ends. It is visible again, and another "
        "consumer can get it." in captions
    )
    assert "Consumer 2 receives message 3 for the second time. It stays in the queue, hidden until 32 s." in captions
    shown = scene.frames[scene.picture_frame]
    assert [token.at for token in shown.tokens if token.id.startswith("3.")] == ["Consumer 1", "Consumer 2"]
    assert "message 3 more than once" in scene.summary


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"polling": "short", "rate": 60, "consumers": 4}, "a short poll asks only some of the servers"),
        ({"polling": "short", "rate": 6}, "an empty receive, which costs as much as a full one"),
        ({"heartbeat": True}, "calls ChangeMessageVisibility: it stays hidden until"),
        ({"delay": 20}, "The queue delays it: no consumer can receive it for 20 s"),
        ({"failure_share": 1.0, "max_receive_count": 2}, "the queue moves it to the dead-letter queue"),
        ({"fifo": True, "polling": "short"}, "every visible message belongs to a group with a message in flight"),
        ({"fifo": True}, "its receipt handle has expired"),
        ({"visibility_timeout": 0}, "A visibility timeout of 0 s leaves it visible to all"),
    ],
)
def test_captions_say_why(choice: dict[str, Any], words: str) -> None:
    """Does the scene for a choice explain the very thing that the choice is about?"""
    assert any(words in frame.caption for frame in queue_scene(**choice).frames)


def test_a_scene_has_no_idle_frames() -> None:
    """Does a scene end with the last message, and show of a row of empty receives only the first?"""
    scene = queue_scene(polling="short", rate=6, consumers=1, failure_share=0)
    empty = ["polled, and the queue" in frame.caption for frame in scene.frames]

    assert "message 8 and deletes it" in scene.frames[-2].caption
    assert scene.frames[-1].time == scene.frames[-2].time
    assert any(empty)
    assert not any(one and other for one, other in pairwise(empty))


def test_a_long_run_is_thinned_evenly() -> None:
    """Are the first and the last moment of a long run kept, and what lies between without large gaps?"""
    long = Run(QueueSettings(), Workload(steady(300, 1.0), consumers=0, duration=400))
    times = [frame.time for frame in frames_of(long, "Before.")]

    assert len(times) == MOST_FRAMES - 1
    assert (times[0], times[-1]) == (0, 299)
    assert max(later - earlier for earlier, later in pairwise(times)) <= 8


def test_a_heartbeat_saves_the_slow_message() -> None:
    """Is no message processed again when the consumers extend their visibility timeout?"""
    assert queue_scene(failure_share=0).frames[-1].numbers["processed again"] != "0"
    assert queue_scene(failure_share=0, heartbeat=True).frames[-1].numbers["processed again"] == "0"


def test_controls_start_from_the_parameters() -> None:
    """Do parameters set the controls, and do all defaults agree with the scene's?"""
    demo = queue_animation(visibility_timeout=20, fifo=True)

    assert demo.scene == queue_scene(visibility_timeout=20, fifo=True)
    assert queue_animation().scene == queue_scene()
    with pytest.raises(ValueError, match="no control 'speed'; choose from rate, consumers"):
        queue_animation(speed=2)


@pytest.mark.parametrize("name", LABS)
def test_a_lab_opens_broken_and_its_verdict_is_the_judges(name: str) -> None:
    """Does the lab's demo open with the symptom and end with the complaints of the lab?"""
    demo = failure_lab(name)
    scene = demo.scene

    assert_sound(scene)
    assert scene == lab_scene(name)
    assert set(demo.controls) == set(LABS[name].tunable)
    assert scene.frames[0].caption == LABS[name].symptom
    complaints = LABS[name].healthy(LABS[name].run())
    assert scene.frames[-1].caption == f"Not healthy: {' '.join(complaints)}"


def test_the_picture_of_a_lab_shows_what_goes_wrong() -> None:
    """Does the static picture show two consumers with one message, or a poll that misses messages?"""
    shown = {name: scene.frames[scene.picture_frame] for name in LABS if (scene := failure_lab(name).scene)}

    assert MISSED in shown["latency-spike"].caption
    assert "Consumer 1 receives messages 28, 29 and 30" in shown["duplicate-orders"].caption
    assert shown["dead-letter-fills"].numbers["dead-lettered"] == "9"
    assert shown["fifo-poison"].numbers["visible"] == "4"


@pytest.mark.parametrize(
    ("name", "knob", "value"),
    [
        ("duplicate-orders", "visibility_timeout", 60),
        ("dead-letter-fills", "max_receive_count", 5),
        ("short-visibility", "heartbeat", True),
        ("latency-spike", "receive_wait_seconds", 20),
        ("fifo-poison", "max_receive_count", 3),
    ],
)
def test_turning_the_right_knob_repairs_a_lab(name: str, knob: str, value: Any) -> None:  # noqa: ANN401
    """Does the verdict turn when the learner sets the control that matters?"""
    demo = failure_lab(name)
    demo.controls[knob].value = value

    assert_sound(demo.scene)
    assert demo.scene.frames[-1].caption.startswith("Repaired: ")


def test_a_lab_that_is_none() -> None:
    """Does a wrong name get the right ones?"""
    for lab in (failure_lab, demos.failure_lab):
        with pytest.raises(LabError, match="choose from duplicate-orders"):
            lab("duplicates")


def test_a_chapter_gets_the_demo_of_a_lab_by_its_name() -> None:
    """Does the demo that chapters call show the very lab, whatever its kind?"""
    assert demos.failure_lab("latency-spike").summary == lab_scene("latency-spike").summary


@pytest.mark.parametrize(
    "demo",
    [queue_animation, queue_scaling, *(lambda name=name: failure_lab(name) for name in LABS)],
)
def test_the_picture_is_an_svg_and_always_the_same(demo: Any) -> None:  # noqa: ANN401 - functions of several shapes
    """Is the picture well-formed SVG that fits a narrow page, and the same bytes each time?"""
    picture = demo().picture()
    root = ET.fromstring(picture)  # noqa: S314 - our own picture

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("style") == "max-width: 100%; height: auto"
    assert picture == demo().picture()


def test_the_scaling_summary_comes_from_the_run() -> None:
    """Does the plot's text alternative give the figures of the very run that is drawn?"""
    minutes = run(60, 5, 10)
    text = summary(60, 5, 10)
    peak = max(minutes, key=lambda minute: minute.backlog)

    assert f"largest at minute {peak.minute}, with {peak.backlog:,} messages" in text
    assert f"grows from 1 to {max(m.in_service for m in minutes)} instances" in text
    assert text != summary(60, 12, 3)
    assert queue_scaling().summary == summary(60, 12, 3)


def test_the_scaling_plot_shows_the_run() -> None:
    """Do the three panels hold the load, the backlog and the instances of the run?"""
    minutes = run(60, 12, 3)
    load, backlog, instances = draw(60, 12, 3).axes

    assert np.asarray(load.lines[0].get_ydata()).tolist() == [m.arrived for m in minutes]
    assert np.asarray(backlog.lines[0].get_ydata()).tolist() == [m.backlog for m in minutes]
    assert np.asarray(instances.lines[0].get_ydata()).tolist() == [m.in_service for m in minutes]
    styles = [[line.get_linestyle() for line in panel.lines] for panel in (load, backlog, instances)]
    assert all(len(set(panel)) == len(panel) for panel in styles)
