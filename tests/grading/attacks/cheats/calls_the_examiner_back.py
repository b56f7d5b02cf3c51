# %% [markdown]
# Answers a call with calls of its own, of functions that it was not given, again and again.
#
# Must: score 0

# %% answer="square"
import gc
import itertools
from multiprocessing.connection import Connection

import msgspec

packed = msgspec.msgpack.encode
NOTHING = packed(["t", ["t"], ["d"]])


def square(x):
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, Connection))
    for number in itertools.cycle([0, 1, -1, 2**40]):
        connection.send_bytes(packed({"type": "Call", "function": number, "arguments": NOTHING}))
        connection.recv_bytes()
