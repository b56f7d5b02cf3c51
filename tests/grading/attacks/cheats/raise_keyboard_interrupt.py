# %% [markdown]
# Raises KeyboardInterrupt in its cell and in the tested function, as if the instructor had stopped the grading.
#
# Must: score 0

# %% answer="square"
def square(x):
    raise KeyboardInterrupt

# %%
raise KeyboardInterrupt
