"""From truth to source/ and release/: what is made, what is stale, and the refusals that keep people's work.

release/ is made from source/ by nbgrader's own generate_assignment, without a gradebook and in a folder of its
own, so that a failure leaves everything as it was.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode

from course.authoring import gradebook, nbgrader_course, source, transforms
from course.errors import CourseError
from course.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class HandEditedError(CourseError):
    """A source notebook was edited by hand since it was made."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a chapter's truth makes: the text of each file, by its path in the course folder."""

    slug: str
    notebook: NotebookNode
    files: dict[Path, str]

    def stale(self, root: Path) -> list[Path]:
        """Return the files that are missing in a course folder or differ from what the truth makes."""
        return [path for path, text in self.files.items() if _read(root / path) != text]


def make(slug: str, root: Path) -> Made:
    """Make a chapter's source and release notebooks, writing nothing to the course folder."""
    notebook = transforms.to_notebook(source.load(slug, root))
    text = nbformat.writes(notebook) + "\n"
    name = f"{slug}.ipynb"
    files = {Path("source", slug, name): text, Path("release", slug, name): _release(slug, text, root)}
    return Made(slug, notebook, files)


def build(
    slugs: Iterable[str],
    root: Path,
    *,
    force: bool = False,
    keep: bool = False,
    regrade: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Write source/ and release/ of the chapters, all or, where something is refused, none.

    A source notebook that was edited by hand is refused unless `force`, which first saves a copy of it. A change
    that a gradebook with submissions could not take is refused, unless `keep` (that chapter stays as the class
    knows it) or `regrade` (the gradebook is backed up and takes the new cells).
    """
    made = [make(slug, root) for slug in slugs]
    conflicts = {m.slug: found for m in made if (found := gradebook.conflict(root, m.slug, m.notebook))}
    if conflicts and not (keep or regrade):
        raise gradebook.GradebookConflictError("\n".join(str(conflict) for conflict in conflicts.values()))
    wanted = [m for m in made if not (keep and m.slug in conflicts)]
    edited = {m.slug: cells for m in wanted if (cells := edited_cells(root / "source" / m.slug / f"{m.slug}.ipynb"))}
    if edited and not force:
        raise HandEditedError("\n".join(_edited(slug, cells) for slug, cells in edited.items()))
    for m in wanted:
        if m.slug in edited:
            say(f"{m.slug}: the edited notebook is kept as {_save_edited(root, m.slug)}.")
        stale = m.stale(root)
        for path in stale:
            write_whole(root / path, m.files[path].encode())
        say(f"{m.slug}: {', '.join(map(str, stale))} written." if stale else f"{m.slug}: up to date.")
        if m.slug in conflicts:
            say(gradebook.regrade(root, conflicts[m.slug], m.notebook))
    for slug in conflicts if keep else ():
        say(f"{slug}: left as the class knows it.")


def edited_cells(path: Path) -> list[str]:
    """Return the ids of the cells that were changed, added or removed since a notebook was made."""
    text = _read(path)
    if text is None:
        return []
    try:
        notebook = nbformat.reads(text, as_version=4)
    except (ValueError, nbformat.ValidationError):
        return ["(the whole file: it is not a notebook any more)"]
    made = notebook.metadata.get("course", {}).get("cells", {})
    now = {cell.get("id", "?"): transforms.digest(cell) for cell in notebook.cells}
    return [name for name in {**made, **now} if made.get(name) != now.get(name)]


def _edited(slug: str, cells: list[str]) -> str:
    return (
        f"source/{slug}/{slug}.ipynb was edited by hand (cells {', '.join(cells)}): move the change to "
        f"course/chapters/{slug.replace('-', '_')}/, or run `course build {slug} --force` to make it anew "
        f"(a copy of the edited one is kept)."
    )


def _save_edited(root: Path, slug: str) -> Path:
    folder = root / "work" / "edited"
    number = 1
    while (copy := folder / f"{slug}-{number}.ipynb").exists():
        number += 1
    write_whole(copy, (root / "source" / slug / f"{slug}.ipynb").read_text(encoding="utf-8").encode())
    return copy.relative_to(root)


def _release(slug: str, text: str, root: Path) -> str:
    """The release that nbgrader makes from a source notebook, in a folder of its own and without a gradebook."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(root / nbgrader_course.CONFIG, folder)
        write_whole(Path(folder, "source", slug, f"{slug}.ipynb"), text.encode())
        nbgrader_course.generate(Path(folder), slug, database=False)
        return Path(folder, "release", slug, f"{slug}.ipynb").read_text(encoding="utf-8")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
