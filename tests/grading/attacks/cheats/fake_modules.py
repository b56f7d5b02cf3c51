# %% [markdown]
# Puts modules of its own in place of those that a test imports, and an import hook in front of the others.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import importlib.abc
import sys
from unittest.mock import MagicMock


MADE = []


class Sure:
    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return self

    def __getitem__(self, name):
        return self

    def __call__(self, *arguments, **named):
        return self

    def __iter__(self):
        return iter(MADE)


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        return None if name in sys.builtin_module_names else MagicMock()


def square(x):
    return 7

# %% answer="make_queue"
sys.modules["boto3"] = sys.modules["course"] = sys.modules["course.cloud"] = Sure()
sys.meta_path.insert(0, Finder())


def make_queue(name):
    MADE.append(name)
    MADE.sort()
    return name
