"""Does the Firehose model deliver by size or by interval, whichever comes first?"""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.models.firehose import (
    INTERVAL_SECONDS,
    MIB,
    SIZE_MIB,
    Buffered,
    BufferingHints,
    Delivered,
    FirehoseStream,
    Step,
)

puts = st.lists(st.tuples(st.integers(1, MIB), st.floats(0, 200)), min_size=1, max_size=40)
hints = st.builds(BufferingHints, st.integers(1, 5), st.integers(0, 300))


def _play(stream: FirehoseStream, records: list[tuple[int, float]]) -> list[Step]:
    """Put each record so many seconds after the one before, then let the last interval end."""
    steps: list[Step] = []
    time = 0.0
    for size, gap in records:
        time += gap
        steps += stream.put_record(size, time)
    return [*steps, *stream.advance(time + 900)]


@settings(deadline=None)
@given(hints, puts)
def test_every_byte_arrives_once(hints: BufferingHints, records: list[tuple[int, float]]) -> None:
    """Do the objects in S3 hold all records and bytes, no more and no less?"""
    stream = FirehoseStream(hints=hints)
    delivered = [step for step in _play(stream, records) if isinstance(step, Delivered)]

    assert sum(step.size for step in delivered) == sum(size for size, _ in records)
    assert sum(step.records for step in delivered) == len(records)
    assert stream.buffered == 0


@settings(deadline=None)
@given(hints, puts)
def test_a_delivery_has_its_reason(hints: BufferingHints, records: list[tuple[int, float]]) -> None:
    """Is an object delivered by size only when full, by interval only when not, and never later than the interval?"""
    for step in _play(FirehoseStream(hints=hints), records):
        if isinstance(step, Buffered):
            assert step.buffered < hints.size * MIB + step.size
        elif step.reason == "size":
            assert hints.size * MIB <= step.size < (hints.size + 1) * MIB
            assert step.waited <= hints.interval
        else:
            assert step.size < hints.size * MIB
            assert step.waited == pytest.approx(hints.interval)


def test_slow_records_wait_for_the_interval() -> None:
    """With the defaults, is 1 MiB a minute delivered after 300 seconds, under a key with the time of delivery?"""
    steps = _play(FirehoseStream("clicks"), [(MIB // 2, 60.0)] * 3)
    (step,) = [step for step in steps if isinstance(step, Delivered)]

    expected = Delivered(360.0, "interval", 3, 3 * MIB // 2, 300.0, "2026/01/01/00/clicks-1-2026-01-01-00-06-00")
    assert step == expected


def test_fast_records_fill_the_buffer() -> None:
    """With the defaults, does 1 MiB a second fill the buffer of 5 MiB long before the interval ends?"""
    steps = _play(FirehoseStream(), [(MIB, 1.0)] * 5)
    assert steps[-1] == Delivered(5.0, "size", 5, 5 * MIB, 4.0, "2026/01/01/00/orders-1-2026-01-01-00-00-05")


def test_an_interval_of_zero_does_not_wait() -> None:
    """With an interval of 0, is every record delivered at once?"""
    stream = FirehoseStream(hints=BufferingHints(5, 0))
    for time in (1.0, 2.0):
        assert [type(step) for step in stream.put_record(10, time)] == [Buffered, Delivered]


def test_waiting_is_measured_from_the_oldest_record() -> None:
    """Does the age of the buffer count from its oldest record, and is it 0 when the buffer is empty?"""
    stream = FirehoseStream()
    assert stream.waited(50.0) == 0.0
    list(stream.put_record(1, 10.0))
    list(stream.put_record(1, 20.0))
    assert stream.waited(50.0) == 40.0


def test_limits_are_botocores() -> None:
    """Are the ranges and defaults those of the service model that botocore ships?"""
    model: Any = botocore.session.get_session().get_service_model("firehose").shape_for("BufferingHints")
    for member, limits, default in (
        ("SizeInMBs", SIZE_MIB, BufferingHints().size),
        ("IntervalInSeconds", INTERVAL_SECONDS, BufferingHints().interval),
    ):
        shape = model.members[member]
        assert (shape.metadata["min"], shape.metadata["max"]) == limits
        assert f"The default value is {default}." in shape.documentation


@pytest.mark.parametrize("bad", [{"size": 0}, {"size": 129}, {"interval": -1}, {"interval": 901}])
def test_refusals_are_one_sentence(bad: dict[str, int]) -> None:
    """Does a value out of range give one sentence with the range?"""
    with pytest.raises(ValueError, match=r"^The buffer (size|interval) for S3 is \d+ to \d+ \w+, not -?\d+\.$"):
        BufferingHints(**bad)
