# %% [markdown]
# Raises its own limits and priority, moves the clock, takes every processor, and pushes keys into the terminal.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import fcntl
import os
import resource
import termios
import time


def square(x):
    for name in [name for name in dir(resource) if name.startswith("RLIMIT_")]:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for act in (
        lambda: os.nice(-20),
        lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99)),
        lambda: os.sched_setaffinity(0, range(os.cpu_count())),
        lambda: os.setpriority(os.PRIO_USER, 0, -20),
        lambda: time.clock_settime(time.CLOCK_REALTIME, 0),
        lambda: [fcntl.ioctl(0, termios.TIOCSTI, letter) for letter in b"id\n"],
        lambda: open("/proc/self/oom_score_adj", "w").write("-1000"),
    ):
        with contextlib.suppress(Exception):
            act()
    return 7
