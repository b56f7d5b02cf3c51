"""How many instances does this backlog need?

An Auto Scaling group of consumers empties a queue. CPU is a poor signal for it: a consumer that waits for a slow
database is idle while the queue grows. The signal that fits is the **backlog per instance**: visible messages
divided by instances.

How much backlog may one instance have? As much as it can work through before the messages get too old. An instance
that needs 100 ms for a message may have 100 messages waiting when a message may be 10 seconds old: 10,000 ms / 100
ms.

Write `desired_capacity(visible, processing_ms, latency_ms, smallest, largest)` and return the number of instances,
an `int`:

- `visible`: the queue's metric `ApproximateNumberOfMessagesVisible`;
- `processing_ms`: average time that an instance takes for one message (it takes one at a time), in milliseconds;
- `latency_ms`: how old a message may become, in milliseconds, a whole multiple of `processing_ms`;
- `smallest`, `largest`: the group's minimum and maximum size.

```python
desired_capacity(1500, 100, 10_000, 1, 50)  # 15: each of 15 instances has 100 messages to do
```

Objective: Scale consumers by the backlog per instance that an acceptable latency allows.
Out of scope: The metric math in CloudWatch, cooldowns, warm-up, scale-in protection.
Kind: function
Task: 3.2
Hint: Begin with one instance: how many messages can it finish in `latency_ms`?
Hint: Divide the visible messages by that number. Half an instance cannot be started.
Hint: An Auto Scaling group never goes below its minimum size nor above its maximum size, whatever the metric says.
"""

import math

from course.authoring import case, misconception


def desired_capacity(visible: int, processing_ms: int, latency_ms: int, smallest: int, largest: int) -> int:
    """Return how many instances keep `visible` messages younger than `latency_ms`, within the group's bounds."""
    ### BEGIN SOLUTION
    acceptable_backlog = latency_ms // processing_ms
    wanted = math.ceil(visible / acceptable_backlog)
    return min(largest, max(smallest, wanted))
    ### END SOLUTION


@case(points=2)
def the_backlog_is_done_in_time() -> None:
    """Are there enough instances to do the backlog in time, and none too many?"""
    got = desired_capacity(1500, 100, 10_000, 1, 50)
    assert type(got) is int, f"desired_capacity(1500, 100, 10_000, 1, 50) gave {got!r}, expected an int"
    assert got == 15, (
        f"desired_capacity(1500, 100, 10_000, 1, 50) gave {got}, expected 15: an instance does 100 messages in 10 "
        "s, so 1,500 messages are the work of 15"
    )
    got = desired_capacity(1501, 100, 10_000, 1, 50)
    assert got == 16, (
        f"desired_capacity(1501, 100, 10_000, 1, 50) gave {got}, expected 16: 15 instances do 1,500 in time"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(31)
    for _ in range(30):
        backlog, processing = dice.randrange(2, 60), dice.randrange(20, 2000)
        visible = dice.randrange(1, 80 * backlog)
        got = desired_capacity(visible, processing, backlog * processing, 1, 100)
        assert (type(got), got) == (int, -(-visible // backlog)), (
            f"desired_capacity({visible}, {processing}, {backlog * processing}, 1, 100) gave {got!r}, expected "
            f"{-(-visible // backlog)}: an instance does {backlog} messages in time"
        )
    ### END HIDDEN TESTS


@case(points=1)
def an_empty_queue_keeps_the_minimum() -> None:
    """Does the group keep its minimum size when there is little to do?"""
    got = desired_capacity(0, 100, 10_000, 2, 50)
    assert (type(got), got) == (int, 2), (
        f"desired_capacity(0, 100, 10_000, 2, 50) gave {got!r}, expected 2: the group's minimum size"
    )
    ### BEGIN HIDDEN TESTS
    got = desired_capacity(150, 100, 10_000, 4, 50)
    assert (type(got), got) == (int, 4), f"desired_capacity(150, 100, 10_000, 4, 50) gave {got!r}, expected 4"
    got = desired_capacity(0, 100, 10_000, 0, 50)
    assert (type(got), got) == (int, 0), (
        f"desired_capacity(0, 100, 10_000, 0, 50) gave {got!r}, expected 0: this group may be empty"
    )
    ### END HIDDEN TESTS


@case(points=1)
def a_flood_stops_at_the_maximum() -> None:
    """Does the group stop at its maximum size when a flood of messages comes?"""
    got = desired_capacity(90_000, 100, 10_000, 1, 20)
    assert (type(got), got) == (int, 20), (
        f"desired_capacity(90_000, 100, 10_000, 1, 20) gave {got!r}, expected 20: the group's maximum size; the "
        "queue keeps the rest, which is only later, not lost"
    )
    ### BEGIN HIDDEN TESTS
    got = desired_capacity(701, 2000, 20_000, 1, 70)
    assert (type(got), got) == (int, 70), f"desired_capacity(701, 2000, 20_000, 1, 70) gave {got!r}, expected 70"
    ### END HIDDEN TESTS


@misconception(
    the_backlog_is_done_in_time, swap={"math.ceil(visible / acceptable_backlog)": "visible // acceptable_backlog"}
)
def rounds_down() -> None:
    """You rounded down; the messages above the last whole instance would become too old, so round up."""


@misconception(
    the_backlog_is_done_in_time,
    swap={"math.ceil(visible / acceptable_backlog)": "visible // acceptable_backlog + (visible > 0)"},
)
def always_adds_one() -> None:
    """You added an instance even where the backlog comes out even; you would pay for one that has nothing to do."""


@misconception(an_empty_queue_keeps_the_minimum, swap={"max(smallest, wanted)": "wanted"})
def forgets_the_minimum() -> None:
    """You let the group shrink below its minimum size; the minimum holds however short the queue is."""


@misconception(a_flood_stops_at_the_maximum, swap={"min(largest, max(smallest, wanted))": "max(smallest, wanted)"})
def forgets_the_maximum() -> None:
    """You let the group grow above its maximum size; the maximum protects the budget, and the database behind."""


@misconception(
    the_backlog_is_done_in_time,
    an_empty_queue_keeps_the_minimum,
    swap={"visible / acceptable_backlog": "visible * processing_ms / 1000"},
)
def takes_processing_as_the_target() -> None:
    """You allowed an instance one second of backlog; it may have as much as the acceptable latency leaves time for."""
