"""Can what is pinned be installed with every Python that the course says it works with?"""

from __future__ import annotations

import tomllib
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PINS = [Requirement(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)
def test_the_oldest_python_will_do(pin: Requirement) -> None:
    """Does the pinned version take the oldest Python of pyproject.toml, which may be older than this one?"""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    about = metadata(pin.name).json

    assert str(about["version"]) in pin.specifier
    assert oldest in SpecifierSet(str(about.get("requires_python", "")))
