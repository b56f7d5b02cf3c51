# %% [markdown]
# Starts threads and tasks that outlive their cell, show scores all the time, and never end.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import asyncio
import contextlib
import sys
import threading
import time


def boast():
    while True:
        with contextlib.suppress(BaseException):
            sys.displayhook(10.0)
            print("10.0")
        time.sleep(0.05)


async def boast_later():
    while True:
        await asyncio.sleep(0.05)
        sys.displayhook(10.0)


for _ in range(3):
    threading.Thread(target=boast, daemon=False).start()
with contextlib.suppress(RuntimeError):
    TASK = asyncio.get_running_loop().create_task(boast_later())


def square(x):
    return 7
