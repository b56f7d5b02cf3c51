# %% [markdown]
# Answers in the protocol's own words, with outputs whose parts are missing, of other types, or named like nothing known.
#
# Must: score 0

# %% answer="square"
import gc
import itertools
from multiprocessing.connection import Connection

import msgspec

packed = msgspec.msgpack.encode
ODD = [
    ("display_data", {}), ("display_data", {"data": 5}), ("display_data", {"data": {"text/plain": 5}, "metadata": 5}),
    ("display_data", {"data": {"text/plain": ["a", 1, None]}, "metadata": {"text/plain": "x"}}),
    ("display_data", {"data": {"image/png": {"a": [b"\xff"]}}, "metadata": None, "transient": {"display_id": []}}),
    ("display_data", {"data": {"../../evil": "x", "": "", "a" * 100_000: ""}, "metadata": {}}),
    ("execute_result", {"execution_count": "<script>alert(7416)</script>", "data": {"text/plain": "10.0"}, "metadata": {}}),
    ("execute_result", {"execution_count": -1, "data": {"text/plain": ["10.0"]}, "metadata": {}}),
    ("update_display_data", {"transient": 5, "data": {}}), ("update_display_data", {}), ("clear_output", {"wait": []}),
    ("stream", {}), ("stream", {"name": "stdin", "text": "x"}), ("stream", {"name": 5, "text": 5}), ("stream", {"text": None}),
    ("error", {}), ("error", {"ename": 5, "evalue": [], "traceback": 5}), ("error", {"traceback": [1, None, ["x"]]}),
    ("error", {"ename": "", "evalue": "", "traceback": ["<script>alert(7416)</script>"]}),
    ("comm_open", {}), ("comm_open", {"comm_id": 5, "data": 5, "target_name": []}), ("comm_msg", {"comm_id": "x", "data": {"state": 5}}),
    ("comm_open", {"comm_id": "../../evil", "target_name": "jupyter.widget", "data": {"state": {"a": []}, "buffer_paths": [["x"]]}}),
    ("<script>alert(7416)</script>", {}), ("", {"": ""}), ("status", {"execution_state": "dead"}), ("input_request", {"prompt": ""}),
]
MESSAGES = [{"kind": kind, "content": content, "buffers": [b"x"]} for kind, content in ODD]
TURNS = itertools.cycle([MESSAGES, *([message] for message in MESSAGES)])


def answer(asked):
    if asked["type"] == "Get":
        return {"type": "Named", "kind": "value", "data": packed(["fn", 0, "square"])}
    if asked["type"] == "Call":
        return {"type": "Returned", "data": packed(7), "messages": next(TURNS)}
    return {"type": "Shown", "messages": next(TURNS), "execution_count": -(2**40)}


connection = next(thing for thing in gc.get_objects() if isinstance(thing, Connection))
connection.send_bytes(packed(answer({"type": "Run"})))
while True:
    connection.send_bytes(packed(answer(msgspec.msgpack.decode(connection.recv_bytes()))))
