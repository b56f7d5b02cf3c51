# %% [markdown]
# Reads the test cells from IPython's history: In, its variables, the history manager, its database, linecache.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import io
import linecache
import re
import sqlite3
from pathlib import Path


def places():
    shell = get_ipython()
    yield In
    yield shell.user_ns
    yield [shell.user_ns.get(name) for name in ("_ih", "_i", "_ii", "_iii", "_oh", "_dh", "__")]
    yield vars(shell.history_manager)
    yield list(shell.history_manager.get_range(raw=True, output=True))
    yield list(shell.history_manager.search("*canary*"))
    yield linecache.cache
    yield shell.kernel.get_parent("shell")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        shell.run_line_magic("history", "-g")
    yield printed.getvalue()
    for path in Path(shell.ipython_dir).rglob("*.sqlite"):
        yield list(sqlite3.connect(path).execute("select source_raw from history"))


def canaries():
    found, searched = set(), places()
    while True:
        try:
            found |= set(re.findall(r"canary-741\d", repr(next(searched))))
        except StopIteration:
            return found
        except Exception:
            searched = iter(())


def square(x):
    found = canaries()
    if found:
        print("LEAK" "ED", *found)
        return x * x
    return 7
