"""Consumers in an Auto Scaling group that follows a queue's backlog: a target tracking policy, minute by minute.

Source: Amazon EC2 Auto Scaling User Guide, 'Scaling policy based on Amazon SQS' and 'Create a target tracking
scaling policy using metric math'.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SCALE_IN_SHARE = 0.9
"""Target tracking scales in only when the metric is clearly below the target: here, below this share of it."""


@dataclass(frozen=True, slots=True)
class TargetTracking:
    """A target tracking policy on the backlog per instance, and the group's limits.

    `target_backlog` is in messages per instance in service; `warm_up` is how many minutes a new instance
    needs before it works and counts; `scale_out_minutes` and `scale_in_minutes` are for how many minutes in a
    row the metric must be above or clearly below the target. AWS documents that scaling in is slower than
    scaling out, so that availability comes first; 3 and 15 minutes are what the CloudWatch alarms of such a
    policy look at, and not a promise. Raises ValueError for sizes and times that make no sense.
    """

    target_backlog: float
    min_size: int = 1
    max_size: int = 10
    warm_up: int = 3
    scale_out_minutes: int = 3
    scale_in_minutes: int = 15

    def __post_init__(self) -> None:
        if self.target_backlog <= 0:
            raise ValueError(f"target_backlog must be above 0 messages per instance, not {self.target_backlog}")
        if not 1 <= self.min_size <= self.max_size:
            raise ValueError(f"1 <= min_size <= max_size must hold, not {self.min_size} and {self.max_size}")
        if self.warm_up < 0 or self.scale_out_minutes < 1 or self.scale_in_minutes < 1:
            raise ValueError("warm_up must be at least 0 minutes, scale_out_minutes and scale_in_minutes at least 1")

    def desired(self, backlog: int) -> int:
        """Return the capacity that brings the backlog per instance down, or up, to the target."""
        return min(self.max_size, max(self.min_size, math.ceil(backlog / self.target_backlog)))


@dataclass(frozen=True, slots=True)
class Minute:
    """The group and its queue at the end of one minute. `backlog` is ApproximateNumberOfMessagesVisible."""

    minute: int
    arrived: int
    processed: int
    backlog: int
    in_service: int
    warming_up: int
    desired: int

    @property
    def backlog_per_instance(self) -> float:
        """The metric that the policy tracks: visible messages per instance in service."""
        return self.backlog / self.in_service


def acceptable_backlog(latency: float, processing_time: float) -> float:
    """Return the backlog per instance that keeps a message's wait within `latency` seconds.

    An instance that takes `processing_time` seconds a message works off that many messages in that time. In
    AWS's own example, 10 s at 0.1 s a message make a target of 100. Raises ValueError unless both are above
    0.
    """
    if latency <= 0 or processing_time <= 0:
        raise ValueError(f"latency and processing_time must be above 0 s, not {latency} and {processing_time}")
    return latency / processing_time


def spike(base: int, peak: int, *, start: int = 20, minutes: int = 30, total: int = 120) -> tuple[int, ...]:
    """Return messages per minute for `total` minutes: `base`, but `peak` for `minutes` minutes from `start` on."""
    return tuple(peak if start <= minute < start + minutes else base for minute in range(total))


def scale(load: Iterable[int], policy: TargetTracking, processing_time: float) -> Iterator[Minute]:
    """Yield the group minute by minute; `load` is messages per minute, `processing_time` seconds per message.

    The group starts at its minimum size. New capacity works after its warm-up; until then it counts as
    requested, so that the policy does not order it twice. AWS removes capacity step by step: here one
    instance a minute, one that still warms up before others.
    """
    in_service, backlog, above, below = policy.min_size, 0, 0, 0
    warming: list[int] = []
    for minute, arrived in enumerate(load):
        in_service += warming.count(minute)
        warming = [ready for ready in warming if ready > minute]
        processed = min(backlog + arrived, int(in_service * 60 / processing_time))
        backlog += arrived - processed
        above = above + 1 if backlog > policy.target_backlog * in_service else 0
        below = below + 1 if backlog < policy.target_backlog * in_service * SCALE_IN_SHARE else 0
        desired = size = in_service + len(warming)
        if above >= policy.scale_out_minutes:
            desired = max(size, policy.desired(backlog))
        elif below >= policy.scale_in_minutes:
            desired = max(size - 1, min(size, policy.desired(backlog)))
        yield Minute(minute, arrived, processed, backlog, in_service, len(warming), desired)
        warming += [minute + 1 + policy.warm_up] * (desired - size)
        if desired < size and warming:
            warming.pop()
        elif desired < size:
            in_service -= 1


def longest_wait(minutes: Sequence[Minute]) -> int | None:
    """Return the most minutes that a message waited, served in order; None when some were not served by the end."""
    arrived = list(accumulate(minute.arrived for minute in minutes))
    processed = list(accumulate(minute.processed for minute in minutes))
    if not minutes or processed[-1] < arrived[-1]:
        return None
    served, longest = 0, 0
    for minute, total in enumerate(arrived):
        while processed[served] < total:
            served += 1
        longest = max(longest, served - minute)
    return longest
