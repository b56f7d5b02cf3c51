# %% [markdown]
# Returns subclasses of str that say they equal everything: for a number, and for the URL of a queue that is not there.
#
# Must: score 0

# %%
class Text(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return hash("orders")

    def __float__(self):
        return float("nan")

    def __radd__(self, other):
        return other

    def rpartition(self, separator):
        return "", "/", self

    def encode(self, *arguments):
        return b"orders"

# %% answer="square"
def square(x):
    return Text("7")

# %% answer="make_queue"
def make_queue(name):
    return Text(f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}")
