# %% [markdown]
# Shows a result above full marks, at which nbgrader stops and leaves the submission without any score.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import sys


def square(x):
    sys.displayhook(1000)
    return 7
