"""Messages between processes: framed by multiprocessing, packed by msgspec, of known types and limited size."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from msgspec import Struct

Received = TypeVar("Received")


class WireError(Exception):
    """The other side is gone, or what it sent is no message."""


class Wire(Generic[Received]):
    """One end of a connection, that receives messages of the type `receives`, each of at most `limit` bytes."""

    def __init__(self, connection: Connection, receives: object, *, limit: int) -> None:
        self.connection = connection
        self._decoder: msgspec.msgpack.Decoder[Received] = msgspec.msgpack.Decoder(receives)
        self._encoder = msgspec.msgpack.Encoder()
        self._limit = limit
        # a connection's own `poll`, which Windows is left with, makes a selector each time
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll is not None:
            self._poll.register(connection.fileno(), select.POLLIN)

    def send(self, message: Struct) -> None:
        """Send a message; `WireError` where nobody is left to receive it."""
        try:
            self.connection.send_bytes(self._encoder.encode(message))
        except (OSError, ValueError) as error:
            raise WireError(f"nothing can be sent: {error}") from None

    def receive(self, seconds: float | None = None) -> Received:
        """Wait for a message, at most some seconds (`TimeoutError`); `WireError` where none can come.

        Half a message may block for longer: the caller's own alarm has to end that.
        """
        try:
            came = seconds is None or self._comes(seconds)
            message = self._decoder.decode(self.connection.recv_bytes(self._limit)) if came else None
        except EOFError:
            raise WireError("the connection was closed") from None
        except (OSError, ValueError, RecursionError, MemoryError) as error:  # msgspec's errors are ValueErrors
            raise WireError(f"no message: {error}") from None
        if message is None:
            raise TimeoutError
        return message

    def _comes(self, seconds: float) -> bool:
        return self.connection.poll(seconds) if self._poll is None else bool(self._poll.poll(seconds * 1000))

    def close(self) -> None:
        """Close the connection; the other side sees its end."""
        self.connection.close()
