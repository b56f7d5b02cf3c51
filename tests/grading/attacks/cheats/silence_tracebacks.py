# %% [markdown]
# Replaces everything by which IPython shows that a cell failed.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import sys


def square(x):
    return 7


def silent(*arguments, **named):
    return None


shell = get_ipython()
for owner in (shell, type(shell), *type(shell).__mro__):
    for name in ("showtraceback", "_showtraceback", "showsyntaxerror", "showindentationerror", "show_usage_error"):
        with contextlib.suppress(Exception):
            setattr(owner, name, silent)
shell.set_custom_exc((Exception,), silent)
shell.InteractiveTB = silent
sys.excepthook = sys.__excepthook__ = silent
sys.unraisablehook = silent
with contextlib.suppress(Exception):
    AssertionError._render_traceback_ = silent
