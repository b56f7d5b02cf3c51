"""Amazon Data Firehose: records wait in a buffer until it is full or old enough, then go to S3 as one object.

Pure and deterministic: time is the caller's model seconds. Source of the limits: the service model.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

MIB = 2**20
SIZE_MIB = (1, 128)
INTERVAL_SECONDS = (0, 900)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

Reason = Literal["size", "interval"]


@dataclass(frozen=True, slots=True)
class BufferingHints:
    """When Firehose delivers to S3: at `size` MiB or after `interval` seconds, whichever comes first."""

    size: int = 5
    interval: int = 300

    def __post_init__(self) -> None:
        for name, value, (low, high), unit in (
            ("size", self.size, SIZE_MIB, "MiB"),
            ("interval", self.interval, INTERVAL_SECONDS, "seconds"),
        ):
            if not low <= value <= high:
                raise ValueError(f"The buffer {name} for S3 is {low} to {high} {unit}, not {value}.")


@dataclass(frozen=True, slots=True)
class Buffered:
    """A record came in; the buffer now holds `buffered` bytes."""

    time: float
    size: int
    buffered: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """One object of `size` bytes was written to S3 under `key`; its oldest record waited `waited` seconds."""

    time: float
    reason: Reason
    records: int
    size: int
    waited: float
    key: str


Step = Buffered | Delivered


class FirehoseStream:
    """A Firehose stream that delivers to S3: give it records and time in order, it yields what follows."""

    def __init__(self, name: str = "orders", hints: BufferingHints | None = None) -> None:
        self.name = name
        self.hints = hints or BufferingHints()
        self.buffered = 0
        self._records = 0
        self._oldest = 0.0

    def waited(self, time: float) -> float:
        """Return how many seconds the oldest record in the buffer has waited; 0 when it is empty."""
        return time - self._oldest if self._records else 0.0

    def put_record(self, size: int, time: float) -> Iterator[Step]:
        """Take a record of `size` bytes at `time`, after what the time until then brings about."""
        yield from self.advance(time)
        if not self._records:
            self._oldest = time
        self._records += 1
        self.buffered += size
        yield Buffered(time, size, self.buffered)
        if self.buffered >= self.hints.size * MIB:
            yield self._deliver(time, "size")
        elif self.hints.interval == 0:
            yield self._deliver(time, "interval")

    def advance(self, time: float) -> Iterator[Step]:
        """Let time pass until `time`: deliver the buffer if its oldest record has waited for the interval."""
        if self._records and time >= (due := self._oldest + self.hints.interval):
            yield self._deliver(due, "interval")

    def _deliver(self, time: float, reason: Reason) -> Delivered:
        moment = EPOCH + timedelta(seconds=time)
        key = f"{moment:%Y/%m/%d/%H}/{self.name}-1-{moment:%Y-%m-%d-%H-%M-%S}"
        delivered = Delivered(time, reason, self._records, self.buffered, self.waited(time), key)
        self.buffered = self._records = 0
        return delivered
