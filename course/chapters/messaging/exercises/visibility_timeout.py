"""How long may a message stay hidden?

A consumer calls `ReceiveMessage` for up to ten messages, then processes them **one after another**, deleting each
one when it is done. The visibility timeout of every message in the batch starts at the same moment: when the batch
is received.

- Too short, and the message is visible again while it is still being processed: it is processed twice.
- Too long, and when a consumer crashes, its messages stay hidden until the timeout is over: nobody can take them
  up.

So the team sets a limit, `recovery`: after a crash, a message must be visible again within that many seconds. If
the work takes longer than that, the timeout stays at `recovery` and the consumer sends a **heartbeat**: while it
works, it calls `ChangeMessageVisibility` again and again. That helps up to a point: SQS hides a message for 12
hours at most, counted from its receipt, heartbeat or not.

Write `visibility_timeout(seconds, batch, recovery)`. It gets the measured processing times of single messages in
seconds, the size of a batch, and the limit. It returns a dictionary with two keys:

- `"VisibilityTimeout"`: the smallest whole number of seconds that covers the slowest batch that can be expected,
  but never more than `recovery`;
- `"Heartbeat"`: `True` when that is too short for the slowest batch, else `False`.

When the slowest batch takes more than 12 hours, SQS cannot hide it long enough: return `None`.

```python
visibility_timeout([2.0, 3.5, 2.2], 10, 600)  # {"VisibilityTimeout": 35, "Heartbeat": False}
```

Objective: Choose a visibility timeout between duplicates and slow recovery, and know when a heartbeat is needed.
Out of scope: Consumers that process a batch in parallel, Lambda's own rule of six times the function's timeout.
Kind: function
Task: 2.1
Hint: Which of the measured times would make a message visible too early: the average one or the slowest one?
Hint: The last message of a batch waits for all others, and its clock has been running since the batch was received.
Hint: Work out the seconds that the slowest batch needs first, then compare them with 43,200 s and with `recovery`.
Hint: Round up: at 35.2 s of work, a timeout of 35 s ends before the work does.
"""

import math

from course.authoring import case, misconception


def visibility_timeout(seconds: list[float], batch: int, recovery: int) -> dict[str, int | bool] | None:
    """Return the visibility timeout in seconds and whether it needs a heartbeat; None when 12 hours are too short."""
    ### BEGIN SOLUTION
    work = math.ceil(max(seconds) * batch)
    if work > 43_200:
        return None
    return {"VisibilityTimeout": min(work, recovery), "Heartbeat": work > recovery}
    ### END SOLUTION


@case(points=1)
def the_slowest_message_decides() -> None:
    """Is the slowest message of all covered, and no second more?"""
    times = [1.0, 1.2, 40.5, 0.9]
    got = visibility_timeout(times, 1, 600)
    assert (type(got), got) == (dict, {"VisibilityTimeout": 41, "Heartbeat": False}), (
        f"visibility_timeout({times}, 1, 600) gave {got!r}, expected a VisibilityTimeout of 41 without Heartbeat: "
        "the slowest message takes 40.5 s, and it is deleted only after that"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(21)
    for _ in range(20):
        quarters = [dice.randrange(1, 400) for _ in range(dice.randrange(1, 8))]
        times, expected = [q / 4 for q in quarters], -(-max(quarters) // 4)
        got = visibility_timeout(times, 1, 600)
        assert (type(got), got) == (dict, {"VisibilityTimeout": expected, "Heartbeat": False}), (
            f"visibility_timeout({times}, 1, 600) gave {got!r}, expected {expected} s without Heartbeat"
        )
    ### END HIDDEN TESTS


@case(points=1)
def a_batch_shares_one_start() -> None:
    """Is the last message of a batch covered too, although it waits for all the others?"""
    got = visibility_timeout([2.0, 3.5, 2.2], 10, 600)
    assert (type(got), got) == (dict, {"VisibilityTimeout": 35, "Heartbeat": False}), (
        f"visibility_timeout([2.0, 3.5, 2.2], 10, 600) gave {got!r}, expected a VisibilityTimeout of 35 without "
        "Heartbeat: ten messages of 3.5 s, one after another, and all ten clocks start when the batch is received"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(22)
    for _ in range(20):
        slowest, batch = dice.randrange(1, 200), dice.randrange(2, 11)
        expected = -(-slowest * batch // 4)
        got = visibility_timeout([slowest / 4, slowest / 8], batch, 600)
        assert (type(got), got) == (dict, {"VisibilityTimeout": expected, "Heartbeat": False}), (
            f"visibility_timeout({[slowest / 4, slowest / 8]}, {batch}, 600) gave {got!r}, expected {expected} s"
        )
    ### END HIDDEN TESTS


@case(points=1)
def long_work_gets_a_heartbeat() -> None:
    """Does a crash stay short, and the message hidden, when the work takes longer than the team can wait?"""
    got = visibility_timeout([900.0], 1, 120)
    assert (type(got), got) == (dict, {"VisibilityTimeout": 120, "Heartbeat": True}), (
        f"visibility_timeout([900.0], 1, 120) gave {got!r}, expected a VisibilityTimeout of 120 with Heartbeat: "
        "after a crash the message must be visible within 120 s, and without a heartbeat it would be so in the "
        "midst of 900 s of work"
    )
    ### BEGIN HIDDEN TESTS
    got = visibility_timeout([120.0], 1, 120)
    assert (type(got), got) == (dict, {"VisibilityTimeout": 120, "Heartbeat": False}), (
        f"visibility_timeout([120.0], 1, 120) gave {got!r}, expected 120 s without Heartbeat: the work just fits"
    )
    got = visibility_timeout([120.5], 1, 120)
    assert (type(got), got) == (dict, {"VisibilityTimeout": 120, "Heartbeat": True}), (
        f"visibility_timeout([120.5], 1, 120) gave {got!r}, expected 120 s with Heartbeat: the work does not fit"
    )
    ### END HIDDEN TESTS


@case(points=1)
def twelve_hours_are_the_end() -> None:
    """Is work of more than 12 hours refused, since no heartbeat hides a message for longer?"""
    got = visibility_timeout([50_000.0], 1, 120)
    assert got is None, (
        f"visibility_timeout([50_000.0], 1, 120) gave {got!r}, expected None: SQS hides a message for 43,200 s at "
        "most, counted from its receipt, and a heartbeat does not move that end"
    )
    ### BEGIN HIDDEN TESTS
    got = visibility_timeout([43_200.5], 1, 86_400)
    assert got is None, f"visibility_timeout([43_200.5], 1, 86_400) gave {got!r}, expected None"
    got = visibility_timeout([43_200.0], 1, 43_200)
    assert (type(got), got) == (dict, {"VisibilityTimeout": 43200, "Heartbeat": False}), (
        f"visibility_timeout([43_200.0], 1, 43_200) gave {got!r}, expected 43,200 s: twelve hours are still allowed"
    )
    ### END HIDDEN TESTS


@misconception(
    the_slowest_message_decides, a_batch_shares_one_start, swap={"max(seconds)": "sum(seconds) / len(seconds)"}
)
def covers_the_average() -> None:
    """You covered the average message; every message that is slower than the average would be processed twice."""


@misconception(a_batch_shares_one_start, swap={" * batch": ""})
def forgets_the_batch() -> None:
    """You gave each message its own clock; in a batch all clocks start together, so the last one waits for all
    others."""


@misconception(
    long_work_gets_a_heartbeat, swap={'min(work, recovery), "Heartbeat": work > recovery': 'work, "Heartbeat": False'}
)
def always_hides_for_the_whole_work() -> None:
    """You hid the message for all of the work; after a crash nobody can take it up until that long timeout is over."""


@misconception(
    twelve_hours_are_the_end, swap={"if work > 43_200:\n        return None": "recovery = min(recovery, 43_200)"}
)
def trusts_the_heartbeat_forever() -> None:
    """You let a heartbeat hide a message for longer than 12 hours; SQS counts those from the receipt and then
    says no."""


@misconception(
    the_slowest_message_decides,
    a_batch_shares_one_start,
    swap={"math.ceil(max(seconds) * batch)": "max(seconds) * batch", "min(work, recovery)": "min(int(work), recovery)"},
)
def rounds_down() -> None:
    """You cut off the part of a second; the timeout then ends just before the work does, and the message comes back."""
