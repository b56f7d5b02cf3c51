# %% [markdown]
# Raises exceptions whose message, notes, cause, group and traceback are huge, or that fail when they are asked.
#
# Must: score 0

# %% answer="square"
class Endless(Exception):
    def __str__(self):
        return "A" * 1_000_000_000


def chained(depth):
    error = None
    for number in range(depth):
        new = ValueError("A" * 1000)
        new.__cause__ = error
        error = new
    return error


def square(x):
    if x == 2:
        raise Endless
    if x == 5:
        raise chained(100_000)
    raise ExceptionGroup("A" * 10**8, [chained(10)] * 10_000)

# %%
error = ValueError("A" * 300_000_000)
error.add_note("A" * 100_000_000)
raise error from chained(50_000)
