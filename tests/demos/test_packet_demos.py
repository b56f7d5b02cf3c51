"""The packet walk, the bastion and the failover: do their scenes show what the packet model decides?"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.demos.bastion import BASTION_RULES, HOST_RULES, SESSION_MANAGER, bastion_and_nat, bastion_scene
from course.demos.eni import GROUPS as STANDBY_GROUPS
from course.demos.eni import METHODS, SERVICE_IP, eni_failover, failover_scene
from course.demos.layout import lay_out
from course.demos.network_frames import verdict
from course.demos.packet import packet_scene, packet_walk
from course.demos.packet_lab import failure_lab
from course.demos.packet_network import ENDPOINTS, GROUPS, NATS, PACKETS, PEERING, SITUATIONS, build
from course.labs.packet import LABS
from course.models.packet import walk
from tests.demos.test_queue_demos import assert_sound

if TYPE_CHECKING:
    from course.demos.scene import Scene

NETWORKS = {
    "public_ip": st.booleans(),
    "internet_route": st.booleans(),
    "nat": st.sampled_from(NATS),
    "ephemeral_inbound": st.booleans(),
    "ephemeral_outbound": st.booleans(),
    "web_open": st.booleans(),
    "app_allows": st.sampled_from(GROUPS),
    "endpoint": st.sampled_from(ENDPOINTS),
    "peering": st.sampled_from(PEERING),
}


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(NETWORKS), st.sampled_from(list(PACKETS)))
def test_every_network_makes_a_sound_scene(choice: dict[str, Any], packet: str) -> None:
    """Is the scene sound, the same each time, and does it end as the model's walk ends?"""
    scene = packet_scene(packet=packet, **choice)
    got = walk(build(**choice), PACKETS[packet])

    assert_sound(scene)
    assert lay_out(scene)
    assert scene == packet_scene(packet=packet, **choice)
    assert scene.frames[-1].caption == verdict(got, PACKETS[packet])
    assert len(scene.frames) == len(got.forward) + len(got.back) + 2
    (last,) = scene.frames[-1].tokens
    assert last.look == ("done" if got.answered else "failed")
    shown = scene.frames[scene.picture_frame].badges
    assert any(badge.startswith("dropped: ") for badge in shown.values()) != got.answered


ENDINGS = {
    "all is well": "gets its answer",
    "no public IP": "Associate an Elastic IP with eni-web",
    "no route to the internet gateway": "The response is dropped at rtb-public by the route table",
    "ephemeral ports forgotten outbound": "acl-public outbound * deny all",
    "ephemeral ports forgotten inbound": "acl-public inbound * deny all",
    "security group closed": "The request is dropped at eni-web by the security group",
    "the wrong group is named": "Add an inbound rule tcp 8080 sg-web (or 10.0.0.10/32) to sg-app.",
    "NAT gateway in the private subnet": "Make the NAT gateway in a public subnet",
    "endpoint without a route": "The request is dropped at rtb-private by the route table",
    "S3 by a gateway endpoint": "eni-app gets its answer",
    "peering route only one way": "The response is dropped at rtb-partner by the route table",
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_situation_shows_what_it_is_named_for(situation: str) -> None:
    """Does each prepared situation end with its own rule, and set the controls to what it shows?"""
    demo = packet_walk(situation=situation)
    values = {name: value for name, value in demo.values.items() if name != "situation"}

    assert ENDINGS[situation] in demo.scene.frames[-1].caption
    assert demo.scene == packet_scene(**values)
    assert demo.scene == packet_scene(**SITUATIONS[situation])


def test_a_parameter_goes_before_the_situation() -> None:
    """Does a parameter hold beside a situation that sets the same control, in whatever order they come?"""
    params = {"packet": "app reads from S3", "situation": "security group closed"}
    backwards = dict(reversed(params.items()))

    assert packet_walk(**params).scene == packet_walk(**backwards).scene
    assert packet_walk(**params).scene == packet_scene(packet="app reads from S3", web_open=False)


def test_choosing_another_situation_starts_afresh() -> None:
    """Does a new situation put back what the one before had broken?"""
    demo = packet_walk(situation="no public IP")
    demo.controls["situation"].value = "security group closed"

    assert demo.scene == packet_walk(situation="security group closed").scene
    demo.controls["web_open"].value = True
    assert demo.scene.frames[-1].caption == packet_scene().frames[-1].caption


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"acl": "closed"}, "packet_walk has no control 'acl'; choose from situation, packet"),
        ({"situation": "rain"}, "There is no situation 'rain'; choose from all is well"),
    ],
)
def test_a_control_that_is_none(params: dict[str, Any], message: str) -> None:
    """Does a wrong name get the right ones?"""
    with pytest.raises(ValueError, match=message):
        packet_walk(**params)


def test_captions_name_the_rule_and_numbers_the_translation() -> None:
    """Does the caption quote the rule that decided, and the packet's line change where NAT translates it?"""
    frames = packet_scene(packet="app downloads an update").frames
    captions = " ".join(frame.caption for frame in frames)

    assert "acl-public outbound 100 allow tcp 443 0.0.0.0/0" in captions
    assert "0.0.0.0/0 → nat" in captions
    ways = [frame.numbers["packet"] for frame in frames]
    sent = ["10.0.1.10:50000", "10.0.0.5:1024", "203.0.113.5:1024"]
    assert [next(way for way in ways if source in way) for source in sent] == [
        f"tcp {source} → 198.51.100.7:443" for source in sent
    ]


@pytest.mark.parametrize(
    ("bastion", "host", "nat"), [(b, h, n) for b, h, n in product(BASTION_RULES, HOST_RULES, (True, False))]
)
def test_the_two_ways_are_compared_by_what_got_through(bastion: str, host: str, nat: bool) -> None:  # noqa: FBT001
    """Does the last caption tell who got in and whether the update came, and does Session Manager have its word?"""
    scene = bastion_scene(bastion_allows=bastion, host_allows=host, nat=nat)
    last = scene.frames[-1].caption

    assert_sound(scene)
    assert lay_out(scene)
    assert ("Ssh reaches the private host through the bastion" in last) == (host == "port 22 from sg-bastion")
    assert ("its update comes by the NAT gateway" in last) == nat
    assert ("Strangers reach port 22" in last) == (bastion == "port 22 from everywhere")
    assert "Nobody reaches it straight from the internet." in last
    assert last.endswith(SESSION_MANAGER)
    ends = {frame.numbers["step"][0]: frame.tokens[0].look for frame in scene.frames[:-1]}
    assert [ends[step] == "done" for step in "12345"] == [
        False,
        bastion == "port 22 from everywhere",
        True,
        host == "port 22 from sg-bastion",
        nat,
    ]


def test_no_caption_tells_how_to_let_strangers_in() -> None:
    """Is a stranger's drop shown as what it is, without a mend?"""
    step = [frame.caption for frame in bastion_scene().frames if frame.numbers["step"].startswith("2")]

    assert "No inbound rule of sg-bastion allows tcp 22 from 192.0.2.66." in step[-1]
    assert "Add an inbound rule" not in " ".join(step)


FAILOVERS = list(product(METHODS, "ab", STANDBY_GROUPS))


def scene_of(method: str, zone: str, group: str) -> Scene:
    """Return the scene of a failover."""
    return failover_scene(method=method, standby_zone=zone, standby_group=group)


@pytest.mark.parametrize(("method", "zone", "group"), FAILOVERS)
def test_a_failover_ends_as_aws_would_let_it(method: str, zone: str, group: str) -> None:
    """Is the interface refused in another zone, and the closed group of the standby felt only with the Elastic IP?"""
    scene = scene_of(method, zone, group)
    last = scene.frames[-1]
    by_interface = method == METHODS[0]

    assert_sound(scene)
    assert lay_out(scene)
    assert ("AWS refuses the move" in last.caption) == (by_interface and zone == "b")
    works = zone == "a" if by_interface else group == STANDBY_GROUPS[0]
    assert (f"The client has an answer from {SERVICE_IP}. It asked the same address" in last.caption) == works
    steps = list(dict.fromkeys(frame.numbers["step"] for frame in scene.frames))
    assert steps[:3] == ["all is well", "the active instance fails", "failover"]


def test_an_interface_takes_all_along_and_an_elastic_ip_only_itself() -> None:
    """Do private IP, MAC address and group stay with the interface, and change with the Elastic IP?"""
    names = ("private IP", "MAC address", "security group")
    for method, kept in ((METHODS[0], [True, True, True]), (METHODS[1], [False, False, False])):
        frames = scene_of(method, "a", STANDBY_GROUPS[1]).frames
        before, after = frames[0].numbers, next(f.numbers for f in frames if f.numbers["step"] == "failover")

        assert [before[name] == after[name] for name in names] == kept
        moved = next(frame.caption for frame in frames if frame.numbers["step"] == "failover")
        words = {
            "private IP": "the private IP",
            "MAC address": "the MAC address",
            "security group": "the security group",
        }
        for name, still in zip(names, kept, strict=True):
            said = f"{words[name]} {after[name]}" if still else f"{words[name]} is now {after[name]}"
            assert said.lower() in moved.lower()
        again = [frame for frame in frames if "It asked the same address" in frame.caption]
        assert again == (list(frames[-1:]) if kept[0] else [])
        assert before["client asks"] == after["client asks"] == SERVICE_IP


def test_the_thing_that_moves_is_at_one_instance_at_a_time() -> None:
    """Does the token of the interface go from the active to the standby instance, once?"""
    frames = scene_of(METHODS[0], "a", STANDBY_GROUPS[0]).frames
    places = [next(token.at for token in frame.tokens if token.id == "service") for frame in frames]

    assert list(dict.fromkeys(places)) == ["active", "standby"]
    assert places == sorted(places)


@pytest.mark.parametrize("name", LABS)
def test_a_labs_numbers_tell_of_their_frame(name: str) -> None:
    """Do a lab's numbers begin at nothing, name the packet that is on its way, and end at what was counted?"""
    first, *frames, _ = failure_lab(name).scene.frames
    sent = len({frame.numbers["number"] for frame in frames})

    assert (first.numbers["number"], first.numbers["as it should be"]) == (f"0 of {sent}", "0")
    assert {frame.numbers["number"] for frame in frames} == {f"{n} of {sent}" for n in range(1, sent + 1)}
    under_way = [frame for frame in frames if " passes" in frame.caption]
    assert under_way
    assert all(" → " in frame.numbers["packet"] for frame in under_way)
    assert all(all(frame.numbers.values()) for frame in frames)


def test_a_labs_knobs_are_called_by_the_names_of_what_they_change() -> None:
    """Has a knob's label the resource's own name?"""
    labels = [control.description for control in failure_lab("nat-in-private").controls.values()]
    assert labels == ["table of subnet-nat", "rtb-private", "public IP of eni-app"]


@pytest.mark.parametrize("demo", [packet_walk, bastion_and_nat, eni_failover])
def test_the_picture_is_an_svg_and_always_the_same(demo: Any) -> None:  # noqa: ANN401 - functions of several shapes
    """Is the picture well-formed SVG, and the same bytes each time?"""
    picture = demo().picture()

    assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own picture
    assert picture == demo().picture()


def test_default_controls_are_the_scenes_defaults() -> None:
    """Do the controls of each demo start where the scene's parameters do?"""
    assert packet_walk().scene == packet_scene()
    assert bastion_and_nat().scene == bastion_scene()
    assert eni_failover().scene == failover_scene()
