"""Does the queue model keep its laws under any sequence of calls, and agree with moto's SQS?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import boto3
import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import cloud
from course.models.queue import Queue, QueueSettings, ReceiptError
from course.models.queue_core import Place
from course.models.queue_settings import ATTRIBUTES, RANGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.models.queue import Message, Received

from tests.models.queues import CALLS, SMALL, bodies


def play(queue: Queue, calls: list[tuple[str, int, int]]) -> Iterator[tuple[float, str, list[Received]]]:
    """Make the calls, yield time, call and what was received; receipts that are out of date are part of the game."""
    now, held = 0.0, []
    for number, (call, pause, pick) in enumerate(calls):
        now += pause
        got: list[Received] = []
        try:
            if call == "send":
                queue.send(now, f"{number}", group="ABC"[pick % 3])
            elif call == "receive":
                got = queue.receive(now, 1 + pick)
                held += got
            elif held and call in ("delete", "old delete"):
                queue.delete(now, held.pop(-1 if call == "delete" else 0).receipt)
            elif held:
                queue.change_visibility(now, held[pick % len(held)].receipt, pick)
        except ReceiptError:
            pass
        yield now, call, got


@settings(max_examples=200, deadline=None)
@given(SMALL, CALLS, st.sampled_from([0.0, 0.5]))
def test_no_message_is_ever_lost(kind: QueueSettings, calls: list[tuple[str, int, int]], rate: float) -> None:
    """Is every message that was sent in exactly one place at every moment?"""
    queue = Queue(kind, duplicate_rate=rate, reorder_rate=rate)
    for _ in play(queue, calls):
        sent = sum(step.kind == "sent" for step in queue.log)
        assert sent == sum(queue.count(place) for place in get_args(Place))
        dead = len(queue.dead_letter_queue.messages) if queue.dead_letter_queue else 0
        assert dead == queue.count("dead-lettered")


@settings(max_examples=200, deadline=None)
@given(SMALL, CALLS)
def test_nobody_receives_a_hidden_message(kind: QueueSettings, calls: list[tuple[str, int, int]]) -> None:
    """Is every message visible at the moment it is received, judged by the calls alone?"""
    queue = Queue(kind)
    hidden: dict[int, float] = {}
    for now, _, got in play(queue, calls):
        for item in got:
            assert hidden.get(item.message.number, 0) <= now
        hidden = {step.message: step.until for step in queue.log if step.kind in ("received", "extended", "delayed")}


@settings(max_examples=200, deadline=None)
@given(SMALL, CALLS)
def test_max_receive_count_is_never_exceeded(kind: QueueSettings, calls: list[tuple[str, int, int]]) -> None:
    """Is no message received more often than the redrive policy allows?"""
    queue = Queue(kind)
    for _, _, got in play(queue, calls):
        for item in got:
            assert item.message.receives <= (kind.max_receive_count or item.message.receives)


@settings(max_examples=200, deadline=None)
@given(SMALL, CALLS)
def test_a_group_is_never_received_out_of_order(kind: QueueSettings, calls: list[tuple[str, int, int]]) -> None:
    """Is every earlier message of a FIFO group gone, or received with it, when one is received?"""
    queue = Queue(replace(kind, fifo=True, content_deduplication=True))
    for _, _, got in play(queue, calls):
        together = {item.message.number for item in got}
        for item in got:
            earlier: list[Message] = [
                message
                for message in queue.stored()
                if message.group == item.message.group and message.number < item.message.number
            ]
            assert {message.number for message in earlier} <= together


# --- moto beside it


class Twin:
    """The same calls to the model and to moto's SQS, on one clock."""

    def __init__(self, kind: QueueSettings) -> None:
        cloud.start()
        self.sqs = boto3.client("sqs")
        self.fifo = kind.fifo
        ending = ".fifo" if kind.fifo else ""
        fifo = {"FifoQueue": "true"} if kind.fifo else {}
        self.dead = self.sqs.create_queue(QueueName=f"dead{ending}", Attributes=fifo)["QueueUrl"]
        names = self.sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])
        attributes = kind.attributes(names["Attributes"]["QueueArn"])
        self.url = self.sqs.create_queue(QueueName=f"twin{ending}", Attributes=attributes)["QueueUrl"]
        self.model = Queue(kind)
        self.now = 0.0
        self.handles: dict[tuple[int, int], str] = {}

    def pass_time(self, seconds: int) -> None:
        cloud.advance(seconds)
        self.now += seconds

    def send(self, body: str, group: str) -> None:
        place = {"MessageGroupId": group, "MessageDeduplicationId": body} if self.fifo else {}
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **place)
        self.model.send(self.now, body, group=group, deduplication_id=body)

    def receive(self, most: int) -> tuple[list[Received], list[str]]:
        ours = self.model.receive(self.now, most, wait_seconds=1)
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=most, WaitTimeSeconds=0)
        theirs = answer.get("Messages", [])
        handles = {message["Body"]: message["ReceiptHandle"] for message in theirs}
        for item in ours:
            self.handles[item.receipt] = handles.get(item.message.body, "")
        return ours, [message["Body"] for message in theirs]

    def counts(self) -> tuple[dict[Place, int], dict[Place, int]]:
        names: dict[Place, str] = {
            "visible": "ApproximateNumberOfMessages",
            "in flight": "ApproximateNumberOfMessagesNotVisible",
            "delayed": "ApproximateNumberOfMessagesDelayed",
        }
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=list(names.values()))
        self.model.advance(self.now)
        ours = {place: self.model.count(place) for place in names}
        return ours, {place: int(answer["Attributes"][name]) for place, name in names.items()}


@settings(max_examples=30, deadline=None)
@given(
    st.builds(
        lambda fifo, **rest: QueueSettings(fifo=fifo, **rest),
        fifo=st.booleans(),
        visibility_timeout=st.integers(0, 15),
        delay_seconds=st.sampled_from([0, 0, 7]),
        max_receive_count=st.integers(1, 3),
    ),
    CALLS,
)
def test_model_and_moto_agree(kind: QueueSettings, calls: list[tuple[str, int, int]]) -> None:
    """Do the model and moto return the same messages and the same counts, call by call?

    Old receipt handles are left out: moto deletes by any of them, AWS promises that for the newest only.
    """
    twin = Twin(kind)
    held: list[Received] = []
    for number, (call, pause, pick) in enumerate(calls):
        twin.pass_time(pause)
        twin.model.advance(twin.now)
        held = [item for item in held if item.message.place == "in flight" and item.receipt[1] == item.message.receives]
        if call == "send":
            twin.send(f"{number}", "ABC"[pick % 3])
        elif call == "receive":
            ours, theirs = twin.receive(1 + pick)
            assert bodies(ours) == theirs
            held += ours
        elif held and call == "extend":
            item = held[pick % len(held)]
            twin.model.change_visibility(twin.now, item.receipt, pick)
            twin.sqs.change_message_visibility(
                QueueUrl=twin.url, ReceiptHandle=twin.handles[item.receipt], VisibilityTimeout=pick
            )
        elif held:
            item = held.pop(pick % len(held))
            twin.model.delete(twin.now, item.receipt)
            twin.sqs.delete_message(QueueUrl=twin.url, ReceiptHandle=twin.handles[item.receipt])
        ours_now, theirs_now = twin.counts()
        assert ours_now == theirs_now
    dead = twin.sqs.get_queue_attributes(QueueUrl=twin.dead, AttributeNames=["ApproximateNumberOfMessages"])
    cloud.stop()

    assert twin.model.count("dead-lettered") == int(dead["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_ranges_are_those_of_the_api_reference(name: str) -> None:
    """Is the range of each setting the one that botocore's copy of the API reference states?"""
    service = botocore.session.get_session().get_service_model("sqs")
    text = service.shape_for("SetQueueAttributesRequest").members["Attributes"].documentation
    about = re.sub("<[^>]+>", "", text).partition(f"{ATTRIBUTES[name]} \N{EN DASH} ")[2]
    lowest, highest = re.search(r"from ([\d,]+)(?: \([^)]*\))? to ([\d,]+)", about).groups()  # type: ignore[union-attr]

    assert RANGES[name] == (int(lowest.replace(",", "")), int(highest.replace(",", "")))
