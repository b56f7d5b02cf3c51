# %% [markdown]
# Returns plain data that is too large: a gigabyte of text, ten million numbers, an integer of ten million digits.
#
# Must: score 0

# %% answer="square"
CALLS = iter(range(10**6))


def square(x):
    number = next(CALLS) % 6
    if number == 0:
        return "A" * 1_000_000_000
    if number == 1:
        return list(range(10_000_000))
    if number == 2:
        return {str(n): [n] * 10 for n in range(1_000_000)}
    if number == 3:
        return 1 << 33_000_000
    if number == 4:
        return b"\0" * 1_000_000_000
    return [["A" * 1000] * 1000] * 1000
