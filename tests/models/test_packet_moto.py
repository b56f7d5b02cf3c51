"""Does the packet model refuse the subnets that moto's EC2 refuses?"""

from __future__ import annotations

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

from course.models.packet import Network, NetworkError, Subnet, Vpc

SUBNETS = (
    "10.0.1.0/24",
    "10.0.1.128/25",
    "10.0.0.0/16",
    "10.0.2.0/24",
    "10.0.0.0/23",
    "10.1.0.0/24",
    "10.0.9.0/28",
    "192.168.0.0/24",
    "10.0.0.0/15",
    "10.0.9.0/29",
)
LAX = {"10.0.9.0/29"}
"""What moto takes and AWS does not (CreateSubnet: a block is between /28 and /16)."""


def model_takes(cidr: str) -> bool:
    """Tell whether the model takes a second subnet beside 10.0.1.0/24."""
    try:
        Network((Vpc("vpc", ("10.0.0.0/16",)), Subnet("one", "vpc", "10.0.1.0/24"), Subnet("two", "vpc", cidr)))
    except NetworkError:
        return False
    return True


@mock_aws
def test_subnets_are_refused_as_by_moto() -> None:
    """Is a second subnet refused, for its place, size or overlap, exactly where moto refuses it?"""
    ec2 = boto3.client("ec2", "us-east-1")

    def moto_takes(cidr: str) -> bool:
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")
        try:
            ec2.create_subnet(VpcId=vpc, CidrBlock=cidr)
        except ClientError:
            return False
        return True

    assert {cidr for cidr in SUBNETS if moto_takes(cidr)} - LAX == {cidr for cidr in SUBNETS if model_takes(cidr)}
