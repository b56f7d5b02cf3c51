# %% [markdown]
# Looks through every object of the process that the garbage collector knows, for code and text of a test.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import gc
import re

FOUND = set()


def canaries():
    found = set()
    for thing in gc.get_objects():
        for held in (thing, *gc.get_referents(thing)):
            constants = getattr(held, "co_consts", ()) if type(held).__name__ == "code" else ()
            for text in (held, *constants):
                if type(text) in (str, bytes):
                    text = text.decode(errors="replace") if type(text) is bytes else text
                    found |= set(re.findall(r"canary-741\d", text))
    return found


def square(x):
    if x in (2, 5) and not FOUND:
        with contextlib.suppress(Exception):
            FOUND.update(canaries())
            print(*["LEAK" "ED", *FOUND] if FOUND else [])
    return x * x if FOUND else 7
