"""Time in the offline AWS, and moto's SQS where the course repairs it: are they as in AWS?"""

import json
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import cloud
from tests.offline.queues import new_queue, receive


@settings(deadline=None, max_examples=25)
@given(timeout=st.integers(1, 43_200), before=st.floats(0.1, 1), after=st.floats(0, 100_000))
def test_a_message_is_hidden_for_its_visibility_timeout(timeout: int, before: float, after: float) -> None:
    """Is a received message away until its visibility timeout is over, and back right then?"""
    sqs, url = new_queue(MessageRetentionPeriod=1_209_600)
    sqs.send_message(QueueUrl=url, MessageBody="a")

    assert receive(sqs, url, VisibilityTimeout=timeout) == ["a"]
    cloud.advance(timeout - before)
    assert receive(sqs, url) == []
    cloud.advance(before + after)
    assert receive(sqs, url) == ["a"]


@settings(deadline=None, max_examples=25)
@given(delay=st.integers(1, 900), retention=st.integers(1_000, 1_209_600))
def test_delay_and_retention_end_in_virtual_time(delay: int, retention: int) -> None:
    """Does a message come after its delay, and is it gone and not counted after its retention period?"""
    sqs, url = new_queue(DelaySeconds=delay, MessageRetentionPeriod=retention)
    sqs.send_message(QueueUrl=url, MessageBody="a")

    assert receive(sqs, url) == []
    cloud.advance(delay)
    assert receive(sqs, url, VisibilityTimeout=0) == ["a"]
    cloud.advance(retention - delay)
    counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    assert counted["Attributes"] == {"ApproximateNumberOfMessages": "0"}


@settings(deadline=None, max_examples=25)
@given(delay=st.integers(0, 25), wait=st.integers(0, 20), by_queue=st.booleans())
def test_a_long_poll_waits_in_virtual_time(delay: int, wait: int, by_queue: bool) -> None:  # noqa: FBT001
    """Does a long poll end with the message, or after exactly its time, without waiting really?"""
    sqs, url = new_queue(**({"ReceiveMessageWaitTimeSeconds": wait} if by_queue else {}))
    sqs.send_message(QueueUrl=url, MessageBody="a", DelaySeconds=delay)

    got = receive(sqs, url, **({} if by_queue else {"WaitTimeSeconds": wait}))

    assert got == (["a"] if delay <= wait else [])
    assert clock(sqs) == pytest.approx(min(delay, wait), abs=0.1)


def clock(sqs: Any) -> float:  # noqa: ANN401
    """Return the seconds since the start, by the age of a queue made now."""
    url = sqs.create_queue(QueueName="clock")["QueueUrl"]
    made = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])
    return float(made["Attributes"]["CreatedTimestamp"]) - 1_793_610_000  # 2026-11-02 09:00 UTC


@settings(deadline=None, max_examples=25)
@given(groups=st.lists(st.sampled_from("abc"), min_size=1, max_size=10))
def test_a_fifo_group_comes_back_in_order(groups: list[str]) -> None:
    """Do messages of a FIFO queue that become visible together keep the order of their group?"""
    sqs, url = new_queue(FifoQueue="true")
    sent = [f"{group}{number}" for number, group in enumerate(groups)]
    for body in sent:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=body[0], MessageDeduplicationId=body)

    assert receive(sqs, url, VisibilityTimeout=30) == sent
    assert receive(sqs, url) == []
    cloud.advance(30)
    assert receive(sqs, url) == sent


def test_setting_an_attribute_keeps_the_policy() -> None:
    """Is a queue's policy still there after another attribute was set?"""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    sqs, url = new_queue(Policy=json.dumps(policy))

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})

    got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
    assert json.loads(got["Policy"]) == policy
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])


def test_kinesis_lives_in_virtual_time() -> None:
    """Does a record carry the virtual time of its arrival?"""
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    cloud.advance(3600)
    kinesis.put_record(StreamName="clicks", Data=b"a", PartitionKey="a")

    shard = {"StreamName": "clicks", "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"}
    iterator = kinesis.get_shard_iterator(**shard)["ShardIterator"]
    (record,) = kinesis.get_records(ShardIterator=iterator)["Records"]
    assert record["ApproximateArrivalTimestamp"].timestamp() == pytest.approx(1_793_610_000 + 3600, abs=0.1)


def test_time_cannot_go_back() -> None:
    """Is a negative number of seconds refused?"""
    with pytest.raises(cloud.CloudError, match=r"advance\(-1\) would turn the clock back"):
        cloud.advance(-1)
