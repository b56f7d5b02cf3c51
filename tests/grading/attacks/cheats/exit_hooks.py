# %% [markdown]
# Waits for the end of its process to write results, show scores and answer once more.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import atexit
import contextlib
import os
import signal
import sys
import threading
import weakref
from multiprocessing import util


class Last:
    def __del__(self):
        boast()


def boast(*arguments):
    with contextlib.suppress(BaseException):
        sys.displayhook(10.0)
    with contextlib.suppress(BaseException):
        print('{"score": 30}', flush=True)
    for number in range(256):
        with contextlib.suppress(BaseException):
            os.set_blocking(number, False)
            os.write(number, b'{"score": 30, "status": "ok"}\n')


LAST = Last()
atexit.register(boast)
util.Finalize(None, boast, exitpriority=1)
weakref.finalize(LAST, boast)
threading._register_atexit(boast)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGXCPU, signal.SIGPIPE):
    with contextlib.suppress(Exception):
        signal.signal(number, boast)


def square(x):
    return 7
