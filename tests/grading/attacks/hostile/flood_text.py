# %% [markdown]
# Prints lines without end, from its own cell and from the tested function.
#
# Must: score 0

# %%
for number in range(3_000_000):
    print(number, "all work and no play")

# %% answer="square"
def square(x):
    while True:
        print("all work and no play" * 100)
