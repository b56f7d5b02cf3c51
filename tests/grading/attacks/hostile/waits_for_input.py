# %% [markdown]
# Asks a person who is not there: input(), getpass, a debugger, the terminal itself.
#
# Must: score 0

# %% answer="square"
import contextlib
import getpass
import pdb
import sys


def square(x):
    for ask in (input, getpass.getpass, breakpoint, pdb.set_trace, sys.stdin.read, lambda: open("/dev/tty").read()):
        with contextlib.suppress(Exception):
            ask()
    return 7
