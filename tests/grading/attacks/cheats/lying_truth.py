# %% [markdown]
# Returns an object whose comparison is neither True nor False but an object with a truth of its own.
#
# Must: score 0

# %% answer="square"
class Truth:
    def __bool__(self):
        return True

    def __not__(self):
        return False

    def __call__(self, *arguments):
        return self

    def __float__(self):
        return float("nan")

    __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __call__
    __sub__ = __rsub__ = __abs__ = __and__ = __or__ = __getitem__ = __call__

    def __hash__(self):
        return 1


def square(x):
    return Truth()
