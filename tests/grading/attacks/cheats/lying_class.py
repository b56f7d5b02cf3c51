# %% [markdown]
# Returns an object that says its class is int, through every way of asking but type().
#
# Must: score 0

# %% answer="square"
class Meta(type):
    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return hash(int)

    def __instancecheck__(cls, instance):
        return True

    def __subclasscheck__(cls, subclass):
        return True


class Disguise(metaclass=Meta):
    @property
    def __class__(self):
        return int

    def __getattr__(self, name):
        return getattr(7, name)

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 4

    def __float__(self):
        return float("nan")


Disguise.__name__ = Disguise.__qualname__ = "int"
Disguise.__module__ = "builtins"


def square(x):
    return Disguise()
