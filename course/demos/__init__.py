"""The demos that chapters show: `from course import demos`, then `demos.queue_animation()`.

Each demo is imported when it is first asked for, so that a chapter pays only for what it shows.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.demos.demo import Demo, Plot

# the function's name -> the module of this package that holds it
_MODULES = {
    "queue_animation": "queue",
    "failure_lab": "labs",
    "fan_out": "topic",
    "shards": "stream",
    "firehose": "stream",
    "queue_scaling": "scaling",
    "cidr_visualizer": "cidr",
    "subnet_sizing": "sizing",
    "packet_walk": "packet",
    "bastion_and_nat": "bastion",
    "eni_failover": "eni",
    "hibernate": "hibernation",
    "cognito_flow": "cognito",
    "federation": "saml",
    "policy_evaluation": "policy",
    "assume_role": "two_accounts",
    "encryption_flows": "encryption",
    "envelope_encryption": "encryption_envelope",
    "s3_encryption": "encryption_s3",
    "snapshot_sharing": "encryption_accounts",
    "multi_region_keys": "encryption_regions",
    "encrypted_replication": "encryption_replication",
}


def __getattr__(name: str) -> Callable[..., Demo | Plot]:
    """Return the demo function `name`; AttributeError lists the demos there are."""
    if name not in _MODULES:
        known = ", ".join(sorted(_MODULES))
        raise AttributeError(f"course.demos has no demo named {name!r}; there are: {known}", name=name)
    demo: Callable[..., Demo | Plot] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return demo


def __dir__() -> list[str]:
    return sorted(_MODULES)
