# %% [markdown]
# Reads the whole memory of its process, also what was left there before the fork, and of its parents where it may.
#
# Must: score 0

# %% answer="square"
import contextlib
import ctypes
import os
import re

FOUND = set()


def canaries(process):
    found = set()
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            start, end = (int(address, 16) for address in span.split("-"))
            if "r" in rights and "[v" not in line and end - start < 1 << 28:
                with contextlib.suppress(OSError, ValueError, OverflowError):
                    memory.seek(start)
                    found |= set(re.findall(rb"canary-741[0-9]", memory.read(end - start)))
    return found


def probed(reach=1 << 26, page=4096):
    """Read around an object of its own where /proc is not there: the kernel says which addresses can be written out."""
    libc, (outlet, inlet) = ctypes.CDLL(None), os.pipe()
    middle, found, before = id(object()) & -page, set(), b""
    for address in range(middle - reach, middle + reach, page):
        if libc.write(inlet, ctypes.c_void_p(address), page) == page:
            text = os.read(outlet, page)
            found |= set(re.findall(rb"canary-741[0-9]", before[-20:] + text))
            before = text
    os.close(inlet)
    os.close(outlet)
    return found


def square(x):
    if x in (2, 5) and not FOUND:
        for process in ("self", str(os.getppid()), "1"):
            with contextlib.suppress(Exception):
                FOUND.update(canaries(process))
        with contextlib.suppress(Exception):
            FOUND.update(probed())
        if FOUND:
            print("LEAK" "ED", *FOUND)
    return x * x if FOUND else 7
