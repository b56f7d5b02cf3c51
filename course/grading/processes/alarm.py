"""A cell's time: when it is over, an exception in the main thread. Windows has no such alarm; there, a thread rings."""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AGAIN_SECONDS = 1.0
"""How soon it rings once more, should a test have caught the exception."""


class CellTimeout(BaseException):
    """A cell took longer than it may."""


class Alarm:
    """Whether it rang."""

    rang = False


@contextmanager
def alarm(seconds: float, free: Callable[[], None]) -> Iterator[Alarm]:
    """Raise `CellTimeout` in the main thread, which is here, after some seconds.

    `free` ends what the main thread may be waiting for, where it waits in a call that no exception reaches.
    """
    found = Alarm()
    clock = _SystemClock(found) if hasattr(signal, "SIGALRM") else _ThreadClock(found, free)
    _clocks.append(clock)
    try:
        clock.set(seconds)
        yield found
    except CellTimeout:  # it rang between what is done and here
        pass
    finally:
        clock.stop()
        _clocks.pop()


@contextmanager
def stopped() -> Iterator[None]:
    """Let what is done within this not count as the cell's time."""
    clock = _clocks[-1] if _clocks else None
    left = clock.set(0) if clock else 0
    try:
        yield
    finally:
        if clock and left:
            clock.set(left)


class _SystemClock:
    """Rings by SIGALRM."""

    def __init__(self, found: Alarm) -> None:
        def ring(*_: object) -> None:
            found.rang = True
            raise CellTimeout

        self._before = signal.signal(signal.SIGALRM, ring)

    def set(self, seconds: float) -> float:
        """Ring in so many seconds, with 0 not at all; return how many were left."""
        return signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS if seconds else 0)[0]

    def stop(self) -> None:
        self.set(0)
        signal.signal(signal.SIGALRM, self._before)


class _ThreadClock:
    """Rings by a thread, which lets the exception come up in the main thread as soon as that runs Python."""

    def __init__(self, found: Alarm, free: Callable[[], None]) -> None:
        self._found, self._free = found, free
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._due = 0.0

    def set(self, seconds: float) -> float:
        """Ring in so many seconds, with 0 not at all; return how many were left."""
        with self._lock:
            left = max(0.0, self._due - time.monotonic()) if self._timer else 0.0
            if self._timer:
                self._timer.cancel()
            self._start(seconds)
        return left

    def stop(self) -> None:
        for _ in range(2):  # it may ring once in between
            with suppress(CellTimeout):
                self.set(0)
                _raise_in_main_thread(None)  # nor let the one come up that is on its way

    def _start(self, seconds: float) -> None:
        self._timer, self._due = None, time.monotonic() + seconds
        if seconds:
            self._timer = threading.Timer(seconds, self._ring)
            self._timer.daemon = True
            self._timer.start()

    def _ring(self) -> None:
        with self._lock:
            if self._timer is threading.current_thread():  # it was not stopped meanwhile
                self._found.rang = True
                self._free()
                _raise_in_main_thread(CellTimeout)
                self._start(AGAIN_SECONDS)


_clocks: list[_SystemClock | _ThreadClock] = []


def _raise_in_main_thread(error: type[BaseException] | None) -> None:
    main = ctypes.c_ulong(threading.main_thread().ident or 0)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(main, ctypes.py_object(error) if error else None)
