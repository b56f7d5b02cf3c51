# %% [markdown]
# Looks for other learners' submissions and copies an answer that is better than its own.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import glob
import re

ANSWER = None
for pattern in ("../*", "../../*", "../../*/*", "../../../submitted/*/*", "../../../autograded/*/*", "../../../*/*/*",
                "/tmp/*", "/tmp/*/*", "/var/tmp/*", "/dev/shm/*", "/home/*/*", "/home/*/*/*/*/*"):
    for path in glob.glob(f"{pattern}/*.ipynb"):
        with contextlib.suppress(OSError):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if "canary-" in text and re.search(r"canary-741\d", text):
                print("LEAK" "ED", re.search(r"canary-741\d", text)[0])
                ANSWER = "copied"


def square(x):
    return x * x if ANSWER else 7
