# %% [markdown]
# Knows by heart what the visible tests ask and nothing else.
#
# Must: score 0; says 'square(3) gave 7, expected 9'

# %% answer="square"
def square(x):
    return {2: 4, 5: 25}.get(x, 7)
