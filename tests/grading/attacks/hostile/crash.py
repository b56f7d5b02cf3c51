# %% [markdown]
# Crashes the interpreter: reads address 0, aborts, and leaves a core file.
#
# Must: score 0

# %% answer="square"
import contextlib
import ctypes
import faulthandler
import resource


def square(x):
    with contextlib.suppress(Exception):
        faulthandler.disable()
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    if x == 2:
        ctypes.string_at(0)
    ctypes.CDLL(None).abort()
