# %% [markdown]
# Shows a negative result from inside the tested function: nbgrader finds a score below zero strange and gives full marks.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import sys


def square(x):
    sys.displayhook(-1)
    return 7
