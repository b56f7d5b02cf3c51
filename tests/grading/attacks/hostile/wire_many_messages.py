# %% [markdown]
# Sends small messages that are well made without end, out of turn, and reads none of those that come.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
import struct

import msgspec

SHOWN = {"type": "Shown", "messages": [], "execution_count": 1}
RETURNED = {"type": "Returned", "data": b"\x04"}
TEXTS = [*map(msgspec.msgpack.encode, (SHOWN, RETURNED, {"type": "Hello"}, 4, None)), b"", b"[" * 10_000, b"\x91" * 10_000]


def square(x):
    while True:
        for text in TEXTS:
            for number in range(3, 256):
                with contextlib.suppress(OSError):
                    os.write(number, struct.pack("!i", len(text)) + text)
