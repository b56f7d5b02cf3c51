"""The scaling model: what a target tracking policy on the backlog per instance does, minute by minute."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.models.scaling import (
    Minute,
    TargetTracking,
    acceptable_backlog,
    longest_wait,
    scale,
    spike,
)

POLICY = TargetTracking(target_backlog=60, max_size=8, warm_up=2)


def run(load: tuple[int, ...], policy: TargetTracking = POLICY, processing_time: float = 2.0) -> list[Minute]:
    return list(scale(load, policy, processing_time))


def test_acceptable_backlog_is_that_of_aws_example() -> None:
    """Do 10 s of latency at 0.1 s a message make a target of 100 messages per instance, as in AWS's guide?"""
    assert acceptable_backlog(10, 0.1) == pytest.approx(100)


@pytest.mark.parametrize(("latency", "processing_time"), [(0, 1), (1, 0)])
def test_acceptable_backlog_needs_both_times(latency: float, processing_time: float) -> None:
    """Is a time of 0 refused?"""
    with pytest.raises(ValueError, match="must be above 0 s"):
        acceptable_backlog(latency, processing_time)


def test_desired_capacity_brings_the_backlog_per_instance_to_the_target() -> None:
    """Is the desired capacity the backlog divided by the target, rounded up, within the group's limits?"""
    assert [POLICY.desired(backlog) for backlog in (0, 60, 61, 300, 10_000)] == [1, 1, 2, 5, 8]


def test_capacity_comes_after_alarm_and_warm_up() -> None:
    """Does new capacity work only after three minutes of alarm and its warm-up, and is it ordered once?"""
    minutes = run((200,) * 12)
    first = minutes[0]

    assert (first.processed, first.backlog, first.backlog_per_instance) == (30, 170, 170.0)
    assert [m.desired for m in minutes[:3]] == [1, 1, 8]
    assert [m.in_service for m in minutes[:6]] == [1, 1, 1, 1, 1, 8]
    assert [m.warming_up for m in minutes[:6]] == [0, 0, 0, 7, 7, 0]
    assert minutes[5].processed == 240


def test_scale_in_waits_and_goes_step_by_step() -> None:
    """Does the group shrink only after 15 minutes below the target, and then by one instance a minute?"""
    minutes = run((300,) * 10 + (0,) * 40)
    empty = next(m.minute for m in minutes if m.backlog < 0.9 * 60 * 8 and m.minute > 5)

    assert all(m.desired == 8 for m in minutes[empty : empty + 14])
    assert [m.desired for m in minutes[empty + 14 : empty + 22]] == [7, 6, 5, 4, 3, 2, 1, 1]


def test_a_higher_target_means_fewer_instances_and_a_longer_wait() -> None:
    """Does a larger acceptable backlog save instances and cost latency?"""
    load = spike(20, 200, total=200)
    eager = run(load, replace(POLICY, target_backlog=30, max_size=20))
    lazy = run(load, replace(POLICY, target_backlog=200, max_size=20))

    assert max(m.in_service for m in lazy) < max(m.in_service for m in eager)
    longest = longest_wait(eager), longest_wait(lazy)
    assert longest[0] is not None
    assert longest[1] is not None
    assert longest[0] < longest[1]


def test_spike_has_its_shape() -> None:
    """Is the load at its peak from the start for as many minutes as asked for?"""
    assert spike(1, 9, start=2, minutes=3, total=7) == (1, 1, 9, 9, 9, 1, 1)


def test_longest_wait_counts_in_order() -> None:
    """Is the longest wait the minutes until a message is served first in, first out, and None when it never is?"""
    served = [
        Minute(n, arrived, processed, 0, 1, 0, 1)
        for n, (arrived, processed) in enumerate([(5, 1), (0, 2), (0, 2), (1, 1)])
    ]

    assert longest_wait(served) == 2
    assert longest_wait(served[:2]) is None
    assert longest_wait([]) is None


@given(
    st.lists(st.integers(0, 500), max_size=80),
    st.builds(
        TargetTracking,
        target_backlog=st.floats(1, 500),
        min_size=st.integers(1, 4),
        max_size=st.integers(4, 20),
        warm_up=st.integers(0, 10),
        scale_out_minutes=st.integers(1, 5),
        scale_in_minutes=st.integers(1, 20),
    ),
    st.floats(0.1, 30),
)
def test_the_group_keeps_its_limits_and_loses_nothing(
    load: list[int], policy: TargetTracking, processing_time: float
) -> None:
    """Does the group stay within its limits, work no faster than it can, and account for every message?"""
    minutes = list(scale(load, policy, processing_time))
    for minute in minutes:
        assert policy.min_size <= minute.in_service
        assert minute.in_service + minute.warming_up <= policy.max_size
        assert policy.min_size <= minute.desired <= policy.max_size
        assert minute.processed <= minute.in_service * 60 / processing_time
        before = minutes[: minute.minute + 1]
        assert minute.backlog == sum(m.arrived for m in before) - sum(m.processed for m in before)
    for one, other in pairwise(minutes):
        assert other.in_service + other.warming_up == one.desired


@pytest.mark.parametrize(
    "wrong",
    [
        {"target_backlog": 0},
        {"target_backlog": 1, "min_size": 0},
        {"target_backlog": 1, "min_size": 5, "max_size": 4},
        {"target_backlog": 1, "warm_up": -1},
        {"target_backlog": 1, "scale_in_minutes": 0},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    """Does a senseless policy raise a ValueError?"""
    with pytest.raises(ValueError, match=r"must"):
        TargetTracking(**wrong)
