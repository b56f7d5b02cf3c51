# %% [markdown]
# Returns NaN where a test computes a partial credit number from the answer: NaN is neither below nor above full marks.
#
# Must: score 0; says 'square(2) gave nan, expected 4'

# %% answer="square"
def square(x):
    return float("nan")
