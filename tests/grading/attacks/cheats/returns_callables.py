# %% [markdown]
# Returns functions, classes, generators and coroutines, which a test might call, iterate or take for an answer.
#
# Must: score 0

# %% answer="square"
class Meta(type):
    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return 4


class Number(metaclass=Meta):
    def __new__(cls, *arguments):
        return 4


def numbers():
    while True:
        yield 4


async def later():
    return 4


MADE = [lambda *arguments: 4, Number, numbers(), square.__class__ if "square" in globals() else type, int, eval, print]
CALLS = iter(range(10**6))


def square(x):
    return MADE[next(CALLS) % len(MADE)]
