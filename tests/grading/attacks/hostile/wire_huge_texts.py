# %% [markdown]
# Answers in the protocol's own words, with exceptions whose names, texts and places are as long as a message may be.
#
# Must: score 0

# %% answer="square"
import gc
import itertools
from multiprocessing.connection import Connection

import msgspec

packed = msgspec.msgpack.encode
LONG = "A" * 40_000_000
RAISED = itertools.cycle([
    {"types": ["ValueError", "Exception"], "text": LONG},
    {"types": [LONG, "Exception"], "text": "x"},
    {"types": ["Angry", "Exception"], "text": "x", "where": LONG},
    {"types": ["x"] * 5_000_000, "text": "x"},
    {"types": ["a\0b", "AssertionError"], "text": ""},
    {"types": [], "text": ""},
    {"types": ["UnicodeDecodeError", "Exception"], "text": "x", "data": packed(["t", "x"])},
    {"types": ["BaseExceptionGroup", "BaseException"], "text": "x"},
    {"types": ["SystemExit", "BaseException"], "text": "0", "data": packed(["t", 0])},
    {"types": ["LearnerLost", "CellTimeout", "BaseException"], "text": ""},
])


def answer(asked):
    if asked["type"] == "Get":
        return {"type": "Named", "kind": "value", "data": packed(["fn", 0, "A" * 200])}
    if asked["type"] == "Call":
        return {"type": "Raised", **next(RAISED)}
    return {"type": "Shown", "execution_count": 1}


connection = next(thing for thing in gc.get_objects() if isinstance(thing, Connection))
connection.send_bytes(packed(answer({"type": "Run"})))
while True:
    connection.send_bytes(packed(answer(msgspec.msgpack.decode(connection.recv_bytes()))))
