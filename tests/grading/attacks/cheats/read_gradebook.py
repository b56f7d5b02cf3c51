# %% [markdown]
# Finds the gradebook, reads the hidden tests that nbgrader keeps in it, and asks the disk for what lies beside it.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %%
import contextlib
import os
import re
import sqlite3
from pathlib import Path

FOUND = set()
for folder in [Path.cwd(), *Path.cwd().parents, Path.home(), *Path("/home").glob("*"), *Path("/tmp").glob("*")]:
    with contextlib.suppress(OSError):
        FOUND |= set(re.findall(r"canary-741\d", " ".join(os.listdir(folder))))
        for path in folder.glob("*.db"):
            with contextlib.suppress(Exception):
                database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
                for table, column in (("source_cell", "source"), ("submitted_assignment", "id"), ("student", "id")):
                    for (text,) in database.execute(f"select {column} from {table}"):
                        FOUND |= set(re.findall(r"canary-741\d", str(text)))
if FOUND:
    print("LEAK" "ED", *FOUND)

# %% answer="square"
def square(x):
    return x * x if FOUND else 7
