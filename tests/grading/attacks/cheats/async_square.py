# %% [markdown]
# Defines `square` as a coroutine function, so that a call returns at once and asserts nothing.
#
# Must: score 0

# %% answer="square"
import warnings

warnings.simplefilter("ignore")


async def square(x):
    return x * x
