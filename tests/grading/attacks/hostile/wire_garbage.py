# %% [markdown]
# Writes noise into every connection that it inherited, from its own cell, before any question comes.
#
# Must: score 0

# %%
import contextlib
import os
import random
import socket

dice = random.Random(7411)
for number in range(3, 256):
    with contextlib.suppress(OSError):
        os.set_blocking(number, False)
        for _ in range(100):
            os.write(number, dice.randbytes(dice.randrange(1, 5000)))
    with contextlib.suppress(OSError):
        socket.socket(fileno=os.dup(number)).send(b"out of band", socket.MSG_OOB)
