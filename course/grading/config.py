"""The settings of this package as nbgrader_config.py writes them: c.Grading.sandbox = True, and so on."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import msgspec
from traitlets import Bool, Dict, List, Unicode
from traitlets.config import Configurable

from course.errors import CourseError
from course.grading.engine import Settings
from course.grading.processes.sandbox import Sandbox
from course.grading.talk.job import Limits

if TYPE_CHECKING:
    from collections.abc import Callable


class Grading(Configurable):
    """How submissions are run and judged."""

    sandbox = Bool(default_value=True, help="Run submissions in a sandbox, or refuse to run them.").tag(config=True)
    packages = List(Unicode(), ["course"], help="Packages outside of Python's own folders that notebooks import.").tag(
        config=True
    )
    hidden = List(Unicode(), [], help="What of these packages no submission may see: glob patterns below each.").tag(
        config=True
    )
    limits = Dict(help=f"Limits of a submission: {', '.join(Limits.__struct_fields__)}.").tag(config=True)
    exact = Bool(
        default_value=False,
        help="nbgrader-exact: keep to stock nbgrader where grading differs on purpose (docs/instructors.md).",
    ).tag(config=True)
    aws = Unicode("", help="What answers AWS calls, as 'module:class'; by default moto as it is.").tag(config=True)
    misconceptions = Unicode("", help="A function (assignment, notebook) that lists misconceptions.").tag(config=True)

    def settings(self) -> Settings:
        """Return how to grade; `CourseError` for a limit that there is not."""
        try:
            limits = msgspec.convert(dict(self.limits), Limits, strict=True)
        except msgspec.ValidationError as error:
            raise CourseError(f"c.Grading.limits in nbgrader_config.py: {error}") from None
        if unknown := set(self.limits) - set(Limits.__struct_fields__):
            known = ", ".join(Limits.__struct_fields__)
            raise CourseError(f"c.Grading.limits in nbgrader_config.py has {min(unknown)!r}; use one of {known}.")
        outputs = {name: dict(self.config[name]) for name in ("IgnorePattern", "LimitOutput") if name in self.config}
        return Settings(limits=limits, exact=self.exact, aws=self.aws, outputs=outputs)

    def box(self) -> Sandbox | None:
        """Return the sandbox, or None where it is switched off."""
        return Sandbox(packages=tuple(self.packages), hidden=tuple(self.hidden)) if self.sandbox else None

    def bank(self) -> Callable[[str, str], Any] | None:
        """Return the function that lists misconceptions, or None where there is none."""
        module, _, name = self.misconceptions.partition(":")
        return getattr(importlib.import_module(module), name) if module else None
