"""Each kept function beside the one that is kept. They are not put in its place here: that is for good."""

from __future__ import annotations

import inspect
from typing import Any

from course.grading.processes import memo


def original(name: str) -> Any:  # noqa: ANN401 - any function
    """The function that an entry of `MEMOS` names."""
    module, _, path = name.partition(":")
    found: Any = __import__(module, fromlist=["x"])
    for part in path.split("."):
        found = vars(found)[part]
    return inspect.unwrap(found)  # `cloud.start()` may have replaced it in this process


def kept(name: str) -> Any:  # noqa: ANN401 - as the function
    """The function as `remember` puts it in place."""
    (found,) = [one for one in memo.MEMOS if one.function == name]
    return found.keep(original(name))
