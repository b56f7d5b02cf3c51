"""What can be set on an SQS queue: the attributes that shape its behaviour, and AWS's ranges for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

RANGES = {
    "visibility_timeout": (0, 43_200),
    "delay_seconds": (0, 900),
    "receive_wait_seconds": (0, 20),
    "retention": (60, 1_209_600),
    "max_receive_count": (1, 1_000),
}
"""The lowest and the highest value of each setting.

Source: Amazon SQS API Reference, SetQueueAttributes; for maxReceiveCount the Developer Guide, 'Configure a
dead-letter queue using the Amazon SQS console'.
"""

ATTRIBUTES = {
    "visibility_timeout": "VisibilityTimeout",
    "delay_seconds": "DelaySeconds",
    "receive_wait_seconds": "ReceiveMessageWaitTimeSeconds",
    "retention": "MessageRetentionPeriod",
}
"""AWS's name for each setting that is a plain number of seconds."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """The settings of one queue, all times in whole seconds, with AWS's own defaults.

    `max_receive_count` is the redrive policy's maxReceiveCount; None means that there is no redrive policy,
    so no dead-letter queue. `content_deduplication` needs `fifo`. Raises ValueError for a value that AWS
    would refuse.
    """

    visibility_timeout: int = 30
    delay_seconds: int = 0
    receive_wait_seconds: int = 0
    retention: int = 345_600
    fifo: bool = False
    content_deduplication: bool = False
    max_receive_count: int | None = None

    def __post_init__(self) -> None:
        for name, (lowest, highest) in RANGES.items():
            value = getattr(self, name)
            if value is None and name == "max_receive_count":
                continue
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValueError(f"{name} must be a whole number, not {value!r}")  # noqa: TRY004 - one error for all
            if not lowest <= value <= highest:
                raise ValueError(f"{name} must be from {lowest:,} to {highest:,}, not {value:,}")
        if self.content_deduplication and not self.fifo:
            raise ValueError("content_deduplication needs fifo=True: a standard queue removes no duplicates")

    def attributes(self, dead_letter_arn: str | None = None) -> dict[str, str]:
        """Return the attributes that CreateQueue takes for these settings.

        `dead_letter_arn` is the ARN of the dead-letter queue; it is needed, and used, exactly when there is a
        `max_receive_count`. Raises ValueError where it is missing or of the wrong type of queue.
        """
        attributes = {aws: str(getattr(self, name)) for name, aws in ATTRIBUTES.items()}
        if self.fifo:
            attributes["FifoQueue"] = "true"
            attributes["ContentBasedDeduplication"] = str(self.content_deduplication).lower()
        if self.max_receive_count is not None:
            if dead_letter_arn is None:
                raise ValueError("max_receive_count needs dead_letter_arn, the ARN of the dead-letter queue")
            _check_type(dead_letter_arn, fifo=self.fifo)
            policy = {"deadLetterTargetArn": dead_letter_arn, "maxReceiveCount": self.max_receive_count}
            attributes["RedrivePolicy"] = json.dumps(policy)
        return attributes

    @classmethod
    def from_attributes(cls, attributes: Mapping[str, str]) -> Self:
        """Read the settings back from what GetQueueAttributes returns; other attributes are ignored.

        Raises ValueError where a value is out of range or the dead-letter queue is of the other type.
        """
        seconds = {name: int(attributes[aws]) for name, aws in ATTRIBUTES.items() if aws in attributes}
        fifo = attributes.get("FifoQueue") == "true"
        policy = json.loads(attributes.get("RedrivePolicy") or "{}")
        if policy:
            _check_type(policy["deadLetterTargetArn"], fifo=fifo)
        return cls(
            **seconds,
            fifo=fifo,
            content_deduplication=attributes.get("ContentBasedDeduplication") == "true",
            max_receive_count=int(policy["maxReceiveCount"]) if policy else None,
        )


def _check_type(dead_letter_arn: str, *, fifo: bool) -> None:
    """Refuse a dead-letter queue of the other type. Source: SetQueueAttributes, RedrivePolicy."""
    if dead_letter_arn.endswith(".fifo") is not fifo:
        kind = "FIFO" if fifo else "standard"
        raise ValueError(f"the dead-letter queue of a {kind} queue must be a {kind} queue too, not {dead_letter_arn}")
