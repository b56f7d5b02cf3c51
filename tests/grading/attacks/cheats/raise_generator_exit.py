# %% [markdown]
# Raises the exceptions that `except Exception` does not catch: GeneratorExit, CancelledError, a BaseException of its own.
#
# Must: score 0

# %% answer="square"
import asyncio


class Quiet(BaseException):
    def __str__(self):
        raise self

    __repr__ = __str__


RAISED = [GeneratorExit, asyncio.CancelledError, Quiet, BaseExceptionGroup("", [SystemExit(0)]), StopAsyncIteration]


def square(x):
    raise RAISED[abs(int(x)) % len(RAISED)]

# %%
raise asyncio.CancelledError
