"""Why are orders late, while consumers sleep?

On a quiet day every order is done soon. Then thirty orders come within half a minute, and the last of them wait for
more than a minute. The two consumers are not too slow: they have pauses. Buying a third would heal it, and most of
the day you would pay for three that sleep.

You have the log of the receives: when which consumer called ReceiveMessage, and how many messages the call brought.
The lines are in order of time.

```python
{"time": 15.0, "consumer": "Consumer 1", "messages": 1}
{"time": 19.0, "consumer": "Consumer 1", "messages": 0}
{"time": 34.0, "consumer": "Consumer 1", "messages": 1}
```

After a receive that brought something, a consumer works on it and then asks again. What does it do after an
**empty** receive, one that brought nothing?

Write `late_orders(queue_url, log)`. It returns what the log shows, as a dictionary of two numbers, not rounded:

- `"empty_share"`: the share of the receives that were empty, from 0 to 1. Every one of them is billed;
- `"longest_pause"`: the longest time in seconds from an empty receive to the next receive of the **same** consumer;
  0 where there is none. An order that comes just after the consumer has asked waits that long.

And it heals the queue with one attribute, so that the consumers, which stay as they are, do better:

- no order of the same rush waits longer than 50 seconds;
- in an hour without any order, the two consumers make at most 400 requests between them.

The consumers do not say in their calls how long they want to wait. The cases make the queue with
`labs.deploy("latency-spike")` and play the rush again with your setting; you can watch it with
`demos.failure_lab("latency-spike")`.

```python
late_orders(queue_url, log)  # for the three lines above: {"empty_share": 0.333…, "longest_pause": 15.0}
```

Objective: Diagnose short polling from a log of receives, and switch a queue to long polling for all its consumers.
Out of scope: More consumers, larger batches and scaling, which shorten the wait as well.
Kind: diagnosis
Task: 3.2
Hint: Take one consumer and read only its lines. When does it ask again after it got something, and when after it
got nothing?
Hint: For the pause, remember for each consumer whether its last receive was empty, and when that was.
Hint: The consumer pauses because its empty answer comes at once. What if SQS held the question open until an order
is there?
Hint: `get_queue_attributes` with `AttributeNames=["All"]` shows an attribute with the words *wait time* that is 0.
How many requests does an idle consumer make in an hour if each of them waits 1 second, and if each waits 20?
"""

from typing import Any

import boto3

from course.authoring import case, misconception


def late_orders(queue_url: str, log: list[dict[str, Any]]) -> dict[str, float]:
    """Heal the queue; return the share of empty receives, and the longest pause after one in seconds."""
    ### BEGIN SOLUTION
    boto3.client("sqs").set_queue_attributes(QueueUrl=queue_url, Attributes={"ReceiveMessageWaitTimeSeconds": "20"})
    empty_since: dict[str, float] = {}
    empty, longest = 0, 0.0
    for line in log:
        consumer, time = line["consumer"], line["time"]
        if consumer in empty_since:
            longest = max(longest, time - empty_since.pop(consumer))
        if line["messages"] == 0:
            empty += 1
            empty_since[consumer] = time
    return {"empty_share": empty / len(log), "longest_pause": longest}
    ### END SOLUTION


@case(points=2)
def the_log_is_understood() -> None:
    """Are the share of empty receives and the longest pause after one what the log shows?"""
    from course import cloud, labs

    cloud.start()
    queue = labs.deploy("latency-spike")
    log = [
        {"time": 0.0, "consumer": "A", "messages": 0},
        {"time": 1.0, "consumer": "B", "messages": 3},
        {"time": 12.0, "consumer": "A", "messages": 2},
        {"time": 31.0, "consumer": "B", "messages": 0},
        {"time": 32.0, "consumer": "A", "messages": 1},
        {"time": 40.0, "consumer": "B", "messages": 0},
        {"time": 45.0, "consumer": "A", "messages": 1},
        {"time": 45.0, "consumer": "B", "messages": 1},
    ]
    got = late_orders(queue.queue_url, log)
    assert type(got) is dict, f"late_orders gave {got!r}, expected a dictionary"
    assert set(got) == {"empty_share", "longest_pause"}, (
        f"late_orders gave {got!r}, expected the keys empty_share and longest_pause"
    )
    assert all(type(number) in {int, float} for number in got.values()), f"late_orders gave {got!r}, expected numbers"
    assert abs(got["empty_share"] - 3 / 8) < 0.001, (
        f"late_orders gave an empty_share of {got['empty_share']}, expected 0.375: 3 of the 8 receives were empty"
    )
    assert abs(got["longest_pause"] - 12) < 0.001, (
        f"late_orders gave a longest_pause of {got['longest_pause']}, expected 12: A asked in vain at 0 s, and again "
        "at 12 s; what B did between is another consumer's, and from 1 s to 31 s B worked"
    )
    ### BEGIN HIDDEN TESTS
    import random
    from typing import Any

    steps = labs.lab("latency-spike").run().steps
    receives = [step for step in steps if step.kind in {"received", "empty"}]
    real = [{"time": s.time, "consumer": s.actor, "messages": int(s.kind == "received")} for s in receives]
    days: list[tuple[list[dict[str, Any]], float, float]]
    days = [(real, [s.kind for s in receives].count("empty") / len(receives), 15.0)]
    days += [([{"time": 3.0, "consumer": "C", "messages": count}], float(count == 0), 0.0) for count in (0, 10)]
    dice = random.Random(61)
    for consumers in (1, 2, 5):
        lines: list[dict[str, Any]] = []
        pauses = [0.0]
        for consumer in range(consumers):
            time, pause = dice.uniform(0, 9), 0.0
            for _ in range(dice.randrange(1, 30)):
                pauses.append(pause)  # only now is it sure that the consumer asked again
                messages = dice.choice([0, 0, 1, 4, 10])
                lines.append({"time": time, "consumer": f"C{consumer}", "messages": messages})
                pause = 0.0 if messages else dice.uniform(2, 40)
                time += pause or dice.uniform(20, 90)
        share = sum(line["messages"] == 0 for line in lines) / len(lines)
        days.append((sorted(lines, key=lambda line: line["time"]), share, max(pauses)))
    for day, share, pause in days:
        got = late_orders(queue.queue_url, day)
        assert type(got) is dict, f"on another day late_orders gave {got!r}, expected a dictionary"
        assert set(got) == {"empty_share", "longest_pause"}, f"late_orders gave {got!r}, expected the two keys"
        numbers = [got["empty_share"], got["longest_pause"]]
        assert all(type(number) in {int, float} for number in numbers), f"late_orders gave {got!r}, expected numbers"
        assert max(abs(numbers[0] - share), abs(numbers[1] - pause)) < 0.001, (
            f"for another log of {len(day)} receives late_orders gave {got!r}, expected an empty_share of {share:.3f} "
            f"and a longest_pause of {pause:.3f}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def the_rush_is_served() -> None:
    """Does no order of the same rush wait too long, with the same two consumers and your setting?"""
    from course import cloud, labs

    cloud.start()
    queue = labs.deploy("latency-spike")
    log = [
        {"time": step.time, "consumer": step.actor, "messages": int(step.kind == "received")}
        for step in labs.lab("latency-spike").run().steps
        if step.kind in {"received", "empty"}
    ]
    late_orders(queue.queue_url, log)
    complaints = labs.judge("latency-spike", queue.queue_url)
    assert not complaints, (
        "the same rush with your settings and the same consumers: "
        + " ".join(complaints)
        + " An empty receive still comes back at once, and then the consumer sleeps"
    )
    ### BEGIN HIDDEN TESTS
    import dataclasses
    import random

    import boto3

    from course.models.queue import QueueSettings, Run, steady

    sqs = boto3.client("sqs")
    lab, dice = labs.lab("latency-spike"), random.Random(32)
    for name in ("parcels", "mails", "refunds"):
        url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "90"})["QueueUrl"]
        late_orders(url, log)
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        rush = steady(3, 20.0) + steady(dice.randrange(20, 30), 1.5, start=65.0 + dice.randrange(9))
        another = dataclasses.replace(lab.workload, arrivals=rush, idle_pause=50.0)
        complaints = lab.healthy(Run(QueueSettings.from_attributes(attributes), another).finish())
        assert not complaints, f"another rush on the queue {name} with your settings: " + " ".join(complaints)
    ### END HIDDEN TESTS


@case(points=1)
def an_idle_hour_is_cheap() -> None:
    """Do the two consumers make few requests in an hour without any order?"""
    import boto3

    from course import cloud, labs
    from course.models.queue import QueueSettings, Run, Workload

    cloud.start()
    queue = labs.deploy("latency-spike")
    late_orders(queue.queue_url, [{"time": 0.0, "consumer": "A", "messages": 0}])
    sqs = boto3.client("sqs")
    attributes = sqs.get_queue_attributes(QueueUrl=queue.queue_url, AttributeNames=["All"])["Attributes"]
    wait = int(attributes["ReceiveMessageWaitTimeSeconds"])
    assert 0 <= wait <= 20, f"late_orders set ReceiveMessageWaitTimeSeconds to {wait}, and AWS takes 0 to 20"
    idle = Workload((), consumers=2, idle_pause=15.0, duration=3600.0)
    requests = Run(QueueSettings.from_attributes(attributes), idle).finish().figures().api_calls
    assert requests <= 400, (
        f"in an hour without orders the two consumers made {requests} requests after late_orders, expected at most "
        f"400; ReceiveMessageWaitTimeSeconds is {wait}"
    )
    ### BEGIN HIDDEN TESTS
    for name in ("parcels", "mails"):
        url = sqs.create_queue(QueueName=name, Attributes={"ReceiveMessageWaitTimeSeconds": "2"})["QueueUrl"]
        late_orders(url, [{"time": 5.0, "consumer": "B", "messages": 1}])
        sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=17)
        found = sqs.receive_message(QueueUrl=url).get("Messages", [])
        assert [message["Body"] for message in found] == ["late"], (
            f"on the queue {name} a receive came back with {len(found)} messages, expected the one that came 17 s "
            "after the question"
        )
    ### END HIDDEN TESTS


@misconception(
    the_rush_is_served,
    an_idle_hour_is_cheap,
    swap={'{"ReceiveMessageWaitTimeSeconds": "20"}': '{"VisibilityTimeout": "10"}'},
)
def shortens_the_timeout() -> None:
    """You shortened the visibility timeout; it hides a message after a receive, and here messages wait before one."""


@misconception(
    the_rush_is_served,
    an_idle_hour_is_cheap,
    swap={'{"ReceiveMessageWaitTimeSeconds": "20"}': '{"DelaySeconds": "20"}'},
)
def delays_the_orders() -> None:
    """You set DelaySeconds; it makes every order wait, while ReceiveMessageWaitTimeSeconds lets the question wait."""


@misconception(
    the_rush_is_served,
    an_idle_hour_is_cheap,
    swap={
        'set_queue_attributes(QueueUrl=queue_url, Attributes={"ReceiveMessageWaitTimeSeconds": "20"})': (
            "receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)"
        )
    },
)
def polls_long_itself() -> None:
    """You polled long in a call of your own; WaitTimeSeconds holds for that call only, and the consumers poll short
    as before."""


@misconception(an_idle_hour_is_cheap, swap={'"20"': '"1"'})
def waits_one_second() -> None:
    """You let the question wait for one second only; the rush is served, but an idle consumer asks and pays each
    second."""


@misconception(
    the_log_is_understood,
    swap={"empty / len(log)": 'empty / (empty + sum(line["messages"] for line in log))'},
)
def counts_the_messages() -> None:
    """You divided the empty receives by the messages; a receive can bring up to ten messages, and is one request."""


@misconception(the_log_is_understood, swap={'consumer, time = line["consumer"]': 'consumer, time = "any of them"'})
def mixes_the_consumers_up() -> None:
    """You measured from an empty receive to the next line, whoever it is of; each consumer pauses on its own."""


@misconception(
    the_log_is_understood,
    swap={"    empty += 1\n            empty_since": "    empty += 1\n        empty_since"},
)
def takes_work_for_a_pause() -> None:
    """You measured after every receive; after one that brought a message the consumer does not pause, it works."""
