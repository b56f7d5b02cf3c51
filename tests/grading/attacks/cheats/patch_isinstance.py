# %% [markdown]
# Patches the built-ins with which a grader looks at values: isinstance, type, repr, len, hash, all, any, print, getattr.
#
# Must: score 0

# %% answer="square"
import builtins


class Type(type):
    def __eq__(cls, other):
        return True

    __hash__ = type.__hash__


def square(x):
    builtins.repr = lambda value: "4"
    builtins.len = lambda value: 1
    builtins.hash = lambda value: 4
    builtins.all = builtins.any = lambda values: True
    builtins.isinstance = builtins.issubclass = lambda value, kinds: kinds in (int, (int, float)) or type(value) is kinds
    builtins.type = Type
    builtins.print = lambda *values, **named: None
    builtins.Exception = builtins.BaseException = Warning
    return 7
