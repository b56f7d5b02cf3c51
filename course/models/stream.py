"""A Kinesis data stream: the hash of a partition key chooses the shard; a shard keeps order and has limits.

Pure and deterministic: time is the caller's model seconds, sequence numbers count up. Source of the limits:
botocore's documentation of PutRecord, GetRecords and RegisterStreamConsumer. AWS's 'MB' is 2**20 bytes here.
"""

from __future__ import annotations

import bisect
import hashlib
from dataclasses import dataclass, field
from typing import Literal

MIB = 2**20
HASH_KEYS = 2**128
WRITE_BYTES = 1 * MIB
WRITE_RECORDS = 1000
READ_BYTES = 2 * MIB
READ_CALLS = 5
READ_CALL_BYTES = 10 * MIB
READ_CALL_RECORDS = 10_000
MAX_CONSUMERS = 20
KEY_LENGTH = 256
RETENTION_HOURS = (24, 8760)

IteratorType = Literal["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP"]


def hash_key(partition_key: str) -> int:
    """Return the 128-bit number that stands for a partition key: its MD5 hash."""
    return int(hashlib.md5(partition_key.encode(), usedforsecurity=False).hexdigest(), 16)


@dataclass(frozen=True, slots=True)
class Record:
    """A stored record; nothing changes or deletes it until the retention period ends. `size` is in bytes."""

    sequence_number: int
    partition_key: str
    size: int
    time: float
    data: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """The shard took the record."""

    shard_id: str
    record: Record


@dataclass(frozen=True, slots=True)
class Throttled:
    """ProvisionedThroughputExceededException: `shard_id` had no room in this second, for `reason`."""

    shard_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShardIterator:
    """A place in a shard: the next record is the first with this sequence number or a higher one."""

    shard_id: str
    sequence_number: int


@dataclass(frozen=True, slots=True)
class Records:
    """What a read returned. `next_iterator` is None when a closed shard has been read to its end."""

    records: tuple[Record, ...]
    next_iterator: ShardIterator | None
    millis_behind_latest: int

    @property
    def size(self) -> int:
        """The bytes of all records."""
        return sum(record.size for record in self.records)


@dataclass(slots=True)
class Meter:
    """What a shard did within one second; bytes above its allowance count against the seconds after it."""

    second: int = 0
    calls: int = 0
    size: int = 0

    def turn(self, time: float, allowance: int) -> None:
        """Go on to the second of `time`, with `allowance` bytes a second."""
        second = int(time)
        if second != self.second:
            self.size = max(0, self.size - allowance * (second - self.second))
            self.calls = 0
            self.second = second


@dataclass(slots=True)
class Shard:
    """A range of hash keys, first and last included, with its records; closed once it is split or merged."""

    id: str
    first_hash_key: int
    last_hash_key: int
    parents: tuple[str, ...] = ()
    open: bool = True
    records: list[Record] = field(default_factory=list)
    writes: Meter = field(default_factory=Meter)
    reads: dict[str, Meter] = field(default_factory=dict)

    @property
    def middle(self) -> int:
        """The hash key that halves the shard's range."""
        return (self.first_hash_key + self.last_hash_key + 1) // 2

    def index(self, sequence_number: int) -> int:
        """Return the place of the first record with this sequence number or a higher one."""
        return bisect.bisect_left(self.records, sequence_number, key=lambda record: record.sequence_number)


class Stream:
    """A stream in provisioned mode. Raises ValueError, in one sentence, for what the API would refuse.

    `shards` are evenly cut at first; `retention_hours` is how long a record can be read.
    """

    def __init__(self, shards: int = 1, *, retention_hours: int = 24) -> None:
        low, high = RETENTION_HOURS
        if shards < 1:
            raise ValueError(f"A provisioned stream has at least one shard, not {shards}.")
        if not low <= retention_hours <= high:
            raise ValueError(f"The retention period is {low} to {high} hours (365 days), not {retention_hours}.")
        self.retention_hours = retention_hours
        self.consumers: list[str] = []
        self.shards: dict[str, Shard] = {}
        self._open: list[Shard] = []
        self._sequence_number = 0
        step = HASH_KEYS // shards
        for number in range(shards):
            last = HASH_KEYS - 1 if number == shards - 1 else (number + 1) * step - 1
            self._add(number * step, last)

    def open_shards(self) -> list[Shard]:
        """Return the shards that take writes, in the order of their hash keys."""
        if not self._open:
            found = (shard for shard in self.shards.values() if shard.open)
            self._open = sorted(found, key=lambda shard: shard.first_hash_key)
        return list(self._open)

    def shard_of(self, partition_key: str) -> Shard:
        """Return the open shard whose range holds the key's hash."""
        shards = self.open_shards()
        return shards[bisect.bisect_left(shards, hash_key(partition_key), key=lambda shard: shard.last_hash_key)]

    def put_record(self, partition_key: str, size: int, time: float, data: str = "") -> Stored | Throttled:
        """Write a record of `size` bytes (key and data) at `time`, or say which limit of a shard is full."""
        if not 1 <= len(partition_key) <= KEY_LENGTH:
            raise ValueError(f"A partition key has 1 to {KEY_LENGTH} characters, not {len(partition_key)}.")
        if size > WRITE_BYTES:
            raise ValueError(f"A record of {size:,} bytes is larger than the default limit of {WRITE_BYTES:,} bytes.")
        shard = self.shard_of(partition_key)
        meter = shard.writes
        meter.turn(time, WRITE_BYTES)
        if meter.calls >= WRITE_RECORDS:
            return Throttled(shard.id, f"{WRITE_RECORDS:,} records are the most a shard takes in a second")
        if meter.size + size > WRITE_BYTES:
            return Throttled(shard.id, "1 MB is the most a shard takes in a second")
        meter.calls += 1
        meter.size += size
        self._sequence_number += 1
        record = Record(self._sequence_number, partition_key, size, time, data)
        shard.records.append(record)
        return Stored(shard.id, record)

    def split_shard(self, shard_id: str, new_starting_hash_key: int | None = None) -> tuple[Shard, Shard]:
        """Close a shard and open two children; the second begins at the hash key, else in the middle."""
        shard = self._open_shard(shard_id)
        start = shard.middle if new_starting_hash_key is None else new_starting_hash_key
        if not shard.first_hash_key < start < shard.last_hash_key:
            raise ValueError(f"{shard_id} can be split only at a hash key inside its own range, not at {start}.")
        shard.open = False
        return (
            self._add(shard.first_hash_key, start - 1, shard_id),
            self._add(start, shard.last_hash_key, shard_id),
        )

    def merge_shards(self, shard_id: str, adjacent_shard_id: str) -> Shard:
        """Close two shards whose ranges touch and open one child for both ranges."""
        pair = [self._open_shard(shard_id), self._open_shard(adjacent_shard_id)]
        lower, upper = sorted(pair, key=lambda shard: shard.first_hash_key)
        if lower.last_hash_key + 1 != upper.first_hash_key:
            raise ValueError(
                f"{shard_id} and {adjacent_shard_id} are not adjacent: there is a gap between their ranges."
            )
        lower.open = upper.open = False
        return self._add(lower.first_hash_key, upper.last_hash_key, shard_id, adjacent_shard_id)

    def register_consumer(self, name: str) -> None:
        """Register a consumer for enhanced fan-out: it then has each shard's 2 MB/s for itself."""
        if len(self.consumers) >= MAX_CONSUMERS:
            raise ValueError(f"A stream has at most {MAX_CONSUMERS} registered consumers.")
        self.consumers.append(name)

    def shard_iterator(
        self, shard_id: str, kind: IteratorType, *, sequence_number: int = 0, timestamp: float = 0.0
    ) -> ShardIterator:
        """Return the place in a shard where reading begins; TRIM_HORIZON is the oldest record still kept."""
        records = self._shard(shard_id).records
        match kind:
            case "TRIM_HORIZON":
                start = 0
            case "LATEST":
                start = self._sequence_number + 1
            case "AT_SEQUENCE_NUMBER":
                start = sequence_number
            case "AFTER_SEQUENCE_NUMBER":
                start = sequence_number + 1
            case "AT_TIMESTAMP":
                start = next((r.sequence_number for r in records if r.time >= timestamp), self._sequence_number + 1)
        return ShardIterator(shard_id, start)

    def get_records(
        self, iterator: ShardIterator, time: float, *, consumer: str = "", limit: int = READ_CALL_RECORDS
    ) -> Records | Throttled:
        """Read from a place in a shard at `time`.

        Without `consumer` this is GetRecords: all such readers share the shard's 2 MB/s and 5 calls a
        second. A call may return up to 10 MB, which blocks the readers for the seconds that it used up. For
        a registered `consumer` (enhanced fan-out) the 2 MB/s are its own and calls have no limit. Reading
        removes nothing.
        """
        shard = self._shard(iterator.shard_id)
        if consumer and consumer not in self.consumers:
            raise ValueError(f"{consumer} is not registered for enhanced fan-out.")
        meter = shard.reads.setdefault(consumer, Meter())
        meter.turn(time, READ_BYTES)
        if not consumer and meter.calls >= READ_CALLS:
            return Throttled(shard.id, f"{READ_CALLS} calls of GetRecords are the most a shard takes in a second")
        if meter.size >= READ_BYTES:
            return Throttled(shard.id, "2 MB is the most a shard gives in a second")
        records = self._readable(shard, iterator, time)
        taken = _take(records, READ_BYTES - meter.size if consumer else READ_CALL_BYTES, limit)
        meter.calls += 1
        meter.size += sum(record.size for record in taken)
        behind = 0.0 if len(taken) == len(records) else time - records[len(taken)].time
        start = taken[-1].sequence_number + 1 if taken else iterator.sequence_number
        ended = not shard.open and len(taken) == len(records)
        return Records(tuple(taken), None if ended else ShardIterator(shard.id, start), round(behind * 1000))

    def _readable(self, shard: Shard, iterator: ShardIterator, time: float) -> list[Record]:
        horizon = time - self.retention_hours * 3600
        return [record for record in shard.records[shard.index(iterator.sequence_number) :] if record.time > horizon]

    def _add(self, first: int, last: int, *parents: str) -> Shard:
        shard = Shard(f"shardId-{len(self.shards):012}", first, last, parents)
        self.shards[shard.id] = shard
        self._open = []
        return shard

    def _shard(self, shard_id: str) -> Shard:
        if shard_id not in self.shards:
            raise ValueError(f"The stream has no shard {shard_id}.")
        return self.shards[shard_id]

    def _open_shard(self, shard_id: str) -> Shard:
        shard = self._shard(shard_id)
        if not shard.open:
            raise ValueError(f"{shard_id} is closed: it has already been split or merged.")
        return shard


class Consumer:
    """An application that reads all of a stream, as the KCL does: first a shard, then its children.

    `enhanced` registers it for enhanced fan-out. `start` is where it begins in the shards that are there now.
    """

    def __init__(
        self, stream: Stream, name: str, *, enhanced: bool = False, start: IteratorType = "TRIM_HORIZON"
    ) -> None:
        if enhanced and name not in stream.consumers:
            stream.register_consumer(name)
        self.name = name
        self.enhanced = enhanced
        self._stream = stream
        self._start = {shard_id: stream.shard_iterator(shard_id, start) for shard_id in stream.shards}
        self._at: dict[str, ShardIterator | None] = {}

    def poll(self, time: float, limit: int = READ_CALL_RECORDS) -> dict[str, Records | Throttled]:
        """Read once, at most `limit` records, from each shard that is due; return what came by shard ID."""
        came: dict[str, Records | Throttled] = {}
        for shard in list(self._stream.shards.values()):
            iterator = self._iterator(shard)
            if iterator is None or any(self._at.get(parent, iterator) for parent in shard.parents):
                continue
            own = self.name if self.enhanced else ""
            result = self._stream.get_records(iterator, time, consumer=own, limit=limit)
            if isinstance(result, Records):
                self._at[shard.id] = result.next_iterator
            came[shard.id] = result
        return came

    def has_read(self, shard_id: str, record: Record) -> bool:
        """Tell whether this consumer is past the record."""
        iterator = self._iterator(self._stream.shards[shard_id])
        return iterator is None or record.sequence_number < iterator.sequence_number

    def _iterator(self, shard: Shard) -> ShardIterator | None:
        if shard.id in self._at:
            return self._at[shard.id]
        return self._start.get(shard.id) or self._stream.shard_iterator(shard.id, "TRIM_HORIZON")


def _take(records: list[Record], size: int, limit: int) -> list[Record]:
    """Take records from the front, at most `limit` and `size` bytes, but never none while there is one."""
    taken: list[Record] = []
    for record in records[:limit]:
        size -= record.size
        if size < 0 and taken:
            break
        taken.append(record)
    return taken
