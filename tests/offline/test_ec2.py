"""Is EC2 like AWS's where moto's is not, and are its images those that people choose from?"""

from __future__ import annotations

import subprocess
import sys

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest

from course import _ec2

IMAGES = """
import boto3
from course import cloud
{first}
cloud.start()
for image in boto3.client("ec2").describe_images()["Images"]:
    print(image["ImageId"], image["Name"])
"""


@pytest.mark.parametrize("first", ["", "import moto.ec2.models", "cloud.start(); cloud.stop()"], ids=str)
def test_images_are_those_that_people_choose_from(first: str) -> None:
    """Are there images of today's Amazon Linux and others, and none for ECS, whenever moto's EC2 was imported?"""
    command = [sys.executable, "-c", IMAGES.format(first=first)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    names = [line.partition(" ")[2] for line in said]

    assert "ami-1e749f67" in {line.partition(" ")[0] for line in said}
    assert any(name.startswith("al2023-ami-2023") for name in names)
    assert not [name for name in names if "-ecs-" in name]


@pytest.mark.parametrize("body", [None, b"\xff\xfe", "", b"Action=DescribeSnapshots&"])
def test_any_request_is_let_through(body: bytes | str | None) -> None:
    """Is a request without text, or with bytes that are none, left to moto? A learner's process sends what it likes."""
    address = "https://ec2.us-east-1.amazonaws.com/"
    with _ec2.repaired(AWSPreparedRequest("POST", address, {}, body, stream_output=False)):
        pass


def test_snapshots_of_an_owner() -> None:
    """Does DescribeSnapshots give the snapshots of the owners that are asked for, and all of them else?"""
    ec2 = boto3.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    own, other = (ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for _ in range(2))

    def found(*owners: str, **wanted: object) -> set[str]:
        asked = wanted | ({"OwnerIds": list(owners)} if owners else {})
        return {one["SnapshotId"] for one in ec2.describe_snapshots(**asked)["Snapshots"]}

    everything, images = found(), ec2.describe_images(Owners=["amazon"])["Images"]
    assert found("self") == found("123456789012") == {own, other}
    assert found("self", SnapshotIds=[own]) == {own}
    assert found("self", Filters=[{"Name": "volume-id", "Values": [volume]}]) == {own, other}
    assert (
        found("amazon")
        == everything - {own, other}
        == {image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"] for image in images}
    )
    assert found("self", "amazon") == everything
    assert found("099720109477") == {
        image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"] for image in images if image["OwnerId"] == "099720109477"
    }
