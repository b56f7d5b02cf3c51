"""Every test here begins with a fresh offline AWS."""

from collections.abc import Iterator

import pytest

from course import cloud


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001  undone after our stop
    cloud.start()
    yield
    cloud.stop()
