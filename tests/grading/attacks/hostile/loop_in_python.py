# %% [markdown]
# Loops without end and swallows every interrupt.
#
# Must: score 0

# %% answer="square"
def square(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
