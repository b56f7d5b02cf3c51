"""A queue at work: producers send to it, consumers poll it, and a run plays it step by step.

The queue itself is `Queue`, its settings are `QueueSettings`; `Run` puts a `Workload` around them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Self

from course.models.queue_core import Message, Queue, ReceiptError, Received, Step, StepKind, chance
from course.models.queue_settings import QueueSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Arrival",
    "Figures",
    "Message",
    "Queue",
    "QueueSettings",
    "ReceiptError",
    "Received",
    "Run",
    "Step",
    "StepKind",
    "Workload",
    "steady",
]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way to the queue: sent at `time` seconds, and how it treats the consumer that gets it.

    `work` is its own processing time in seconds, where it is not the workload's. A `poison` message fails
    each time; one that `crashes` takes the first consumer that receives it down with it.
    """

    time: float
    group: str = ""
    deduplication_id: str = ""
    work: float | None = None
    poison: bool = False
    crashes: bool = False


def steady(messages: int, every: float, *, start: float = 0.0, groups: tuple[str, ...] = ("",)) -> tuple[Arrival, ...]:
    """Return `messages` arrivals from `start` on, one `every` so many seconds, the groups in turn."""
    return tuple(Arrival(start + n * every, groups[n % len(groups)]) for n in range(messages))


@dataclass(frozen=True, slots=True)
class Workload:
    """What producers send and how consumers work. All times in seconds.

    A consumer receives up to `batch_size` messages, processes them one after another and deletes each when it
    is done (unless it never `deletes`). Processing takes `processing_time`, longer or shorter by up to the
    share `jitter`, and fails with the probability `failure_rate`; a consumer tries `attempts` times before it
    leaves the message alone. With `heartbeat` it calls ChangeMessageVisibility each time half of the
    visibility timeout is over. After an empty receive it pauses for `idle_pause` if it polls short. A crashed
    consumer is replaced after `restart_time`. Equal workloads with equal `seed` give equal runs.
    """

    arrivals: tuple[Arrival, ...]
    consumers: int = 2
    processing_time: float = 5.0
    jitter: float = 0.0
    failure_rate: float = 0.0
    attempts: int = 1
    batch_size: int = 1
    heartbeat: bool = False
    deletes: bool = True
    idle_pause: float = 1.0
    restart_time: float = 10.0
    duplicate_rate: float = 0.0
    reorder_rate: float = 0.0
    duration: float = 120.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, holds in {
            "consumers": self.consumers >= 0,
            "processing_time": self.processing_time > 0,
            "jitter": 0 <= self.jitter < 1,
            "failure_rate": 0 <= self.failure_rate <= 1,
            "attempts": self.attempts >= 1,
            "batch_size": 1 <= self.batch_size <= 10,  # noqa: PLR2004 - ReceiveMessage's range
            "idle_pause": self.idle_pause > 0,
            "restart_time": self.restart_time >= 0,
            "duration": self.duration > 0,
        }.items():
            if not holds:
                raise ValueError(f"{name} of a workload cannot be {getattr(self, name)!r}")


@dataclass(slots=True)
class Consumer:
    """One consumer: `held` is what it received and has not finished; it works on the first of them."""

    name: str
    held: list[Received] = field(default_factory=list)
    waits_until: float | None = None
    receives: int = 0
    crashed: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A run in numbers, up to now. Times in seconds.

    `processed` counts messages whose work was done; `repeated` how often work was done that had been done
    before. `slowest` and `mean` are latencies: from sending a message to the end of its (first) processing.
    """

    sent: int
    visible: int
    in_flight: int
    delayed: int
    deleted: int
    dead_lettered: int
    expired: int
    age_of_oldest: float
    processed: int
    repeated: int
    failed: int
    api_calls: int
    empty_receives: int
    slowest: float
    mean: float


class Run:
    """A queue with its producers and consumers, from 0 s to the workload's duration.

    `play` yields what each action caused, and between two yields `queue`, `consumers` and `figures` show that
    moment.
    """

    def __init__(self, settings: QueueSettings, workload: Workload) -> None:
        self.settings, self.workload = settings, workload
        self.queue = Queue(
            settings,
            workload.seed,
            duplicate_rate=workload.duplicate_rate,
            reorder_rate=workload.reorder_rate,
        )
        self.consumers = [Consumer(f"Consumer {n + 1}") for n in range(workload.consumers)]
        self.latencies: dict[int, float] = {}
        self.arrivals: dict[int, Arrival] = {}
        self.api_calls = 0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._tickets = count()
        self._seen = 0
        for number, arrival in enumerate(workload.arrivals, 1):
            self._at(arrival.time, partial(self._send, arrival, f"order {number}"))
        for consumer in self.consumers:
            self._at(0.0, partial(self._poll, consumer))

    def play(self) -> Iterator[tuple[Step, ...]]:
        """Yield, action by action, the steps that it caused, while the run is as it was just after them."""
        while (action := self._next()) is not None:
            action()
            yield from self._fresh()
            for consumer in sorted(self.consumers, key=lambda c: c.waits_until or 0.0):
                if consumer.waits_until is not None:
                    self._receive(consumer)
                    yield from self._fresh()
        self.queue.advance(self.workload.duration)
        yield from self._fresh()

    def finish(self) -> Self:
        """Play to the end and return the run."""
        for _ in self.play():
            pass
        return self

    @property
    def steps(self) -> list[Step]:
        """Everything that has happened so far."""
        return self.queue.log

    @property
    def settled(self) -> bool:
        """Whether all messages have been sent and none is left in the queue or in a consumer's hands."""
        sent_all = all(arrival.time <= self.queue.now for arrival in self.workload.arrivals)
        return sent_all and not any(self.queue.stored()) and not any(consumer.held for consumer in self.consumers)

    def working_on(self, message: int) -> list[str]:
        """Return the names of the consumers that hold a message, in order of their numbers."""
        return [c.name for c in self.consumers if any(r.message.number == message for r in c.held)]

    def repeated(self) -> list[int]:
        """Return the numbers of the messages that were processed more than once, in sending order."""
        return sorted({step.message for step in self.steps if step.kind == "repeated"})

    def figures(self) -> Figures:
        """Return the run in numbers, up to now."""
        kinds = [step.kind for step in self.steps]
        return Figures(
            sent=len(self.queue.messages),
            visible=self.queue.count("visible"),
            in_flight=self.queue.count("in flight"),
            delayed=self.queue.count("delayed"),
            deleted=self.queue.count("deleted"),
            dead_lettered=self.queue.count("dead-lettered"),
            expired=self.queue.count("expired"),
            age_of_oldest=self.queue.age_of_oldest(),
            processed=len(self.latencies),
            repeated=kinds.count("repeated"),
            failed=kinds.count("failed"),
            api_calls=self.api_calls,
            empty_receives=kinds.count("empty"),
            slowest=max(self.latencies.values(), default=0.0),
            mean=sum(self.latencies.values()) / max(1, len(self.latencies)),
        )

    def _at(self, time: float, action: Callable[[], None]) -> None:
        heappush(self._agenda, (time, next(self._tickets), action))

    def _next(self) -> Callable[[], None] | None:
        """Return what happens next, or None at the end. A timeout that ends at the same moment ends first."""
        change = self.queue.next_change()
        planned = self._agenda[0][0] if self._agenda else None
        if change is not None and (planned is None or change <= planned):
            return partial(self.queue.advance, change) if change <= self.workload.duration else None
        if planned is None or planned > self.workload.duration:
            return None
        self.queue.advance(planned)
        return heappop(self._agenda)[2]

    def _fresh(self) -> Iterator[tuple[Step, ...]]:
        steps = tuple(self.steps[self._seen :])
        self._seen = len(self.steps)
        if steps:
            yield steps

    def _note(self, kind: StepKind, consumer: Consumer, received: Received | None = None, until: float = 0.0) -> None:
        """Log what a consumer did itself; `receives` is then the count at the receive that it worked from."""
        number, receives = received.receipt if received else (0, 0)
        self.steps.append(Step(self.queue.now, kind, number, consumer.name, receives, until))

    def _send(self, arrival: Arrival, body: str) -> None:
        self.api_calls += 1
        known = arrival.deduplication_id or (body if self.settings.fifo else "")
        message = self.queue.send(self.queue.now, body, group=arrival.group, deduplication_id=known)
        self.arrivals.setdefault(message.number, arrival)

    def _poll(self, consumer: Consumer) -> None:
        """Call ReceiveMessage. A long poll that finds nothing waits; `play` asks for it after each action."""
        now, wait = self.queue.now, self.settings.receive_wait_seconds
        self.api_calls += 1
        consumer.crashed = False
        if self._receive(consumer):
            return
        if wait:
            consumer.waits_until = now + wait
            self._at(now + wait, partial(self._give_up, consumer))
        else:
            self._note("empty", consumer, until=now + self.workload.idle_pause)
            self._at(now + self.workload.idle_pause, partial(self._poll, consumer))

    def _give_up(self, consumer: Consumer) -> None:
        if consumer.waits_until == self.queue.now:
            consumer.waits_until = None
            self._note("empty", consumer)
            self._at(self.queue.now, partial(self._poll, consumer))

    def _receive(self, consumer: Consumer) -> bool:
        received = self.queue.receive(self.queue.now, self.workload.batch_size, actor=consumer.name)
        if not received:
            return False
        consumer.held, consumer.waits_until = received, None
        consumer.receives += 1
        if self.workload.heartbeat:
            self._plan_heartbeat(consumer, consumer.receives)
        self._work(consumer)
        return True

    def _work(self, consumer: Consumer) -> None:
        """Begin with the first message held, or poll again when there is none."""
        now = self.queue.now
        if not consumer.held:
            self._at(now, partial(self._poll, consumer))
            return
        message = consumer.held[0].message
        arrival, seed = self.arrivals[message.number], self.workload.seed
        jitter = 1 + self.workload.jitter * (2 * chance(seed, "work", message.number) - 1)
        work = arrival.work or self.workload.processing_time * jitter
        if arrival.crashes and message.receives == 1:
            self._at(now + work / 2, partial(self._crash, consumer))
            return
        luck = (chance(seed, "fail", message.number, message.receives, n) for n in range(self.workload.attempts))
        outcomes = [not arrival.poison and lucky >= self.workload.failure_rate for lucky in luck]
        tries = outcomes.index(True) + 1 if any(outcomes) else len(outcomes)
        self._at(now + work * tries, partial(self._end_work, consumer, succeeded=any(outcomes)))

    def _end_work(self, consumer: Consumer, *, succeeded: bool) -> None:
        received = consumer.held.pop(0)
        message = received.message
        if not succeeded:
            self._note("failed", consumer, received, message.until)
        else:
            self._note("repeated" if message.number in self.latencies else "processed", consumer, received)
            self.latencies.setdefault(message.number, self.queue.now - self.arrivals[message.number].time)
            if self.workload.deletes:
                self._delete(consumer, received)
        self._work(consumer)

    def _delete(self, consumer: Consumer, received: Received) -> None:
        self.api_calls += 1
        try:
            self.queue.delete(self.queue.now, received.receipt, actor=consumer.name)
        except ReceiptError:
            # The queue has noted that the receipt handle is stale; a consumer can do nothing about it.
            return

    def _crash(self, consumer: Consumer) -> None:
        self._note("crashed", consumer, consumer.held[0], consumer.held[0].message.until)
        consumer.held, consumer.crashed = [], True
        self._at(self.queue.now + self.workload.restart_time, partial(self._poll, consumer))

    def _plan_heartbeat(self, consumer: Consumer, receives: int) -> None:
        pause = max(1.0, self.settings.visibility_timeout / 2)
        self._at(self.queue.now + pause, partial(self._heartbeat, consumer, receives))

    def _heartbeat(self, consumer: Consumer, receives: int) -> None:
        """Extend all messages that the consumer still holds from this heartbeat's receive."""
        if not consumer.held or consumer.receives != receives:
            return
        for received in consumer.held:
            self.api_calls += 1
            try:
                self.queue.change_visibility(
                    self.queue.now, received.receipt, self.settings.visibility_timeout, actor=consumer.name
                )
            except ReceiptError:
                # Too late: the message is visible again, or another consumer has it.
                continue
        self._plan_heartbeat(consumer, receives)
