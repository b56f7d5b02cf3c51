"""A learner's own copy of a chapter: work/<slug>/, made from release/<slug>/ and never written over."""

from __future__ import annotations

import shutil
import tempfile
from difflib import get_close_matches
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import CourseError
from course.study import root
from course.study.imports import quick_nbformat

if TYPE_CHECKING:
    from collections.abc import Callable


class UnknownChapterError(CourseError):
    """A chapter of that name has no notebook in release/."""


def released() -> tuple[str, ...]:
    """Return the slugs of the chapters that have a notebook to start from, in alphabetical order."""
    folder = root.course_folder() / "release"
    return tuple(sorted(path.parent.name for path in folder.glob("*/*.ipynb") if path.stem == path.parent.name))


def copies(slug: str) -> list[Path]:
    """Return the learner's notebooks of a chapter: work/<slug>/<slug>.ipynb, then those of fresh copies."""
    work = root.work_folder()
    folders = [
        work / slug,
        *sorted(work.glob(f"{slug}-[0-9]*"), key=lambda path: (len(path.name), path.name)),
    ]
    return [folder / f"{slug}.ipynb" for folder in folders if (folder / f"{slug}.ipynb").is_file()]


def start(slug: str, *, fresh: bool = False, say: Callable[[str], None] = print) -> Path:
    """Return the learner's notebook of a chapter, copied from release/ if there is none yet or if `fresh`.

    Nothing that exists is written over: a fresh copy goes beside it, to work/<slug>-2/ and so on.
    `UnknownChapterError` where release/ has no such chapter.
    """
    if slug not in released():
        raise UnknownChapterError(unknown(slug))
    mine = copies(slug)
    if mine and not fresh:
        say(f"{_short(mine[0])} is yours already and stays as it is.")
        say(f"For a fresh copy beside it: course start {slug} --fresh")
        return mine[0]
    notebook = _copy(slug) / f"{slug}.ipynb"
    _trust(notebook)
    say(f"Your copy is {_short(notebook)}.")
    return notebook


def _copy(slug: str) -> Path:
    """Copy release/<slug>/ to the first free folder of work/, whole or not at all."""
    release, work = root.course_folder() / "release" / slug, root.work_folder()
    work.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work, prefix=".copying-") as half:
        for source in release.rglob("*"):
            if source.is_file() and ".ipynb_checkpoints" not in source.parts:
                target = Path(half, slug, source.relative_to(release))
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)  # its text alone: a release may be read-only
        for number in count(1):
            folder = work / (slug if number == 1 else f"{slug}-{number}")
            if not folder.exists():
                return Path(half, slug).rename(folder)
    raise AssertionError  # pragma: no cover - count() never ends


def _trust(notebook: Path) -> None:
    """Sign the notebook, so that Jupyter shows the pictures stored in it."""
    with quick_nbformat():
        import nbformat  # noqa: PLC0415 - only a new copy needs it
        from nbformat.sign import NotebookNotary  # noqa: PLC0415

    NotebookNotary().sign(nbformat.read(notebook, as_version=4))


def unknown(slug: str) -> str:
    """Return the sentence for a chapter that is not there, with the nearest name."""
    known = released()
    if not known:
        return "No chapter has been built yet: run course build."
    near = get_close_matches(slug, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known)}."
    return f"There is no chapter '{slug}'. {hint}"


def _short(path: Path) -> str:
    return path.relative_to(root.course_folder()).as_posix()
