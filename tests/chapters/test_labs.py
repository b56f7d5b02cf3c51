"""The failure labs: each is ill as shipped, is healed in more than one way, and is judged by what it does."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from course.labs import LABS, LabError, deploy, judge, lab
from course.models.queue import QueueSettings

NAMES = ("duplicate-orders", "dead-letter-fills", "short-visibility", "latency-spike", "fifo-poison")

# lab -> repairs: attributes of the queue, changes to the consumers
REPAIRS: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "duplicate-orders": [
        ({"visibility_timeout": 60}, {}),
        ({}, {"batch_size": 5}),
        ({}, {"heartbeat": True}),
    ],
    "dead-letter-fills": [
        ({"max_receive_count": 5}, {}),
        ({"max_receive_count": 10}, {}),
        ({}, {"attempts": 5}),
    ],
    "short-visibility": [
        ({"visibility_timeout": 120}, {}),
        ({}, {"heartbeat": True}),
    ],
    "latency-spike": [
        ({"receive_wait_seconds": 20}, {}),
        ({}, {"consumers": 5}),
        ({}, {"batch_size": 10}),
    ],
    "fifo-poison": [
        ({"max_receive_count": 3}, {}),
        ({"max_receive_count": 10, "visibility_timeout": 10}, {}),
    ],
}

# lab -> what looks like a repair and is none, and the complaint about it
MISTAKES: dict[str, list[tuple[dict[str, Any], dict[str, Any], str]]] = {
    "duplicate-orders": [({"visibility_timeout": 3600}, {}, "still not done")],
    "dead-letter-fills": [
        ({"max_receive_count": 2}, {}, "good messages are in the dead-letter queue"),
        ({"max_receive_count": 1000}, {}, "still in the queue"),
        ({"max_receive_count": None}, {}, "still in the queue"),
        ({"visibility_timeout": 300}, {}, "good messages are in the dead-letter queue"),
    ],
    "short-visibility": [
        ({"visibility_timeout": 60}, {}, "processed more than once"),
        ({"visibility_timeout": 600}, {}, "was done 6"),
        ({}, {"consumers": 8}, "processed more than once"),
    ],
    "latency-spike": [({"visibility_timeout": 600}, {}, "longer than 50 s")],
    "fifo-poison": [
        ({"retention": 60}, {}, "expired"),
        ({"max_receive_count": 50}, {}, "still in the queue"),
        ({"visibility_timeout": 5}, {}, "still in the queue"),
        ({}, {"consumers": 8}, "still not done"),
    ],
}


@pytest.fixture
def sqs(aws: None) -> Any:  # noqa: ANN401, ARG001 - boto3 ships no types
    return boto3.client("sqs")


def repair(sqs: Any, url: str, changes: dict[str, Any]) -> None:  # noqa: ANN401 - boto3 ships no types
    """Set attributes as a learner does, with a dead-letter queue of their own where the repair needs one."""
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    fields = {field: getattr(QueueSettings.from_attributes(answer), field) for field in QueueSettings.__slots__}
    settings = QueueSettings(**{**fields, **changes})
    ending = ".fifo" if settings.fifo else ""
    dead = sqs.create_queue(QueueName=f"mine{ending}", Attributes={"FifoQueue": "true"} if settings.fifo else {})
    arn = sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = settings.attributes(arn)
    attributes.setdefault("RedrivePolicy", "")
    attributes.pop("FifoQueue", None)
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def test_there_are_the_five_labs() -> None:
    """Are the labs those that chapters refer to, with words for the learner?"""
    assert tuple(LABS) == NAMES
    assert all(item.title and item.symptom and item.tunable for item in LABS.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_lab_is_deployed_as_it_is_played(sqs: Any, name: str) -> None:  # noqa: ANN401 - boto3 ships no types
    """Does the offline AWS hold the very settings that the demo shows, and the dead-letter queue if there is one?"""
    deployed = deploy(name)
    attributes = sqs.get_queue_attributes(QueueUrl=deployed.queue_url, AttributeNames=["All"])["Attributes"]

    assert QueueSettings.from_attributes(attributes) == lab(name).settings
    assert (deployed.dead_letter_url is None) == (lab(name).settings.max_receive_count is None)
    if deployed.dead_letter_url:
        assert deployed.dead_letter_url in sqs.list_queues()["QueueUrls"]


@pytest.mark.usefixtures("sqs")
@pytest.mark.parametrize("name", NAMES)
def test_a_lab_is_ill_as_shipped(name: str) -> None:
    """Does the judge complain, in sentences, about the lab as it is deployed?"""
    complaints = judge(name, deploy(name).queue_url)

    assert complaints
    assert complaints == LABS[name].healthy(LABS[name].run())
    assert all(complaint[0].isupper() or complaint[0].isdigit() for complaint in complaints)
    assert all(complaint.endswith(".") for complaint in complaints)


@pytest.mark.parametrize(
    ("name", "attributes", "consumers"), [(name, *item) for name in NAMES for item in REPAIRS[name]]
)
def test_a_repair_heals(sqs: Any, name: str, attributes: dict[str, Any], consumers: dict[str, Any]) -> None:  # noqa: ANN401
    """Is the judge content with each of the different repairs?"""
    url = deploy(name).queue_url
    repair(sqs, url, attributes)

    assert judge(name, url, **consumers) == []


@pytest.mark.parametrize(
    ("name", "attributes", "consumers", "complaint"), [(name, *item) for name in NAMES for item in MISTAKES[name]]
)
def test_a_mistake_does_not_heal(
    sqs: Any,  # noqa: ANN401 - boto3 ships no types
    name: str,
    attributes: dict[str, Any],
    consumers: dict[str, Any],
    complaint: str,
) -> None:
    """Does the judge say what is still wrong after a change that only looks like a repair?"""
    url = deploy(name).queue_url
    repair(sqs, url, attributes)

    assert complaint in " ".join(judge(name, url, **consumers))


@pytest.mark.parametrize("name", NAMES)
def test_every_repair_can_be_tried_in_the_demo(name: str) -> None:
    """Does the lab let one tune all that its repairs change?"""
    needed = {field for attributes, consumers in REPAIRS[name] for field in (*attributes, *consumers)}

    assert needed <= set(LABS[name].tunable)
    assert len(REPAIRS[name]) >= 2


def test_a_name_that_is_no_lab() -> None:
    """Does a wrong name get the list of the right ones?"""
    with pytest.raises(LabError, match=r"There is no lab 'fifo'; choose from duplicate-orders, .*fifo-poison\."):
        deploy("fifo")


@pytest.mark.usefixtures("sqs")
def test_what_a_lab_does_not_let_you_change() -> None:
    """Are other changes, and attributes that belong on the queue, refused in a sentence?"""
    url = deploy("latency-spike").queue_url

    with pytest.raises(LabError, match="cannot be tuned by 'processing_time'; choose from receive_wait_seconds"):
        judge("latency-spike", url, processing_time=0.1)
    with pytest.raises(LabError, match="visibility_timeout is an attribute of the queue"):
        judge("latency-spike", url, visibility_timeout=60)


def test_a_queue_that_cannot_be_judged(sqs: Any) -> None:  # noqa: ANN401 - boto3 ships no types
    """Is a deleted queue, or one of the wrong type, a complaint and not a traceback?"""
    url = deploy("fifo-poison").queue_url
    other = sqs.create_queue(QueueName="standard")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)

    assert judge("fifo-poison", other) == [f"The queue of this lab is a FIFO queue; {other} is not."]
    assert "does not exist" in judge("fifo-poison", url)[0]
