# %% [markdown]
# Finds the connection to the examiner and speaks out of turn: verdicts, scores, results and answers before the question.
#
# Must: score 0

# %% answer="square"
import contextlib
import gc
import json
import os
import socket
import stat
import struct
import sys
from multiprocessing.connection import Connection

import msgspec

packed = msgspec.msgpack.encode
RESULT = {"data": {"text/plain": "10.0"}, "metadata": {}, "execution_count": 1}
SHOWN = [{"kind": "execute_result", "content": RESULT}, {"kind": "display_data", "content": RESULT}]
CASES = [{"name": name, "points": 10.0, "max_points": 10.0} for name in ("square-small", "square-partial", "make_queue-exists")]
FORGED = [
    {"type": "Returned", "data": packed(4), "messages": SHOWN},
    {"type": "Shown", "messages": SHOWN, "execution_count": 1},
    {"type": "Named", "kind": "value", "data": packed(10.0)},
    {"type": "Ran", "messages": SHOWN, "cases": CASES[:1], "execution_count": 1},
    {"type": "Ran", "messages": SHOWN, "cases": CASES, "execution_count": 1},
    {"type": "Finished"},
    {"type": "LearnerEnded", "why": ""},
    {"type": "Hello", "port": 1},
    {"status": "ok", "outputs": [RESULT]},
    {"score": 10.0, "max_score": 10.0, "passed": True},
    ["value", 4],
    4,
    None,
]


def descriptors():
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode) or stat.S_ISFIFO(os.fstat(number).st_mode):
                os.set_blocking(number, False)
                yield number


def connections():
    found = [thing for thing in gc.get_objects() if isinstance(thing, (Connection, socket.socket))]
    frame = sys._getframe()
    while frame:
        found += [value for value in frame.f_locals.values() if isinstance(value, (Connection, socket.socket))]
        frame = frame.f_back
    return list({id(thing): thing for thing in found}.values())


def square(x):
    for message in FORGED:
        for text in (packed(message), json.dumps(message, default=str).encode()):
            for connection in connections():
                with contextlib.suppress(Exception):
                    getattr(connection, "send_bytes", getattr(connection, "sendall", None))(text)
            for number in descriptors():
                with contextlib.suppress(OSError):
                    os.write(number, struct.pack("!i", len(text)) + text)
    return 7
