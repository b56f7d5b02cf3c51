# %% [markdown]
# Starts child processes that leave its group and session and live on, hold its pipes open, and wait for the next learner.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import os
import signal
import subprocess
import sys
import time


def linger():
    for number in range(1, signal.NSIG):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    end = time.monotonic() + 600
    while time.monotonic() < end:
        with contextlib.suppress(BaseException):
            with open("/tmp/left-by-a-learner", "w") as file:
                file.write("x * x")
        time.sleep(0.2)


for _ in range(2):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            linger()
        os._exit(0)
CODE = "import time, os; os.setsid(); time.sleep(600)"
CHILD = subprocess.Popen([sys.executable, "-c", CODE], close_fds=False, start_new_session=True)


def square(x):
    return 7
