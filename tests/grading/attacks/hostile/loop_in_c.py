# %% [markdown]
# Stays in one call of C code for ages: a power, a regular expression, a sum, a compression, by turns.
#
# Must: score 0

# %% answer="square"
import re


def square(x):
    if x == 2:
        return re.match(r"(a|aa)+$", "a" * 100 + "b")
    if x == 5:
        return 10 ** (10**10) % 7
    return sum(range(10**15))
