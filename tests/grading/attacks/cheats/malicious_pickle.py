# %% [markdown]
# Returns an object that runs code wherever somebody copies, pickles, unpickles, formats or displays it.
#
# Must: score 0

# %% answer="square"
PAYLOAD = """
import builtins, sys
builtins.abs = lambda *arguments: 0.0
builtins.float = lambda *arguments: float.__new__(float, "nan")
print("LEAK" "ED", "code ran where the answer was read")
print("LEAK" "ED", "code ran where the answer was read", file=sys.stderr)
"""


class Bomb:
    def __reduce_ex__(self, protocol):
        return exec, (PAYLOAD,)

    def __reduce__(self):
        return exec, (PAYLOAD,)

    def __getnewargs_ex__(self):
        return (PAYLOAD,), {}

    def __deepcopy__(self, memory):
        return 4

    def __json__(self):
        return 4

    toJSON = to_json = to_dict = __copy__ = __json__

    def __repr__(self):
        return f"exec({PAYLOAD!r})"

    def __format__(self, spec):
        return "4"

    def _repr_mimebundle_(self, **named):
        return {"text/plain": "10.0"}


def square(x):
    return Bomb()
