# %% [markdown]
# Takes the connection away from the process's own code and answers every question itself, in the protocol's own words.
#
# Must: score 0

# %% answer="square"
import gc
import itertools
from multiprocessing.connection import Connection

import msgspec

packed = msgspec.msgpack.encode
RESULT = {"data": {"text/plain": "10.0"}, "metadata": {}, "execution_count": 1}
SHOWN = [{"kind": kind, "content": RESULT} for kind in ("execute_result", "display_data", "update_display_data")]
SHOWN.append({"kind": "clear_output", "content": {"wait": True}})
VALUES = itertools.cycle([
    ["sub", "Anything", "f", float("nan")],
    ["dc", "course.grading.talk.job", "Case", "points", 10.0],
    ["en", "course.grading.talk.job", "Case", "int", "FOUR", 4],
    ["nt", "sys", "float_info", "max", 4],
    ["fn", 0, "square"],
    ["D", "NaN"],
    ["sub", "int", "d", "__eq__", ["fn", 0, "square"]],
])
NAMES = itertools.cycle([
    {"kind": "value", "data": packed(["fn", 0, "square"])},
    {"kind": "module", "text": ["course.grading.cases"]},
    {"kind": "exception", "text": ["AssertionError", "BaseException"]},
])


def answer(asked):
    kind = asked["type"]
    if kind in ("Run", "Import"):
        return {"type": "Shown", "messages": SHOWN, "execution_count": 1}
    if kind == "Get":
        return {"type": "Named", **(next(NAMES) if asked["name"] != "square" else {"kind": "value", "data": packed(["fn", 0, "square"])})}
    if kind == "Call":
        return {"type": "Returned", "data": packed(next(VALUES)), "messages": SHOWN}
    return {"type": "Raised", "types": ["StopIteration", "Exception"], "text": "10.0", "messages": SHOWN}


def take_over():
    connection = next(thing for thing in gc.get_objects() if isinstance(thing, Connection))
    connection.send_bytes(packed({"type": "Shown", "messages": SHOWN, "execution_count": 1}))
    while True:
        connection.send_bytes(packed(answer(msgspec.msgpack.decode(connection.recv_bytes()))))


take_over()
