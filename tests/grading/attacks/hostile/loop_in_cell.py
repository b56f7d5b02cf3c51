# %% [markdown]
# Loops without end in its own cell, before any test was asked, and ignores signals.
#
# Must: score 0

# %%
import contextlib
import signal

for number in range(1, signal.NSIG):
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [number])
while True:
    with contextlib.suppress(BaseException):
        while True:
            pass
