"""The one base class of everything that this course has to tell its reader instead of a traceback."""


class CourseError(Exception):
    """A sentence for the person at the keyboard: what is wrong, where, and what to do about it.

    `str(error)` is that sentence. The `course` command prints it and ends with exit code 1; a notebook shows
    it in place of a traceback. Each part of the course derives its own class from this one.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]
