# %% [markdown]
# Returns plain data at the edges: lone surrogates, NaN keys, huge and tiny numbers, odd types of the standard library.
#
# Must: score 0

# %% answer="square"
import array
import datetime
import decimal
import enum
import fractions
import uuid

ODD = [
    "\ud800", "\0", "\U0010ffff" * 10, b"\xff\x00", float("inf"), float("-inf"), -0.0, 5e-324, 10**4300, -(10**5000), 2**64, -(2**63) - 1,
    complex("nan"), {float("nan"): 1}, {None: 1, True: 2, 1.5: 3, (1, 2): 4}, {"\ud800": 1}, {"__class__": 1, "": 2},
    {1, 2}, frozenset(), (), range(10**18), slice(1), Ellipsis, NotImplemented, memoryview(b"x"), bytearray(b"x"),
    array.array("d", [1.0]), decimal.Decimal("sNaN"), fractions.Fraction(1, 3), uuid.UUID(int=4), datetime.datetime.max,
    datetime.timedelta.max, enum.Enum("Number", "FOUR").FOUR, object(), type, len, [None] * 1000, {"a": [{"b": ({},)}]},
]
CALLS = iter(range(10**6))


def square(x):
    return ODD[next(CALLS) % len(ODD)]

# %%
for number in range(len(ODD)):
    try:
        assert square(number) is not square
    except Exception as error:
        print(number, type(error))

# %% answer="make_queue"
def make_queue(name):
    return ODD[0] if name == "orders" else None
