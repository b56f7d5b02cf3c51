# %% [markdown]
# Replaces IPython's compiler by one that compiles nothing.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
def square(x):
    return 7


class Idle(type(get_ipython().compile)):
    def ast_parse(self, source, filename="<unknown>", symbol="exec"):
        return super().ast_parse("10.0" if "score" in source else "pass", filename, symbol)

    def cache(self, code, number=0, raw_code=None):
        return super().cache("pass", number)


get_ipython().compile.__class__ = Idle
get_ipython().compile = Idle()
