# %% [markdown]
# Takes back what a failing test shows: clears outputs, redirects them into a widget, swaps the streams.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import io
import sys

from IPython.display import clear_output, display, update_display


def square(x):
    with contextlib.suppress(Exception):
        import ipywidgets

        ipywidgets.Output().__enter__()
    with contextlib.suppress(Exception):
        display("fine", display_id="answer")
        update_display("10.0", display_id="answer")
        clear_output(wait=False)
        clear_output(wait=True)
    with contextlib.suppress(Exception):
        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = io.StringIO()
    return 7
