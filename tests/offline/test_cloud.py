"""The offline AWS: is it fresh, and can nothing leave the machine?"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import MagicMock, patch

import boto3
import pytest
from botocore.loaders import JSONFileLoader
from botocore.utils import InstanceMetadataFetcher
from moto.ec2.models import EC2Backend

from course import cloud
from tests.offline.queues import new_queue

ROOT = Path(__file__).parents[2]


# What leaves the machine


def test_credentials_of_the_machine_are_never_touched(tmp_path: Path) -> None:
    """With profiles, keys and endpoints all over the machine, does any of them reach a request, file or socket?"""
    (tmp_path / ".aws").mkdir()
    profile = "[default]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\nregion = eu-west-1\n"
    for name in ("credentials", "config"):
        (tmp_path / ".aws" / name).write_text(profile + profile.replace("default", "work"))
    machine = {
        "HOME": str(tmp_path),
        "USERPROFILE": str(tmp_path),
        "AWS_PROFILE": "work",
        "AWS_DEFAULT_PROFILE": "work",
        "AWS_CONFIG_FILE": str(tmp_path / ".aws" / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / ".aws" / "credentials"),
        "AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_SESSION_TOKEN": "real",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/credentials",
        "AWS_ENDPOINT_URL_SNS": "https://sns.example.org",
    }
    spy = subprocess.run(
        [sys.executable, "-m", "tests.offline.spy"],
        env=os.environ | machine,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert spy.returncode == 0, spy.stderr

    seen = json.loads(spy.stdout)

    assert seen == {
        "signed": ["OFFLINE", "OFFLINE"],
        "session": "OFFLINE",
        "opened": [],
        "connected": [],
        "older": [],
        "restored": True,
    }


ESCAPES = {
    "a foreign endpoint": lambda: boto3.client("sqs", endpoint_url="https://example.org").list_queues(),
    "a host that only looks local": lambda: boto3.client(
        "sqs", endpoint_url="http://localhost.example.org"
    ).list_queues(),
    "a service that moto does not have": lambda: boto3.client("lightsail").get_instances(),
    "an operation that moto does not have": lambda: boto3.client("sqs").cancel_message_move_task(TaskHandle="x"),
    "the metadata service": lambda: InstanceMetadataFetcher(1, 1, env={}).retrieve_iam_role_credentials(),
    "the metadata service by IPv6": lambda: InstanceMetadataFetcher(
        1, 1, base_url="http://[fd00:ec2::254]/", env={}
    ).retrieve_iam_role_credentials(),
    "a delivery of SNS": lambda: deliver_to("https://example.org/hook"),
}


def deliver_to(endpoint: str) -> None:
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="orders")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol=endpoint.partition(":")[0], Endpoint=endpoint)
    sns.publish(TopicArn=topic, Message="hello")


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=list(ESCAPES))
def test_what_would_leave_the_machine_is_stopped(escape: Any) -> None:  # noqa: ANN401
    """Is every way out closed by one error that says how to open it?"""
    with pytest.raises(cloud.CloudError, match=r"cloud\.start\(endpoint="):
        escape()


def test_a_client_of_a_stopped_aws_is_refused() -> None:
    """Does a forgotten client, which holds fake credentials, go to the network after stop?"""
    sqs = boto3.client("sqs")
    cloud.stop()

    with pytest.raises(cloud.CloudError, match=r"call cloud\.start\(\) first"):
        sqs.list_queues()

    cloud.start()
    assert "QueueUrls" not in sqs.list_queues()


def test_importing_the_course_imports_no_aws() -> None:
    """Is `import course` free of what makes a start slow?"""
    program = "import sys, course.cloud; print([m for m in ('boto3', 'botocore', 'moto') if m in sys.modules])"

    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"


# A server in place of moto


class FakeServer(BaseHTTPRequestHandler):
    """Answers like a moto server that is always empty, and notes who asked for what."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_POST(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization", "").partition("Credential=")[2][:7]))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), FakeServer) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        FakeServer.asked.clear()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("by_environment", [False, True])
def test_an_endpoint_takes_the_place_of_moto(
    server: str,
    by_environment: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Do boto3's calls go to the server that was asked for, emptied first, with fake credentials?"""
    cloud.stop()
    if by_environment:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")

    cloud.start(None if by_environment else server)
    boto3.client("sqs").list_queues()

    assert FakeServer.asked == [("/moto-api/reset", ""), ("/", "OFFLINE")]
    assert [call.operation for call in cloud.calls()] == ["ListQueues"]
    with pytest.raises(cloud.CloudError, match="would leave this machine"):
        boto3.client("sqs", endpoint_url="https://example.org").list_queues()
    with pytest.raises(cloud.CloudError, match="offline AWS"):
        cloud.advance(1)


def test_a_loopback_server_can_be_used_offline(server: str) -> None:
    """Are this machine's own servers within reach of a client and of an SNS delivery?"""
    boto3.client("sqs", endpoint_url=server).list_queues()
    deliver_to(f"{server}/hook")

    assert [path for path, _ in FakeServer.asked] == ["/", "/hook"]


@pytest.mark.parametrize(
    ("endpoint", "complaint"),
    [
        ("localhost:4566", "is no URL"),
        ("https://sqs.us-east-1.amazonaws.com", "is AWS itself"),
        ("http://127.0.0.1:9", "Nothing answers"),
    ],
)
def test_a_wrong_endpoint_is_explained(endpoint: str, complaint: str) -> None:
    """Does an endpoint that cannot serve say why, and leave no half-started AWS?"""
    with pytest.raises(cloud.CloudError, match=complaint):
        cloud.start(endpoint)

    with pytest.raises(cloud.CloudError, match="none is running"):
        cloud.advance(1)


def test_a_real_account_needs_the_whole_phrase(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is an own account used only by who wrote that it may cost money, and told what?"""
    cloud.stop()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    for half_hearted in (True, "yes"):
        with pytest.raises(cloud.CloudError, match="write real_account='may cost money'"):
            cloud.start(real_account=half_hearted)

    cloud.start(real_account="may cost money", region="eu-west-1")

    assert boto3.Session().get_credentials().access_key == "AKIAREAL"
    assert boto3.Session().region_name == "eu-west-1"
    assert "billed to you" in capsys.readouterr().out


# A fresh AWS


def test_every_start_gives_an_empty_aws() -> None:
    """Does a client that was made before a restart see the new, empty AWS?"""
    sqs, url = new_queue()
    sqs.send_message(QueueUrl=url, MessageBody="old")

    cloud.start()

    assert cloud.calls() == ()
    assert "QueueUrls" not in sqs.list_queues()
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.receive_message(QueueUrl=url)


def test_the_next_start_reads_and_makes_nothing_anew() -> None:
    """Are AWS's service models read for the first start only, and what a start throws away not filled first?"""
    cloud.start()
    boto3.client("ec2").describe_vpcs()
    cloud.start()
    with spied(JSONFileLoader, "load_file") as read, spied(EC2Backend, "__init__") as made:
        boto3.client("ec2").describe_vpcs()
        cloud.start()

    assert (read.call_count, made.call_count) == (0, 1)


def spied(owner: type, name: str) -> AbstractContextManager[MagicMock]:
    """Count a method's calls."""
    return patch.object(owner, name, autospec=True, side_effect=getattr(owner, name))


def test_two_runs_are_the_same() -> None:
    """Can a notebook print ids, receipt handles and times and still be stored?"""

    def run() -> object:
        sqs, url = new_queue()
        sqs.send_message(QueueUrl=url, MessageBody="a")
        return sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"]

    assert run() == run()


def test_calls_are_noted_like_in_cloudtrail(tmp_path: Path) -> None:
    """Does `calls` tell service, operation and parameters, of failed calls too, but not of those never sent?"""
    sqs, url = new_queue()
    attribute = {"kind": {"DataType": "String", "StringValue": "book"}}
    parameters = {"QueueUrl": url, "MessageBody": "a", "MessageAttributes": attribute}
    sqs.send_message(**parameters)
    attribute["kind"]["StringValue"] = "changed later"
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=url, ReceiptHandle="junk")
    with pytest.raises(Exception, match="Missing required parameter"):
        sqs.send_message(QueueUrl=url)
    (tmp_path / "book").write_text("text")
    with (tmp_path / "book").open("rb") as book, pytest.raises(Exception, match="bucket does not exist"):
        boto3.client("s3").put_object(Bucket="none", Key="k", Body=book)

    _, sent, deleted, put = cloud.calls()

    assert (sent.service, sent.operation) == ("sqs", "SendMessage")
    expected = {"kind": {"DataType": "String", "StringValue": "book"}}
    assert sent.parameters == {"QueueUrl": url, "MessageBody": "a", "MessageAttributes": expected}
    assert deleted == cloud.Call("sqs", "DeleteMessage", {"QueueUrl": url, "ReceiptHandle": "junk"})
    assert str(put.parameters["Body"]).startswith("<")
