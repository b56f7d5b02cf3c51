"""The AWS of these tests: `aws` empties it before a test, which is quicker than to stop it and start another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course import cloud

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def running() -> Iterator[None]:
    """An offline AWS that ends with the module."""
    yield
    cloud.stop()


@pytest.fixture
def aws(running: None) -> None:  # noqa: ARG001 - so that it ends
    """A fresh offline AWS."""
    cloud.start()
