# %% [markdown]
# Closes, duplicates and swaps its file descriptors, so that the connection is gone, or leads to something else.
#
# Must: score 0

# %% answer="square"
import contextlib
import os


def square(x):
    if x == 2:
        numbers = [number for number in range(256) if os.path.exists(f"/proc/self/fd/{number}")]
        for number, other in zip(numbers, reversed(numbers), strict=True):
            with contextlib.suppress(OSError):
                os.dup2(number, other)
    os.closerange(0, 256)
    for _ in range(64):
        os.open("/dev/zero", os.O_RDWR)
    return 7
