"""The environment variables by which boto3 finds credentials, configuration, Region and endpoint."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FAKE_KEY = "OFFLINE"


def fake(region: str) -> dict[str, str]:
    """Return an environment where botocore finds these credentials and has nowhere else to look."""
    return {
        "AWS_ACCESS_KEY_ID": FAKE_KEY,
        "AWS_SECRET_ACCESS_KEY": "offline",
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def variables(values: Mapping[str, str], *, keep: bool) -> Iterator[None]:
    """Set `values` in place of all of AWS's variables, or with `keep` beside them; put those back at the end."""
    before = _aws_variables()
    if not keep:
        _remove(before)
    os.environ.update(values)
    try:
        yield
    finally:
        _remove(_aws_variables())
        os.environ.update(before)


def _aws_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "BOTO_CONFIG"))}


def _remove(names: Mapping[str, str]) -> None:
    for name in names:
        del os.environ[name]
