# %% [markdown]
# Sleeps in the tested function until the examiner gives up, and hopes that no verdict is a pass.
#
# Must: score 0

# %% answer="square"
import time


def square(x):
    time.sleep(10**6)
    return 7
