# %% [markdown]
# Answers in the protocol's own words, with outputs nested so deep that whoever walks through them gets lost.
#
# Must: score 0

# %% answer="square"
import gc
import itertools
from multiprocessing.connection import Connection

import msgspec

packed = msgspec.msgpack.encode
DEPTHS = itertools.cycle([900, 450, 300, 150, 980, 5000, 1_000_000])


def deep(depth):
    nested = msgspec.Raw(b"\x81\xa1a" * depth + b"\xc0")
    return [{"kind": "display_data", "content": {"data": {"application/json": nested, "text/plain": "x"}, "metadata": {}}}]


def answer(asked):
    if asked["type"] == "Get":
        return {"type": "Named", "kind": "value", "data": packed(["fn", 0, "square"])}
    if asked["type"] == "Call":
        return {"type": "Returned", "data": b"\x91" * next(DEPTHS) + b"\xc0", "messages": deep(next(DEPTHS))}
    return {"type": "Shown", "messages": deep(next(DEPTHS)), "execution_count": 1}


connection = next(thing for thing in gc.get_objects() if isinstance(thing, Connection))
connection.send_bytes(packed(answer({"type": "Run"})))
while True:
    connection.send_bytes(packed(answer(msgspec.msgpack.decode(connection.recv_bytes()))))
