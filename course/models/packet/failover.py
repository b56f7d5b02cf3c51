"""What an instance can hand over to another: a secondary network interface, or an Elastic IP.

Source of the rules: Amazon EC2 user guide, 'Elastic network interfaces' and 'Elastic IP addresses'.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from course.models.packet.resources import (
    Instance,
    Interface,
    NatGateway,
    NetworkError,
    Subnet,
)

if TYPE_CHECKING:
    from course.models.packet.network import Network


def move_interface(network: Network, interface: str, instance: str) -> Network:
    """Detach a secondary interface and attach it to another instance; its addresses, MAC and groups stay.

    Raises NetworkError for a primary interface, and for an instance in another Availability Zone.
    """
    moved, to = network.get(Interface, interface), network.get(Instance, instance)
    zone = network.get(Subnet, moved.subnet).zone
    if moved.primary:
        raise NetworkError(
            f"{interface} is the primary interface of {moved.instance}; only a secondary one can be moved."
        )
    if zone != to.zone:
        raise NetworkError(
            f"{interface} is in zone {zone} and {instance} in zone {to.zone}: an interface never leaves its zone; move "
            "an Elastic IP instead, or keep a standby in the same zone."
        )
    return network.changed(replace(moved, instance=instance))


def associate_address(network: Network, public_ip: str, interface: str) -> Network:
    """Associate an Elastic IP with an interface, away from the one that had it; NetworkError for a NAT gateway's."""
    to = network.get(Interface, interface)
    if any(nat.public_ip == public_ip for nat in network.all(NatGateway)):
        raise NetworkError(
            f"{public_ip} belongs to a NAT gateway, which keeps it for life; allocate another Elastic IP."
        )
    before = [replace(owner, public_ip="") for owner in network.all(Interface) if owner.public_ip == public_ip]
    return network.changed(*(owner for owner in before if owner.id != to.id), replace(to, public_ip=public_ip))
