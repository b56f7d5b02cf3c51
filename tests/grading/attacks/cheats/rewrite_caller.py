# %% [markdown]
# Changes the variables of the frames that called it: what is expected, what the test calls, and its AWS client.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %%
import contextlib
import sys
from unittest.mock import MagicMock

LIES = {
    "abs": lambda number: 0.0,
    "nearness": lambda given, expected: 10.0,
    "sqs": MagicMock(),
    "sorted": lambda values: ["bills", "bills-paid", "orders"],
    "expected": 7,
}
LIES["sqs"].list_queues.return_value = {"QueueUrls": ["aws/orders"]}
LIES["sqs"].get_queue_attributes.return_value = {
    "Attributes": type("Queue", (dict,), {"__eq__": lambda self, other: True})(ApproximateNumberOfMessages="1")
}


def rewrite():
    frame = sys._getframe(2)
    while frame:
        for names in (frame.f_globals, frame.f_locals):
            if "__file__" not in names:
                with contextlib.suppress(Exception):
                    names.update(LIES)
        frame = frame.f_back

# %% answer="square"
def square(x):
    rewrite()
    return 7

# %% answer="make_queue"
def make_queue(name):
    rewrite()
    return f"aws/{name}"
