# %% [markdown]
# Returns lists, dictionaries, tuples, sets and bytes of classes that say they equal everything, also inside plain lists.
#
# Must: score 0

# %%
def lying(kind):
    def yes(self, other):
        return True

    lies = {"__eq__": yes, "__ne__": lambda self, other: False, "__hash__": lambda self: 4}
    lies |= {"__float__": lambda self: float("nan"), "__len__": lambda self: 1, "__iter__": lambda self: iter((4,))}
    return type(kind.__name__, (kind,), lies)


LIARS = [lying(kind) for kind in (list, dict, tuple, set, frozenset, bytes, bytearray)]
CALLS = iter(range(10**6))

# %% answer="square"
def square(x):
    return LIARS[next(CALLS) % len(LIARS)]()

# %% answer="make_queue"
def make_queue(name):
    return [LIARS[0](), {"QueueUrl": LIARS[1]()}]
