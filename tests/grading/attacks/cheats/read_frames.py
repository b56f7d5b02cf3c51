# %% [markdown]
# Walks the frames that called it, of every thread, and reads their code, constants and variables.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import inspect
import re
import sys


def texts(frame):
    while frame:
        code = frame.f_code
        yield from (code.co_consts, code.co_names, code.co_filename)
        yield from (frame.f_locals.items(), frame.f_globals.items())
        with contextlib.suppress(Exception):
            yield inspect.getsource(code)
        with contextlib.suppress(Exception):
            yield inspect.getframeinfo(frame, context=100)
        frame = frame.f_back


def square(x):
    found = set()
    try:
        raise ZeroDivisionError
    except ZeroDivisionError as error:
        frames = [sys._getframe(), error.__traceback__.tb_frame, *sys._current_frames().values()]
    for frame in frames:
        for text in texts(frame):
            with contextlib.suppress(Exception):
                found |= set(re.findall(r"canary-741\d", repr(text)))
    if found:
        print("LEAK" "ED", *found)
        return x * x
    return 7
