# %% [markdown]
# Searches the file system for source notebooks, gradebooks, feedback and everything that is marked secret.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %%
import contextlib
import os
import re
import time
from pathlib import Path

SYSTEM = {"/proc", "/sys", "/dev", "/usr", "/bin", "/lib", "/lib64", "/boot"}
WANTED = (".ipynb", ".db", ".py", ".json", ".md", ".txt", ".csv", ".html", ".log", ".env", ".cfg")


def canaries(seconds=5):
    found, end = set(), time.monotonic() + seconds
    starts = [Path.cwd(), *Path.cwd().parents[:-1], Path.home(), Path("/home"), Path("/root"), Path("/tmp"), Path("/")]
    for start in starts:
        for folder, folders, files in os.walk(start):
            folders[:] = [name for name in folders if f"{folder.rstrip('/')}/{name}" not in SYSTEM | {"site-packages"}]
            found |= set(re.findall(r"canary-741\d", " ".join(files)))
            for name in files:
                if name.endswith(WANTED):
                    with contextlib.suppress(OSError), open(os.path.join(folder, name), "rb") as file:
                        found |= set(re.findall(r"canary-741\d", file.read(10**6).decode(errors="replace")))
            if time.monotonic() > end:
                return found
    return found


FOUND = canaries()
if FOUND:
    print("LEAK" "ED", *FOUND)

# %% answer="square"
def square(x):
    return x * x if FOUND else 7
