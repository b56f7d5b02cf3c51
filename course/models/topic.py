"""An SNS topic: one message in, a copy for each subscription that wants it, and why the others got none.

Pure and deterministic: time is the caller's model seconds, identifiers follow from the order of publishing.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from course.models.filter_policy import FilterPolicy, Scope, matches

__all__ = [
    "Delivered",
    "Duplicate",
    "FilterPolicy",
    "FilteredOut",
    "Message",
    "Published",
    "Scope",
    "Step",
    "Subscription",
    "Topic",
    "matches",
    "message_attributes",
]

DEDUPLICATION_INTERVAL = 300.0
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

AttributeValue = str | int | float | Sequence[str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Message:
    """What a producer publishes. `attributes` are plain values: text, a number, or a list (String.Array)."""

    body: str
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    group: str = ""
    deduplication_id: str = ""

    def properties(self, scope: Scope) -> Mapping[str, Any] | None:
        """Return what a filter policy of this scope looks at; None when the body is not a JSON object."""
        if scope == "MessageAttributes":
            return self.attributes
        try:
            body = json.loads(self.body)
        except ValueError:
            return None
        return body if isinstance(body, dict) else None


@dataclass(frozen=True, slots=True)
class Subscription:
    """An SQS queue's subscription. `raw` is RawMessageDelivery; `fifo` says that it is a FIFO queue."""

    queue: str
    policy: FilterPolicy | None = None
    raw: bool = False
    fifo: bool = False

    def refusal(self, message: Message) -> str | None:
        """Say why this subscription does not get the message; None when it does."""
        if self.policy is None:
            return None
        properties = message.properties(self.policy.scope)
        if properties is None:
            return "the body is not a JSON object"
        return self.policy.refusal(properties)


@dataclass(frozen=True, slots=True)
class Published:
    """The topic took the message. `sequence_number` is 0 on a standard topic."""

    message: Message
    message_id: str
    sequence_number: int = 0


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The FIFO topic took the message but delivers no copy: its deduplication ID came `age` seconds ago."""

    message: Message
    deduplication_id: str
    age: float


@dataclass(frozen=True, slots=True)
class Delivered:
    """A copy lies in the queue, with the SQS message's body and attributes; `ordered` from FIFO to FIFO."""

    message: Message
    message_id: str
    queue: str
    body: str
    attributes: Mapping[str, Mapping[str, str]]
    ordered: bool


@dataclass(frozen=True, slots=True)
class FilteredOut:
    """The subscription's filter policy kept the message back, for `reason`."""

    message: Message
    message_id: str
    queue: str
    reason: str


Step = Published | Duplicate | Delivered | FilteredOut


class Topic:
    """A topic with its subscriptions.

    `fifo` makes it a FIFO topic: each message needs a group, and a deduplication ID unless
    `content_based_deduplication` is on. `throughput_scope` (FifoThroughputScope) is where duplicates count.
    Raises ValueError for a FIFO queue on a standard topic, which SNS refuses.
    """

    def __init__(
        self,
        name: str,
        subscriptions: Sequence[Subscription] = (),
        *,
        fifo: bool = False,
        content_based_deduplication: bool = False,
        throughput_scope: Literal["Topic", "MessageGroup"] = "Topic",
    ) -> None:
        for subscription in subscriptions:
            if subscription.fifo and not fifo:
                raise ValueError(f"{subscription.queue} is a FIFO queue: it can subscribe only to a FIFO topic.")
        self.name = f"{name}.fifo" if fifo and not name.endswith(".fifo") else name
        self.arn = f"arn:aws:sns:us-east-1:123456789012:{self.name}"
        self.subscriptions = tuple(subscriptions)
        self.fifo = fifo
        self.content_based_deduplication = content_based_deduplication
        self.throughput_scope = throughput_scope
        self._published = 0
        self._seen: dict[tuple[str, str], float] = {}

    def publish(self, message: Message, time: float = 0.0) -> Iterator[Step]:
        """Yield what happens to a message published at `time` (seconds): taken, then one step a subscription.

        Raises ValueError where SNS refuses the call: on a FIFO topic without a group or deduplication ID.
        """
        if self.fifo and (duplicate := self._duplicate(message, time)):
            yield duplicate
            return
        self._published += 1
        message_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.arn}/{self._published}"))
        sequence_number = self._published if self.fifo else 0
        yield Published(message, message_id, sequence_number)
        for subscription in self.subscriptions:
            if reason := subscription.refusal(message):
                yield FilteredOut(message, message_id, subscription.queue, reason)
                continue
            body, attributes = message.body, message_attributes(message.attributes)
            if not subscription.raw:
                body, attributes = self._envelope(message, message_id, sequence_number, time), {}
            ordered = self.fifo and subscription.fifo
            yield Delivered(message, message_id, subscription.queue, body, attributes, ordered)

    def _duplicate(self, message: Message, time: float) -> Duplicate | None:
        if not message.group:
            raise ValueError(f"A message to {self.name} needs a MessageGroupId: order is kept within a group.")
        key = message.deduplication_id
        if not key and self.content_based_deduplication:
            key = hashlib.sha256(message.body.encode()).hexdigest()
        if not key:
            raise ValueError(f"A message to {self.name} needs a MessageDeduplicationId or ContentBasedDeduplication.")
        where = message.group if self.throughput_scope == "MessageGroup" else ""
        first = self._seen.get((where, key))
        if first is not None and time - first < DEDUPLICATION_INTERVAL:
            return Duplicate(message, key, time - first)
        self._seen[where, key] = time
        return None

    def _envelope(self, message: Message, message_id: str, sequence_number: int, time: float) -> str:
        """Return the JSON that SNS wraps around a message: the default body of the SQS message."""
        stamp = (EPOCH + timedelta(seconds=time)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        envelope: dict[str, Any] = {"Type": "Notification", "MessageId": message_id}
        if sequence_number:
            envelope["SequenceNumber"] = f"{sequence_number:020}"
        envelope |= {"TopicArn": self.arn, "Message": message.body, "Timestamp": stamp}
        if not self.fifo:  # FIFO topics leave the signature out
            envelope |= {
                "SignatureVersion": "1",
                "Signature": "EXAMPLE",
                "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-EXAMPLE.pem",
            }
        envelope["UnsubscribeURL"] = f"https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&TopicArn={self.arn}"
        if message.attributes:
            envelope["MessageAttributes"] = {
                name: {"Type": value["DataType"], "Value": value["StringValue"]}
                for name, value in message_attributes(message.attributes).items()
            }
        return json.dumps(envelope, indent=2)


def message_attributes(attributes: Mapping[str, AttributeValue]) -> dict[str, dict[str, str]]:
    """Write plain values as MessageAttributes: {"event": {"DataType": "String", "StringValue": …}}."""
    return {name: _attribute(value) for name, value in attributes.items()}


def _attribute(value: AttributeValue) -> dict[str, str]:
    if isinstance(value, str):
        return {"DataType": "String", "StringValue": value}
    if isinstance(value, int | float):
        return {"DataType": "Number", "StringValue": str(value)}
    return {"DataType": "String.Array", "StringValue": json.dumps(list(value))}
