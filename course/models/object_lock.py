"""S3 Object Lock: who can do what to one locked version of an object, and when.

That the caller has the ordinary permission for what it tries (s3:DeleteObjectVersion, s3:PutObjectRetention, …) is
taken for granted. Source of the rules: the S3 user guide, 'Locking objects with Object Lock'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Mode = Literal["GOVERNANCE", "COMPLIANCE"]
Operation = Literal["delete", "delete the version", "overwrite", "shorten the retention", "lengthen the retention"]


@dataclass(frozen=True, slots=True)
class Lock:
    """What protects a version: a retention in a mode until a day (counted from its upload), a legal hold, or both."""

    mode: Mode | None = None
    retain_until: float = 0.0
    legal_hold: bool = False

    def retained(self, day: float) -> bool:
        """Tell whether the retention period is running on that day."""
        return self.mode is not None and day < self.retain_until


@dataclass(frozen=True, slots=True)
class Outcome:
    """What S3 does: `reason` says why, one sentence; `version_kept` whether the version is still there afterwards."""

    allowed: bool
    reason: str
    lock: Lock
    version_kept: bool = True


def attempt(lock: Lock, operation: Operation, day: float, *, bypass: bool = False, to: float = 0.0) -> Outcome:
    """Try an operation on the version.

    `bypass` is s3:BypassGovernanceRetention together with the header x-amz-bypass-governance-retention; the root user
    of the account has it by nature. `to` is the new last day of the retention, where it is changed.
    """
    match operation:
        case "overwrite":
            return Outcome(
                allowed=True,
                reason="S3 stores a new version on top; the lock is on the old one, which stays",
                lock=lock,
            )
        case "delete":
            return Outcome(
                allowed=True,
                reason="without a version ID S3 only puts a delete marker on top; the version stays",
                lock=lock,
            )
        case "lengthen the retention":
            mode: Mode = lock.mode or "GOVERNANCE"
            longer = replace(lock, mode=mode, retain_until=max(to, lock.retain_until))
            why = f"a retention may always be made longer, now to day {longer.retain_until:g}"
            return Outcome(allowed=True, reason=why, lock=longer)
        case "shorten the retention":
            refused = _retention(lock, day, bypass=bypass)
            shorter = lock if refused else replace(lock, retain_until=min(to, lock.retain_until))
            return Outcome(not refused, refused or f"it now ends on day {shorter.retain_until:g}", shorter)
        case "delete the version":
            held = "a legal hold protects it, whoever asks, until it is taken off" if lock.legal_hold else ""
            refused = held or _retention(lock, day, bypass=bypass)
            return Outcome(not refused, refused or _free(lock, day), lock, version_kept=bool(refused))


def _retention(lock: Lock, day: float, *, bypass: bool) -> str:
    """Say why the retention refuses a change on that day; '' where it does not."""
    if not lock.retained(day):
        return ""
    until = f"until day {lock.retain_until:g}"
    if lock.mode == "COMPLIANCE":
        return f"compliance mode protects it {until}, from everybody, the root user too"
    return "" if bypass else f"governance mode protects it {until}, and this caller cannot bypass it"


def _free(lock: Lock, day: float) -> str:
    if lock.retained(day):
        return "governance mode is bypassed with s3:BypassGovernanceRetention; the version is gone for good"
    why = "its retention is over" if lock.mode else "nothing protects it"
    return f"{why}; the version is gone for good"
