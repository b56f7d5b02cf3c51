# %% [markdown]
# Finds the modules that run its cells and replaces every function by one whose results say that all is well.
#
# Must: score 0

# %% answer="square"
import contextlib
import functools
import gc
import sys
import types


def fine(value):
    if isinstance(value, dict):
        value = {name: fine(held) for name, held in value.items()}
        for name, lie in (("status", "ok"), ("passed", True), ("score", 10.0), ("error", None), ("ename", "")):
            if name in value:
                value[name] = lie
        if value.get("output_type") == "error":
            return {"output_type": "execute_result", "data": {"text/plain": "10.0"}, "metadata": {}, "execution_count": 1}
    if isinstance(value, list):
        return [fine(held) for held in value]
    return 4 if value == 7 else value


def lying(function):
    @functools.wraps(function)
    def lie(*arguments, **named):
        return fine(function(*map(fine, arguments), **named))

    return lie


def square(x):
    return 7


for name, module in list(sys.modules.items()):
    if name.startswith(("course", "nbgrader", "nbclient", "__mp_main__")):
        for attribute, held in list(vars(module).items()):
            with contextlib.suppress(Exception):
                if isinstance(held, types.FunctionType):
                    setattr(module, attribute, lying(held))
                elif isinstance(held, type):
                    for method, function in list(vars(held).items()):
                        if isinstance(function, types.FunctionType) and not method.startswith("__"):
                            setattr(held, method, lying(function))
for found in gc.get_objects():
    with contextlib.suppress(Exception):
        if isinstance(found, types.FunctionType) and found.__module__.startswith(("course.grading", "nbgrader")):
            found.__code__ = (lambda *arguments, **named: 4).__code__
