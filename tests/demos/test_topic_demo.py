"""Does the fan-out demo show what the topic model does, for whatever the learner writes?"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.demos.layout import lay_out
from course.demos.topic import POLICIES, fan_out, fan_out_scene
from course.models.topic import matches

if TYPE_CHECKING:
    from course.demos.scene import Scene

MESSAGES = {
    "1": {"event": "order_placed", "price": 250},
    "2": {"event": "order_placed", "price": 120},
    "3": {"event": "order_cancelled", "price": 180},
    "4": {"event": "payment_failed", "price": 90},
    "5": {"event": "order_placed", "price": 30},
}
policies = st.none() | st.dictionaries(
    st.sampled_from(["event", "price", "other"]),
    st.lists(
        st.sampled_from(
            ["order_placed", {"prefix": "order"}, 90, {"numeric": [">", 100]}, {"exists": False}, {"anything-but": "x"}]
        ),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
)


def _scene(**changes: Any) -> Scene:  # noqa: ANN401 -- control values
    return fan_out_scene(**(POLICIES | changes))


def _text(policy: dict[str, Any] | None) -> str:
    return "" if policy is None else json.dumps(policy)


def _got(scene: Scene, queue: str) -> list[str]:
    return [token.label for token in scene.frames[-1].tokens if token.at == queue]


@settings(max_examples=40, deadline=None)
@given(st.tuples(policies, policies, policies), st.tuples(st.booleans(), st.booleans()))
def test_each_queue_ends_with_what_its_policy_lets_through(
    three: tuple[dict[str, Any] | None, ...], switches: tuple[bool, bool]
) -> None:
    """Does every queue hold the messages that match, the repeated one twice unless the topic is FIFO?"""
    raw, fifo = switches
    scene = fan_out_scene(*map(_text, three), raw=raw, fifo=fifo)

    order = ["1", "2", "3", "4", "5"] if fifo else ["1", "2", "2", "3", "4", "5"]
    for queue, policy in zip(POLICIES, three, strict=True):
        wanted = [number for number in order if policy is None or matches(policy, MESSAGES[number])]
        assert _got(scene, queue) == wanted
    assert scene == fan_out_scene(*map(_text, three), raw=raw, fifo=fifo)
    assert lay_out(scene)
    assert all(frame.caption.endswith(".") for frame in scene.frames)
    assert len(scene.frames) <= 40


def test_a_copy_starts_at_the_topic() -> None:
    """Does every copy lie at the topic in the frame before it lies in a queue, so that it travels?"""
    scene = _scene()
    seen: dict[str, str] = {}
    for frame in scene.frames:
        for token in frame.tokens:
            if token.at in POLICIES and seen.get(token.id) != token.at:
                assert seen[token.id] == "topic"
        seen |= {token.id: token.at for token in frame.tokens}


def test_captions_say_why_a_copy_is_kept_back() -> None:
    """Does the caption name the value and the rule, and does the static picture show such a moment?"""
    scene = _scene()
    captions = [frame.caption for frame in scene.frames]

    assert 'The copy for fraud is kept back: price=30 does not satisfy {"numeric": [">=", 100]}.' in captions
    assert 'The copy for shipping is kept back: event=order_cancelled is not in ["order_placed"].' in captions
    shown = scene.frames[scene.picture_frame]
    assert "is kept back" in shown.caption
    assert [token.look for token in shown.tokens if token.at == "topic"].count("failed") == 1


def test_fifo_drops_the_repeated_message() -> None:
    """Does the FIFO topic drop the second message 2, say why, and name its FIFO queues?"""
    scene = _scene(fifo=True)
    (dropped,) = [frame for frame in scene.frames if "drops message 2" in frame.caption]
    assert "deduplication ID came 1 s ago" in dropped.caption
    assert {node.label for node in scene.nodes} >= {"topic orders.fifo", "queue shipping.fifo", "queue analytics"}
    assert any("analytics" in f.caption and "promises no order" in f.caption for f in scene.frames)


def test_raw_delivery_is_smaller() -> None:
    """Does the figure of the SQS body shrink to what was published with raw delivery?"""
    wrapped, raw = (_scene(raw=raw).frames[-1].numbers["last SQS body"] for raw in (False, True))
    assert raw == f"{len(json.dumps(MESSAGES['5'] | {'order': 5}))} bytes"
    assert int(wrapped.split()[0]) > 500


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ('{"event": [', "fraud: The filter policy is not JSON: Expecting value at line 1, column 12."),
        ('{"event": "a"}', 'fraud: "event" needs a list of the values it may have, such as ["order_placed"].'),
        ('{"order": {"id": ["1"]}}', "FilterPolicyScope MessageBody"),
    ],
)
def test_a_bad_policy_gives_a_sentence(policy: str, sentence: str) -> None:
    """Does the demo show one sentence, and no scene, for a policy that SNS refuses, until it is repaired?"""
    demo = fan_out()
    demo.controls["fraud"].value = policy

    assert sentence in demo.summary
    assert demo.stage.error == demo.summary
    assert escape(sentence[:20]) in demo.picture()
    demo.controls["fraud"].value = POLICIES["fraud"]
    assert demo.stage.error == ""


def test_the_body_scope_filters_too() -> None:
    """With FilterPolicyScope MessageBody, do the same policies let the same messages through?"""
    bodies, attributes = (_scene(scope=scope) for scope in ("MessageBody", "MessageAttributes"))
    assert [_got(bodies, queue) for queue in POLICIES] == [_got(attributes, queue) for queue in POLICIES]
