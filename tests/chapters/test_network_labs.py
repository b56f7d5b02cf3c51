"""The failure labs of networks: each ill as shipped, healed in more than one way, and judged by its packets."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from course import demos
from course.demos.demo import Demo
from course.demos.layout import lay_out
from course.demos.packet_lab import failure_lab, lab_scene
from course.ec2_network import read_network
from course.labs import LabError
from course.labs.packet import LABS, deploy, judge, lab
from course.labs.packet_aws import create_network
from course.models.packet import Instance, Interface, NatGateway, Network, Vpc
from tests.demos.test_queue_demos import assert_sound

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("no-internet-route", "ephemeral-ports", "wrong-group", "nat-in-private", "one-way-peering", "endpoint-route")

# lab -> repairs by its knobs
REPAIRS: dict[str, list[dict[str, str]]] = {
    "no-internet-route": [{"rtb-web": "0.0.0.0/0 to igw-shop"}, {"table of subnet-web": "rtb-old"}],
    "ephemeral-ports": [{"outbound": "and ports 1024-65535"}, {"outbound": "and everything"}],
    "wrong-group": [{"sg-app lets in": "tcp 8080 sg-web"}, {"sg-app lets in": "tcp 8080 10.0.0.0/24"}],
    "nat-in-private": [
        {"table of subnet-nat": "rtb-public"},
        {"rtb-private": "0.0.0.0/0 to a new NAT gateway in subnet-web"},
    ],
    "one-way-peering": [{"rtb-partner": "10.0.0.0/16 to pcx-partner"}, {"rtb-partner": "10.0.1.0/24 to pcx-partner"}],
    "endpoint-route": [{"rtb-app": "pl-s3 to vpce-s3"}, {"interface endpoint": "in subnet-app, sg-endpoint"}],
}

# lab -> what looks like a repair and is none, and the complaint about it
MISTAKES: dict[str, list[tuple[dict[str, str], str]]] = {
    "no-internet-route": [
        (
            {"rtb-main": "0.0.0.0/0 to igw-shop", "table of subnet-web": "rtb-main"},
            "question to the database gets through",
        ),
        ({"table of subnet-web": "rtb-main"}, "the response is dropped at rtb-main by the route table"),
    ],
    "ephemeral-ports": [
        ({"outbound": "and ports 49152-65535"}, "The request of a visitor behind a NAT device fails: the response"),
        ({"acl of subnet-web": "the default network ACL"}, "from the attackers' network gets through"),
    ],
    "wrong-group": [
        ({"sg-app lets in": "tcp 8080 10.0.0.0/16"}, "The batch host's request to the app server gets through"),
        ({"sg-app lets in": "tcp 8080 0.0.0.0/0"}, "The batch host's request to the app server gets through"),
        ({"groups of eni-web": "sg-web and sg-db"}, "The batch host's request to the web server gets through"),
    ],
    "nat-in-private": [
        ({"rtb-private": "0.0.0.0/0 to igw-shop"}, "the request is dropped at igw-shop by the internet gateway"),
        (
            {"rtb-private": "0.0.0.0/0 to igw-shop", "public IP of eni-app": "an Elastic IP"},
            "A visitor's request to the app server gets through",
        ),
    ],
    "one-way-peering": [
        ({"rtb-partner": "0.0.0.0/0 to pcx-partner"}, "The API's own update fails"),
        (
            {"rtb-partner": "10.0.0.0/16 to pcx-partner", "rtb-db": "10.9.0.0/16 to pcx-partner"},
            "The API's question to the shop's database gets through",
        ),
        ({"rtb-partner": "10.0.2.0/24 to pcx-partner"}, "The app server's request to the partner's API fails"),
    ],
    "endpoint-route": [
        ({"rtb-app": "0.0.0.0/0 to a NAT gateway"}, "to a host on the internet gets through"),
        ({"rtb-app": "0.0.0.0/0 to igw-shop"}, "the request is dropped at igw-shop by the internet gateway"),
    ],
}


def test_the_labs_are_the_issues() -> None:
    """Are all labs there, each with at least two repairs that change different things, and a mistake?"""
    assert tuple(LABS) == NAMES
    assert set(REPAIRS) == set(MISTAKES) == set(NAMES)
    assert all(len(repairs) > 1 for repairs in REPAIRS.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_lab_is_ill_and_has_something_to_lose(name: str) -> None:
    """Is something wrong as shipped, and does the lab also watch what must not get through, or must go on?"""
    broken = lab(name)
    got = broken.walks(broken.prepared())

    assert broken.healthy(broken.prepared())
    assert any(flow.complaint(walk) == "" for flow, walk in got)
    assert not all(flow.wanted for flow, _ in got)


@pytest.mark.parametrize(("name", "repair"), [(name, repair) for name in NAMES for repair in REPAIRS[name]])
def test_a_repair_heals(name: str, repair: dict[str, str]) -> None:
    """Do all packets do as they should after each of the repairs?"""
    assert lab(name).healthy(lab(name).prepared(**repair)) == []


@pytest.mark.parametrize(
    ("name", "mistake", "complaint"), [(name, *mistake) for name in NAMES for mistake in MISTAKES[name]]
)
def test_a_mistake_does_not_heal(name: str, mistake: dict[str, str], complaint: str) -> None:
    """Is what only looks like a repair told from one, by the packet that shows it?"""
    assert complaint in " ".join(lab(name).healthy(lab(name).prepared(**mistake)))


@pytest.mark.parametrize("name", NAMES)
def test_all_knobs_can_be_turned(name: str) -> None:
    """Is every combination of choices a network that AWS would take, with a sound scene and the judge's verdict?"""
    broken = lab(name)
    for choices in product(*([(knob, choice) for choice in found] for knob, found in broken.knobs.items())):
        built = broken.prepared(**dict(choices))
        scene = lab_scene(name, **dict(choices))

        assert_sound(scene)
        assert lay_out(scene)
        complaints = broken.healthy(built)
        last = scene.frames[-1].caption
        assert last == (f"Not healthy: {' '.join(complaints)}" if complaints else last)
        assert last.startswith("Not healthy: " if complaints else "Repaired: ")
        assert scene.frames[scene.picture_frame].caption.startswith("Wrong: ") == bool(complaints)


@pytest.mark.parametrize("name", NAMES)
def test_the_demo_opens_broken_and_tells_no_mend(name: str) -> None:
    """Does the demo begin with the symptom and name the rule, but leave the mend to the learner?"""
    demo = demos.failure_lab(name)
    assert isinstance(demo, Demo)
    captions = " ".join(frame.caption for frame in demo.scene.frames)

    assert demo.scene == lab_scene(name)
    assert demo.scene.frames[0].caption == LABS[name].symptom
    mends = [walk.dropped.mend for _, walk in lab(name).walks(lab(name).prepared()) if walk.dropped]
    assert mends
    assert all(mend not in captions for mend in mends)
    assert set(demo.controls) == set(LABS[name].knobs)
    for knob, choice in REPAIRS[name][0].items():
        demo.controls[knob].value = choice
    assert demo.scene.frames[-1].caption.startswith("Repaired: ")


def test_a_packet_to_an_interface_endpoint_stays_in_the_vpc() -> None:
    """Is the packet shown at the endpoint's interface, and never at the internet?"""
    scene = lab_scene("endpoint-route", **{"interface endpoint": "in subnet-app, sg-endpoint"})
    places = [token.at for frame in scene.frames for token in frame.tokens if token.id == "1"]

    assert "eni-s3" in places
    assert set(places) == {"eni-app", "subnet-app", "eni-s3"}


def test_names_that_are_none() -> None:
    """Does a wrong lab, knob or choice get the right ones?"""
    with pytest.raises(LabError, match="There is no lab 'rain'; choose from no-internet-route"):
        lab("rain")
    with pytest.raises(LabError, match=r"choose from duplicate-orders.*, no-internet-route"):
        demos.failure_lab("rain")
    with pytest.raises(LabError, match="has no knob 'rain'; choose from outbound"):
        lab("ephemeral-ports").prepared(rain="yes")
    with pytest.raises(LabError, match="outbound has no choice 'rain'; choose from port 443"):
        lab("ephemeral-ports").prepared(outbound="rain")
    assert failure_lab("wrong-group").scene == lab_scene("wrong-group")


# --- the same labs in the offline AWS


@pytest.fixture
def ec2(aws: None) -> Any:  # noqa: ANN401, ARG001 - boto3 ships no types
    return boto3.client("ec2")


def named(ec2: Any, name: str) -> str:  # noqa: ANN401 - boto3 ships no types
    """Return AWS's id of what has this Name tag."""
    wanted = [{"Name": "key", "Values": ["Name"]}, {"Name": "value", "Values": [name]}]
    (tag,) = ec2.describe_tags(Filters=wanted)["Tags"]
    return str(tag["ResourceId"])


def without_addresses(network: Network) -> set[Any]:
    """Return a network's resources without the addresses that AWS chooses, and without what it adds by itself."""
    found: set[Any] = set()
    for resource in network.resources:
        match resource:
            case Interface():
                found.add(replace(resource, public_ip="yes" if resource.public_ip else "", mac=""))
            case NatGateway():
                found.add(replace(resource, address="", public_ip=""))
            case _:
                found.add(resource)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_network_in_aws_is_read_as_it_was_made(ec2: Any, name: str) -> None:  # noqa: ANN401, ARG001
    """Is everything of the lab's network found again in the offline AWS, and are the complaints the same?"""
    made = lab(name).prepared()
    deploy(name)
    read = read_network()

    kinds = (Vpc, Interface, NatGateway)
    ours, theirs = without_addresses(made), without_addresses(read)
    assert {r for r in ours if isinstance(r, kinds)} == {r for r in theirs if isinstance(r, kinds)}
    assert {resource.id for resource in made.resources} <= {resource.id for resource in read.resources}
    assert judge(name) == lab(name).healthy(made)


def test_the_default_vpc_is_left_out(ec2: Any) -> None:  # noqa: ANN401
    """Is nothing of the VPC that AWS makes by itself in a network, whether there is another VPC or not?"""
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ec2.create_network_interface(SubnetId=subnet)
    ec2.create_nat_gateway(SubnetId=subnet, AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])
    tables = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]]
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=tables)
    ec2.create_security_group(GroupName="group", Description="group", VpcId=vpc)
    ec2.create_network_acl(VpcId=vpc)
    assert [one.id for one in read_network().resources] == ["s3", "dynamodb"]

    own = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    found = Counter(type(one).__name__ for one in read_network().resources)
    assert found == Counter(["Vpc", "SecurityGroup", "NetworkAcl", "RouteTable", "Service", "Service"])
    assert {one.vpc for one in read_network().resources if hasattr(one, "vpc")} == {own}


def route(ec2: Any, table: str, cidr: str, **target: str) -> None:  # noqa: ANN401
    """Add a route, as a learner does."""
    found = {key: named(ec2, name) for key, name in target.items()}
    ec2.create_route(RouteTableId=named(ec2, table), DestinationCidrBlock=cidr, **found)


def allow_out(ec2: Any, first: int) -> None:  # noqa: ANN401
    """Add outbound ports to acl-web."""
    ec2.create_network_acl_entry(
        NetworkAclId=named(ec2, "acl-web"),
        RuleNumber=110,
        Protocol="6",
        RuleAction="allow",
        Egress=True,
        CidrBlock="0.0.0.0/0",
        PortRange={"From": first, "To": 65_535},
    )


def let_in(ec2: Any, **peer: Any) -> None:  # noqa: ANN401
    """Let somebody in to sg-app on port 8080."""
    permission = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, **peer}
    ec2.authorize_security_group_ingress(GroupId=named(ec2, "sg-app"), IpPermissions=[permission])


def new_nat(ec2: Any) -> None:  # noqa: ANN401
    """Make a NAT gateway in the public subnet, and delete the old one."""
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=named(ec2, "subnet-web"), AllocationId=allocation)["NatGateway"]
    table = named(ec2, "rtb-private")
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=made["NatGatewayId"])
    ec2.delete_nat_gateway(NatGatewayId=named(ec2, "nat-shop"))


def other_table(ec2: Any, subnet: str, table: str) -> None:  # noqa: ANN401
    """Associate a subnet with another route table."""
    wanted = [{"Name": "association.subnet-id", "Values": [named(ec2, subnet)]}]
    (found,) = ec2.describe_route_tables(Filters=wanted)["RouteTables"]
    (old,) = [a for a in found["Associations"] if a.get("SubnetId") == named(ec2, subnet)]
    ec2.replace_route_table_association(AssociationId=old["RouteTableAssociationId"], RouteTableId=named(ec2, table))


def endpoint(ec2: Any) -> None:  # noqa: ANN401
    """Make an interface endpoint for S3."""
    ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=named(ec2, "vpc-shop"),
        ServiceName="com.amazonaws.us-east-1.s3",
        SubnetIds=[named(ec2, "subnet-app")],
        SecurityGroupIds=[named(ec2, "sg-endpoint")],
    )


IN_AWS: list[tuple[str, Callable[[Any], None], str]] = [
    ("no-internet-route", lambda ec2: route(ec2, "rtb-web", "0.0.0.0/0", GatewayId="igw-shop"), ""),
    ("no-internet-route", lambda ec2: other_table(ec2, "subnet-web", "rtb-old"), ""),
    ("no-internet-route", lambda ec2: route(ec2, "rtb-main", "0.0.0.0/0", GatewayId="igw-shop"), "gets through"),
    ("ephemeral-ports", lambda ec2: allow_out(ec2, 1024), ""),
    ("ephemeral-ports", lambda ec2: allow_out(ec2, 32_768), "behind a NAT device fails"),
    ("wrong-group", lambda ec2: let_in(ec2, UserIdGroupPairs=[{"GroupId": named(ec2, "sg-web")}]), ""),
    ("wrong-group", lambda ec2: let_in(ec2, IpRanges=[{"CidrIp": "10.0.0.10/32"}]), ""),
    ("wrong-group", lambda ec2: let_in(ec2, IpRanges=[{"CidrIp": "10.0.0.0/16"}]), "batch host's request to the app"),
    ("nat-in-private", new_nat, ""),
    ("nat-in-private", lambda ec2: other_table(ec2, "subnet-nat", "rtb-public"), ""),
    (
        "nat-in-private",
        lambda ec2: ec2.delete_nat_gateway(NatGatewayId=named(ec2, "nat-shop")),
        "dropped at rtb-private by the route table",
    ),
    (
        "one-way-peering",
        lambda ec2: route(ec2, "rtb-partner", "10.0.0.0/16", VpcPeeringConnectionId="pcx-partner"),
        "",
    ),
    ("endpoint-route", endpoint, ""),
    (
        "endpoint-route",
        lambda ec2: ec2.revoke_security_group_egress(
            GroupId=named(ec2, "sg-app"),
            IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        ),
        "dropped at eni-app by the security group",
    ),
    (
        "endpoint-route",
        lambda ec2: ec2.modify_vpc_endpoint(
            VpcEndpointId=named(ec2, "vpce-s3"), AddRouteTableIds=[named(ec2, "rtb-app")]
        ),
        "",
    ),
]


@pytest.mark.parametrize(("name", "change", "complaint"), IN_AWS)
def test_the_judge_sees_what_stands_in_aws(ec2: Any, name: str, change: Callable[[Any], None], complaint: str) -> None:  # noqa: ANN401
    """Does a change by boto3 heal the lab, or get the complaint that it deserves?"""
    deploy(name)
    change(ec2)

    got = " ".join(judge(name))
    assert complaint in got
    assert bool(complaint) == bool(got)


def test_what_cannot_be_judged_gets_a_sentence(ec2: Any) -> None:  # noqa: ANN401
    """Is a missing interface, or an AWS without the lab, a complaint and not a traceback?"""
    (empty,) = judge("wrong-group")
    deploy("wrong-group")
    ec2.delete_network_interface(NetworkInterfaceId=named(ec2, "eni-app"))
    (missing,) = judge("wrong-group")

    assert empty.startswith("The network cannot be judged: 'eni-web' is no interface or service of this network")
    assert missing.startswith("The network cannot be judged: 'eni-app' is no interface or service of this network")


def test_only_what_labs_use_is_made_in_aws(ec2: Any) -> None:  # noqa: ANN401, ARG001
    """Is a resource that cannot be made refused before anything is?"""
    with pytest.raises(LabError, match="i-1 is a Instance, which no lab makes in AWS"):
        create_network(Network((Vpc("vpc", ("10.0.0.0/16",)), Instance("i-1"))))
    assert not list(read_network().all(Vpc))
