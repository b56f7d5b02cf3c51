"""Words in sentences that are made of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(parts: Sequence[str]) -> str:
    """Return 'a', 'a and b' or 'a, b and c'; of nothing, nothing."""
    return " and ".join([*([", ".join(parts[:-1])] if parts[:-1] else []), *parts[-1:]])
