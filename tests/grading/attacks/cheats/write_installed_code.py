# %% [markdown]
# Rewrites the installed code of the grader and of Python, and its compiled files, so that the next learner runs it.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import importlib.util
import os
import sys
from pathlib import Path

LIE = "\nimport builtins\nbuiltins.print('LEAK' 'ED', 'installed code was rewritten')\n"


def square(x):
    return 7


for name in ("course.grading", "course.cloud", "nbgrader", "boto3", "moto", "IPython", "os", "nbclient"):
    with contextlib.suppress(Exception):
        path = Path(importlib.util.find_spec(name).origin)
        with contextlib.suppress(OSError):
            os.chmod(path, 0o666)
        with open(path, "a", encoding="utf-8") as file:
            file.write(LIE)
for place in sys.path:
    with contextlib.suppress(OSError), open(Path(place) / "zz_course.pth", "w", encoding="utf-8") as file:
        file.write(f"import builtins; print('LEAK' 'ED')\n")
