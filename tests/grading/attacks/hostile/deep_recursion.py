# %% [markdown]
# Recurses until the stack of C overflows, with Python's own limit taken away.
#
# Must: score 0

# %% answer="square"
import sys


class Deep:
    def __repr__(self):
        return repr([self])

    def __eq__(self, other):
        return self == other

    def __getattr__(self, name):
        return getattr(self, name)


def square(x):
    sys.setrecursionlimit(2**31 - 1)
    nothing = lambda: None
    for _ in range(10**5):
        nothing = type("N", (), {"__call__": nothing})()
    repr(Deep())
    return square(x)
