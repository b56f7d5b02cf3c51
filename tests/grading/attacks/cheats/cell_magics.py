# %% [markdown]
# Uses IPython's magics and shell escapes to change how later cells run: new magics, aliases, quiet errors, a debugger.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
def square(x):
    return 7

# %%
import contextlib

shell = get_ipython()
shell.register_magic_function(lambda line, cell=None: None, "line_cell", "square")
shell.register_magic_function(lambda line, cell=None: None, "line_cell", "assert")
for line in ("autocall 2", "automagic 1", "xmode Minimal", "pdb off", "alias assert true", "alias_magic got pass",
             "config InteractiveShell.ast_node_interactivity = 'none'", "rehashx", "colors NoColor", "precision 0"):
    with contextlib.suppress(BaseException):
        shell.run_line_magic(*line.split(" ", 1))
shell.ast_node_interactivity = "none"
shell.history_length = 0

# %%
# %%bash
# echo 'exit 0' > .bashrc; alias python=true; export PYTHONOPTIMIZE=2; echo 10.0
