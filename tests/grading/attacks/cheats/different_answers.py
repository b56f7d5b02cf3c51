# %% [markdown]
# Answers the same question differently each time, through all the answers that it guesses.
#
# Must: score 0

# %% answer="square"
import itertools

GUESSES = itertools.cycle([9, 4, 16, 0, 144, 25, 81, 10**24, 2.25])


def square(x):
    return next(GUESSES)
