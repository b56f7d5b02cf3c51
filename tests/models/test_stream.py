"""Does the stream model place, order, limit and replay records as Kinesis Data Streams does?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from course.models.stream import (
    HASH_KEYS,
    MIB,
    Consumer,
    Record,
    Records,
    Shard,
    Stored,
    Stream,
    Throttled,
    hash_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = st.text(min_size=1, max_size=40)
HOUR = 3600.0


@pytest.fixture(scope="module")
def kinesis() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("kinesis", region_name="us-east-1")


def _ranges(kinesis: Any, name: str) -> dict[str, tuple[int, int, bool]]:  # noqa: ANN401 -- boto3 ships no types
    """Return first and last hash key of moto's shards by shard ID, and whether each is open."""
    shards = kinesis.describe_stream(StreamName=name)["StreamDescription"]["Shards"]
    return {
        shard["ShardId"]: (
            int(shard["HashKeyRange"]["StartingHashKey"]),
            int(shard["HashKeyRange"]["EndingHashKey"]),
            "EndingSequenceNumber" not in shard["SequenceNumberRange"],
        )
        for shard in shards
    }


def _put(stream: Stream, key: str, size: int = 100, time: float = 0.0) -> Record:
    result = stream.put_record(key, size, time)
    assert isinstance(result, Stored), result
    return result.record


def _read(stream: Stream, shard_id: str, time: float, **options: Any) -> Records:  # noqa: ANN401 -- iterator options
    result = stream.get_records(stream.shard_iterator(shard_id, **options), time)
    assert isinstance(result, Records), result
    return result


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shards=st.integers(1, 9), keys=st.lists(KEYS, min_size=1, max_size=5))
def test_records_lie_in_the_shard_that_moto_chooses(kinesis: Any, shards: int, keys: list[str]) -> None:  # noqa: ANN401
    """Are a new stream's hash ranges moto's, and does each key go to the shard that moto's PutRecord answers?"""
    name = f"stream-{shards}"
    if name not in kinesis.list_streams()["StreamNames"]:
        kinesis.create_stream(StreamName=name, ShardCount=shards)
    stream = Stream(shards)

    assert _all_ranges(stream) == _ranges(kinesis, name)
    for key in keys:
        real = kinesis.put_record(StreamName=name, Data=b"x", PartitionKey=key)
        assert stream.shard_of(key).id == real["ShardId"]


def _all_ranges(stream: Stream) -> dict[str, tuple[int, int, bool]]:
    return {s.id: (s.first_hash_key, s.last_hash_key, s.open) for s in stream.shards.values()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shards=st.integers(1, 4), data=st.data())
def test_splits_and_merges_as_in_moto(kinesis: Any, shards: int, data: st.DataObject) -> None:  # noqa: ANN401
    """After any splits and merges, are the shards, their ranges, parents and which are open the same as moto's?"""
    stream = Stream(shards)
    calls = []
    for _ in range(data.draw(st.integers(1, 4))):
        open_shards = stream.open_shards()
        if len(open_shards) > 1 and data.draw(st.booleans()):
            lower, upper = data.draw(st.sampled_from(list(pairwise(open_shards))))
            assert stream.merge_shards(lower.id, upper.id).parents == (lower.id, upper.id)
            calls.append((kinesis.merge_shards, {"ShardToMerge": lower.id, "AdjacentShardToMerge": upper.id}))
        else:
            shard = data.draw(st.sampled_from(open_shards))
            assume(shard.last_hash_key - shard.first_hash_key > 2)
            cut = data.draw(st.integers(shard.first_hash_key + 1, shard.last_hash_key - 1))
            stream.split_shard(shard.id, cut)
            calls.append((kinesis.split_shard, {"ShardToSplit": shard.id, "NewStartingHashKey": str(cut)}))

    kinesis.create_stream(StreamName="resharded", ShardCount=shards)
    try:
        for call, arguments in calls:
            call(StreamName="resharded", **arguments)
        assert _all_ranges(stream) == _ranges(kinesis, "resharded")
    finally:
        kinesis.delete_stream(StreamName="resharded")


@settings(deadline=None)
@given(st.integers(1, 8), st.data())
def test_open_shards_cover_every_hash_once(shards: int, data: st.DataObject) -> None:
    """Do the open shards always share out all hash keys, without gap and overlap?"""
    stream = Stream(shards)
    for _ in range(3):
        stream.split_shard(data.draw(st.sampled_from(stream.open_shards())).id)
    lower, upper = data.draw(st.sampled_from(list(pairwise(stream.open_shards()))))
    stream.merge_shards(upper.id, lower.id)

    shards_now = stream.open_shards()
    assert shards_now[0].first_hash_key == 0
    assert shards_now[-1].last_hash_key == HASH_KEYS - 1
    assert all(one.last_hash_key + 1 == next_.first_hash_key for one, next_ in pairwise(shards_now))


@settings(deadline=None)
@given(st.integers(1, 5), st.lists(KEYS, min_size=1, max_size=60))
def test_a_shard_keeps_the_order(shards: int, keys: list[str]) -> None:
    """Does a read give each shard's records in the order of writing, and all records of a key from one shard?"""
    stream = Stream(shards)
    written = [_put(stream, key) for key in keys]
    read = {shard: _read(stream, shard, 1.0, kind="TRIM_HORIZON").records for shard in stream.shards}

    for records in read.values():
        assert list(records) == [record for record in written if record in records]
    assert sorted(r.sequence_number for records in read.values() for r in records) == [
        record.sequence_number for record in written
    ]
    for key in keys:
        assert sum(any(record.partition_key == key for record in records) for records in read.values()) == 1


def test_hashes_are_md5() -> None:
    """Is the hash key the MD5 of the key as a number? (RFC 1321 gives the digest of 'abc'.)"""
    assert hash_key("abc") == 0x900150983CD24FB0D6963F7D28E17F72


@pytest.mark.parametrize(("size", "stored"), [(100, 1000), (1024, 1000), (2048, 512), (MIB, 1)])
def test_a_shard_takes_so_much_in_a_second(size: int, stored: int) -> None:
    """Does a shard take 1,000 records or 1 MB in a second, whichever comes first, and again in the next one?"""
    stream = Stream()
    for second in (0, 1):
        results = [stream.put_record("k", size, second + i / 2000) for i in range(1200)]
        assert sum(isinstance(result, Stored) for result in results) == stored
        assert isinstance(results[-1], Throttled)
        assert ("1,000 records" in results[-1].reason) == (stored == 1000)


def test_one_hot_shard_does_not_use_the_others() -> None:
    """With one key, is everything above 1 MB/s throttled, however many shards there are and after a split too?"""
    stream = Stream(4)
    hot = stream.shard_of("k")
    assert [isinstance(stream.put_record("k", MIB // 2, 0.0), Stored) for _ in range(4)] == [True, True, False, False]
    stream.split_shard(hot.id)
    assert [isinstance(stream.put_record("k", MIB // 2, 1.0), Stored) for _ in range(4)] == [True, True, False, False]
    assert [len(shard.records) for shard in stream.shards.values() if shard.records] == [2, 2]


def test_a_split_closes_the_parent_and_keeps_its_records() -> None:
    """After a split, are old records read from the parent to its end, and new ones from the children?"""
    stream = Stream()
    old = _put(stream, "k")
    children = stream.split_shard("shardId-000000000000")
    new = _put(stream, "k")

    parent = _read(stream, "shardId-000000000000", 1.0, kind="TRIM_HORIZON")
    assert parent.records == (old,)
    assert parent.next_iterator is None
    assert [_read(stream, child.id, 1.0, kind="TRIM_HORIZON").records for child in children].count((new,)) == 1
    assert all(child.parents == ("shardId-000000000000",) for child in children)


def test_shared_readers_share_two_megabytes() -> None:
    """Is the third consumer throttled once the first two have read a shard's 2 MB of the second?"""
    stream = Stream()
    consumers = [Consumer(stream, name) for name in "abc"]
    _put(stream, "k", MIB, 0.0)
    got = [consumer.poll(0.5)["shardId-000000000000"] for consumer in consumers]

    assert [isinstance(result, Records) for result in got] == [True, True, False]
    assert isinstance(got[2], Throttled)
    assert "2 MB" in got[2].reason
    assert isinstance(consumers[2].poll(1.0)["shardId-000000000000"], Records)


def test_enhanced_readers_have_two_megabytes_each() -> None:
    """With enhanced fan-out, does each of twenty consumers read all that a shard takes in, call after call?"""
    stream = Stream()
    consumers = [Consumer(stream, str(n), enhanced=True) for n in range(20)]
    _put(stream, "k", MIB, 0.0)
    for consumer in consumers:
        results = [consumer.poll(0.1 + i / 100)["shardId-000000000000"] for i in range(9)]
        assert [result.size for result in results if isinstance(result, Records)] == [MIB] + [0] * 8
    with pytest.raises(ValueError, match="at most 20"):
        Consumer(stream, "one more", enhanced=True)


def test_five_calls_a_second() -> None:
    """Is the sixth GetRecords call of a second throttled, although there is nothing to read?"""
    stream = Stream()
    iterator = stream.shard_iterator("shardId-000000000000", "LATEST")
    results = [stream.get_records(iterator, 0.1 * i) for i in range(6)]
    assert [isinstance(result, Records) for result in results] == [True] * 5 + [False]


def test_a_large_read_blocks_the_next_five_seconds() -> None:
    """After a call that returned 10 MB, are the calls of the next 5 seconds throttled, as GetRecords documents?"""
    stream = Stream()
    for second in range(12):
        _put(stream, "k", MIB, float(second))
    iterator = stream.shard_iterator("shardId-000000000000", "TRIM_HORIZON")
    first = stream.get_records(iterator, 20.0)
    assert isinstance(first, Records)
    assert first.size == 10 * MIB
    assert first.millis_behind_latest == 10_000
    assert first.next_iterator is not None
    later = [stream.get_records(first.next_iterator, 20.0 + second) for second in range(1, 6)]
    assert [isinstance(result, Records) for result in later] == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("kind", "options", "first"),
    [
        ("TRIM_HORIZON", {}, 1),
        ("AT_SEQUENCE_NUMBER", {"sequence_number": 2}, 2),
        ("AFTER_SEQUENCE_NUMBER", {"sequence_number": 2}, 3),
        ("AT_TIMESTAMP", {"timestamp": 25.0}, 3),
        ("AT_TIMESTAMP", {"timestamp": 99.0}, 5),
        ("LATEST", {}, 5),
    ],
)
def test_iterators_begin_where_they_say(kind: Any, options: dict[str, Any], first: int) -> None:  # noqa: ANN401
    """Does each type of shard iterator begin at its record and go on with those that come later?"""
    stream = Stream()
    for n in range(1, 5):
        _put(stream, "k", time=10.0 * n)
    iterator = stream.shard_iterator("shardId-000000000000", kind, **options)
    _put(stream, "k", time=100.0)
    result = stream.get_records(iterator, 100.0)

    assert isinstance(result, Records)
    assert [record.sequence_number for record in result.records] == list(range(first, 6))


def test_records_can_be_replayed_until_the_retention_ends() -> None:
    """Can a record be read again and again, and by nobody once its retention period is over?"""
    stream = Stream(retention_hours=24)
    record = _put(stream, "k", time=0.0)
    for second in (1.0, 2.0, 24 * HOUR - 1):
        assert _read(stream, "shardId-000000000000", second, kind="TRIM_HORIZON").records == (record,)
    assert _read(stream, "shardId-000000000000", 24 * HOUR, kind="TRIM_HORIZON").records == ()


def test_nothing_deletes_or_changes_a_record() -> None:
    """Is there no way to delete a record, as in the API, and is a record immutable?"""
    api = {name for name in dir(Stream) + dir(Shard) if not name.startswith("_")}
    assert not [name for name in api if "delete" in name or "remove" in name]
    with pytest.raises(AttributeError):
        _put(Stream(), "k").data = "other"  # type: ignore[misc]


def test_a_consumer_reads_parents_first() -> None:
    """Does a consumer that lags behind a split still see each key's records in order?"""
    stream = Stream()
    consumer = Consumer(stream, "a")
    for n in range(3):
        _put(stream, "k", MIB, float(n))
    stream.split_shard("shardId-000000000000")
    _put(stream, "k", MIB, 3.0)

    seen: list[int] = []
    for second in range(4, 12):
        for result in consumer.poll(float(second), limit=1).values():
            assert isinstance(result, Records)
            seen += [record.sequence_number for record in result.records]
    assert seen == [1, 2, 3, 4]
    assert all(consumer.has_read(s.id, record) for s in stream.shards.values() for record in s.records)


@pytest.mark.parametrize("shards", [1, 2])
def test_latest_skips_what_was_there(shards: int) -> None:
    """Does a consumer that starts at LATEST get only what is written after it started?"""
    stream = Stream(shards)
    _put(stream, "k")
    consumer = Consumer(stream, "a", start="LATEST")
    first = consumer.poll(0.5).values()
    new = _put(stream, "k", time=1.0)
    second = consumer.poll(1.5).values()

    got = [r for result in (*first, *second) if isinstance(result, Records) for r in result.records]
    assert got == [new]


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: Stream(0), "at least one shard"),
        (lambda: Stream(retention_hours=23), "24 to 8760 hours"),
        (lambda: Stream().put_record("", 1, 0.0), "1 to 256 characters"),
        (lambda: Stream().put_record("k" * 257, 1, 0.0), "1 to 256 characters"),
        (lambda: Stream().put_record("k", MIB + 1, 0.0), "default limit"),
        (lambda: Stream().split_shard("shardId-7"), "no shard shardId-7"),
        (lambda: Stream().split_shard("shardId-000000000000", 0), "inside its own range"),
        (lambda: Stream(3).merge_shards("shardId-000000000000", "shardId-000000000002"), "not adjacent"),
        (lambda: _split_twice(Stream()), "is closed"),
        (lambda: _read_unregistered(Stream()), "not registered"),
    ],
)
def test_refusals_are_one_sentence(call: Any, part: str) -> None:  # noqa: ANN401 -- any call
    """Does what the API refuses give one sentence that says why?"""
    with pytest.raises(ValueError, match=r"^[^\n]+\.$") as error:
        call()
    assert part in str(error.value)


def _split_twice(stream: Stream) -> None:
    for _ in range(2):
        stream.split_shard("shardId-000000000000")


def _read_unregistered(stream: Stream) -> None:
    stream.get_records(stream.shard_iterator("shardId-000000000000", "LATEST"), 0.0, consumer="a")
