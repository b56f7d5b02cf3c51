"""Use the offline AWS on a machine full of credentials, and report what was touched (run by test_cloud.py).

Prints JSON: the access keys that signed requests, the files of ~/.aws that were opened, the addresses that were
connected to or resolved, and whether `stop` put the environment back.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

opened: list[str] = []
connected: list[str] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note what Python opens and connects to; an audit hook sees every library's calls."""
    if event == "open" and ".aws" in Path(str(arguments[0])).parts:
        opened.append(str(arguments[0]))
    if event in {"socket.connect", "socket.getaddrinfo"}:
        connected.append(str(arguments[1] if event == "socket.connect" else arguments[0]))


sys.addaudithook(watch)

import boto3  # noqa: E402

from course import cloud  # noqa: E402

before = dict(os.environ)
older = boto3.client("sqs", region_name="eu-west-1")  # finds the real credentials, as it may
opened.clear()

cloud.start()
signed: list[str] = []


def note(request: Any, **_: object) -> None:  # noqa: ANN401  botocore ships no types
    """Note who signs a request."""
    signed.append(str(request.headers["Authorization"]).partition("Credential=")[2].split("/")[0])


sqs, fresh = boto3.client("sqs"), boto3.Session().client("sns")
for client in (sqs, fresh):
    client.meta.events.register_first("before-send", note)
sqs.create_queue(QueueName="orders")
fresh.create_topic(Name="orders")
boto3.client("sts").get_caller_identity()
seen_by_older = older.list_queues().get("QueueUrls", [])
session = boto3.Session().get_credentials()
cloud.stop()

sys.stdout.write(
    json.dumps(
        {
            "signed": signed,
            "session": session.access_key,
            "opened": opened,
            "connected": connected,
            "older": seen_by_older,
            "restored": dict(os.environ) == before,
        }
    )
)
