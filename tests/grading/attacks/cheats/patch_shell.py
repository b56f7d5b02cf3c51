# %% [markdown]
# Replaces the methods by which IPython and its kernel run a cell, so that later cells do not run and count as done.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib


def square(x):
    return 7


shell = get_ipython()


async def nothing(*arguments, **named):
    return False


async def executed(*arguments, **named):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}


for owner in (shell, type(shell), *type(shell).__mro__):
    for name in ("run_code", "run_ast_nodes"):
        with contextlib.suppress(Exception):
            setattr(owner, name, nothing)
with contextlib.suppress(Exception):
    shell.kernel.do_execute = executed
