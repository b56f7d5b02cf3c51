"""Do producers and consumers around the queue model behave as real ones do?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.models.queue import Arrival, QueueSettings, Run, Workload, steady
from tests.models.queues import FIFO, SMALL

# --- producers and consumers


def kinds(run: Run) -> list[tuple[float, str, str]]:
    return [(step.time, step.kind, step.actor) for step in run.steps]


def test_a_slow_consumer_makes_a_duplicate() -> None:
    """Does a second consumer get and process a message whose first consumer needs longer than the timeout?"""
    run = Run(
        QueueSettings(visibility_timeout=10, receive_wait_seconds=20),
        Workload((Arrival(0, work=15),), processing_time=15, duration=60),
    ).finish()

    assert run.repeated() == [1]
    assert (10, "received", "Consumer 2") in kinds(run)
    assert (15, "stale", "Consumer 1") in kinds(run)


def test_a_timeout_that_ends_with_the_work_ends_first() -> None:
    """Does a timeout as long as the work end first, in an action of its own, so that a FIFO delete fails?"""
    work = Workload((Arrival(0, "A"),), consumers=1, processing_time=10, duration=10)
    actions = [[step.kind for step in steps] for steps in Run(replace(FIFO, visibility_timeout=10), work).play()]

    assert actions[2:4] == [["reappeared"], ["processed", "stale"]]


def test_a_long_poll_ends_and_begins_anew() -> None:
    """Does a consumer without work make one call for each wait time, and log each as an empty receive?"""
    run = Run(QueueSettings(receive_wait_seconds=20), Workload((), consumers=1, duration=70)).finish()

    assert run.figures().api_calls == 4
    assert kinds(run) == [(20 * n, "empty", "Consumer 1") for n in (1, 2, 3)]


def test_a_heartbeat_keeps_the_message_hidden() -> None:
    """Does a consumer that extends its visibility timeout keep a long message to itself?"""
    run = Run(
        QueueSettings(visibility_timeout=10, receive_wait_seconds=20),
        Workload((Arrival(0),), processing_time=100, heartbeat=True, duration=200),
    ).finish()

    assert run.repeated() == []
    assert run.figures().deleted == 1
    assert [step.time for step in run.steps if step.kind == "extended"] == [5 * n for n in range(1, 20)]


def test_a_crash_costs_the_visibility_timeout() -> None:
    """Does a message wait until the end of its visibility timeout when its consumer dies?"""
    run = Run(
        QueueSettings(visibility_timeout=50, receive_wait_seconds=20),
        Workload((Arrival(0, crashes=True),), processing_time=4, duration=200),
    ).finish()

    assert (2, "crashed", "Consumer 1") in kinds(run)
    assert run.figures().slowest == 54
    assert run.repeated() == []


def test_a_consumer_that_never_deletes_sees_its_messages_again() -> None:
    """Is a message processed again and again when nobody deletes it?"""
    run = Run(
        QueueSettings(visibility_timeout=10, receive_wait_seconds=20),
        Workload((Arrival(0),), consumers=1, processing_time=1, deletes=False, duration=35),
    ).finish()

    assert run.figures().repeated == 3
    assert run.figures().in_flight == 1


def test_long_polling_makes_fewer_calls_than_short_polling() -> None:
    """Does long polling need fewer calls and have fewer empty receives, without a longer wait?"""
    work = Workload(steady(5, 20.0), processing_time=1, idle_pause=1, duration=100)
    short = Run(QueueSettings(), work).finish().figures()
    long = Run(QueueSettings(receive_wait_seconds=20), work).finish().figures()

    assert long.processed == short.processed == 5
    assert long.api_calls * 4 < short.api_calls
    assert long.empty_receives * 10 < short.empty_receives
    assert long.mean <= short.mean


def test_a_poison_message_blocks_its_group_until_it_is_moved() -> None:
    """Does a group stand still behind a poison message, and go on once the redrive policy moves it?"""
    work = Workload((Arrival(0, "A", poison=True), Arrival(0, "A"), Arrival(0, "B")), processing_time=1, duration=300)
    stuck = Run(replace(FIFO, visibility_timeout=10), work).finish()
    freed = Run(replace(FIFO, visibility_timeout=10, max_receive_count=3), work).finish()

    assert sorted(stuck.latencies) == [3]
    assert sorted(freed.latencies) == [2, 3]
    assert freed.latencies[2] == pytest.approx(31, abs=1.1)
    assert freed.figures().dead_lettered == 1


def test_a_batch_shares_one_visibility_timeout() -> None:
    """Do the last messages of a batch become visible again although each one alone is quick?"""
    work = Workload(steady(10, 0.001), consumers=2, processing_time=4, batch_size=10, duration=100)
    slow = Run(QueueSettings(visibility_timeout=30, receive_wait_seconds=20), work).finish()
    enough = Run(QueueSettings(visibility_timeout=40, receive_wait_seconds=20), work).finish()

    assert slow.repeated() != []
    assert enough.repeated() == []


RUNS = st.builds(
    lambda **rest: Workload(steady(6, 3.0, groups=("A", "B")), duration=90, **rest),
    consumers=st.integers(0, 4),
    processing_time=st.floats(0.5, 20),
    jitter=st.floats(0, 0.9),
    failure_rate=st.sampled_from([0.0, 0.3, 1.0]),
    attempts=st.integers(1, 3),
    batch_size=st.integers(1, 10),
    heartbeat=st.booleans(),
    deletes=st.booleans(),
    duplicate_rate=st.sampled_from([0.0, 0.5]),
    reorder_rate=st.sampled_from([0.0, 0.5]),
    seed=st.integers(0, 9),
)


@settings(max_examples=150, deadline=None)
@given(SMALL, RUNS)
def test_a_run_adds_up_and_repeats_itself(kind: QueueSettings, work: Workload) -> None:
    """Do equal runs give equal steps in order of time, and do the figures account for every message?"""
    run = Run(kind, work).finish()
    figures = run.figures()
    times = [step.time for step in run.steps]
    places = (figures.visible, figures.in_flight, figures.delayed)

    assert run.steps == Run(kind, work).finish().steps
    assert times == sorted(times)
    assert times[-1] <= work.duration
    assert figures.sent == 6 == sum(places) + figures.deleted + figures.dead_lettered + figures.expired
    assert figures.processed + figures.repeated == sum(s.kind in ("processed", "repeated") for s in run.steps)
    assert figures.deleted <= figures.processed <= 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"consumers": -1},
        {"processing_time": 0.0},
        {"jitter": 1.0},
        {"failure_rate": 1.1},
        {"attempts": 0},
        {"batch_size": 11},
        {"idle_pause": 0.0},
        {"restart_time": -1.0},
        {"duration": 0.0},
    ],
)
def test_a_workload_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """Does a senseless workload raise a ValueError that names the parameter?"""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Workload((), **wrong)
