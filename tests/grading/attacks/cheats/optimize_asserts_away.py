# %% [markdown]
# Makes the built-in compile() optimize as `python -O` does, which leaves asserts out of what is compiled later.
#
# Must: score 0

# %% answer="square"
import builtins
import codeop
import sys

COMPILE = builtins.compile


def optimizing(*arguments, **named):
    return COMPILE(*arguments[:5], **(named | {"optimize": 2}))


builtins.compile = optimizing
codeop.compile = optimizing
sys.flags = type("Flags", (), {"optimize": 2, "__getattr__": lambda self, name: 0})()


def square(x):
    return 7
