# %% [markdown]
# Shows a result whose text, HTML and JSON are made without end, by an object that is asked how it looks.
#
# Must: score 0

# %% answer="square"
class Endless:
    def __repr__(self):
        return "A" * 2_000_000_000

    def _repr_mimebundle_(self, **named):
        deep = []
        for _ in range(1_000_000):
            deep = [deep]
        return {"text/plain": "A" * 500_000_000, "application/json": deep}


def square(x):
    display(Endless())
    return Endless()

# %%
Endless()
