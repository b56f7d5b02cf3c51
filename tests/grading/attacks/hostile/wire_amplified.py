# %% [markdown]
# Answers in the protocol's own words, with 40 MB that become gigabytes of small objects where they are read.
#
# Must: score 0

# %% answer="square"
import gc
import itertools
import struct
from multiprocessing.connection import Connection

import msgspec

packed = msgspec.msgpack.encode
SIZE = 40_000_000
ARRAYS = msgspec.Raw(b"\xdd" + struct.pack("!I", SIZE) + b"\x90" * SIZE)
MAPS = msgspec.Raw(b"\xdd" + struct.pack("!I", SIZE) + b"\x80" * SIZE)
TURNS = itertools.cycle([ARRAYS, MAPS])


def large():
    return [{"kind": "display_data", "content": {"data": {"a": next(TURNS)}, "metadata": {}}}]


def answer(asked):
    if asked["type"] == "Get":
        return {"type": "Named", "kind": "value", "data": packed(["fn", 0, "square"])}
    if asked["type"] == "Call":
        return {"type": "Returned", "data": packed(7), "messages": large()}
    return {"type": "Shown", "messages": large(), "execution_count": 1}


connection = next(thing for thing in gc.get_objects() if isinstance(thing, Connection))
connection.send_bytes(packed(answer({"type": "Run"})))
while True:
    connection.send_bytes(packed(answer(msgspec.msgpack.decode(connection.recv_bytes()))))
