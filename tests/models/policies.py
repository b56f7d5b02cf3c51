"""Policies in few words for the tests: statements become policies, names become what the table says they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from course.models.policy import (
    FULL_AWS_ACCESS,
    Account,
    Evaluation,
    Organization,
    Policies,
    Policy,
    Request,
    Unit,
    evaluate,
)

TABLE = Path(__file__).parent / "policy_cases.yaml"


@cache
def table() -> dict[str, Any]:
    """The table of cases as it is written."""
    read: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return read


@dataclass(frozen=True)
class Case:
    """One case of the table: its page, its name and all that it gives."""

    page: str
    name: str
    given: dict[str, Any]

    @property
    def request(self) -> Request:
        """The request of the case."""
        caller = table()["callers"][self.given["who"]]
        context = self.given.get("context", {})
        return Request(caller["principal"], self.given["do"], self.given["to"], context, caller.get("issuer", ""))

    @property
    def policies(self) -> Policies:
        """All policies of the case."""
        identity = self.given.get("identity", [])
        if condition := self.given.get("condition"):
            statement = {"Effect": self.given.get("effect", "Allow"), "Action": "*", "Resource": "*"}
            identity = [statement | {"Condition": condition}, *(["everything"] if "effect" in self.given else [])]
        session = self.given.get("session")
        return Policies(
            identity=tuple(self.policy(one, name="identity policy") for one in identity),
            resource=self._whole("resource"),
            boundary=self._whole("boundary"),
            session=None if session is None else tuple(self.policy(one, name="session policy") for one in session),
            organization=self._organization() if "org" in self.given else None,
            owner=self.given.get("owner", ""),
        )

    def policy(self, *statements: Any, name: str = "policy") -> Policy:  # noqa: ANN401 -- a name or JSON
        """Return a policy with these statements, by name or as they are."""
        written = [table()["statements"].get(one, one) if isinstance(one, str) else one for one in statements]
        version = self.given.get("version", "2012-10-17")
        head = {"Version": version} if version else {}
        return Policy.read(head | {"Statement": written}, name)

    def evaluation(self) -> Evaluation:
        """What the model says."""
        return evaluate(self.request, self.policies)

    def _whole(self, layer: str) -> Policy | None:
        statements = self.given.get(layer)
        return None if statements is None else self.policy(*statements, name=layer)

    def _organization(self) -> Organization:
        scps, rcps = self.given.get("scps", {}), self.given.get("rcps", {})

        def at(level: str) -> tuple[tuple[Policy, ...], tuple[Policy, ...]]:
            own = tuple(self.policy(one, name="SCP") for one in scps[level]) if level in scps else (FULL_AWS_ACCESS,)
            return own, tuple(self.policy(one, name="RCP") for one in rcps.get(level, []))

        sales = Unit("Sales", *at("Sales"), accounts=(Account("111122223333", *at("account")),))
        units = (sales, Unit("Research", *at("Research")))
        return Organization(Unit("root", *at("root"), units, (Account("999999999999"),)), "999999999999")


def cases() -> list[Case]:
    """All cases of the table."""
    return [
        Case(group["page"], case["id"], group.get("given", {}) | case)
        for group in table()["groups"]
        for case in group["cases"]
    ]
