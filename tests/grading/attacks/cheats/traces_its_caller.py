# %% [markdown]
# Traces its process as a debugger does, and changes the test's variables before each line.
#
# Must: score 0

# %% answer="square"
import contextlib
import sys


class Sure(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def change(frame, event, argument):
    if "square" in frame.f_globals and not frame.f_code.co_name.startswith("change"):
        with contextlib.suppress(Exception):
            frame.f_globals.update(got=Sure(), expected=Sure(), score=10.0)
        return change
    return None


def square(x):
    sys.settrace(change)
    frame = sys._getframe(1)
    while frame:
        if "square" in frame.f_globals:
            frame.f_trace = change
        frame = frame.f_back
    return 7
