# %% [markdown]
# Writes past Python to standard output and standard error, itself and through a child process, without end.
#
# Must: score 0

# %% answer="square"
import os
import subprocess


def square(x):
    subprocess.Popen(["sh", "-c", "while :; do echo yes; done"])
    while True:
        os.write(1, b"A" * 65536)
        os.write(2, b"\x1b[2J\x00\xff" * 8192)
