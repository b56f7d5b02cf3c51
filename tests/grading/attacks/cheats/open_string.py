# %% [markdown]
# Leaves strings, brackets and cell magics open, to swallow a test where cells are put together as one text.
#
# Must: score 0

# %% answer="square"
def square(x):
    return 7

open_to_the_end = """

# %%
# %%writefile rest.py
# if False:

# %%
(
