# %% [markdown]
# Starts threads without end.
#
# Must: score 0

# %% answer="square"
import threading
import time


def square(x):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(600,)).start()
        except RuntimeError:
            pass
