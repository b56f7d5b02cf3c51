"""Keep order, yet keep no shard hot.

A shop writes its click events to a Kinesis data stream. The MD5 hash of a record's **partition key** chooses the
shard, and a shard keeps the order of its records. So the key decides two things at once: which events stay in order
among each other, and how the load spreads. A shard that gets most of the keys' load is **hot**: it throttles while
the others are idle.

An event looks like this; `customer` is `None` for a visitor who has not logged in, which is one event in three:

```python
{"id": "e-17", "customer": "c-4", "country": "DE", "page": "/cart"}
```

Write `partition_keys(events)`: return the partition key for each event, in the same order, as a list of strings.
Two things must hold, however many shards the stream has or will have:

- all events of one customer have the same key, in this call and in every later one;
- no shard gets much more than its fair share. Nobody needs the order of the visitors without a name.

```python
partition_keys([{"id": "e-17", "customer": "c-4", "country": "DE", "page": "/cart"}])  # a list with one string
```

Objective: Choose a partition key that keeps the order that matters and spreads the load.
Out of scope: One customer who alone is too much for a shard, explicit hash keys, aggregation.
Kind: function
Task: 3.5
Hint: A key with few different values, such as a country, can fill only as many shards as it has values.
Hint: Which field is the same for exactly those events that must stay in order?
Hint: All visitors without a name would share one key, and that key's shard would be hot. Which field do they not
share?
"""

from course.authoring import case, misconception


def partition_keys(events: list[dict[str, str | None]]) -> list[str]:
    """Return one partition key (1 to 256 characters) for each event."""
    ### BEGIN SOLUTION
    return [event["customer"] or f"visitor-{event['id']}" for event in events]
    ### END SOLUTION


@case(points=2)
def a_customer_stays_in_order() -> None:
    """Do all events of a customer have one key, now and in a later call?"""
    cart: dict[str, str | None] = {"id": "e-1", "customer": "c-4", "country": "DE", "page": "/cart"}
    other: dict[str, str | None] = {"id": "e-2", "customer": "c-9", "country": "DE", "page": "/home"}
    pay: dict[str, str | None] = {"id": "e-3", "customer": "c-4", "country": "DE", "page": "/pay"}
    got = partition_keys([cart, other, pay])
    assert type(got) is list, f"partition_keys gave {got!r}, expected a list of keys"
    assert [type(key) for key in got] == [str, str, str], (
        f"partition_keys of three events gave {got!r}, expected a list of three strings"
    )
    assert got[0] == got[2] != "", (
        f"partition_keys gave {got}, expected the same key for the first and the third event: both are of customer "
        "c-4, and with two keys they may go to two shards"
    )
    later = partition_keys([pay])
    assert later == got[2:], (
        f"a later call gave {later} for the third event, expected {got[2:]} as before: another batch must not move "
        "a customer"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(61)
    country = {f"c-{n}": dice.choice(["DE", "FR", "PL"]) for n in range(50)}
    keys: dict[str, set[str]] = {customer: set() for customer in country}
    for batch in range(10):
        customers = [dice.choice([*country, None]) for _ in range(40)]
        events: list[dict[str, str | None]] = [
            {
                "id": f"e-{batch}-{n}",
                "customer": customer,
                "country": country.get(customer or "", "DE"),
                "page": dice.choice(["/home", "/cart", "/pay"]),
            }
            for n, customer in enumerate(customers)
        ]
        got = partition_keys(events)
        assert len(got) == len(events), f"{len(events)} events got {len(got)} keys"
        for event, key in zip(events, got, strict=True):
            assert type(key) is str, f"{key!r} is not a string"
            assert 1 <= len(key) <= 256, f"{key!r} is not a key of 1 to 256 characters"
            if event["customer"] is not None:
                keys[event["customer"]].add(key)
    moved = [customer for customer in country if len(keys[customer]) > 1]
    assert not moved, (
        f"in ten batches, {len(moved)} of 50 customers got more than one key; {moved[0]} got {keys[moved[0]]}"
    )
    ### END HIDDEN TESTS


@case(points=1)
def customers_spread_over_the_shards() -> None:
    """Does no shard get much more than its share of the customers' events?"""
    import random
    from collections import Counter

    from course.models.stream import Stream

    stream, dice = Stream(shards=4), random.Random(62)
    events: list[dict[str, str | None]] = [
        {
            "id": f"e-{n}",
            "customer": f"c-{n % 400}",
            "country": dice.choice(["DE", "DE", "DE", "FR"]),
            "page": "/home",
        }
        for n in range(800)
    ]
    got = partition_keys(events)
    assert type(got) is list, f"partition_keys gave {got!r}, expected a list of keys"
    assert len(got) == 800, f"800 events got {len(got)} keys"
    load = Counter(stream.shard_of(key).id for key in got)
    busiest, events_there = load.most_common(1)[0]
    assert events_there <= 320, (
        f"of 800 events of 400 customers, {events_there} went to {busiest}, expected about 200 to each of 4 "
        "shards: a hot shard throttles while the others have room"
    )
    ### BEGIN HIDDEN TESTS
    stream = Stream(shards=10)
    events = [{"id": f"v-{n}", "customer": f"ann-{n % 2000}", "country": "PL", "page": "/pay"} for n in range(6000)]
    load = Counter(stream.shard_of(key).id for key in partition_keys(events))
    busiest, events_there = load.most_common(1)[0]
    assert events_there <= 1000, (
        f"of 6,000 events of 2,000 customers in one country, {events_there} went to {busiest}, expected about 600 "
        "to each of 10 shards"
    )
    ### END HIDDEN TESTS


@case(points=1)
def visitors_spread_over_the_shards() -> None:
    """Does no shard get all the visitors who have no name?"""
    from collections import Counter

    from course.models.stream import Stream

    stream = Stream(shards=4)
    events: list[dict[str, str | None]] = [
        {"id": f"e-{n}", "customer": None, "country": "DE", "page": "/home"} for n in range(800)
    ]
    got = partition_keys(events)
    assert type(got) is list, f"partition_keys gave {got!r}, expected a list of keys"
    assert len(got) == 800, f"800 events got {len(got)} keys"
    load = Counter(stream.shard_of(key).id for key in got)
    busiest, events_there = load.most_common(1)[0]
    assert events_there <= 320, (
        f"of 800 events without a customer, {events_there} went to {busiest}, expected about 200 to each of 4 "
        "shards: nobody needs their order, so they may go anywhere"
    )


@misconception(customers_spread_over_the_shards, visitors_spread_over_the_shards)
def takes_the_country(events: list[dict[str, str | None]]) -> list[str]:
    """You took a field with few values; most customers live in one country, so one shard is hot however many
    there are."""
    return [str(event["country"]) for event in events]


@misconception(a_customer_stays_in_order)
def takes_the_event_id(events: list[dict[str, str | None]]) -> list[str]:
    """You gave each event its own key; the load spreads well, but a customer's events lie in many shards, out
    of order."""
    return [str(event["id"]) for event in events]


@misconception(visitors_spread_over_the_shards)
def all_visitors_share_a_key(events: list[dict[str, str | None]]) -> list[str]:
    """You gave all visitors without a name the same key; a third of the load goes to one shard."""
    return [str(event["customer"]) for event in events]


@misconception(a_customer_stays_in_order)
def deals_out_in_turn(events: list[dict[str, str | None]]) -> list[str]:
    """You dealt the events out in turn; a customer's events then go to any shard, and their order is lost."""
    return [f"shard-{number % 1000}" for number, _ in enumerate(events)]


@misconception(a_customer_stays_in_order)
def adds_the_page(events: list[dict[str, str | None]]) -> list[str]:
    """You made the key finer than the order needs; a customer's cart and payment then lie in two shards."""
    return [f"{event['customer'] or event['id']}{event['page']}" for event in events]
