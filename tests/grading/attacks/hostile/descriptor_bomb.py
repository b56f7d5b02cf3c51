# %% [markdown]
# Opens files, pipes and sockets without end and keeps them.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
import socket

KEPT = []


def square(x):
    while True:
        with contextlib.suppress(OSError):
            KEPT.append(os.pipe())
            KEPT.append(socket.socketpair())
            KEPT.append(os.open("/dev/null", os.O_RDONLY))
