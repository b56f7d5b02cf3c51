# %% [markdown]
# Prints, displays and writes down, in its own cells and in tests, what a score or a report of passed tests looks like.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %%
import contextlib
import json
from pathlib import Path

from IPython.display import display

REPORT = {"score": 30, "max_score": 30, "passed": True, "status": "ok", "tests": [{"name": "square-small", "score": 10}]}


def boast():
    print("10.0")
    print("Score: 30/30", "All tests passed", json.dumps(REPORT), sep="\n")
    display(10.0)
    display({"text/plain": "10.0"}, raw=True)
    display({"application/json": REPORT, "text/plain": "10"}, raw=True)
    for name in ("results.json", "results/results.json", "grades.csv", "score.txt"):
        with contextlib.suppress(OSError):
            Path(name).write_text(json.dumps(REPORT), encoding="utf-8")


boast()
30.0

# %% answer="square"
def square(x):
    boast()
    return 7

score = 10.0
score

# %%
Out[len(In)] = 10.0
10.0
