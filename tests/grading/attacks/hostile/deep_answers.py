# %% [markdown]
# Returns plain data that is too deep, holds itself, or doubles with every level.
#
# Must: score 0

# %% answer="square"
CALLS = iter(range(10**6))


def nested(kind, depth):
    value = 4
    for _ in range(depth):
        value = [value] if kind == "list" else {"a": value} if kind == "dict" else (value,)
    return value


def square(x):
    number = next(CALLS) % 6
    if number < 3:
        return nested(("list", "dict", "tuple")[number], 100_000)
    if number == 3:
        value = []
        value.append(value)
        return value
    if number == 4:
        value = {}
        value["again"] = value
        return value
    value = ["lol"]
    for _ in range(40):
        value = [value, value]
    return value
