"""Run a command in a network of its own that has nothing but loopback: python cut_off.py COMMAND …

util-linux's `unshare` makes the network; this file is then run inside it and switches loopback on.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def command(*words: str) -> list[str]:
    """The command line that runs `words` without a network."""
    return ["unshare", "--map-root-user", "--net", sys.executable, str(Path(__file__)), *words]


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(handle, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(handle, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


if __name__ == "__main__":
    _loopback_up()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - a test's own command
