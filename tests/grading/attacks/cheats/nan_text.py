# %% [markdown]
# Returns the text 'nan', which is plain data and becomes NaN in the test's own float().
#
# Must: score 0; says 'square(2) gave 'nan', expected 4'

# %% answer="square"
def square(x):
    return "nan"
