"""The start page work/start.md, which Jupyter shows first: the curriculum and the learner's progress."""

from __future__ import annotations

import contextlib
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from course import curriculum, questions
from course.errors import CourseError
from course.study import progress, root
from course.study.start import copies, released

if TYPE_CHECKING:
    from course.curriculum import Chapter
    from course.study.progress import Progress

PAGE = Path(__file__).parent / "static" / "start.md"


def refresh() -> Path | None:
    """Write the start page anew and return it; None where there is no course folder to write it in."""
    folder = root.find()
    if folder is None:
        return None
    page = folder / "work" / "start.md"
    with contextlib.suppress(OSError):  # a read-only class folder: the page is a comfort
        page.parent.mkdir(exist_ok=True)
        page.write_text(text(), encoding="utf-8")
    return page


def text() -> str:
    """Return the start page in Markdown."""
    so_far = progress.load()
    built = set(released())
    mine = [_row(chapter, so_far) for chapter in curriculum.CHAPTERS if chapter.slug in built]
    head = ["| Chapter | What you learn | Your exercises | Your exam questions |", "|---|---|---|---|"]
    every = [_line(chapter, is_built=chapter.slug in built) for chapter in curriculum.CHAPTERS]
    page = Template(PAGE.read_text(encoding="utf-8"))
    return page.substitute(mine="\n".join([*head, *mine]), all="\n".join(every))


def _row(chapter: Chapter, so_far: Progress) -> str:
    cells = (
        f"**{_link(chapter)}**",
        chapter.teaches,
        _exercises(chapter.slug, so_far),
        _questions(chapter.slug, so_far),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _line(chapter: Chapter, *, is_built: bool) -> str:
    tasks = f"exam task{'s' if len(chapter.tasks) > 1 else ''} {', '.join(chapter.tasks)}"
    if is_built:
        return f"1. **{_link(chapter)}** ({tasks}): {chapter.teaches}"
    return f"1. {chapter.title} ({tasks}; not written yet): {chapter.teaches}"


def _link(chapter: Chapter) -> str:
    """Return the link to the learner's latest copy."""
    mine = copies(chapter.slug)
    folder = mine[-1].parent.name if mine else chapter.slug
    return f"[{chapter.title}]({folder}/{chapter.slug}.ipynb)"


def _exercises(slug: str, so_far: Progress) -> str:
    scores = so_far.scores.get(slug, {}).values()
    if not scores:
        return "not checked yet"
    return f"{sum(s.points for s in scores):g} of {sum(s.max_points for s in scores):g} points"


def _questions(slug: str, so_far: Progress) -> str:
    try:
        asked = questions.load(slug)
    except CourseError:  # a chapter in the making, or one of another course
        return ""
    answers = so_far.answers.get(slug, {})
    right = sum(answers.get(question.id) == question.answer for question in asked)
    return f"{right} of {len(asked)} right" if answers else "none answered yet"
