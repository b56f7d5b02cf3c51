"""Does the topic model copy, wrap, order and deduplicate messages as SNS does?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto import mock_aws

from course.models.topic import (
    Delivered,
    Duplicate,
    FilteredOut,
    FilterPolicy,
    Message,
    Published,
    Subscription,
    Topic,
)
from tests.models.moto_topic import MotoTopic


@mock_aws
@pytest.mark.parametrize("raw", [False, True])
def test_bodies_in_the_queue_as_in_moto(*, raw: bool) -> None:
    """Does the queue get the same envelope, or the raw body with attributes, as from moto's SNS?"""
    message = Message('{"order": 1}', {"event": "placed", "price": 3, "tags": ["a", "b"]})
    (real,) = MotoTopic().deliver(message, {"RawMessageDelivery": "true"} if raw else {})

    *_, step = Topic("orders", [Subscription("orders", raw=raw)]).publish(message)

    assert isinstance(step, Delivered)
    if raw:
        assert step.body == real["Body"] == message.body
        plain = {"DataType", "StringValue"}
        assert step.attributes == {
            name: {key: value for key, value in attribute.items() if key in plain}
            for name, attribute in real["MessageAttributes"].items()
        }
    else:
        ours, theirs = json.loads(step.body), json.loads(real["Body"])
        assert ours["Message"] == theirs["Message"] == message.body
        assert ours["MessageAttributes"]["event"] == theirs["MessageAttributes"]["event"]
        assert ours.keys() == theirs.keys()
        assert not step.attributes


def test_each_subscription_gets_its_own_copy() -> None:
    """Does one message give one step for each subscription, delivered or with the reason why not?"""
    policy = FilterPolicy({"event": ["placed"]})
    body_policy = FilterPolicy({"event": ["placed"]}, "MessageBody")
    topic = Topic("orders", [Subscription("all"), Subscription("placed", policy), Subscription("body", body_policy)])

    published, first, second, third = topic.publish(Message("no JSON", {"event": "cancelled"}))

    assert isinstance(published, Published)
    assert isinstance(first, Delivered)
    assert first.queue == "all"
    assert isinstance(second, FilteredOut)
    assert second.reason == 'event=cancelled is not in ["placed"]'
    assert isinstance(third, FilteredOut)
    assert third.reason == "the body is not a JSON object"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"event": "placed"}', None),
        ('{"event": "paid"}', 'event=paid is not in ["placed"]'),
        ('["placed"]', "the body is not a JSON object"),
        ("placed", "the body is not a JSON object"),
    ],
)
def test_a_body_policy_reads_the_body(body: str, reason: str | None) -> None:
    """Does the scope MessageBody look at the body, whatever the attributes say, and want a JSON object?"""
    subscription = Subscription("q", FilterPolicy({"event": ["placed"]}, "MessageBody"))
    assert subscription.refusal(Message(body, {"event": "other"})) == reason


def _fifo(**options: Any) -> Topic:  # noqa: ANN401 -- the topic's own options
    return Topic("orders", [Subscription("a", fifo=True), Subscription("b")], fifo=True, **options)


def test_fifo_topics_order_and_number() -> None:
    """Does a FIFO topic number its messages, and promise order to FIFO queues only?"""
    topic = _fifo()
    steps = [step for n in "12" for step in topic.publish(Message(n, group="g", deduplication_id=n))]

    assert [step.sequence_number for step in steps if isinstance(step, Published)] == [1, 2]
    assert [step.ordered for step in steps if isinstance(step, Delivered)] == [True, False, True, False]
    assert topic.name == "orders.fifo"


@pytest.mark.parametrize(("seconds", "kinds"), [(299.9, Duplicate), (300.0, Published)])
def test_fifo_topics_drop_duplicates_for_five_minutes(seconds: float, kinds: type) -> None:
    """Is a repeated deduplication ID dropped within five minutes, and taken afterwards?"""
    topic = _fifo()
    message = Message("m", group="g", deduplication_id="d")
    list(topic.publish(message, 0.0))

    first, *rest = topic.publish(message, seconds)

    assert isinstance(first, kinds)
    assert len(rest) == (0 if kinds is Duplicate else 2)


def test_content_and_scope_decide_what_a_duplicate_is() -> None:
    """Does content-based deduplication go by the body, and the scope MessageGroup keep groups apart?"""
    topic = _fifo(content_based_deduplication=True)
    list(topic.publish(Message("m", {"a": "1"}, group="g")))
    assert isinstance(next(topic.publish(Message("m", {"a": "2"}, group="g"))), Duplicate)
    assert isinstance(next(topic.publish(Message("m", group="h"))), Duplicate)

    topic = _fifo(content_based_deduplication=True, throughput_scope="MessageGroup")
    list(topic.publish(Message("m", group="g")))
    assert isinstance(next(topic.publish(Message("m", group="h"))), Published)
    assert isinstance(next(topic.publish(Message("m", group="g"))), Duplicate)


def test_fifo_refusals() -> None:
    """Are the calls refused that SNS refuses: no group, no deduplication ID, a FIFO queue on a standard topic?"""
    with pytest.raises(ValueError, match="needs a MessageGroupId"):
        list(_fifo().publish(Message("m", deduplication_id="d")))
    with pytest.raises(ValueError, match="needs a MessageDeduplicationId"):
        list(_fifo().publish(Message("m", group="g")))
    with pytest.raises(ValueError, match="a is a FIFO queue"):
        Topic("orders", [Subscription("a", fifo=True)])
