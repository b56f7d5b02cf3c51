"""Does the queue model follow AWS's rules, one by one?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import cloud
from course.models.queue import Queue, QueueSettings, ReceiptError

if TYPE_CHECKING:
    from collections.abc import Iterator


from tests.models.queues import FIFO, bodies

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
