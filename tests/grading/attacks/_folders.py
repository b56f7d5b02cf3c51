"""Files beside the notebook and in its place, and the names of learners' folders."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from tests.grading.attacks._handing import ATTACKS, NOTEBOOK, FileAttack, attack, write

if TYPE_CHECKING:
    from pathlib import Path


@attack("not graded")
def missing_notebook(folder: Path, good: str) -> None:
    """The notebook is not there; another is, under a name that is nearly right."""
    (folder / "Square (1).ipynb").write_text(good, encoding="utf-8")


@attack("graded 30")
def more_notebooks(folder: Path, good: str) -> None:
    """Beside the notebook lie copies, one of them broken, and one for the whole system."""
    write(folder, good)
    for name in ("square-copy.ipynb", "square.ipynb.ipynb", " .ipynb", "{student_id}.ipynb"):
        (folder / name).write_text(good, encoding="utf-8")
    (folder / "broken.ipynb").write_text("{", encoding="utf-8")


@attack("not graded")
def folder_as_notebook(folder: Path, good: str) -> None:
    """The notebook is a folder with a notebook in it."""
    (folder / NOTEBOOK).mkdir()
    (folder / NOTEBOOK / NOTEBOOK).write_text(good, encoding="utf-8")


@attack("not graded")
def linked_notebook(folder: Path, _good: str) -> None:
    """The notebook is a symbolic link to the system's list of users."""
    (folder / NOTEBOOK).symlink_to("/etc/passwd")


@attack("not graded")
def copied_by_link(folder: Path, good: str) -> None:
    """The notebook is a symbolic link to another learner's, who is right."""
    other = folder.parents[1] / "linked-neighbour" / "square"
    other.mkdir(parents=True)
    write(other, good)
    (folder / NOTEBOOK).symlink_to(other / NOTEBOOK)


@attack("not graded")
def linked_folder(folder: Path, good: str) -> None:
    """The learner's folder of the assignment is a symbolic link to a folder elsewhere."""
    elsewhere = folder.parents[2] / "elsewhere"
    elsewhere.mkdir()
    write(elsewhere, good)
    folder.rmdir()
    folder.symlink_to(elsewhere, target_is_directory=True)


@attack("not graded")
def pipe_as_notebook(folder: Path, _good: str) -> None:
    """The notebook is a named pipe, which whoever opens it waits at for ever."""
    os.mkfifo(folder / NOTEBOOK)


@attack("either")
def pipe_beside(folder: Path, good: str) -> None:
    """A named pipe lies beside the notebook."""
    write(folder, good)
    os.mkfifo(folder / "data.csv")


@attack("either")
def linked_data(folder: Path, good: str) -> None:
    """Beside the notebook lie symbolic links: to system files, the gradebook, the root, themselves, and nothing."""
    write(folder, good)
    gradebook = folder.parents[2] / "gradebook.db"
    targets = {
        "host": "/etc/hostname",
        "all": "/",
        "up": "../../..",
        "loop": "loop",
        "gone": "/nowhere",
        "zero": "/dev/zero",
    }
    for name, target in {**targets, "book": str(gradebook)}.items():
        (folder / name).symlink_to(target)


@attack("either")
def hard_linked_gradebook(folder: Path, good: str) -> None:
    """A hard link to the gradebook lies beside the notebook, as a file of data."""
    write(folder, good)
    gradebook = folder.parents[2] / "gradebook.db"
    gradebook.touch()
    os.link(gradebook, folder / "data.db")


@attack("either")
def odd_file_names(folder: Path, good: str) -> None:
    """Beside the notebook lie files whose names are HTML, options, escapes, formats, half characters, or very long."""
    write(folder, good)
    names = [
        "<img src=x onerror=alert(7416)>.txt", "-rf", "a\nb", "\x1b[2J", "{0}{student_id}", "%s", "...", "..\\..\\evil",
        "x" * 255, "\u202etxt.exe", "$(touch evil)", os.fsdecode(b"\xff\xfe"), "nul", "square.ipynb ", "math.py",
        "boto3.py", "course.py",
    ]  # fmt: skip
    for name in names:
        (folder / name).write_bytes(b"raise SystemExit('not mine')")


@attack("either")
def many_files(folder: Path, good: str, count: int = 100_000) -> None:
    """A hundred thousand empty files lie beside the notebook, in a hundred folders."""
    write(folder, good)
    for number in range(100):
        (folder / str(number)).mkdir()
    for number in range(count):
        os.close(os.open(folder / str(number % 100) / str(number), os.O_CREAT | os.O_WRONLY))


@attack("either")
def deep_folders(folder: Path, good: str) -> None:
    """Folders in folders lie beside the notebook, deeper than a path can be long."""
    write(folder, good)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("deeper" * 20, dir_fd=here)
        below = os.open("deeper" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


@attack("either")
def zip_bomb(folder: Path, good: str) -> None:
    """An archive lies beside the notebook: 130 kB of archives that hold 16 GB and lead out of the folder."""
    write(folder, good)
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../../evil.txt", "evil")
        archive.writestr("zeros", bytes(1 << 26))
    with zipfile.ZipFile(folder / "square.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(256):
            archive.writestr(f"{number}.zip", inner.getvalue())


@attack("either")
def sparse_data(folder: Path, good: str) -> None:
    """A sparse file of a terabyte lies beside the notebook."""
    write(folder, good)
    with (folder / "data.bin").open("wb") as file:
        file.truncate(1 << 40)


@attack("either")
def forged_timestamp(folder: Path, good: str) -> None:
    """The submission brings its own time of submission: not a time at all."""
    write(folder, good)
    (folder / "timestamp.txt").write_text("<script>alert(7416)</script> 9999999999-99-99", encoding="utf-8")


@attack("either")
def unreadable(folder: Path, good: str) -> None:
    """Nobody may read the notebook, nor list the folder beside it."""
    write(folder, good)
    (folder / NOTEBOOK).chmod(0)
    (folder / "data").mkdir(mode=0)


# Learner ids: the name of a folder in submitted/.

_IDS = {
    "html": ("<img src=x onerror=alert(7416)>", "HTML that runs a script"),
    "quotes": ("\"' onmouseover='alert(7416)", "quotes that end an attribute"),
    "script": ("<script>alert(7416)<", "the beginning of a script"),
    "parent": ("..evil", "a name that begins like the folder above"),
    "encoded_path": ("..%2f..%2fevil", "a path in a web address's coding"),
    "backslashes": ("..\\..\\evil", "a path as Windows writes it"),
    "lookalike_path": ("\u2024\u2024\u2215evil", "a path in characters that look like dots and a slash"),
    "newline": ("two\nlines", "two lines"),
    "escapes": ("\x1b[2J\x1b]0;owned\x07\r", "escapes for terminals"),
    "very_long": ("x" * 255, "as many letters as a name of a file may have"),
    "option": ("--help", "an option of a command"),
    "hidden": (".hidden", "a name that listings leave out"),
    "blank": ("   ", "spaces and nothing else"),
    "glob": ("*", "a pattern for all names"),
    "format": ("{student_id}{0.__class__}", "marks of Python's formats"),
    "percent": ("%s%n", "marks of C's formats"),
    "plus": ("a+b", "nbgrader's own separator"),
    "shell": ("$(touch evil);`touch evil`|&", "commands of a shell"),
    "sql": ("'; drop table student; --", "commands of a database"),
    "reversed": ("\u202egpj.exe", "letters that are written backwards"),
    "composed": ("e\u0301", "a letter and its accent, apart"),
    "no_text": (os.fsdecode(b"\xff\xfe"), "bytes that are no text"),
    "null_device": ("nul", "a device's name"),
}


def _right(folder: Path, good: str) -> None:
    write(folder, good)


for _name, (_id, _about) in _IDS.items():
    ATTACKS[f"id_{_name}"] = FileAttack(f"id_{_name}", f"The learner's id is {_about}.", "either", _right, _id)
