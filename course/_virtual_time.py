"""Time in the offline AWS: it stands still but for what the learner lets pass.

So a notebook prints the same on a slow machine as on a fast one, and never waits. moto's back ends read the
time through `moto.core.utils.utcnow`, whose place this module takes.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import moto.core.utils

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001  moto counts in naive UTC
TICK = 0.001  # seconds that a call takes, so that no two of them see the same instant

_now: datetime | None = None
_machine_time = moto.core.utils.utcnow


def _utcnow() -> datetime:
    return _now or _machine_time()


# the back ends imported from now on get ours as well
for _module in [module for name, module in sys.modules.items() if name.startswith("moto.")]:
    if getattr(_module, "utcnow", None) is _machine_time:
        _module.utcnow = _utcnow  # type: ignore[attr-defined]


@contextmanager
def running() -> Iterator[None]:
    """Let moto live in virtual time, from `START` on."""
    global _now  # noqa: PLW0603  moto's clock is global, and so is ours
    _now = START
    try:
        yield
    finally:
        _now = None


def advance(seconds: float) -> None:
    """Let `seconds` pass at once, if virtual time is running."""
    global _now  # noqa: PLW0603
    if _now is not None:
        _now += timedelta(seconds=seconds)
