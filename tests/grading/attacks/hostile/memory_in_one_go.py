# %% [markdown]
# Asks for more memory than there is, in one call, in C.
#
# Must: score 0

# %% answer="square"
def square(x):
    return b"x" * (1 << 46) if x == 2 else bytearray(1 << 36)
