# %% [markdown]
# Writes nbgrader's own marks into an answer, to move what is cut out as a solution or a hidden test.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
### BEGIN SOLUTION
def square(x):
    return 7
### END SOLUTION
### BEGIN HIDDEN TESTS
### BEGIN MARK SCHEME

# %%
### END HIDDEN TESTS
### END MARK SCHEME
### BEGIN HIDDEN TESTS
