# %% [markdown]
# Raises exceptions whose type names, messages and attributes mean something to those who build them again elsewhere.
#
# Must: score 0

# %% answer="square"
import builtins

NAMES = ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "StopIteration", "Warning", "__import__('os')._exit(0)",
         "eval", "os.system", "<script>alert(7416)</script>", "\x1b[2J", "x" * 10**6, "", "None", "int", "\ud800"]
CALLS = iter(range(10**6))


def square(x):
    name = NAMES[next(CALLS) % len(NAMES)]
    lie = type("Lie", (Exception,), {"code": 0, "value": 4, "__module__": "builtins"})
    lie.__name__ = lie.__qualname__ = name.encode(errors="replace").decode()
    error = lie(0, "10.0", name)
    error.__cause__ = error.__context__ = error
    error.add_note("<script>alert(7416)</script>")
    raise getattr(builtins, name, lie) if isinstance(getattr(builtins, name, None), type) and x == 5 else error
