# %% [markdown]
# Deletes the test cells, leaves other text at their place, and answers wrong.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% replaces="square-small"
# no test here

# %% replaces="square-partial"
10.0

# %% replaces="make_queue-exists"
print("passed")
