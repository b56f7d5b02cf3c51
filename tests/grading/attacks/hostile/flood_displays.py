# %% [markdown]
# Displays small things by the hundred thousand, clears them, updates them, and opens comms.
#
# Must: score 0

# %% answer="square"
import contextlib

from IPython.display import HTML, clear_output, display


def square(x):
    for number in range(200_000):
        display(number, display_id=f"d{number}")
        display(HTML("<b>" * 100), metadata={"n": number})
        with contextlib.suppress(Exception):
            from comm import create_comm

            create_comm(target_name="flood", data={"n": number})
        if number % 1000 == 0:
            clear_output()
    return 7
