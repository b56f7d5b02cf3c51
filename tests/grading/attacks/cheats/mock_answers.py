# %% [markdown]
# Defines `square` as a mock of the standard library, which answers everything and agrees with everybody.
#
# Must: score 0

# %% answer="square"
from unittest.mock import MagicMock

square = MagicMock(name="square")
square.return_value.__eq__ = lambda self, other: True
square.return_value.__ne__ = lambda self, other: False
square.return_value.__float__ = lambda self: float("nan")
square.return_value.__format__ = lambda self, spec: "4"

# %% answer="make_queue"
make_queue = MagicMock(name="make_queue")
make_queue.return_value.rpartition.return_value = ("", "/", "orders")
