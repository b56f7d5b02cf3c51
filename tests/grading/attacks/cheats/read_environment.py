# %% [markdown]
# Reads the grader's environment and settings for a secret: os.environ, C's environ, auxiliary data, users, host names.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import ctypes
import os
import re
import subprocess


def sources():
    yield lambda: dict(os.environ)
    yield lambda: open("/proc/self/environ").read()
    yield lambda: subprocess.run(["env"], capture_output=True).stdout
    yield lambda: subprocess.run(["sh", "-c", "set; ps eww -A"], capture_output=True).stdout
    yield lambda: all_of(ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ"))
    yield lambda: ctypes.string_at(id(os.environ), 10**5)


def all_of(pointer):
    texts, number = [], 0
    while pointer[number]:
        texts.append(pointer[number])
        number += 1
    return texts


def square(x):
    found = set()
    for source in list(sources())[:5]:
        with contextlib.suppress(Exception):
            found |= set(re.findall(r"canary-741\d", repr(source())))
    if found:
        print("LEAK" "ED", *found)
        return x * x
    return 7
