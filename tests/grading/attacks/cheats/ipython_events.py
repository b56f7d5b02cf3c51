# %% [markdown]
# Registers for every event of IPython's, reads each cell that is about to run, and looks for the answers in it.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import re

FOUND = set()


def read(text):
    for canary in set(re.findall(r"canary-741\d", str(text))):
        print("LEAK" "ED", canary)
        FOUND.add(canary)


def before(*arguments):
    read([getattr(about, "raw_cell", about) for about in arguments])


def after(*arguments):
    for result in arguments:
        read(getattr(getattr(result, "info", None), "raw_cell", ""))
        result.error_in_exec = result.error_before_exec = None
        result.result = 10.0


events = get_ipython().events
for name, hook in (("pre_execute", before), ("pre_run_cell", before), ("post_run_cell", after), ("post_execute", before)):
    events.register(name, hook)


def square(x):
    return x * x if FOUND else 7
