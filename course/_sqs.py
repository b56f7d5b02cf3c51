"""moto's SQS, where it is not like AWS's and a learner would notice.

A long poll really sleeps, an expired message is still counted, the messages of a FIFO group can come back out
of order, and setting any attribute of a queue deletes its policy.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.core.utils import unix_time_millis
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from course import _virtual_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.sqs.models import Message

_receive_message = SQSBackend.receive_message
_set_attributes = Queue._set_attributes  # noqa: SLF001  moto has no other seam for this


@contextmanager
def repaired() -> Iterator[None]:
    """Let moto's SQS behave like AWS's in what this module names."""
    with ExitStack() as patches:
        patches.enter_context(patch.object(SQSBackend, "receive_message", _long_poll))
        patches.enter_context(patch.object(Queue, "_set_attributes", _keep_policy))
        yield


def drop_expired() -> None:
    """Drop the messages whose retention period is over."""
    for regions in sqs_backends.values():
        for backend in regions.values():
            for queue in backend.queues.values():
                oldest = unix_time_millis() - queue.attributes["MessageRetentionPeriod"] * 1000
                queue._messages = [m for m in queue._messages if m.sent_timestamp > oldest]  # noqa: SLF001


def _long_poll(
    self: SQSBackend,
    queue_name: str,
    count: int,
    wait_seconds_timeout: int,
    visibility_timeout: int,
    message_attribute_names: list[str] | None = None,
) -> list[Message]:
    """Poll once a virtual second, at most `wait_seconds_timeout` seconds long."""
    in_flight = self.get_queue(queue_name).pending_messages
    for waited in range(wait_seconds_timeout + 1):
        # else moto skips the first of a FIFO group's messages when several are visible again
        in_flight.difference_update([message for message in in_flight if message.visible])
        messages = _receive_message(self, queue_name, count, 0, visibility_timeout, message_attribute_names)
        if messages or waited == wait_seconds_timeout:
            break
        _virtual_time.advance(1)
        drop_expired()
    return messages


def _keep_policy(self: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
    if "Policy" not in attributes:
        attributes = attributes | {"Policy": self.policy}
    _set_attributes(self, attributes, now)
