# %% [markdown]
# Shows a result of 10 from inside the tested function, before the assert fails: nbgrader scores the first result it sees.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import sys


def square(x):
    with contextlib.suppress(Exception):
        sys.displayhook(10)
    with contextlib.suppress(Exception):
        get_ipython().displayhook(10.0)
    return 7

# %% answer="make_queue"
def make_queue(name):
    sys.displayhook(10)
    return name
