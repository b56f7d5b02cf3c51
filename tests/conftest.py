"""What every test needs: the programs of this environment on the PATH, calm property tests, an AWS that ends."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from course import cli, cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

# Machines are shared and noisy: a slow example is no failure.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

cli.prepare_environment()
gc.set_threshold(50_000, 20, 20)  # else the collector goes through all that is imported again and again


@pytest.fixture(scope="module", autouse=True)
def no_aws_is_left() -> Iterator[None]:
    """No module leaves an offline AWS to the next one, whose own would then not begin empty."""
    yield
    if models := sys.modules.get("moto.core.models"):
        assert not models.MockAWS._mocks_active, "a test starts an AWS and does not stop it"  # noqa: SLF001 - moto tells it nowhere else


@pytest.fixture(scope="module")
def running() -> Iterator[None]:
    """An offline AWS that ends with the module."""
    yield
    cloud.stop()


@pytest.fixture
def aws(running: None) -> None:  # noqa: ARG001 - so that it ends
    """A fresh offline AWS: to empty one is quicker than to stop it and start another."""
    cloud.start()
