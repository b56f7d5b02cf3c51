"""Does the hibernation demo show what the model says?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import demos
from course.demos.hibernation import hibernation_scene
from course.demos.layout import lay_out
from course.models.hibernation import Machine, life


@settings(max_examples=30)
@given(st.sampled_from(["hibernate", "stop", "reboot"]), st.booleans(), st.integers(1, 30))
def test_the_scene_is_the_life(act: Any, elastic: bool, warm_up: int) -> None:  # noqa: ANN401, FBT001 - control values
    """Has each moment of the model its frame, with its sentence, state and address, the same each time?"""
    scene = hibernation_scene(act=act, elastic=elastic, warm_up=warm_up)
    moments = list(life(act, Machine(), elastic=elastic, warm_up=60.0 * warm_up))

    assert lay_out(scene)
    assert scene == hibernation_scene(act=act, elastic=elastic, warm_up=warm_up)
    assert [frame.caption for frame in scene.frames] == [moment.sentence for moment in moments]
    assert [frame.numbers["state"] for frame in scene.frames] == [moment.state for moment in moments]
    assert [frame.numbers["public IPv4"] for frame in scene.frames] == [m.public or "none" for m in moments]


def test_memory_travels_to_the_volume_and_back() -> None:
    """When it hibernates, do the very tokens of the memory go to the root volume and on to the other host?"""
    ways = [[t.at for t in frame.tokens if t.id == "cache"] for frame in hibernation_scene().frames]

    assert ways == [["A"], ["A"], ["volume"], ["volume"], ["B"]]


@pytest.mark.parametrize("act", ["stop", "reboot"])
def test_what_is_lost_does_not_come_back(act: Any) -> None:  # noqa: ANN401 - a control value
    """After a stop or reboot, are the old tokens shown lost once and then gone, and new ones built up?"""
    scene = hibernation_scene(act=act)
    looks = [[t.look for t in frame.tokens if t.id == "cache"] for frame in scene.frames]

    assert [look for look in looks if look] == [["plain"], ["failed"]]
    built = [sum(token.look == "repeat" for token in frame.tokens) for frame in scene.frames[-2:]]
    assert built == [1, 4]  # the application first, with its warm-up the rest


@pytest.mark.parametrize(("ram", "root_size", "words"), [(16, 20, "root volume is too small"), (160, 240, "150 GB")])
def test_what_cannot_hibernate_gets_a_sentence(ram: int, root_size: int, words: str) -> None:
    """Does the demo say why, and recover when the learner only stops it?"""
    demo = demos.hibernate()
    demo.controls["root_size"].value, demo.controls["ram"].value = root_size, ram
    assert words in demo.summary
    demo.controls["act"].value = "stop"
    assert demo.summary.startswith("Stop and start: ")
