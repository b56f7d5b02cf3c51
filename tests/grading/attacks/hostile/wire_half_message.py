# %% [markdown]
# Sends half of a message on every connection that it inherited, one byte at a time, and then nothing.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
import struct
import time


def square(x):
    message = struct.pack("!i", 1000) + b'{"value": [' * 40
    for byte in message:
        for number in range(3, 256):
            with contextlib.suppress(OSError):
                os.write(number, bytes([byte]))
    time.sleep(600)
