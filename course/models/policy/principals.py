"""Principal and NotPrincipal: by which of its names a policy calls a caller, for that decides what an Allow is worth.

Source of the rules: the IAM user guide, 'AWS JSON policy elements: Principal', '… NotPrincipal' and, for what each name
is worth, 'Policy evaluation logic'.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from course.models.policy.patterns import UnevaluableError
from course.models.policy.values import listed

if TYPE_CHECKING:
    from course.models.policy.request import Caller


class Naming(IntEnum):
    """How a policy calls a caller, from the weakest name to the strongest.

    ACCOUNT only lets the account's own policies decide; ISSUER is the role of a session, or the user behind a federated
    user; EVERYBODY is a wildcard; DIRECT is the caller's own ARN or its service's name.
    """

    NOBODY = 0
    ACCOUNT = 1
    ISSUER = 2
    EVERYBODY = 3
    DIRECT = 4


def naming(element: Any, caller: Caller) -> Naming:  # noqa: ANN401 -- any JSON value
    """Return the strongest name by which a Principal calls the caller; `UnevaluableError` for what is no Principal."""
    named = _names(element)
    if _EVERYBODY in named:
        strongest = Naming.EVERYBODY
    elif _issuer(caller) in named:
        strongest = Naming.ISSUER
    else:
        strongest = Naming.ACCOUNT if ("AWS", caller.account) in named else Naming.NOBODY
    return Naming.DIRECT if _own(caller) & named else strongest


def spared(element: Any, caller: Caller) -> bool:  # noqa: ANN401 -- any JSON value
    """Tell whether a NotPrincipal spares the caller from a Deny.

    It does where it names the caller, its role and its account: AWS may check one after the other. A wildcard spares
    everybody.
    """
    named = _names(element)
    needed = _own(caller) | {("AWS", caller.account), _issuer(caller)} - {("AWS", "")}
    return _EVERYBODY in named or (caller.kind != "anonymous" and needed <= named)


_EVERYBODY = ("AWS", "*")
_KINDS = {"Service": "service", "Federated": "identity provider"}


def _own(caller: Caller) -> set[tuple[str, str]]:
    """The caller's own name: a role has none, for only its sessions make requests."""
    kind = next((key for key, value in _KINDS.items() if value == caller.kind), "AWS")
    return set() if caller.kind in ("role", "anonymous") else {(kind, _short(caller.name))}


def _issuer(caller: Caller) -> tuple[str, str]:
    return ("AWS", caller.issuer)


def _names(element: Any) -> set[tuple[str, str]]:  # noqa: ANN401 -- any JSON value
    """The names in a Principal: '*' is the same as {"AWS": "*"}."""
    if not (element == "*" or isinstance(element, dict)):
        raise UnevaluableError(f'{element!r} is no Principal, which is "*" or an object such as {{"AWS": …}}')
    kinds = {"AWS": element} if isinstance(element, str) else element
    return {(kind, _short(str(name))) for kind, names in kinds.items() for name in listed(names)}


def _short(name: str) -> str:
    """An account's ID for the ARN of its root: in a policy they are the same."""
    return re.sub(r"^arn:[\w-]+:iam::(\d{12}):root$", r"\1", name)
