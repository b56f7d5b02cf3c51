# %% [markdown]
# Listens to its own connection, to learn what a right answer looks like on the wire, and plays that to every question.
#
# Must: score 0

# %% answer="square"
import contextlib
import gc
import os
import socket
from multiprocessing.connection import Connection

SENT, HEARD = [], []


def listening(send):
    def heard(self, data, *arguments):
        SENT.append(bytes(data))
        return send(self, SENT[0] if len(SENT) > 1 else data, *arguments)

    return heard


for name in ("_send_bytes", "send_bytes", "_send"):
    with contextlib.suppress(Exception):
        setattr(Connection, name, listening(getattr(Connection, name)))
for name in ("write", "writev", "sendfile"):
    with contextlib.suppress(Exception):
        real = getattr(os, name)
        setattr(os, name, lambda number, data, *rest, real=real: HEARD.append((number, data)) or real(number, data, *rest))


def square(x):
    for connection in gc.get_objects():
        with contextlib.suppress(Exception):
            if isinstance(connection, (Connection, socket.socket)) and connection.poll(0):
                HEARD.append(connection.recv_bytes())
                for message in reversed(HEARD):
                    connection.send_bytes(message)
    return 7
