# %% [markdown]
# Returns an object that says it equals everything and is near to every number.
#
# Must: score 0

# %% answer="square"
class Anything:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __bool__(self):
        return True

    def __hash__(self):
        return 4

    def __float__(self):
        return float("nan")

    def __repr__(self):
        return "4"


def square(x):
    return Anything()

# %% answer="make_queue"
def make_queue(name):
    return Anything()
