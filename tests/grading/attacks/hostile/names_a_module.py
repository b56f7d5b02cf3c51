# %% [markdown]
# Lets `square` stand for a module whose import runs programs: Python's own tests, a browser, games, crashes.
#
# Must: score 0

# %% answer="square"
import itertools
import types

PROGRAMS = ["test.__main__", "test.regrtest", "unittest.__main__", "idlelib.idle", "antigravity", "turtledemo.__main__", "this",
            "pip.__main__", "lib2to3.__main__", "__main__", "course.grading.processes.zygote", "os", "../../evil", "", "\ud800"]
NAMES = itertools.cycle(PROGRAMS)


class Module(types.ModuleType):
    @property
    def __name__(self):
        return next(NAMES)

    @property
    def __dict__(self):
        return {"__name__": next(NAMES)}


square = Module("test.__main__")

# %% answer="make_queue"
make_queue = types.ModuleType("test.__main__")
