"""CIDR blocks: do they agree with Python's ipaddress, keep AWS's limits, and say what is wrong with what was typed?"""

from __future__ import annotations

import ipaddress

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from course.models.cidr import RESERVED, Block, CidrError, explain, parse, sizing, smallest_subnet

networks = st.one_of(
    st.builds(
        lambda value, prefix: ipaddress.ip_network((value, prefix), strict=False),
        st.integers(0, 2**32 - 1),
        st.integers(0, 32),
    ),
    st.builds(
        lambda value, prefix: ipaddress.ip_network((ipaddress.IPv6Address(value), prefix), strict=False),
        st.integers(0, 2**128 - 1),
        st.integers(0, 128),
    ),
)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@given(networks)
def test_a_block_agrees_with_ipaddress(network: Network) -> None:
    """Are mask, range, count and bits those of ipaddress, and do network and host bits make up the whole?"""
    block = parse(str(network))

    assert str(block) == str(network)
    assert (block.mask, block.first, block.last) == (
        str(network.netmask),
        str(network.network_address),
        str(network.broadcast_address),
    )
    assert block.count == network.num_addresses == 2**block.host_bits
    assert block.prefix + block.host_bits == block.width == len(block.bits)
    assert int(block.bits, 2) == int(network.network_address)
    assert "1" not in block.bits[block.prefix :]
    assert explain(str(network)).startswith(f"{network}: ")


@given(networks, networks)
def test_overlaps_agree_with_ipaddress(one: Network, other: Network) -> None:
    """Do two blocks overlap exactly where ipaddress says so, and then one inside the other?"""
    if one.version != other.version:
        assert not Block(one).overlaps(Block(other))
        return
    overlap = Block(one).overlaps(Block(other))

    assert overlap == one.overlaps(other)
    assert overlap == (Block(one).contains(Block(other)) or Block(other).contains(Block(one)))


@given(networks, st.integers(1, 4))
def test_parts_are_those_of_ipaddress_and_merge_to_the_whole(network: Network, bits: int) -> None:
    """Do the parts cover the block without a gap, and do two halves make it whole again?"""
    block = Block(network)
    if bits > block.host_bits:
        with pytest.raises(CidrError, match="cannot be split"):
            block.split(bits)
        return
    parts = block.split(bits)

    assert [part.network for part in parts] == list(network.subnets(prefixlen_diff=bits))
    assert all(part.parent(bits) == block for part in parts)
    low, high = block.split()
    assert low.merge(high) == high.merge(low) == block


def test_only_the_two_halves_of_one_block_merge() -> None:
    """Are neighbours that belong to different blocks, and blocks of different size, refused with the right partner?"""
    one, two, three = (parse(f"10.0.{third}.0/24") for third in (0, 1, 2))

    with pytest.raises(CidrError, match=r"is a half of 10\.0\.0\.0/23, and the other half is 10\.0\.0\.0/24"):
        two.merge(three)
    with pytest.raises(CidrError, match="two halves of equal size"):
        one.merge(parse("10.0.1.0/25"))
    with pytest.raises(CidrError, match="part of no larger block"):
        parse("0.0.0.0/0").parent()


@given(networks)
def test_five_addresses_are_reserved_in_every_subnet(network: Network) -> None:
    """Are the first four addresses and the last one reserved wherever AWS makes a subnet, and none elsewhere?"""
    block = Block(network)
    if not block.as_subnet.allowed:
        assert (block.reserved, block.usable) == ((), 0)
        return

    expected = [str(network[i]) for i in (0, 1, 2, 3, -1)]
    assert [reserved.address for reserved in block.reserved] == expected
    assert block.usable == network.num_addresses - RESERVED
    assert "router" in block.reserved[1].purpose


def test_the_reserved_addresses_of_the_user_guide() -> None:
    """Are the five addresses of a /24 named as in the VPC user guide?"""
    names = {reserved.address: reserved.purpose for reserved in parse("10.0.0.0/24").reserved}

    assert list(names) == ["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.255"]
    for address, word in zip(names, ("network", "router", "DNS", "future", "broadcast"), strict=True):
        assert word in names[address]


@pytest.mark.parametrize(
    ("text", "vpc", "subnet"),
    [
        ("10.0.0.0/8", False, False),
        ("10.0.0.0/15", False, False),
        ("10.0.0.0/16", True, True),
        ("10.0.0.0/28", True, True),
        ("10.0.0.0/29", False, False),
        ("2001:db8::/40", False, False),
        ("2001:db8::/44", True, True),
        ("2001:db8::/56", True, True),
        ("2001:db8::/58", False, False),
        ("2001:db8::/60", True, True),
        ("2001:db8::/64", False, True),
        ("2001:db8::/68", False, False),
    ],
)
def test_what_aws_allows(text: str, vpc: bool, subnet: bool) -> None:  # noqa: FBT001 - a table of verdicts
    """Is each size allowed for a VPC and for a subnet as AWS documents it, with the limits in the reason?"""
    block = parse(text)

    assert (block.as_vpc.allowed, block.as_subnet.allowed) == (vpc, subnet)
    limits = ("/16", "/28") if block.version == 4 else ("/44", "/60")
    assert all(limit in block.as_vpc.reason for limit in limits)
    assert ("is allowed" in block.as_vpc.reason) is vpc


def test_the_limits_are_those_of_botocore() -> None:
    """Does the installed botocore still document /28 to /16 for subnets, five reserved addresses, and /56?"""
    operations = get_session().get_service_model("ec2")
    subnet = operations.operation_model("CreateSubnet").documentation
    vpc = operations.operation_model("CreateVpc").input_shape.members["AmazonProvidedIpv6CidrBlock"].documentation

    assert "between a /28 netmask (16 IP addresses) and a /16 netmask (65,536 IP addresses)" in subnet
    assert "both the first four and the last IPv4 address" in subnet
    assert "/56 prefix length" in vpc


@pytest.mark.usefixtures("aws")
def test_moto_agrees_on_vpcs_and_on_free_addresses() -> None:
    """Does moto's AWS make a VPC of exactly those sizes, and count as many free addresses in a subnet?"""
    ec2 = boto3.client("ec2")
    for prefix in range(8, 33):
        block = parse(f"10.0.0.0/{prefix}")
        try:
            vpc = ec2.create_vpc(CidrBlock=str(block))["Vpc"]["VpcId"]
        except ClientError as error:
            assert error.response["Error"]["Code"] == "InvalidVpc.Range"  # noqa: PT017 - the other way is right too
            assert not block.as_vpc.allowed
        else:
            assert block.as_vpc.allowed
            subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=str(block))["Subnet"]
            assert subnet["AvailableIpAddressCount"] == block.usable


@given(st.integers(1, 65_531))
def test_the_smallest_subnet_is_enough_and_no_smaller_one_is(instances: int) -> None:
    """Does the subnet hold the instances beside the five reserved addresses, and the next smaller one not?"""
    prefix = smallest_subnet(instances)
    usable = parse(f"10.0.0.0/{prefix}").usable

    assert usable >= instances
    assert prefix == 28 or parse(f"10.0.0.0/{prefix + 1}").usable < instances
    tries = list(sizing(instances))
    assert [size.enough for size in tries] == [False] * (len(tries) - 1) + [True]
    assert all(size.usable == parse(f"10.0.0.0/{size.prefix}").usable for size in tries)


def test_the_question_of_the_exam() -> None:
    """Do 29 instances need a /26, since a /27 leaves 27?"""
    assert [size.sentence for size in sizing(29)] == [
        "/28: 16 - 5 = 11, 18 too few.",
        "/27: 32 - 5 = 27, 2 too few.",
        "/26: 64 - 5 = 59, enough.",
    ]


@pytest.mark.parametrize(("instances", "words"), [(0, "at least 1 instance"), (65_532, "leaves 65,531 addresses")])
def test_what_no_subnet_holds(instances: int, words: str) -> None:
    """Is a count that fits no subnet refused with the limit?"""
    with pytest.raises(CidrError, match=words):
        smallest_subnet(instances)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type a block such as 10.0.0.0/16"),
        ("10.0.0.5/24", "host bits set: 10.0.0.5 is an address inside the block 10.0.0.0/24. Write 10.0.0.0/24"),
        ("2001:db8::1/64", "host bits set: 2001:db8::1 is an address inside the block 2001:db8::/64"),
        ("10.300.0.0/16", "The second octet is 300: an octet has 8 bits, so it is a number from 0 to 255."),
        ("10.0.0.0/33", "/33 is too long: an IPv4 address has 32 bits"),
        ("2001:db8::/129", "an IPv6 address has 128 bits"),
        ("10.0.0.0", "no prefix length: say how many of the 32 bits are the network's, such as 10.0.0.0/16."),
        ("10.0.1.0", "such as 10.0.1.0/24."),
        ("10.0.1.5", "such as 10.0.1.5/32 for this one address."),
        ("10.0.0.0/", "The prefix length after the slash"),
        ("10.0.0.0 /16", "has a space in it: write 10.0.0.0/16."),
        ("10.0.0.0\n/16", "10.0.0.0 /16 has a space in it: write 10.0.0.0/16."),
        ("10.0.0.0/255.255.0.0", "255.255.0.0 is a mask: AWS writes the count of the mask's 1 bits instead, here 16"),
        ("10.0.0.0 255.255.0.0", "here 16: 10.0.0.0/16."),
        ("10.0.0.0/0.0.255.255", "a wildcard mask"),
        ("10.0.0.0/255.0.255.0", "is no mask"),
        ("10.0/16", "four octets between dots, and 10.0 has 2: write 10.0.0.0 if the rest is 0."),
        ("10.", "10. has 1"),
        ("10..0.0/16", "The second octet of 10..0.0 is empty"),
        ("10.0.0.0.0/16", "10.0.0.0.0 has 5."),
        ("ten.0.0.0/16", "The first octet of ten.0.0.0 is 'ten'"),
        ("010.0.0.0/8", "write 10, for some programs read a leading zero"),
        ("10.0.0.0/08", "write /8, without a leading zero"),
        ("10.0.0.0/x", "/x is not a number"),
        ("10.0.0.0/16/24", "has 2 slashes"),
        ("/16", "The address before the slash is missing"),
        ("10。0。0。0\uff0f16", "full-width signs from an input method: write 10.0.0.0/16"),
        ("2001::db8::/32", "more than one '::'"),
        ("2001:db8/32", "eight groups between colons, and 2001:db8 has 2: write '::'"),
        ("2001:dbg::/32", "The group 'dbg' is not one to four hexadecimal digits"),
        ("fe80::1%eth0/64", "not in AWS's form"),
    ],
)
def test_bad_input_gets_its_own_sentence(typed: str, sentence: str) -> None:
    """Does the sentence name the place and what to write instead?"""
    assert sentence in explain(typed)
    with pytest.raises(CidrError):
        parse(typed)


@given(networks, st.integers(0, 2**128))
def test_the_nearest_right_block_is_right(network: Network, offset: int) -> None:
    """Where host bits are set, is the block in the sentence the one that holds the address?"""
    address = network[offset % network.num_addresses]
    text = f"{address}/{network.prefixlen}"
    if address == network.network_address:
        assert parse(text).network == network
    else:
        assert f"Write {network}" in explain(text)


@given(st.text(alphabet="0123456789./: abcdef。٣-", max_size=24) | st.text(max_size=12))
def test_every_text_gets_a_block_or_one_sentence(typed: str) -> None:
    """Is anything that can be typed answered with a block that ipaddress accepts too, or with one short sentence?"""
    said = explain(typed)

    assert said.endswith(".")
    assert "\n" not in said
    try:
        block = parse(typed)
    except CidrError:
        return
    assert block.network == ipaddress.ip_network(typed.strip())


@given(networks)
def test_spaces_around_a_block_do_not_matter(network: Network) -> None:
    """Is a block read that was pasted with spaces around it?"""
    assert parse(f"  {network}\t").network == network
