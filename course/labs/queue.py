"""Five queues that misbehave: what one sees, the settings behind it, and a judge of every repair.

A lab is judged by running the model: no repair is expected by name, any settings that heal the run are right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from course.labs.error import LabError, pick
from course.models.queue import Arrival, QueueSettings, Run, Workload, steady
from course.words import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Lab:
    """A broken set-up. `symptom` is what its owners see; `tunable` names the settings that may heal it.

    `healthy` takes a run that was played to its end and returns complaints, one sentence each, none when all
    is well.
    """

    title: str
    symptom: str
    settings: QueueSettings
    workload: Workload
    tunable: tuple[str, ...]
    healthy: Callable[[Run], list[str]]

    def run(self, **changes: Any) -> Run:  # noqa: ANN401 - values of settings of several types
        """Play the lab to its end with changed settings of the queue or its consumers, and return the run.

        Raises ValueError for values that AWS would refuse, LabError for names that this lab does not let you
        tune.
        """
        return self.prepared(**changes).finish()

    def prepared(self, **changes: Any) -> Run:  # noqa: ANN401 - values of settings of several types
        """Return the run that `run` would play, at its beginning."""
        for name in changes:
            if name not in self.tunable:
                raise LabError(f"{self.title!r} cannot be tuned by {name!r}; choose from {', '.join(self.tunable)}.")
        of_queue = {name: value for name, value in changes.items() if name in QueueSettings.__slots__}
        of_consumers = {name: value for name, value in changes.items() if name not in of_queue}
        return Run(replace(self.settings, **of_queue), replace(self.workload, **of_consumers))


@dataclass(frozen=True, slots=True)
class Deployed:
    """Where a lab's queues are in the offline AWS."""

    queue_url: str
    dead_letter_url: str | None


def lab(name: str) -> Lab:
    """Return a lab by its name. Raises LabError for a name that is none."""
    return pick(LABS, name)


def deploy(name: str) -> Deployed:
    """Make a lab's queue, and its dead-letter queue if any, in the AWS that `cloud.start()` started."""
    settings, sqs = lab(name).settings, boto3.client("sqs")
    ending = ".fifo" if settings.fifo else ""
    if settings.max_receive_count is None:
        queue = sqs.create_queue(QueueName=name + ending, Attributes=settings.attributes())
        return Deployed(queue["QueueUrl"], None)
    longest = QueueSettings(fifo=settings.fifo, retention=1_209_600)
    dead = sqs.create_queue(QueueName=f"{name}-dead-letter{ending}", Attributes=longest.attributes())["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = sqs.create_queue(QueueName=name + ending, Attributes=settings.attributes(arn))
    return Deployed(queue["QueueUrl"], dead)


def judge(name: str, queue_url: str, **consumers: Any) -> list[str]:  # noqa: ANN401 - values of several types
    """Run a lab with the attributes that a queue has now; return the complaints, none when it is healed.

    `consumers` are changes to the lab's consumers, such as `heartbeat=True`. Raises LabError for a change
    that the lab does not let you tune.
    """
    broken = lab(name)
    try:
        answer = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
        settings = QueueSettings.from_attributes(answer["Attributes"])
    except (ClientError, ValueError) as error:
        return [f"The queue {queue_url} cannot be judged: {error}."]
    if settings.fifo is not broken.settings.fifo:
        kind = "FIFO" if broken.settings.fifo else "standard"
        return [f"The queue of this lab is a {kind} queue; {queue_url} is not."]
    for name_of_queue in set(consumers) & set(QueueSettings.__slots__):
        raise LabError(f"{name_of_queue} is an attribute of the queue: set it there, with SetQueueAttributes.")
    return broken.healthy(replace(broken, settings=settings).run(**consumers))


def numbered(numbers: list[int]) -> str:
    """Return 'message 4', 'messages 4 and 9' or, for a long list, its beginning."""
    shown = [str(number) for number in numbers[:5]]
    if len(numbers) > len(shown):
        return f"messages {', '.join(shown)} and {len(numbers) - len(shown)} more"
    return f"message{'' if len(shown) == 1 else 's'} {listed(shown)}"


def _repeated(run: Run) -> list[str]:
    numbers = run.repeated()
    if not numbers:
        return []
    count = "1 message was" if len(numbers) == 1 else f"{len(numbers)} messages were"
    extra = run.figures().repeated
    often = f" ({extra} times too often in all)" if extra > len(numbers) else ""
    return [f"{count} processed more than once{often}: {numbered(numbers)}."]


def _late(run: Run, limit: float) -> list[str]:
    """Complain about good messages that took more than `limit` seconds from sending to done."""
    now = run.queue.now
    took = {n: run.latencies.get(n, now - a.time) for n, a in run.arrivals.items() if not a.poison}
    late = [number for number, seconds in took.items() if seconds > limit]
    if not late:
        return []
    slowest = max(late, key=lambda number: took[number])
    end = "was done" if slowest in run.latencies else "was still not done"
    who = f"{numbered(late).capitalize()} took longer than {limit:g} s"
    return [f"{who}: message {slowest} {end} {took[slowest]:.0f} s after it was sent."]


def _poison_set_aside(run: Run) -> list[str]:
    """Complain about a poison message that is not in the dead-letter queue, where somebody can look at it."""
    complaints = []
    for number, arrival in run.arrivals.items():
        message = run.queue.messages[number]
        if not arrival.poison or message.place == "dead-lettered":
            continue
        if message.place == "expired":
            complaints.append(
                f"Message {number} cannot be processed, and it expired: nobody can look into it any more."
            )
        else:
            often = f"it was received {message.receives} times and is still in the queue"
            complaints.append(f"Message {number} cannot be processed: {often}.")
    return complaints


def _good_dead_letters(run: Run) -> list[str]:
    numbers = [n for n, a in run.arrivals.items() if not a.poison and run.queue.messages[n].place == "dead-lettered"]
    count = "1 good message is" if len(numbers) == 1 else f"{len(numbers)} good messages are"
    return [f"{count} in the dead-letter queue: {numbered(numbers)}."] if numbers else []


def _with(
    arrivals: tuple[Arrival, ...], number: int, *, poison: bool = False, crashes: bool = False
) -> tuple[Arrival, ...]:
    """Return the arrivals with message `number` made a poison message, or one that crashes its consumer."""
    special = replace(arrivals[number - 1], poison=poison, crashes=crashes)
    return (*arrivals[: number - 1], special, *arrivals[number:])


LABS: Mapping[str, Lab] = {
    "duplicate-orders": Lab(
        title="Orders that are charged twice",
        symptom=(
            "In every rush some customers are charged twice, on quiet days nobody is. One order takes about "
            "4 s and the visibility timeout is 30 s, so the team is sure that the timeout is long enough."
        ),
        settings=QueueSettings(visibility_timeout=30, receive_wait_seconds=20),
        workload=Workload(
            _with(steady(3, 10.0) + steady(36, 0.5, start=40.0), 20, crashes=True),
            consumers=3,
            processing_time=4.0,
            jitter=0.25,
            batch_size=10,
            duration=600.0,
            seed=2,
        ),
        tunable=("visibility_timeout", "batch_size", "heartbeat"),
        healthy=lambda run: _repeated(run) + _late(run, 300),
    ),
    "dead-letter-fills": Lab(
        title="A dead-letter queue full of good orders",
        symptom=(
            "The payment service refuses now and then, and works again a moment later. The dead-letter queue "
            "fills with orders that go through at once when somebody sends them again."
        ),
        settings=QueueSettings(visibility_timeout=30, receive_wait_seconds=20, max_receive_count=1),
        workload=Workload(
            _with(steady(20, 5.0), 7, poison=True),
            consumers=2,
            processing_time=3.0,
            failure_rate=0.3,
            duration=600.0,
            seed=24,
        ),
        tunable=("max_receive_count", "attempts", "visibility_timeout"),
        healthy=lambda run: _good_dead_letters(run) + _poison_set_aside(run) + _repeated(run),
    ),
    "short-visibility": Lab(
        title="Videos that are converted again and again",
        symptom=(
            "The consumers never pause, yet the queue grows: the same videos are converted again and again. "
            "One video takes between 10 s and 90 s, and now and then a consumer crashes."
        ),
        settings=QueueSettings(visibility_timeout=30, receive_wait_seconds=20),
        workload=Workload(
            _with(steady(12, 25.0), 5, crashes=True),
            consumers=3,
            processing_time=50.0,
            jitter=0.8,
            duration=900.0,
            seed=3,
        ),
        tunable=("visibility_timeout", "heartbeat", "consumers"),
        healthy=lambda run: _repeated(run) + _late(run, 300),
    ),
    "latency-spike": Lab(
        title="Orders that wait too long in a rush",
        symptom=(
            "On a quiet day every order is done soon. Then 30 orders come within half a minute, and the last "
            "of them wait for more than a minute, although the two consumers have pauses."
        ),
        settings=QueueSettings(visibility_timeout=60),
        workload=Workload(
            steady(6, 10.0) + steady(30, 1.0, start=60.0),
            consumers=2,
            processing_time=4.0,
            idle_pause=15.0,
            duration=300.0,
            seed=1,
        ),
        tunable=("receive_wait_seconds", "consumers", "batch_size", "visibility_timeout"),
        healthy=lambda run: _late(run, 50) + _repeated(run),
    ),
    "fifo-poison": Lab(
        title="A customer whose orders stand still",
        symptom=(
            "The orders of customers B and C flow. Customer A gets nothing any more: the second order of A "
            "cannot be read, and everything behind it waits."
        ),
        settings=QueueSettings(visibility_timeout=30, receive_wait_seconds=20, fifo=True, content_deduplication=True),
        workload=Workload(
            _with(steady(18, 4.0, groups=("A", "B", "C")), 4, poison=True),
            consumers=2,
            processing_time=2.0,
            duration=600.0,
            seed=5,
        ),
        tunable=("max_receive_count", "visibility_timeout", "retention", "consumers"),
        healthy=lambda run: _poison_set_aside(run) + _good_dead_letters(run) + _late(run, 180),
    ),
}
