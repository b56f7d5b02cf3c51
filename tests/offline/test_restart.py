"""A start while the offline AWS runs: is it a stop and a start, only quicker?"""

import os
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session

from course import cloud
from course._offline import ExamAws
from tests.offline.queues import new_queue


def use() -> dict[str, Any]:
    """Use several services, and return all that can be seen of them."""
    sqs, url = new_queue(DelaySeconds=2)
    sent = sqs.send_message(QueueUrl=url, MessageBody="a")
    cloud.advance(3)
    sns, kinesis = boto3.client("sns"), boto3.client("kinesis")
    sns.create_topic(Name="orders")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    return {
        "sent": sent["MessageId"],
        "received": sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"],
        "queues": sqs.list_queues()["QueueUrls"],
        "made": sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp", "QueueArn"])["Attributes"],
        "topics": sns.list_topics()["Topics"],
        "streams": kinesis.list_streams()["StreamNames"],
        "elsewhere": boto3.client("sqs", region_name="eu-west-1").list_queues().get("QueueUrls"),
        "calls": cloud.calls(),
        "region": boto3.Session().region_name,
        "environment": {name: value for name, value in os.environ.items() if name.startswith("AWS_")},
    }


def start_again() -> None:
    """Start while AWS runs."""
    cloud.start()


def stop_and_start() -> None:
    """Start after a stop."""
    cloud.stop()
    cloud.start()


def after(restart: Callable[[], None]) -> object:
    """What can be seen after a restart of an AWS where much has happened."""
    cloud.start(region="eu-west-1")
    use()
    boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="old")
    os.environ["AWS_PROFILE"] = "a notebook's own"
    cloud.advance(100_000)
    restart()
    return use()


def test_a_start_leaves_nothing_of_the_former_one() -> None:
    """Are queues, messages, ids, times, calls, Region and variables those of a first start?"""
    first = use()

    assert after(stop_and_start) == first
    assert after(start_again) == first


def test_a_stop_undoes_every_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Are the environment, boto3's session and its way to the network back after several starts?"""
    cloud.stop()
    monkeypatch.setenv("AWS_PROFILE", "of this machine")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session := object())
    send, environment = URLLib3Session.send, dict(os.environ)

    for region in ("us-east-1", "eu-west-1"):
        cloud.start(region=region)
        assert (os.environ["AWS_DEFAULT_REGION"], boto3.DEFAULT_SESSION) == (region, None)
        assert URLLib3Session.send is not send
    cloud.stop()

    assert (dict(os.environ), boto3.DEFAULT_SESSION, URLLib3Session.send) == (environment, session, send)


def test_a_start_finds_an_endpoint_that_was_set_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the variable of the machine count in a restart as in a start, and one that the notebook sets not?"""
    os.environ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    cloud.start()
    cloud.advance(1)
    cloud.stop()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(cloud.CloudError, match="Nothing answers"):
        cloud.start()


def over_http(request: AWSPreparedRequest) -> AWSPreparedRequest:
    """The request as a server of HTTP reads it."""
    headers = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name] = value.decode() if isinstance(value, bytes) else value
    return AWSPreparedRequest(request.method, request.url, headers, request.body, stream_output=False)


def test_calls_of_another_process_are_noted_as_they_were_made() -> None:
    """Are requests read when somebody asks, in their order among this process's own calls, as often as one asks?"""
    requests: list[Any] = []
    client = boto3.client("sqs")
    client.meta.events.register("before-send", lambda request, **_: requests.append(request))
    client.create_queue(QueueName="orders")
    client.list_queues(QueueNamePrefix="o")
    made = cloud.calls()

    cloud.start()
    exam = ExamAws()
    exam.answer(over_http(requests[0]), "sqs")
    boto3.client("sns").list_topics()
    exam.answer(over_http(requests[1]), "sqs")

    assert cloud.calls() == cloud.calls() == (made[0], cloud.Call("sns", "ListTopics", {}), made[1])
