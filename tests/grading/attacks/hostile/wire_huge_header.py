# %% [markdown]
# Announces messages of gigabytes, and of a negative length, on every connection that it inherited, and sends none.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
import struct
import time

HEADERS = [
    struct.pack("!i", 0x7FFFFFFF),
    struct.pack("!iQ", -1, 1 << 62),
    struct.pack("!iQ", -1, 1 << 34),
    struct.pack("!i", -2),
    struct.pack("<I", 0xFFFFFFFF),
    struct.pack("!Q", (1 << 64) - 1),
    b"Content-Length: 99999999999\r\n\r\n",
    b"99999999999:",
]
CALLS = iter(range(10**6))


def square(x):
    header = HEADERS[next(CALLS) % len(HEADERS)]
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            os.write(number, header)
    time.sleep(600)
