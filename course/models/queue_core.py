"""One SQS queue on a clock of its own: what each API action does at a given time, and what time alone does.

Every action takes `now`, in seconds; time never runs backwards. What happens is written to `Queue.log` as
steps. Luck (which servers a short poll asks, which copy survives a delete) is a pure function of the seed, so
that equal calls give equal steps.

Left out, because no demo or exercise needs them: throttling, the 120,000 messages in flight,
ReceiveRequestAttemptId, fair queues, and that a standard queue moves a message to its back after three
receives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

from course.models.queue_settings import RANGES, QueueSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = Literal["delayed", "visible", "in flight", "deleted", "dead-lettered", "expired"]
StepKind = Literal[
    "sent",
    "delayed",
    "deduplicated",
    "appeared",
    "received",
    "empty",
    "extended",
    "reappeared",
    "deleted",
    "stale",
    "survived",
    "dead-lettered",
    "expired",
    # the steps below are a consumer's own, see course.models.queue
    "processed",
    "repeated",
    "failed",
    "crashed",
]

DEDUPLICATION_SECONDS = 300
SERVERS = 5
SAMPLED = 0.6
"""The share of the servers that a short poll asks. AWS publishes neither this number nor `SERVERS`."""


class ReceiptError(ValueError):
    """A receipt handle that the queue does not accept (any more); AWS's answer is an error too."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened at `time` to one message, or to a consumer (`actor`) that found none.

    `receives` is how often the message has been received by then; `until` is when its visibility timeout, its
    delay or the consumer's wait ends, where the step has one.
    """

    time: float
    kind: StepKind
    message: int = 0
    actor: str = ""
    receives: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Message:
    """A message in a queue. `number` counts the messages that the queue has stored, from 1."""

    number: int
    body: str
    group: str
    sent_at: float
    place: Place
    until: float
    receives: int = 0
    received_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Received:
    """What a consumer holds after ReceiveMessage: the message and the receipt handle of this very receive."""

    message: Message
    receipt: tuple[int, int]


def chance(*key: object) -> float:
    """Return a number in [0, 1) that looks random and depends on `key` alone, on every machine alike."""
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=6).digest(), "big") / 2**48


@dataclass
class Queue:
    """A standard or FIFO queue, with its dead-letter queue if its settings have a redrive policy.

    `duplicate_rate` is the chance that a standard queue keeps a copy of a message that a consumer deletes;
    `reorder_rate` the chance that it hands a message out before its turn. AWS says that both happen and not
    how often.
    """

    settings: QueueSettings
    seed: int = 0
    duplicate_rate: float = 0.0
    reorder_rate: float = 0.0
    log: list[Step] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    dead_letter_queue: Queue | None = None
    now: float = 0.0
    _stored: dict[int, Message] = field(default_factory=dict)
    _polls: int = 0
    _deduplicated: dict[str, tuple[float, int]] = field(default_factory=dict)
    _next: tuple[float | None] | None = None
    """What `next_change` found, until a message moves."""

    def __post_init__(self) -> None:
        for name in ("duplicate_rate", "reorder_rate"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1, not {getattr(self, name)!r}")
        if self.settings.max_receive_count is not None:
            longest = RANGES["retention"][1]
            self.dead_letter_queue = Queue(QueueSettings(fifo=self.settings.fifo, retention=longest), seed=self.seed)

    def send(self, now: float, body: str = "", *, group: str = "", deduplication_id: str = "") -> Message:
        """Store a message, or return the one that had its deduplication id in the last 5 minutes.

        On a FIFO queue `group` is required, and `deduplication_id` unless the queue deduplicates by content;
        the window goes on after the message is deleted. Raises ValueError where AWS refuses the call.
        Source: Amazon SQS API Reference, SendMessage.
        """
        self.advance(now)
        if self.settings.fifo:
            known = self._first_with(now, body, group, deduplication_id)
            if known is not None:
                return known
        message = Message(len(self.messages) + 1, body, group, now, "visible", now)
        self._store(message)
        self._note("sent", message)
        if self.settings.delay_seconds:
            self._move(message, "delayed", now + self.settings.delay_seconds)
            self._note("delayed", message)
        return message

    def receive(
        self, now: float, max_messages: int = 1, *, wait_seconds: int | None = None, actor: str = ""
    ) -> list[Received]:
        """Hide up to `max_messages` (1 to 10) for the visibility timeout and return them.

        `wait_seconds` stands in for the queue's own wait time. With 0 the call is a short poll: it asks only
        some of a standard queue's servers, so that it can return nothing although messages are visible. Above
        0 it asks them all. The call itself never waits: a caller with wait time left asks again when
        `next_change` says that it pays. A message that has been received `max_receive_count` times moves to
        the dead-letter queue instead. A message group with a message in flight returns nothing.
        Source: Amazon SQS API Reference, ReceiveMessage; Developer Guide, 'Amazon SQS short and long
        polling'.
        """
        if not 1 <= max_messages <= 10:  # noqa: PLR2004 - AWS's range
            raise ValueError(f"max_messages must be from 1 to 10, not {max_messages}")
        self.advance(now)
        short = not (self.settings.receive_wait_seconds if wait_seconds is None else wait_seconds)
        received: list[Received] = []
        for message in list(self._available(short_poll=short)):
            if self.dead_letter_queue and message.receives >= (self.settings.max_receive_count or 0):
                self._dead_letter(message, self.dead_letter_queue)
                continue
            received.append(self._hide(message, actor))
            if len(received) == max_messages:
                break
        return received

    def delete(self, now: float, receipt: tuple[int, int], *, actor: str = "") -> bool:
        """Delete the message of a receipt handle; return whether it is gone for good.

        Standard queue: the newest receipt deletes even after its visibility timeout; an older one succeeds
        and deletes nothing (AWS: 'might not be deleted'; the model takes it at its word). With
        `duplicate_rate`, a copy can survive. FIFO queue: once the visibility timeout is over, the receipt
        handle has expired: ReceiptError.
        Source: Amazon SQS API Reference, DeleteMessage, and ReceiveMessage on ReceiveRequestAttemptId.
        """
        self.advance(now)
        message, newest = self._of(receipt)
        if message.place in ("deleted", "dead-lettered", "expired"):
            # AWS answers a second delete with success too.
            return message.place == "deleted"
        if not newest or (self.settings.fifo and message.place != "in flight"):
            self._note("stale", message, actor)
            if self.settings.fifo:
                raise ReceiptError(f"the receipt handle of message {message.number} has expired")
            return False
        if not self.settings.fifo and chance(self.seed, "copy", *receipt) < self.duplicate_rate:
            self._note("survived", message, actor)
            return False
        self._take_out(message, "deleted")
        self._note("deleted", message, actor)
        return True

    def change_visibility(self, now: float, receipt: tuple[int, int], timeout: int, *, actor: str = "") -> None:
        """Let the visibility timeout of a message end `timeout` seconds from now; 0 shows it at once.

        Raises ReceiptError when the message is not in flight by this receipt handle, ValueError when it would
        then be hidden for more than 12 hours since it was received.
        Source: Amazon SQS API Reference, ChangeMessageVisibility; Developer Guide, 'Amazon SQS visibility
        timeout'.
        """
        self.advance(now)
        message, newest = self._of(receipt)
        if message.place != "in flight" or not newest:
            raise ReceiptError(f"message {message.number} is not in flight by this receipt handle")
        longest = RANGES["visibility_timeout"][1]
        if timeout < 0 or now + timeout - message.received_at > longest:
            raise ValueError(
                f"timeout must be 0 s or more, and end within {longest:,} s of the receive, not {timeout:,} s"
            )
        self._move(message, message.place, now + timeout)
        self._note("extended", message, actor)
        self.advance(now)

    def advance(self, now: float) -> None:
        """Let time pass until `now`: delays and visibility timeouts end, old messages expire.

        A message expires when it has been in the queue for the retention period, whatever its state.
        """
        if now < self.now:
            raise ValueError(f"time runs forward only: it is {self.now:g} s already, not {now:g} s")
        while (due := self.next_change()) is not None and due <= now:
            for message in list(self._stored.values()):
                self._settle(message, due)
        self.now = now
        if self.dead_letter_queue:
            self.dead_letter_queue.advance(now)

    def next_change(self) -> float | None:
        """Return when time alone next changes a message of this queue, or None."""
        if self._next is None:
            self._next = (min(map(self._due, self._stored.values()), default=None),)
        return self._next[0]

    def stored(self, *places: Place) -> Iterator[Message]:
        """Yield the messages still in the queue, in sending order; with `places`, only those there."""
        return (message for message in self._stored.values() if not places or message.place in places)

    def count(self, place: Place) -> int:
        """Return how many messages are at a place, now or (for the last three places) ever since."""
        return sum(message.place == place for message in self.messages.values())

    def age_of_oldest(self) -> float:
        """Return ApproximateAgeOfOldestMessage: how many seconds the oldest message has been in the queue."""
        return self.now - min((message.sent_at for message in self.stored()), default=self.now)

    def _first_with(self, now: float, body: str, group: str, deduplication_id: str) -> Message | None:
        """Return the message that a sending repeats, or None, after remembering this one as the first."""
        if not group:
            raise ValueError("a FIFO queue needs a group (MessageGroupId) for every message")
        key = f"id {deduplication_id}" if deduplication_id else f"content {body}"
        if not deduplication_id and not self.settings.content_deduplication:
            raise ValueError("a FIFO queue needs a deduplication_id, or content_deduplication in its settings")
        first = self._deduplicated.get(key)
        if first and now - first[0] < DEDUPLICATION_SECONDS:
            self._note("deduplicated", self.messages[first[1]])
            return self.messages[first[1]]
        self._deduplicated[key] = (now, len(self.messages) + 1)
        return None

    def _available(self, *, short_poll: bool) -> Iterator[Message]:
        """Yield what a receive may return, best first."""
        visible = list(self.stored("visible"))
        if self.settings.fifo:
            busy = {message.group for message in self.stored("in flight")}
            yield from (message for message in visible if message.group not in busy)
            return
        self._polls += 1
        in_turn = sorted(visible, key=self._turn)
        if not short_poll:
            yield from in_turn
            return
        asked = {n for n in range(SERVERS) if chance(self.seed, "ask", self._polls, n) < SAMPLED}
        yield from (m for m in in_turn if int(chance(self.seed, "server", m.number) * SERVERS) in asked)

    def _turn(self, message: Message) -> float:
        """Order a standard queue by sending, but for the few messages that get ahead of up to three."""
        early = self.reorder_rate and chance(self.seed, "early", message.number) < self.reorder_rate
        return message.number - (3.5 if early else 0)

    def _hide(self, message: Message, actor: str) -> Received:
        message.receives += 1
        message.received_at = self.now
        self._move(message, "in flight", self.now + self.settings.visibility_timeout)
        self._note("received", message, actor)
        return Received(message, (message.number, message.receives))

    def _dead_letter(self, message: Message, target: Queue) -> None:
        """Move a message; its age goes on in a standard dead-letter queue and starts anew in a FIFO one.

        Source: Amazon SQS Developer Guide, 'Setting-up dead-letter queue retention in Amazon SQS'.
        """
        self._take_out(message, "dead-lettered")
        self._note("dead-lettered", message)
        sent_at = self.now if self.settings.fifo else message.sent_at
        number = len(target.messages) + 1
        target._store(Message(number, message.body, message.group, sent_at, "visible", self.now, message.receives))

    def _store(self, message: Message) -> None:
        self.messages[message.number] = self._stored[message.number] = message
        self._next = None

    def _move(self, message: Message, place: Place, until: float) -> None:
        message.place, message.until = place, until
        self._next = None

    def _take_out(self, message: Message, place: Place) -> None:
        self._move(message, place, message.until)
        del self._stored[message.number]

    def _of(self, receipt: tuple[int, int]) -> tuple[Message, bool]:
        """Return the message of a receipt handle and whether no later receive has replaced the handle."""
        number, receives = receipt
        message = self.messages.get(number)
        if message is None or not 1 <= receives <= message.receives:
            raise ReceiptError(f"{receipt} is not a receipt handle of this queue")
        return message, receives == message.receives

    def _due(self, message: Message) -> float:
        expires = message.sent_at + self.settings.retention
        return expires if message.place == "visible" else min(expires, message.until)

    def _settle(self, message: Message, now: float) -> None:
        """Do to one message what time alone does to it at `now`."""
        if self._due(message) > now:
            return
        self.now = now
        if message.sent_at + self.settings.retention <= now:
            self._take_out(message, "expired")
            self._note("expired", message)
            return
        kind: StepKind = "appeared" if message.place == "delayed" else "reappeared"
        self._move(message, "visible", message.until)
        self._note(kind, message)

    def _note(self, kind: StepKind, message: Message, actor: str = "") -> None:
        until = message.until if message.place in ("delayed", "in flight") else 0.0
        self.log.append(Step(self.now, kind, message.number, actor, message.receives, until))
