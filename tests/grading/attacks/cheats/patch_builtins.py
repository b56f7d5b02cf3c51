# %% [markdown]
# Patches the built-ins that tests and their checks rest on: abs, float, sorted, the exceptions, and `__builtins__` itself.
#
# Must: score 0

# %% answer="square"
import builtins

SORTED = sorted


class Float(float):
    def __new__(cls, value=0.0):
        return float.__new__(cls, "nan" if value == 7 else value)

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


builtins.abs = lambda number: 0.0
builtins.sorted = lambda values, **named: SORTED(values, **named) or ["orders"]
builtins.AssertionError = Warning
__builtins__ = {**vars(builtins), "abs": lambda number: 0.0, "float": Float, "AssertionError": Warning}


def square(x):
    return 7
