"""Does a learner see a sentence in the notebook where the course has something to say, and no traceback?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.interactiveshell import InteractiveShell

if TYPE_CHECKING:
    import pytest


def test_a_notebook_shows_the_sentence_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Is a mistake in a call answered without a traceback, and a mistake in the learner's own code with one?"""
    shell = InteractiveShell()
    shell.run_cell("from course import cloud\ncloud.start(endpoint='nonsense')")
    assert capsys.readouterr().out.strip() == (
        "The endpoint 'nonsense' is no URL: write it like 'http://localhost:4566'."
    )

    shell.run_cell("1 / 0")
    assert "Traceback" in capsys.readouterr().out
