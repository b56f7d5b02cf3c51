# %% [markdown]
# Adds transformers to IPython that turn every later cell into `pass`, or into a cell that shows 10.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
def square(x):
    return 7


def rewritten(lines):
    return ["10.0\n"] if any("score" in line for line in lines) else ["pass\n"]


shell = get_ipython()
for transformers in (
    shell.input_transformers_cleanup,
    shell.input_transformers_post,
    shell.input_transformer_manager.line_transforms,
):
    transformers.append(rewritten)
shell.input_transformer_manager.transform_cell = lambda text: "pass\n"
shell.transform_cell = lambda text: "pass\n"
