"""The values of a policy's JSON, of which one may stand without its list, and the request's own, as IAM reads them."""

from __future__ import annotations

from typing import Any


def listed(value: Any) -> list[Any]:  # noqa: ANN401 -- any JSON value
    """In a policy, and in a request's context, one value may stand without the list."""
    return list(value) if isinstance(value, list | tuple) else [value]


def texts(value: Any) -> list[str]:  # noqa: ANN401 -- any JSON value
    """Return the values as texts: JSON's true and 7 are "true" and "7" to IAM."""
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in listed(value)]
