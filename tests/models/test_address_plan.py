"""A VPC's plan: does it always cover the VPC exactly, and does it refuse what AWS refuses?"""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.models.address_plan import MOST_BLOCKS, Plan
from course.models.cidr import CidrError, parse


@given(
    st.sampled_from(["10.0.0.0/16", "192.168.4.0/22", "172.31.0.16/28", "2001:db8::/44", "2001:db8::/60"]),
    st.lists(st.tuples(st.booleans(), st.integers(0, 10**6)), max_size=40),
)
def test_a_plan_covers_its_vpc_whatever_is_done_to_it(vpc: str, acts: list[tuple[bool, int]]) -> None:
    """After any splits and merges, do the blocks cover the VPC in order, without gap or overlap, all of AWS's sizes?"""
    plan = Plan.of(parse(vpc))
    for splitting, choice in acts:
        block = plan.blocks[choice % len(plan.blocks)]
        with suppress(CidrError):
            plan = plan.split(block) if splitting else plan.merge(block)

    assert plan.blocks[0].first_int == plan.vpc.first_int
    assert plan.blocks[-1].last_int == plan.vpc.last_int
    assert all(one.last_int + 1 == other.first_int for one, other in pairwise(plan.blocks))
    assert all(block.as_subnet.allowed for block in plan.blocks)
    assert len(plan.blocks) <= MOST_BLOCKS


@given(st.lists(st.integers(0, 10**6), max_size=12))
def test_merging_undoes_splitting(choices: list[int]) -> None:
    """Does merging the parts of a block that was just split give the plan from before, named by whole or part?"""
    plan = Plan.of(parse("10.0.0.0/16"))
    for choice in choices:
        block = plan.blocks[choice % len(plan.blocks)]
        if block.prefix == plan.smallest:
            continue
        after = plan.split(block)

        assert block in after.divided
        assert after.merge(block) == plan
        assert after.merge(block.split()[1]) == plan
        plan = after


def test_an_ipv6_block_splits_into_sixteen() -> None:
    """In IPv6, where AWS allows every fourth prefix length, does a split give 16 subnets, down to /64?"""
    plan = Plan.of(parse("2001:db8::/56")).split(parse("2001:db8::/56"))

    assert len(plan.blocks) == 16
    assert str(plan.blocks[1]) == "2001:db8:0:10::/60"
    smaller = plan.split(plan.blocks[0])
    assert str(smaller.blocks[15]) == "2001:db8:0:f::/64"
    with pytest.raises(CidrError, match="a /64 is the smallest subnet"):
        smaller.split(smaller.blocks[0])


def test_what_is_refused_and_why() -> None:
    """Does each refusal say what stands in the way?"""
    whole = Plan.of(parse("10.0.0.0/26"))
    halves = whole.split(whole.vpc)
    low, high = halves.blocks
    deeper = halves.split(low)

    with pytest.raises(CidrError, match=r"10\.0\.0\.0/8 cannot be a VPC\. /8 is too large"):
        Plan.of(parse("10.0.0.0/8"))
    with pytest.raises(CidrError, match="is the whole VPC"):
        whole.merge(whole.vpc)
    with pytest.raises(CidrError, match=r"10\.0\.0\.0/26 cannot be one again while 10\.0\.0\.0/27 is split"):
        deeper.merge(high)
    with pytest.raises(CidrError, match="a /28 is the smallest subnet"):
        deeper.split(deeper.blocks[0])
    with pytest.raises(CidrError, match=r"10\.0\.0\.0/26 is no block of this plan; there are: 10\.0\.0\.0/27"):
        halves.split(whole.vpc)
    with pytest.raises(CidrError, match="is no block of this plan"):
        halves.merge(parse("10.0.1.0/27"))


def test_a_plan_stays_readable() -> None:
    """Is a plan of 64 blocks split no further?"""
    plan = Plan.of(parse("10.0.0.0/16"))
    for _ in range(6):
        for block in plan.blocks:
            plan = plan.split(block)

    assert len(plan.blocks) == MOST_BLOCKS
    with pytest.raises(CidrError, match="at most 64 blocks"):
        plan.split(plan.blocks[0])


def test_what_was_split_is_known_in_order() -> None:
    """Are the blocks that were split listed with the VPC first, larger before smaller?"""
    plan = Plan.of(parse("10.0.0.0/16"))
    plan = plan.split(plan.vpc)
    plan = plan.split(plan.blocks[1])

    assert [str(block) for block in plan.divided] == ["10.0.0.0/16", "10.0.128.0/17"]
    assert Plan.of(plan.vpc).divided == ()
