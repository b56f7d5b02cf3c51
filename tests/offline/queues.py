"""A queue to try things with."""

from functools import cache
from typing import Any

import boto3

from course import cloud


@cache
def client() -> Any:  # noqa: ANN401  boto3 ships no types
    """Return one client for all tests: it lives on through every restart."""
    return boto3.client("sqs")


def new_queue(**attributes: object) -> tuple[Any, str]:
    """Start a fresh AWS with one queue in it."""
    cloud.start()
    sqs = client()
    texts = {name: str(value) for name, value in attributes.items()}
    name = "orders.fifo" if "FifoQueue" in attributes else "orders"
    return sqs, sqs.create_queue(QueueName=name, Attributes=texts)["QueueUrl"]


def receive(sqs: Any, url: str, **options: object) -> list[str]:  # noqa: ANN401
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **options).get("Messages", [])
    return [message["Body"] for message in messages]
