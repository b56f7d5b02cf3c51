"""Why is it processed twice?

A shop charges some customers twice, but only in a rush. One order takes 4 seconds, the queue's visibility timeout
is 30 seconds, and nobody sent anything twice. All that you have is the consumers' log: when which consumer received
a message, and when it had processed it.

```python
{"time": 130.2, "consumer": "Consumer 1", "event": "received", "message": 20}
{"time": 134.9, "consumer": "Consumer 1", "event": "processed", "message": 20}
```

Find out for how long consumers hold a message before it is done: a consumer takes up to ten at once, and then works
on one after another. A consumer may also crash: then there is no line "processed" for what it held.

Write `processed_twice(queue_url, log)`. It repairs the queue with `set_queue_attributes`, whichever queue it is,
and returns the numbers of the messages that were **processed** more than once, in ascending order. After the repair

- no message becomes visible again while a consumer is at work on it or has yet to begin with it;
- a crash stays cheap: the visibility timeout is at most twice the longest time that a consumer held a message.

The cases make a queue with `labs.deploy`, give you the log of a bad day, and play the same day again with your
settings. They are the days of `demos.failure_lab("duplicate-orders")` and `demos.failure_lab("short-visibility")`.

```python
processed_twice(queue_url, log)  # [2, 7], where messages 2 and 7 were processed more than once
```

Objective: Diagnose from a log why messages are processed twice, and repair the queue without making a crash
expensive.
Out of scope: Heartbeats and smaller batches, which heal it too; making the consumer idempotent, which must be done
anyway.
Kind: diagnosis
Task: 2.1
Hint: Choose one message that was processed twice and read all its lines: how much time lies between the two
receives?
Hint: What a consumer received, it holds until its own next line "processed" for that message. Work out the longest
such time.
Hint: A visibility timeout a little longer than the longest of them is enough. Twelve hours would be safe against
duplicates, but not against crashes.
"""

import math
from typing import Any

import boto3

from course.authoring import case, misconception


def processed_twice(queue_url: str, log: list[dict[str, Any]]) -> list[int]:
    """Repair the queue by what the log shows; return the numbers of the messages that were processed more than once."""
    ### BEGIN SOLUTION
    received: dict[tuple[str, int], float] = {}
    held: list[float] = []
    times: dict[int, int] = {}
    for line in log:
        holder = (line["consumer"], line["message"])
        if line["event"] == "received":
            received[holder] = line["time"]
        else:
            held.append(line["time"] - received[holder])
            times[line["message"]] = times.get(line["message"], 0) + 1
    timeout = str(math.ceil(max(held) * 1.2))
    boto3.client("sqs").set_queue_attributes(QueueUrl=queue_url, Attributes={"VisibilityTimeout": timeout})
    return sorted(message for message, count in times.items() if count > 1)
    ### END SOLUTION


@case(points=1)
def the_duplicates_are_found() -> None:
    """Are exactly those messages found that were processed more than once?"""
    from course import cloud, labs

    cloud.start()
    queue = labs.deploy("duplicate-orders")
    log = [
        {"time": 0.0, "consumer": "A", "event": "received", "message": 1},
        {"time": 0.0, "consumer": "A", "event": "received", "message": 2},
        {"time": 20.0, "consumer": "A", "event": "processed", "message": 1},
        {"time": 30.0, "consumer": "B", "event": "received", "message": 2},
        {"time": 40.0, "consumer": "A", "event": "processed", "message": 2},
        {"time": 50.0, "consumer": "B", "event": "processed", "message": 2},
        {"time": 60.0, "consumer": "A", "event": "received", "message": 3},
        {"time": 90.0, "consumer": "B", "event": "received", "message": 3},
        {"time": 110.0, "consumer": "B", "event": "processed", "message": 3},
    ]
    got = processed_twice(queue.queue_url, log)
    assert (type(got), got) == (list, [2]), (
        f"processed_twice gave {got!r}, expected [2]: message 3 was received twice too, but consumer A crashed and "
        "only B processed it"
    )
    ### BEGIN HIDDEN TESTS
    steps = labs.lab("duplicate-orders").run(visibility_timeout=15).steps
    log = [
        {
            "time": step.time,
            "consumer": step.actor,
            "event": "received" if step.kind == "received" else "processed",
            "message": step.message,
        }
        for step in steps
        if step.kind in {"received", "processed", "repeated"}
    ]
    got = processed_twice(queue.queue_url, log)
    expected = sorted({step.message for step in steps if step.kind == "repeated"})
    assert (type(got), got) == (list, expected), f"on another bad day processed_twice gave {got!r}, expected {expected}"
    ### END HIDDEN TESTS


@case(points=1)
def the_timeout_fits_the_log() -> None:
    """Does the timeout cover the longest time that a consumer held a message, and is it at most twice as long?"""
    import boto3

    from course import cloud, labs

    cloud.start()
    queue = labs.deploy("duplicate-orders")
    log = [
        {"time": 0.0, "consumer": "A", "event": "received", "message": 1},
        {"time": 0.0, "consumer": "A", "event": "received", "message": 2},
        {"time": 50.0, "consumer": "A", "event": "processed", "message": 1},
        {"time": 99.5, "consumer": "A", "event": "processed", "message": 2},
        {"time": 100.0, "consumer": "A", "event": "received", "message": 3},
        {"time": 600.0, "consumer": "B", "event": "received", "message": 3},
        {"time": 630.0, "consumer": "B", "event": "processed", "message": 3},
    ]
    processed_twice(queue.queue_url, log)
    sqs = boto3.client("sqs")
    attributes = sqs.get_queue_attributes(QueueUrl=queue.queue_url, AttributeNames=["All"])["Attributes"]
    got = int(attributes["VisibilityTimeout"])
    assert 99.5 <= got <= 199, (
        f"processed_twice set a VisibilityTimeout of {got} s, expected 100 to 199 s: consumer A held message 2 for "
        "99.5 s, 50 s of them while it was at work on message 1"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(71)
    for _ in range(5):
        works = [dice.randrange(20, 400) for _ in range(dice.randrange(1, 11))]
        log = [{"time": 7.0, "consumer": "C", "event": "received", "message": n} for n, _ in enumerate(works)]
        log += [
            {"time": 7.0 + sum(works[: n + 1]), "consumer": "C", "event": "processed", "message": n}
            for n, _ in enumerate(works)
        ]
        processed_twice(queue.queue_url, log)
        attributes = sqs.get_queue_attributes(QueueUrl=queue.queue_url, AttributeNames=["All"])["Attributes"]
        got = int(attributes["VisibilityTimeout"])
        assert sum(works) <= got <= 2 * sum(works), (
            f"for a batch that was held for {sum(works)} s processed_twice set a VisibilityTimeout of {got} s"
        )
    ### END HIDDEN TESTS


@case(points=2)
def no_order_is_charged_twice() -> None:
    """Does the shop charge every customer once after the repair, and does a crash stay cheap?"""
    from course import cloud, labs

    cloud.start()
    queue = labs.deploy("duplicate-orders")
    log = [
        {
            "time": step.time,
            "consumer": step.actor,
            "event": "received" if step.kind == "received" else "processed",
            "message": step.message,
        }
        for step in labs.lab("duplicate-orders").run().steps
        if step.kind in {"received", "processed", "repeated"}
    ]
    processed_twice(queue.queue_url, log)
    complaints = labs.judge("duplicate-orders", queue.queue_url)
    assert not complaints, "the same day with your settings: " + " ".join(complaints)


@case(points=1)
def no_video_is_converted_twice() -> None:
    """Does the same function heal another queue, where the work takes longer and consumers crash too?"""
    from course import cloud, labs

    cloud.start()
    queue = labs.deploy("short-visibility")
    log = [
        {
            "time": step.time,
            "consumer": step.actor,
            "event": "received" if step.kind == "received" else "processed",
            "message": step.message,
        }
        for step in labs.lab("short-visibility").run().steps
        if step.kind in {"received", "processed", "repeated"}
    ]
    processed_twice(queue.queue_url, log)
    complaints = labs.judge("short-visibility", queue.queue_url)
    assert not complaints, "the same day with your settings: " + " ".join(complaints)


@misconception(
    the_timeout_fits_the_log,
    no_order_is_charged_twice,
    no_video_is_converted_twice,
    swap={"max(held) * 1.2": "sum(held) / len(held)"},
)
def covers_the_average() -> None:
    """You covered the average time that a message is held; those that are held longer are still processed twice."""


@misconception(
    the_timeout_fits_the_log,
    no_order_is_charged_twice,
    no_video_is_converted_twice,
    swap={"str(math.ceil(max(held) * 1.2))": '"43200"'},
)
def hides_for_twelve_hours() -> None:
    """You set the longest timeout there is; after a crash nobody can take up the message until the evening."""


@misconception(the_timeout_fits_the_log, no_video_is_converted_twice)
def doubles_the_timeout(queue_url: str, log: list[dict[str, Any]]) -> list[int]:
    """You doubled the timeout without measuring; that helps by luck where it is enough, and not where it is not."""
    sqs = boto3.client("sqs")
    name = "VisibilityTimeout"
    now = int(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])["Attributes"][name])
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={name: str(2 * now)})
    processed = [line["message"] for line in log if line["event"] == "processed"]
    return sorted({message for message in processed if processed.count(message) > 1})


@misconception(
    the_timeout_fits_the_log,
    no_order_is_charged_twice,
    no_video_is_converted_twice,
    swap={'{"VisibilityTimeout": timeout}': '{"DelaySeconds": "90"}'},
)
def delays_the_messages() -> None:
    """You delayed new messages; DelaySeconds hides a message before its first receive, not while it is processed."""


@misconception(
    the_duplicates_are_found,
    swap={
        "return sorted(message for message, count in times.items() if count > 1)": (
            'receives = [line["message"] for line in log if line["event"] == "received"]\n'
            "    return sorted({message for message in receives if receives.count(message) > 1})"
        )
    },
)
def counts_the_receives() -> None:
    """You counted the receives; a message that is received again after a crash has been processed only once."""


@misconception(
    the_timeout_fits_the_log,
    no_video_is_converted_twice,
    swap={
        '(line["consumer"], line["message"])': 'line["message"]',
        'received[holder] = line["time"]': 'received.setdefault(holder, line["time"])',
        "max(held) * 1.2": "max(held)",
    },
)
def mixes_the_consumers_up() -> None:
    """You measured from the first receive of a message to its last processing; those may be of two consumers,
    with the time of a crash between them."""
