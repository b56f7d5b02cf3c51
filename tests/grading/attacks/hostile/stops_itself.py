# %% [markdown]
# Stops its process as Ctrl-Z does, and its threads' waiting for ever on a lock; nothing ends and nothing answers.
#
# Must: score 0

# %% answer="square"
import os
import signal
import threading


def square(x):
    if x == 2:
        os.kill(os.getpid(), signal.SIGSTOP)
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
