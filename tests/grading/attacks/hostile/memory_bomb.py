# %% [markdown]
# Takes memory without end and touches it, in its process and in memory files that outlive a cell.
#
# Must: score 0

# %% answer="square"
import contextlib
import mmap
import os


def square(x):
    taken = []
    while True:
        with contextlib.suppress(MemoryError, OSError):
            taken.append(bytearray(os.urandom(1 << 20)) * 64)
        with contextlib.suppress(MemoryError, OSError):
            taken.append(os.memfd_create("more"))
            os.write(taken[-1], b"x" * (1 << 26))
            taken.append(mmap.mmap(-1, 1 << 26, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
            taken[-1].write(b"x" * (1 << 26))
