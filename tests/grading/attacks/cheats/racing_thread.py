# %% [markdown]
# Starts a thread that overwrites the test's variables all the time, between the call and the assert.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import sys
import threading
import time


class Sure(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def race():
    names = get_ipython().user_ns
    while True:
        for name, value in (("got", Sure()), ("expected", Sure()), ("score", 10.0), ("nearness", lambda *pair: 10.0)):
            names[name] = value
        time.sleep(0)


sys.setswitchinterval(1e-6)
threading.Thread(target=race, daemon=True).start()


def square(x):
    time.sleep(0.01)
    return 7
