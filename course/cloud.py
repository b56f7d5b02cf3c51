"""The offline AWS: boto3 works as ever, but an AWS in this process (moto's) answers it.

    from course import cloud

    cloud.start()                                             # a fresh, empty AWS in us-east-1
    boto3.client("sqs").create_queue(QueueName="orders")

It needs no account and no network. Only `start` imports boto3 and moto, so importing this module is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.errors import CourseError

if TYPE_CHECKING:
    from course import _offline

REAL_ACCOUNT = "may cost money"  # what `start(real_account=…)` must be told, word for word


class CloudError(CourseError):
    """The offline AWS cannot do what was asked, or a call would have left this machine."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached AWS: what CloudTrail would log.

    `service` is boto3's name of the service ('sqs'), `operation` the API's name of the action
    ('ReceiveMessage'), and `parameters` what the caller passed, as plain data (of anything else, such as an
    open file, its `repr`).
    """

    service: str
    operation: str
    parameters: dict[str, object]


def start(endpoint: str | None = None, *, region: str = "us-east-1", real_account: bool | str = False) -> None:
    """Give boto3 a fresh, empty AWS and stop the former one.

    - By default it is moto's, in this process: account 123456789012, virtual time (see `advance`), and the
      same ids and times in every run. No credentials, profile or configuration of this machine is read; a
      call that would leave the machine raises `CloudError`.
    - `endpoint`, or boto3's environment variable AWS_ENDPOINT_URL, is the URL of LocalStack or of moto's
      server. It is emptied, gets the same fake credentials, and calls to any other host are refused.
    - `real_account="may cost money"` uses your own account, which boto3 finds as it always does. Nothing is
      emptied.

    Until `stop`, the environment variables AWS_* are those of this AWS. A boto3 client made earlier, even
    before the first start, keeps working and sees the new, empty AWS.

    Raises `CloudError` for an endpoint that is not there or is AWS itself, and for any other `real_account`.
    """
    _engine().start(endpoint, region=region, real_account=real_account)


def stop() -> None:
    """Stop AWS and put the environment back; do nothing where none was started.

    A client of the stopped AWS raises `CloudError` when it is used, until the next `start`.
    """
    _engine().stop()


def advance(seconds: float) -> None:
    """Let `seconds` pass at once: visibility timeouts, delays and retention periods run down.

    Otherwise time passes in the offline AWS only by one millisecond per call, and by the wait of a long poll
    that finds no message (it takes its WaitTimeSeconds there, and returns at once).

    Raises `CloudError` where no offline AWS is running (nobody else's clock can be moved) and for a negative
    number.
    """
    _engine().advance(seconds)


def calls() -> tuple[Call, ...]:
    """Return the calls since the last `start`, oldest first, by the clients made since the first one."""
    return _engine().calls()


def _engine() -> _offline.Engine:
    from course import _offline  # noqa: PLC0415  it imports boto3 and moto, too slow for `import course`

    return _offline.ENGINE
