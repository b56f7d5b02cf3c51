"""The queue model: AWS's rules one by one, laws that hold for any sequence of calls, and moto's SQS beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import boto3
import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import cloud
from course.models.queue import Arrival, Queue, QueueSettings, ReceiptError, Run, Workload, steady
from course.models.queue_core import Place
from course.models.queue_settings import ATTRIBUTES, RANGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.models.queue import Message, Received

FIFO = QueueSettings(fifo=True, content_deduplication=True)


def bodies(received: list[Received]) -> list[str]:
    return [item.message.body for item in received]


# --- the settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"visibility_timeout": -1},
        {"visibility_timeout": 43_201},
        {"delay_seconds": 901},
        {"receive_wait_seconds": 21},
        {"retention": 59},
        {"retention": 1_209_601},
        {"max_receive_count": 0},
        {"max_receive_count": 1001},
        {"visibility_timeout": 1.5},
        {"delay_seconds": True},
        {"content_deduplication": True},
    ],
)
def test_refuses_what_aws_refuses(wrong: dict[str, Any]) -> None:
    """Does a value out of AWS's range raise a ValueError that names the setting?"""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        QueueSettings(**wrong)


ANY_SETTINGS = st.builds(
    lambda fifo, dedup, **rest: QueueSettings(fifo=fifo, content_deduplication=fifo and dedup, **rest),
    fifo=st.booleans(),
    dedup=st.booleans(),
    visibility_timeout=st.integers(0, 43_200),
    delay_seconds=st.integers(0, 900),
    receive_wait_seconds=st.integers(0, 20),
    retention=st.integers(60, 1_209_600),
    max_receive_count=st.none() | st.integers(1, 1000),
)


@pytest.fixture(scope="module")
def sqs() -> Iterator[Any]:
    cloud.start()
    yield boto3.client("sqs")
    cloud.stop()


@settings(max_examples=40, deadline=None)
@given(wanted=ANY_SETTINGS, number=st.integers(0, 10**9))
def test_settings_come_back_from_a_real_queue(
    sqs: Any,  # noqa: ANN401 - boto3 ships no types
    wanted: QueueSettings,
    number: int,
) -> None:
    """Do settings survive the way to an SQS queue and back?"""
    ending = ".fifo" if wanted.fifo else ""
    kind = {"FifoQueue": "true"} if wanted.fifo else {}
    dead = sqs.create_queue(QueueName=f"dead{ending}", Attributes=kind)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    url = sqs.create_queue(QueueName=f"q{number}{ending}", Attributes=wanted.attributes(arn))["QueueUrl"]

    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    sqs.delete_queue(QueueUrl=url)

    assert QueueSettings.from_attributes(attributes) == wanted


def test_a_dead_letter_queue_is_of_the_same_type() -> None:
    """Is a standard dead-letter queue refused for a FIFO queue, both ways?"""
    arn = "arn:aws:sqs:us-east-1:123456789012:dead"
    redrive = replace(FIFO, max_receive_count=3)

    with pytest.raises(ValueError, match="must be a FIFO queue too"):
        redrive.attributes(arn)
    attributes = redrive.attributes(arn + ".fifo")
    attributes["RedrivePolicy"] = attributes["RedrivePolicy"].replace(".fifo", "")
    with pytest.raises(ValueError, match="must be a FIFO queue too"):
        QueueSettings.from_attributes(attributes)
    with pytest.raises(ValueError, match="dead_letter_arn"):
        redrive.attributes()


# --- the queue, rule by rule


def test_a_received_message_is_hidden_for_the_visibility_timeout() -> None:
    """Is a message hidden until the very moment its visibility timeout ends, and visible from then on?"""
    queue = Queue(QueueSettings(visibility_timeout=30, receive_wait_seconds=20))
    queue.send(0, "a")

    assert bodies(queue.receive(1)) == ["a"]
    assert queue.receive(30.9) == []
    assert bodies(queue.receive(31)) == ["a"]
    assert [(s.time, s.kind, s.receives) for s in queue.log] == [
        (0, "sent", 0),
        (1, "received", 1),
        (31, "reappeared", 1),
        (31, "received", 2),
    ]


def test_visibility_timeout_of_zero_hides_nothing() -> None:
    """Can two consumers receive one message at the same time when the visibility timeout is 0?"""
    queue = Queue(QueueSettings(visibility_timeout=0, receive_wait_seconds=1))
    queue.send(0, "a")

    assert bodies(queue.receive(0) + queue.receive(0)) == ["a", "a"]


def test_delay_hides_a_new_message_only() -> None:
    """Does the delivery delay hold a message back once, after sending, and not after a receive?"""
    queue = Queue(QueueSettings(delay_seconds=10, visibility_timeout=5, receive_wait_seconds=1))
    queue.send(0, "a")

    assert queue.receive(9.9) == []
    assert queue.count("delayed") == 1
    assert bodies(queue.receive(10)) == ["a"]
    assert bodies(queue.receive(15)) == ["a"]


def test_only_the_newest_receipt_deletes() -> None:
    """Does an old receipt handle succeed without deleting, and the newest one delete even after its timeout?"""
    queue = Queue(QueueSettings(visibility_timeout=10, receive_wait_seconds=1))
    queue.send(0, "a")
    (old,) = queue.receive(0)
    (new,) = queue.receive(10)

    assert queue.delete(11, old.receipt) is False
    assert queue.count("in flight") == 1
    assert queue.delete(25, new.receipt) is True
    assert queue.count("deleted") == 1
    assert queue.delete(26, new.receipt) is True


def test_fifo_receipt_expires_with_the_timeout() -> None:
    """Does a delete fail on a FIFO queue once the visibility timeout is over?"""
    queue = Queue(replace(FIFO, visibility_timeout=10))
    queue.send(0, "a", group="g")
    (late,) = queue.receive(0)

    with pytest.raises(ReceiptError, match="message 1 has expired"):
        queue.delete(10, late.receipt)
    assert queue.count("visible") == 1


def test_change_visibility_counts_from_the_call() -> None:
    """Does ChangeMessageVisibility count from the call, and not change the timeout of the next receive?"""
    queue = Queue(QueueSettings(visibility_timeout=60, receive_wait_seconds=1))
    queue.send(0, "a")
    (first,) = queue.receive(0)
    queue.change_visibility(15, first.receipt, 10)

    assert queue.receive(24.9) == []
    assert bodies(queue.receive(25)) == ["a"]
    assert queue.receive(84.9) == []
    with pytest.raises(ReceiptError, match="not in flight by this receipt"):
        queue.change_visibility(85, first.receipt, 10)


def test_change_visibility_to_zero_returns_the_message_at_once() -> None:
    """Is a message visible at once after ChangeMessageVisibility with 0?"""
    queue = Queue(QueueSettings(receive_wait_seconds=1))
    queue.send(0, "a")
    (first,) = queue.receive(0)
    queue.change_visibility(3, first.receipt, 0)

    assert bodies(queue.receive(3)) == ["a"]


def test_no_message_is_hidden_for_more_than_twelve_hours() -> None:
    """Is an extension refused that would end more than 12 hours after the receive?"""
    queue = Queue(QueueSettings(visibility_timeout=43_200, receive_wait_seconds=1))
    queue.send(0, "a")
    (first,) = queue.receive(100)
    queue.change_visibility(300, first.receipt, 43_000)

    with pytest.raises(ValueError, match="within 43,200 s of the receive"):
        queue.change_visibility(301, first.receipt, 43_000)


def test_a_short_poll_can_miss_a_visible_message() -> None:
    """Does a short poll come back empty now and then although a message is visible, and a long poll never?"""
    queue = Queue(QueueSettings(visibility_timeout=0))
    queue.send(0, "a")
    short = [len(queue.receive(n, wait_seconds=0)) for n in range(200)]
    long = [len(queue.receive(200 + n, wait_seconds=20)) for n in range(200)]

    assert 80 <= sum(short) <= 160
    assert sum(long) == 200


def test_a_standard_queue_orders_by_best_effort() -> None:
    """Do messages overtake each other on a standard queue when it reorders, and never otherwise?"""
    in_order, mixed = Queue(QueueSettings()), Queue(QueueSettings(), reorder_rate=0.2)
    got = []
    for queue in (in_order, mixed):
        for n in range(50):
            queue.send(0, str(n))
        got.append([body for _ in range(5) for body in bodies(queue.receive(1, 10, wait_seconds=1))])

    assert got[0] == [str(n) for n in range(50)]
    assert got[1] != got[0]
    assert sorted(got[1]) == sorted(got[0])


def test_a_copy_can_survive_its_delete() -> None:
    """Is a deleted message delivered again when a server misses the delete, and only on a standard queue?"""
    standard = Queue(QueueSettings(visibility_timeout=10), duplicate_rate=0.999)
    fifo = Queue(replace(FIFO, visibility_timeout=10), duplicate_rate=0.999)
    for queue in (standard, fifo):
        queue.send(0, "a", group="g")
        (first,) = queue.receive(0, wait_seconds=1)
        queue.delete(1, first.receipt)

    assert bodies(standard.receive(10, wait_seconds=1)) == ["a"]
    assert fifo.receive(10) == []


def test_a_group_is_blocked_while_one_of_its_messages_is_in_flight() -> None:
    """Does a FIFO queue hold back a group, and only it, until its message is deleted or visible again?"""
    queue = Queue(replace(FIFO, visibility_timeout=10))
    for body, group in (("a1", "A"), ("a2", "A"), ("b1", "B")):
        queue.send(0, body, group=group)
    (first,) = queue.receive(0)

    assert first.message.body == "a1"
    assert bodies(queue.receive(1, 10)) == ["b1"]
    assert bodies(queue.receive(10)) == ["a1"]
    (again,) = queue.receive(20)
    queue.delete(21, again.receipt)
    assert bodies(queue.receive(21)) == ["a2"]


def test_a_batch_holds_as_much_of_a_group_as_fits() -> None:
    """Does one receive return several messages of one group, in order, and then none until all are gone?"""
    queue = Queue(FIFO)
    for n in range(4):
        queue.send(0, f"a{n}", group="A")
    batch = queue.receive(0, 3)

    assert bodies(batch) == ["a0", "a1", "a2"]
    queue.delete(1, batch[0].receipt)
    queue.delete(1, batch[1].receipt)
    assert queue.receive(1) == []
    queue.delete(1, batch[2].receipt)
    assert bodies(queue.receive(1)) == ["a3"]


def test_deduplication_looks_back_five_minutes() -> None:
    """Is a message with a known deduplication id dropped for 5 minutes, even after the first one was deleted?"""
    queue = Queue(QueueSettings(fifo=True))
    first = queue.send(0, "a", group="g", deduplication_id="1")
    (received,) = queue.receive(0)
    queue.delete(1, received.receipt)

    assert queue.send(299.9, "b", group="g", deduplication_id="1") is first
    assert queue.count("visible") == 0
    assert queue.send(300, "b", group="g", deduplication_id="1") is not first


def test_deduplication_by_content() -> None:
    """Is a body that was sent before dropped, unless it comes with a deduplication id of its own?"""
    queue = Queue(FIFO)
    queue.send(0, "a", group="g")
    queue.send(1, "a", group="g")
    queue.send(2, "a", group="g", deduplication_id="other")

    assert len(queue.messages) == 2


@pytest.mark.parametrize(("group", "deduplication_id"), [("", "1"), ("g", "")])
def test_fifo_messages_need_group_and_deduplication_id(group: str, deduplication_id: str) -> None:
    """Is a message without its group or without anything to deduplicate by refused?"""
    with pytest.raises(ValueError, match="a FIFO queue needs a"):
        Queue(QueueSettings(fifo=True)).send(0, "a", group=group, deduplication_id=deduplication_id)


@pytest.mark.parametrize("fifo", [False, True])
def test_redrive_after_max_receive_count(fifo: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    """Does a message move at the receive that would be one too many, and free its group?"""
    kind = replace(FIFO if fifo else QueueSettings(), visibility_timeout=10, max_receive_count=2)
    queue = Queue(kind)
    queue.send(0, "poison", group="A")
    queue.send(0, "good", group="A")
    for now in (0, 10):
        assert bodies(queue.receive(now, wait_seconds=1)) == ["poison"]

    assert bodies(queue.receive(20, wait_seconds=1)) == ["good"]
    assert queue.count("dead-lettered") == 1
    assert queue.dead_letter_queue is not None
    assert queue.dead_letter_queue.settings.fifo is fifo
    (dead,) = queue.dead_letter_queue.receive(25, wait_seconds=1)
    assert dead.message.receives == 3


@pytest.mark.parametrize(("fifo", "age"), [(False, 100), (True, 60)])
def test_age_in_the_dead_letter_queue(fifo: bool, age: int) -> None:  # noqa: FBT001 - pytest passes it by name
    """Does a message keep its age in a standard dead-letter queue, and start anew in a FIFO one?"""
    queue = Queue(replace(FIFO if fifo else QueueSettings(), visibility_timeout=40, max_receive_count=1))
    queue.send(0, "a", group="g")
    queue.receive(0, wait_seconds=1)
    queue.receive(40, wait_seconds=1)
    queue.advance(100)

    assert queue.dead_letter_queue is not None
    assert queue.dead_letter_queue.age_of_oldest() == age


def test_retention_ends_whatever_the_state() -> None:
    """Is a message gone when its retention period is over, even in flight?"""
    queue = Queue(QueueSettings(retention=60, visibility_timeout=100, receive_wait_seconds=1))
    queue.send(0, "a")
    queue.send(0, "b")
    queue.receive(50)

    assert queue.age_of_oldest() == 50
    assert queue.receive(60) == []
    assert queue.count("expired") == 2


@pytest.mark.parametrize("wrong", [0, 11])
def test_a_receive_returns_one_to_ten_messages(wrong: int) -> None:
    """Is any other number of messages refused?"""
    with pytest.raises(ValueError, match="from 1 to 10"):
        Queue(QueueSettings()).receive(0, wrong)


def test_time_runs_forward() -> None:
    """Is a call in the past refused?"""
    queue = Queue(QueueSettings())
    queue.send(10, "a")
    with pytest.raises(ValueError, match="time runs forward only"):
        queue.receive(9)


# --- laws that hold for any sequence of calls

CALLS = st.lists(
    st.tuples(
        st.sampled_from(["send", "receive", "delete", "old delete", "extend"]),
        st.integers(0, 12),  # seconds that pass before the call
        st.integers(0, 9),  # which group, message or timeout
    ),
    max_size=40,
)
SMALL = st.builds(
    lambda fifo, **rest: QueueSettings(fifo=fifo, content_deduplication=fifo, **rest),
    fifo=st.booleans(),
    visibility_timeout=st.integers(0, 15),
    delay_seconds=st.sampled_from([0, 0, 7]),
    receive_wait_seconds=st.sampled_from([0, 20]),
    retention=st.sampled_from([60, 345_600]),
    max_receive_count=st.none() | st.integers(1, 3),
)


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


# --- producers and consumers


def kinds(run: Run) -> list[tuple[float, str, str]]:
    return [(step.time, step.kind, step.actor) for step in run.steps]


def test_a_slow_consumer_makes_a_duplicate() -> None:
    """Does a second consumer get and process a message whose first consumer needs longer than the timeout?"""
    run = Run(
        QueueSettings(visibility_timeout=10, receive_wait_seconds=20),
        Workload((Arrival(0, work=15),), processing_time=15, duration=60),
    ).finish()

    assert run.repeated() == [1]
    assert (10, "received", "Consumer 2") in kinds(run)
    assert (15, "stale", "Consumer 1") in kinds(run)


def test_a_timeout_that_ends_with_the_work_ends_first() -> None:
    """Does a timeout as long as the work end first, in an action of its own, so that a FIFO delete fails?"""
    work = Workload((Arrival(0, "A"),), consumers=1, processing_time=10, duration=10)
    actions = [[step.kind for step in steps] for steps in Run(replace(FIFO, visibility_timeout=10), work).play()]

    assert actions[2:4] == [["reappeared"], ["processed", "stale"]]


def test_a_long_poll_ends_and_begins_anew() -> None:
    """Does a consumer without work make one call for each wait time, and log each as an empty receive?"""
    run = Run(QueueSettings(receive_wait_seconds=20), Workload((), consumers=1, duration=70)).finish()

    assert run.figures().api_calls == 4
    assert kinds(run) == [(20 * n, "empty", "Consumer 1") for n in (1, 2, 3)]


def test_a_heartbeat_keeps_the_message_hidden() -> None:
    """Does a consumer that extends its visibility timeout keep a long message to itself?"""
    run = Run(
        QueueSettings(visibility_timeout=10, receive_wait_seconds=20),
        Workload((Arrival(0),), processing_time=100, heartbeat=True, duration=200),
    ).finish()

    assert run.repeated() == []
    assert run.figures().deleted == 1
    assert [step.time for step in run.steps if step.kind == "extended"] == [5 * n for n in range(1, 20)]


def test_a_crash_costs_the_visibility_timeout() -> None:
    """Does a message wait until the end of its visibility timeout when its consumer dies?"""
    run = Run(
        QueueSettings(visibility_timeout=50, receive_wait_seconds=20),
        Workload((Arrival(0, crashes=True),), processing_time=4, duration=200),
    ).finish()

    assert (2, "crashed", "Consumer 1") in kinds(run)
    assert run.figures().slowest == 54
    assert run.repeated() == []


def test_a_consumer_that_never_deletes_sees_its_messages_again() -> None:
    """Is a message processed again and again when nobody deletes it?"""
    run = Run(
        QueueSettings(visibility_timeout=10, receive_wait_seconds=20),
        Workload((Arrival(0),), consumers=1, processing_time=1, deletes=False, duration=35),
    ).finish()

    assert run.figures().repeated == 3
    assert run.figures().in_flight == 1


def test_long_polling_makes_fewer_calls_than_short_polling() -> None:
    """Does long polling need fewer calls and have fewer empty receives, without a longer wait?"""
    work = Workload(steady(5, 20.0), processing_time=1, idle_pause=1, duration=100)
    short = Run(QueueSettings(), work).finish().figures()
    long = Run(QueueSettings(receive_wait_seconds=20), work).finish().figures()

    assert long.processed == short.processed == 5
    assert long.api_calls * 4 < short.api_calls
    assert long.empty_receives * 10 < short.empty_receives
    assert long.mean <= short.mean


def test_a_poison_message_blocks_its_group_until_it_is_moved() -> None:
    """Does a group stand still behind a poison message, and go on once the redrive policy moves it?"""
    work = Workload((Arrival(0, "A", poison=True), Arrival(0, "A"), Arrival(0, "B")), processing_time=1, duration=300)
    stuck = Run(replace(FIFO, visibility_timeout=10), work).finish()
    freed = Run(replace(FIFO, visibility_timeout=10, max_receive_count=3), work).finish()

    assert sorted(stuck.latencies) == [3]
    assert sorted(freed.latencies) == [2, 3]
    assert freed.latencies[2] == pytest.approx(31, abs=1.1)
    assert freed.figures().dead_lettered == 1


def test_a_batch_shares_one_visibility_timeout() -> None:
    """Do the last messages of a batch become visible again although each one alone is quick?"""
    work = Workload(steady(10, 0.001), consumers=2, processing_time=4, batch_size=10, duration=100)
    slow = Run(QueueSettings(visibility_timeout=30, receive_wait_seconds=20), work).finish()
    enough = Run(QueueSettings(visibility_timeout=40, receive_wait_seconds=20), work).finish()

    assert slow.repeated() != []
    assert enough.repeated() == []


RUNS = st.builds(
    lambda **rest: Workload(steady(6, 3.0, groups=("A", "B")), duration=90, **rest),
    consumers=st.integers(0, 4),
    processing_time=st.floats(0.5, 20),
    jitter=st.floats(0, 0.9),
    failure_rate=st.sampled_from([0.0, 0.3, 1.0]),
    attempts=st.integers(1, 3),
    batch_size=st.integers(1, 10),
    heartbeat=st.booleans(),
    deletes=st.booleans(),
    duplicate_rate=st.sampled_from([0.0, 0.5]),
    reorder_rate=st.sampled_from([0.0, 0.5]),
    seed=st.integers(0, 9),
)


@settings(max_examples=150, deadline=None)
@given(SMALL, RUNS)
def test_a_run_adds_up_and_repeats_itself(kind: QueueSettings, work: Workload) -> None:
    """Do equal runs give equal steps in order of time, and do the figures account for every message?"""
    run = Run(kind, work).finish()
    figures = run.figures()
    times = [step.time for step in run.steps]
    places = (figures.visible, figures.in_flight, figures.delayed)

    assert run.steps == Run(kind, work).finish().steps
    assert times == sorted(times)
    assert times[-1] <= work.duration
    assert figures.sent == 6 == sum(places) + figures.deleted + figures.dead_lettered + figures.expired
    assert figures.processed + figures.repeated == sum(s.kind in ("processed", "repeated") for s in run.steps)
    assert figures.deleted <= figures.processed <= 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"consumers": -1},
        {"processing_time": 0.0},
        {"jitter": 1.0},
        {"failure_rate": 1.1},
        {"attempts": 0},
        {"batch_size": 11},
        {"idle_pause": 0.0},
        {"restart_time": -1.0},
        {"duration": 0.0},
    ],
)
def test_a_workload_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """Does a senseless workload raise a ValueError that names the parameter?"""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Workload((), **wrong)
