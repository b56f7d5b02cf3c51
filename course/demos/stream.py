"""The demos of streams: here the shards of a Kinesis data stream, in `delivery` the buffer of Firehose."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.delivery import firehose
from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.stream import MIB, READ_BYTES, Consumer, Records, Shard, Stored, Stream, hash_key
from course.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["firehose", "shards", "shards_scene"]

RECORD = MIB // 2
SECONDS = 5
ACTION_AT = 2
PIPE = "pipe"
NAMES = ("dashboard", "fraud", "archive", "audit")
ONE_KEY, FEW_KEYS, MANY_KEYS = "one key", "few keys", "per user (many keys)"
NO_ACTION, SPLIT, MERGE = "nothing", "split the hot shard", "merge two shards"
SHARED, ENHANCED = "shared", "enhanced fan-out"


def shards() -> Demo:
    """Return the demo of a Kinesis data stream: keys, shards and limits, split and merge, readers, replay."""
    return Demo(
        shards_scene,
        {
            "count": ipywidgets.IntSlider(2, 1, 4, description="shards"),
            "keys": ipywidgets.Dropdown(options=[FEW_KEYS, ONE_KEY, MANY_KEYS], description="partition key"),
            "load": ipywidgets.FloatSlider(2.0, min=0.5, max=4.0, step=0.5, description="load, MB/s"),
            "action": ipywidgets.Dropdown(options=[NO_ACTION, SPLIT, MERGE], description="after 2 seconds"),
            "mode": ipywidgets.Dropdown(options=[SHARED, ENHANCED], description="consumers read"),
            "consumers": ipywidgets.IntSlider(2, 1, len(NAMES), description="consumers"),
            "replay": ipywidgets.Checkbox(value=False, description="replay from TRIM_HORIZON"),
        },
    )


def shards_scene(  # noqa: PLR0913 -- one argument a control
    *, count: int, keys: str, load: float, action: str, mode: str, consumers: int, replay: bool
) -> Scene:
    """Write records of 512 KB for five seconds at `load` MB/s, and let each consumer read once a second."""
    if action == MERGE and count == 1:
        raise ValueError("A merge needs two shards: choose 2 or more shards.")
    stream = Stream(count)
    run = _Run(stream, [Consumer(stream, name, enhanced=mode == ENHANCED) for name in NAMES[:consumers]])
    frames = tuple(run.play(_keys(keys), round(load * MIB / RECORD), action, replay=replay))
    rows = {shard: float(row) for row, shard in enumerate(stream.shards)}
    middle = (len(rows) - 1) / 2
    step = max(1.0, len(rows) / consumers)
    places = {c.name: middle + (i - (consumers - 1) / 2) * step for i, c in enumerate(run.consumers)}
    return Scene(
        title="Shards of a Kinesis data stream",
        summary=f"{load} MB/s go to {_count(count, 'shard')}, partition key: {keys}. {frames[-1].caption}",
        nodes=(
            Node("producers", "producers", 0, middle, "producer", slots=4),
            *(Node(s.id, _label(s), 1, rows[s.id], "stream", slots=5) for s in stream.shards.values()),
            Node(PIPE, "SubscribeToShard" if mode == ENHANCED else "GetRecords", 2, middle, "service"),
            *(Node(name, name, 3, row, "consumer", slots=4) for name, row in places.items()),
        ),
        edges=(
            *(Edge("producers", shard) for shard in rows),
            *(Edge(shard, PIPE) for shard in rows),
            *(Edge(PIPE, name) for name in places),
        ),
        frames=frames,
        legend={"plain": "a record, 512 KB", "done": "read by every consumer", "failed": "throttled"},
        picture_frame=3 * ACTION_AT - 2,
    )


def _keys(kind: str) -> Sequence[str]:
    """Return the partition keys that the producers use in turn."""
    if kind == ONE_KEY:
        return ("shop",)
    if kind == FEW_KEYS:
        return ("DE", "FR", "IT", "ES")
    # Among millions of users each part of the hash range has its share: take one user of each sixteenth, in
    # an order in which every few in a row are spread over the whole range.
    users = {hash_key(str(user)) >> 124: str(user) for user in range(999, 100, -1)}
    return [users[int(f"{place:04b}"[::-1], 2)] for place in range(16)]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _label(shard: Shard) -> str:
    return f"{_name(shard.id)}: {shard.first_hash_key >> 120:02x} to {shard.last_hash_key >> 120:02x}"


def _name(shard_id: str) -> str:
    return f"shard {int(shard_id.removeprefix('shardId-'))}"


@dataclass
class _Run:
    """Plays the stream second by second: records arrive, the shards take them, the consumers read."""

    stream: Stream
    consumers: list[Consumer]
    time: float = 0.0
    sent: int = 0
    throttled: Counter[str] = field(default_factory=Counter)
    read: dict[str, int] = field(default_factory=dict)

    def play(self, keys: Sequence[str], rate: int, action: str, *, replay: bool) -> Iterator[Frame]:
        for second in range(SECONDS):
            if second == ACTION_AT and action != NO_ACTION:
                yield self._frame(self._split() if action == SPLIT else self._merge())
            batch = [keys[(second * rate + i) % len(keys)] for i in range(rate)]
            yield from self._write(batch, second)
            self.time = second + 0.9
            turn = second % len(self.consumers)  # nobody is always the first to read
            yield self._poll([*self.consumers[turn:], *self.consumers[:turn]], self._promise())
        if replay:
            yield from self._replay()
        yield self._frame(self._result())

    def _frame(self, caption: str, *extra: Token) -> Frame:
        stored = [
            Token(
                record.data,
                shard.id,
                record.partition_key,
                "done" if self._read_by_all(shard, i) else "plain",
            )
            for shard in self.stream.shards.values()
            for i, record in enumerate(shard.records)
        ]
        rates = {consumer.name: f"{self.read.get(consumer.name, 0) / MIB:.1f}" for consumer in self.consumers}
        return Frame(
            time=self.time,
            caption=caption,
            tokens=(*stored, *extra),
            badges={shard.id: self._state(shard) for shard in self.stream.shards.values()}
            | {name: f"read {rate} MB/s" for name, rate in rates.items()}
            | {PIPE: f"2 MB/s a shard {'for each' if self.consumers[0].enhanced else 'for all'}"},
            numbers={
                "records in shard": ", ".join(
                    f"{_name(shard.id)[6:]}: {len(shard.records)}" for shard in self.stream.shards.values()
                ),
                "throttled": f"{self.throttled.total()} of {self.sent}",
                "read, MB/s": ", ".join(f"{name} {rate}" for name, rate in rates.items()),
            },
        )

    def _read_by_all(self, shard: Shard, index: int) -> bool:
        return all(consumer.has_read(shard.id, shard.records[index]) for consumer in self.consumers)

    def _state(self, shard: Shard) -> str:
        throttled = f", {self.throttled[shard.id]} throttled" if self.throttled[shard.id] else ""
        return f"{_count(len(shard.records), 'record')}{throttled}{'' if shard.open else ', closed'}"

    def _write(self, batch: Sequence[str], second: int) -> Iterator[Frame]:
        self.time = float(second)
        self.sent += len(batch)
        tokens = [Token(f"{second}-{i}", "producers", key) for i, key in enumerate(batch)]
        example = batch[second % len(batch)]
        shard = self.stream.shard_of(example)
        yield self._frame(
            f"Second {second + 1} brings {_count(len(batch), 'record')}. The MD5 hash of the key {example} "
            f"begins with {hash_key(example) >> 120:02x}: that is in the range of {_name(shard.id)}.",
            *tokens,
        )
        refused = []
        for i, token in enumerate(tokens):
            result = self.stream.put_record(token.label, RECORD, second + 0.5 * i / len(tokens), token.id)
            if not isinstance(result, Stored):
                self.throttled[result.shard_id] += 1
                refused.append((result, Token(token.id, "producers", token.label, "failed")))
        caption = "Every record found room: each shard keeps its records in the order in which they came."
        if refused:
            first = refused[0][0]
            caption = (
                f"{_count(len(refused), 'record')} got ProvisionedThroughputExceededException, first from "
                f"{_name(first.shard_id)}: {first.reason}. The producers must try again."
            )
        yield self._frame(caption, *(token for _, token in refused))

    def _poll(self, consumers: Sequence[Consumer], caption: str) -> Frame:
        copies, late = [], []
        for consumer in consumers:
            results = consumer.poll(self.time, limit=READ_BYTES // RECORD).values()
            records = [record for result in results if isinstance(result, Records) for record in result.records]
            self.read[consumer.name] = sum(record.size for record in records)
            copies += [
                Token(f"{record.data}-{consumer.name}", consumer.name, record.partition_key) for record in records
            ]
            if not all(isinstance(result, Records) for result in results):
                late.append(consumer.name)
        if late:
            caption = (
                f"{listed(late)} must wait: all consumers share the 2 MB/s that a shard gives, and the "
                "others have used them up."
            )
        return self._frame(caption, *copies)

    def _promise(self) -> str:
        if self.consumers[0].enhanced:
            return "Each consumer gets 2 MB/s of every shard for itself. The records stay in the stream."
        return "The consumers read within the 2 MB/s that they share on each shard. The records stay."

    def _split(self) -> str:
        hot = max(self.stream.open_shards(), key=lambda shard: len(shard.records) + self.throttled[shard.id])
        hashes = sorted({hash_key(record.partition_key) for record in hot.records})
        # Cut between the keys that came, so that each child gets half of them.
        cut = hashes[len(hashes) // 2] if len(hashes) > 1 else hot.middle
        lower, upper = self.stream.split_shard(hot.id, cut)
        gain = "Each child takes 1 MB/s, so together they take twice as much."
        if len(hashes) == 1:
            gain = "All its records have one key, so all go to one child: a split does not help."
        return (
            f"{_name(hot.id)} is split into {_name(lower.id)} and {_name(upper.id)}: it takes no more writes "
            f"and keeps its records until they expire. {gain}"
        )

    def _merge(self) -> str:
        shards = self.stream.open_shards()
        lower, upper = min(
            pairwise(shards),
            key=lambda pair: len(pair[0].records) + len(pair[1].records),
        )
        child = self.stream.merge_shards(lower.id, upper.id)
        return (
            f"{_name(lower.id)} and {_name(upper.id)} are merged into {_name(child.id)}, which takes 1 MB/s "
            "for both; their records stay where they are."
        )

    def _replay(self) -> Iterator[Frame]:
        """Let the first consumer begin again at the oldest record and read until it has caught up."""
        first = self.consumers[0]
        self.consumers[0] = again = Consumer(self.stream, first.name, enhanced=first.enhanced)
        self.read.clear()
        yield self._frame(
            f"{first.name} had a bug, so it begins again at TRIM_HORIZON, the oldest record kept. Reading "
            "deleted nothing, and nobody can delete a record before its retention period of 24 hours ends."
        )
        while not all(again.has_read(s.id, record) for s in self.stream.shards.values() for record in s.records):
            self.time = int(self.time) + 1.0
            yield self._poll([again], f"{again.name} reads the old records again; the stream still holds them all.")

    def _result(self) -> str:
        stored = {shard.id: len(shard.records) for shard in self.stream.shards.values()}
        if not self.throttled:
            return f"All {self.sent} records are stored: no shard had to take more than 1 MB/s."
        hot = max(self.throttled, key=lambda shard: self.throttled[shard])
        free = [
            _name(shard.id)
            for shard in self.stream.open_shards()
            if not self.throttled[shard.id] and stored[shard.id] < stored[hot]
        ]
        why = (
            f"{_name(hot)} was hot while {listed(free)} had room, because the hash of the key chooses "
            "the shard, whatever its load. More and better spread keys help."
            if free
            else "the shards together take less than the load. More shards help if the keys spread over them."
        )
        total = sum(stored.values())
        return f"{total} of {self.sent} records are stored, {self.throttled.total()} throttled: {why}"
