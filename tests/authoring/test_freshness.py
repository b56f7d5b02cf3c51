"""Are source/ and release/ what the chapters' truth makes today, and does every exercise keep its contract?"""

from __future__ import annotations

from pathlib import Path

import pytest

from course.authoring.build import make
from course.authoring.source import slugs
from course.authoring.verify import verify

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("slug", slugs(ROOT))
def test_fresh(slug: str) -> None:
    """Is what is committed what the truth makes?"""
    stale = [str(path) for path in make(slug, ROOT).stale(ROOT)]
    assert not stale, f"{', '.join(stale)} stale: run `course build {slug}` and commit what it writes"


def test_contract() -> None:
    """Does `course verify` find nothing?"""
    assert verify(slugs(ROOT), ROOT) == []


def test_nothing_is_made_that_has_no_chapter() -> None:
    """Is there no notebook in source/ or release/ whose chapter is gone?"""
    made = {path.name for folder in ("source", "release") for path in (ROOT / folder).iterdir() if path.is_dir()}
    assert made == set(slugs(ROOT))
