"""How many shards does this load need?

A shop sends every click of its customers to a **provisioned** Kinesis data stream. A shard takes in 1 MB/s **and**
1,000 records/s; the limit that is reached first throttles the producers.

Write `shards_needed(megabytes, records)`: given the peak load **per second**, in MB and in records, return the
smallest number of shards that takes it in, as an `int`.

```python
shards_needed(5.0, 200)  # 5: two hundred records, but 5 MB
```

Objective: Size a provisioned stream by both of a shard's write limits.
Out of scope: Reading from the stream, hot shards, the price of a shard.
Kind: function
Task: 3.5
Hint: Work out the number of shards for each of the two limits on its own.
Hint: A load of 2.1 MB/s does not fit in two shards: round up, never to the nearest.
Hint: Both limits must hold at once, so the larger of the two numbers decides, and a stream has at least one shard.
"""

import math

from course.authoring import case, misconception


def shards_needed(megabytes: float, records: int) -> int:
    """Return the fewest shards that take in `megabytes` MB/s and `records` records/s."""
    ### BEGIN SOLUTION
    return max(1, math.ceil(megabytes), math.ceil(records / 1000))
    ### END SOLUTION


@case(points=1)
def bytes_decide() -> None:
    """Are there enough shards, and not too many, when the records are few but large?"""
    got = shards_needed(5.0, 200)
    assert type(got) is int, f"shards_needed(5.0, 200) gave {got!r}, expected an int: shards come whole"
    assert got == 5, f"shards_needed(5.0, 200) gave {got}, expected 5: at 1 MB/s a shard, 5 MB/s fill five shards"
    ### BEGIN HIDDEN TESTS
    import random

    got = shards_needed(2.1, 10)
    assert got == 3, f"shards_needed(2.1, 10) gave {got}, expected 3: two shards take in 2.0 MB/s only"
    dice = random.Random(11)
    for tenths in dice.sample(range(11, 1000), 20):
        records, expected = dice.randrange(1000), -(-tenths // 10)
        got = shards_needed(tenths / 10, records)
        assert (type(got), got) == (int, expected), (
            f"shards_needed({tenths / 10}, {records}) gave {got!r}, expected {expected}: a shard takes in 1 MB/s"
        )
    ### END HIDDEN TESTS


@case(points=1)
def records_decide() -> None:
    """Are there enough shards, and not too many, when the records are small but many?"""
    got = shards_needed(0.5, 4000)
    assert type(got) is int, f"shards_needed(0.5, 4000) gave {got!r}, expected an int: shards come whole"
    assert got == 4, f"shards_needed(0.5, 4000) gave {got}, expected 4: at 1,000 records/s a shard, 4,000 fill four"
    ### BEGIN HIDDEN TESTS
    import random

    got = shards_needed(1.0, 4001)
    assert got == 5, f"shards_needed(1.0, 4001) gave {got}, expected 5: the 4,001st record would be throttled"
    dice = random.Random(12)
    for records in dice.sample(range(1001, 100_000), 20):
        megabytes, expected = dice.randrange(10) / 10, -(-records // 1000)
        got = shards_needed(megabytes, records)
        assert (type(got), got) == (int, expected), (
            f"shards_needed({megabytes}, {records}) gave {got!r}, expected {expected}: a shard takes in 1,000 records/s"
        )
    ### END HIDDEN TESTS


@case(points=1)
def an_idle_stream_has_a_shard() -> None:
    """Does a stream without load still have one shard?"""
    got = shards_needed(0.0, 0)
    assert (type(got), got) == (int, 1), (
        f"shards_needed(0.0, 0) gave {got!r}, expected 1: a provisioned stream cannot have zero shards"
    )


@misconception(records_decide, swap={", math.ceil(records / 1000)": ""})
def only_counts_bytes() -> None:
    """You sized the stream by its megabytes alone; many small records reach the limit of 1,000 records/s first."""


@misconception(bytes_decide, swap={"math.ceil(megabytes), ": ""})
def only_counts_records() -> None:
    """You sized the stream by its records alone; a few large records reach the limit of 1 MB/s first."""


@misconception(bytes_decide, records_decide)
def rounds_to_nearest(megabytes: float, records: int) -> int:
    """You rounded to the nearest whole shard; the part of the load above it would be throttled, so round up."""
    return max(1, round(megabytes), round(records / 1000))


@misconception(bytes_decide, records_decide, swap={"math.ceil(megabytes), ": "math.ceil(megabytes) + "})
def adds_the_limits() -> None:
    """You added the shards for the bytes to the shards for the records; each shard offers both, so the larger
    decides."""


@misconception(an_idle_stream_has_a_shard, swap={"max(1, ": "max("})
def scales_to_zero() -> None:
    """You let a stream without load have no shards; a provisioned stream keeps, and bills, at least one."""
