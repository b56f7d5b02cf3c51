# %% [markdown]
# Leaves a child at full speed on every processor and a crowd of zombies, and answers.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import os


def spawn():
    for _ in range(os.cpu_count() or 2):
        if os.fork() == 0:
            os.setsid()
            while True:
                pass
    for _ in range(500):
        if os.fork() == 0:
            os._exit(0)


with contextlib.suppress(OSError):
    spawn()


def square(x):
    return 7
