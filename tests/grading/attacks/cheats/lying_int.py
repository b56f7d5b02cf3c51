# %% [markdown]
# Returns a subclass of int that compares, hashes, prints and converts as it likes.
#
# Must: score 0

# %% answer="square"
class Int(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return hash(4)

    def __index__(self):
        return 4

    __int__ = __index__

    def __float__(self):
        return float("nan")

    def __repr__(self):
        return "4"

    __str__ = __repr__

    def __reduce__(self):
        return int, (4,)

    def to_bytes(self, *arguments, **named):
        return b"\x04"

    def bit_length(self):
        return 3


def square(x):
    return Int(7)
