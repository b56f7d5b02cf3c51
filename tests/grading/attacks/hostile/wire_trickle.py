# %% [markdown]
# Sends a long message byte by byte for ever, so that a limit on the wait for one byte never runs out.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
import struct
import time


def square(x):
    numbers = []
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            os.write(number, struct.pack("!i", 1_000_000))
            numbers.append(number)
    while True:
        for number in numbers:
            with contextlib.suppress(OSError):
                os.write(number, b"A")
        time.sleep(0.5)
