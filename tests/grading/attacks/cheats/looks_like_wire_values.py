# %% [markdown]
# Returns plain data shaped like a serializer's own marks for callables, references, classes and code.
#
# Must: score 0

# %% answer="square"
SHAPES = [
    {"__class__": "int", "value": 4},
    {"__type__": "callable", "name": "eval", "args": ["4"]},
    {"__remote__": 1},
    {"py/object": "builtins.int", "py/reduce": [{"py/function": "builtins.eval"}, {"py/tuple": ["2*2"]}]},
    {"$ref": "#/expected"},
    {"type": "callable", "id": 0, "name": "square"},
    {"kind": "number", "value": "4"},
    ["callable", "square"],
    ["int", "4"],
    ["float", "nan"],
    {"float": "nan"},
    {"error": None, "value": 4},
    {"status": "ok", "result": 4, "score": 10},
    {"output_type": "execute_result", "data": {"text/plain": "10.0"}, "metadata": {}, "execution_count": 1},
    "__callable__:square",
    b"\x80\x04K\x04.",
    "c__builtin__\neval\n(S'4'\ntR.",
]
CALLS = iter(range(10**6))


def square(x):
    return SHAPES[next(CALLS) % len(SHAPES)]
