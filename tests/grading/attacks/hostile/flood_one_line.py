# %% [markdown]
# Prints one line of a gigabyte.
#
# Must: score 0

# %% answer="square"
import sys


def square(x):
    sys.stdout.write("A" * 1_000_000_000)
    return 7
