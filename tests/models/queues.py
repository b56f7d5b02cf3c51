"""Queues and calls for the tests of the queue model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from course.models.queue import QueueSettings

if TYPE_CHECKING:
    from course.models.queue import Received

FIFO = QueueSettings(fifo=True, content_deduplication=True)


def bodies(received: list[Received]) -> list[str]:
    return [item.message.body for item in received]


CALLS = st.lists(
    st.tuples(
        st.sampled_from(["send", "receive", "delete", "old delete", "extend"]),
        st.integers(0, 12),  # seconds that pass before the call
        st.integers(0, 9),  # which group, message or timeout
    ),
    max_size=40,
)
SMALL = st.builds(
    lambda fifo, **rest: QueueSettings(fifo=fifo, content_deduplication=fifo, **rest),
    fifo=st.booleans(),
    visibility_timeout=st.integers(0, 15),
    delay_seconds=st.sampled_from([0, 0, 7]),
    receive_wait_seconds=st.sampled_from([0, 20]),
    retention=st.sampled_from([60, 345_600]),
    max_receive_count=st.none() | st.integers(1, 3),
)
