"""An organization: a root, OUs and accounts, each with its SCPs and RCPs.

Source of the rules: the Organizations user guide, 'SCP evaluation' and 'RCP evaluation'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.models.policy.document import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL_AWS_ACCESS = Policy.read(
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}', "FullAWSAccess"
)
RCP_FULL_AWS_ACCESS = Policy.read(
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}',
    "RCPFullAWSAccess",
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of an organization. FullAWSAccess can be taken from its SCPs; RCPFullAWSAccess is always there."""

    id: str
    scps: tuple[Policy, ...] = (FULL_AWS_ACCESS,)
    rcps: tuple[Policy, ...] = ()

    @property
    def label(self) -> str:
        """The account as a caption names it."""
        return f"account {self.id}"


@dataclass(frozen=True, slots=True)
class Unit:
    """The root of an organization, or an OU, with the OUs and accounts in it."""

    name: str
    scps: tuple[Policy, ...] = (FULL_AWS_ACCESS,)
    rcps: tuple[Policy, ...] = ()
    units: tuple[Unit, ...] = ()
    accounts: tuple[Account, ...] = ()

    @property
    def label(self) -> str:
        """The unit as a caption names it."""
        return "the root" if self.name == "root" else f"OU {self.name}"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization, whose management account neither SCPs nor RCPs restrict, wherever it lies in the tree."""

    root: Unit
    management: str
    id: str = "o-exampleorgid"

    def has(self, account: str) -> bool:
        """Tell whether an account is a member, or the management account."""
        return account == self.management or any(_path(self.root, account))

    def levels(self, account: str) -> tuple[Unit | Account, ...]:
        """Return what restricts an account, from the root down to itself; () for one that nothing restricts."""
        return () if account == self.management else tuple(_path(self.root, account))


def _path(unit: Unit, account: str) -> Iterator[Unit | Account]:
    for found in unit.accounts:
        if found.id == account:
            yield from (unit, found)
            return
    for below in unit.units:
        if path := tuple(_path(below, account)):
            yield from (unit, *path)
            return
