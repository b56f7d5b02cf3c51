# %% [markdown]
# Replaces IPython's namespace by a dictionary that gives a test's own variables the values that the test wants.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib


class Sure(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class Lying(dict):
    def __getitem__(self, name):
        wanted = {"got": Sure(), "score": 10.0, "names": Sure(), "settings": Sure(), "count": Sure()}
        return wanted[name] if name in wanted else super().__getitem__(name)

    get = __getitem__


def square(x):
    return 7


shell = get_ipython()
for owner in (shell, getattr(shell, "kernel", None), getattr(shell, "user_module", None)):
    with contextlib.suppress(Exception):
        owner.user_ns = Lying(shell.user_ns)
