"""Failure labs of policies: a request that is refused, or let through, against what was meant.

A lab is judged by what requests do under its policies: any policies that heal it are right. `deploy` puts one into the
offline AWS, `judge` reads what stands there now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from course.errors import CourseError
from course.labs.error import LabError, pick
from course.labs.policy_set_ups import ANN, ANN_AS_DEVELOPER, FULL, SET_UPS, Ask
from course.models.policy import (
    Account,
    Evaluation,
    Organization,
    Policies,
    Policy,
    PolicyKind,
    Request,
    Unit,
    evaluate,
    lint,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HERE, MANAGEMENT = "123456789012", "999999999999"
KINDS: Mapping[str, PolicyKind] = {
    "identity": "identity",
    "boundary": "boundary",
    "bucket": "resource",
    "key": "key",
    "root": "scp",
    "ou": "scp",
    "account": "scp",
}
SLOTS: Mapping[str, str] = {
    "identity": "identity policy",
    "boundary": "permissions boundary",
    "bucket": "bucket policy",
    "key": "key policy",
    "root": "SCP of the root",
    "ou": "SCP of OU Sandbox",
    "account": "SCP of the account",
}


@dataclass(frozen=True, slots=True)
class PolicyLab:
    """A broken set-up. `symptom` is what its owners see; `policies` its texts by slot, empty for one that is not there.

    All slots may be changed: some changes heal, some do nothing, some give away too much.
    """

    title: str
    symptom: str
    policies: Mapping[str, str]
    asks: tuple[Ask, ...]

    def evaluations(self, **changes: str) -> tuple[tuple[Ask, Evaluation], ...]:
        """Return what becomes of each request with changed policies, texts by slot.

        Raises LabError for a slot that the lab does not have, PolicyError for a text that AWS refuses.
        """
        return self.decide(self._read(changes))

    def faults(self, **changes: str) -> dict[str, list[str]]:
        """Say in a sentence each what AWS refuses in the texts, by slot, with its place and mend."""
        texts = {**self.policies, **self._known(changes)}
        found = {
            slot: [str(finding) for finding in lint(text, KINDS[slot]) if finding.severity == "error"]
            for slot, text in texts.items()
            if text.strip()
        }
        return {slot: sentences for slot, sentences in found.items() if sentences}

    def complaints(self, **changes: str) -> list[str]:
        """Say in a sentence each what is not as it should be, none when the lab is healed."""
        faults = [f"{SLOTS[slot]}: {fault}" for slot, found in self.faults(**changes).items() for fault in found]
        return faults or self.complain(self._read(changes))

    def complain(
        self, found: Mapping[str, tuple[Policy, ...]], resources: Mapping[str, str] = MappingProxyType({})
    ) -> list[str]:
        """Say what is not as it should be under the policies that are found in each slot.

        `resources` are ARNs that differ from those of the lab's requests, by those.
        """
        return complaints_about(self.decide(found, resources))

    def decide(
        self, found: Mapping[str, tuple[Policy, ...]], resources: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[tuple[Ask, Evaluation], ...]:
        """Decide every request under the policies that are found in each slot."""
        asked = [replace(ask, resource=resources.get(ask.resource, ask.resource)) for ask in self.asks]
        return tuple((ask, evaluate(_request(ask), _policies(ask, found))) for ask in asked)

    def _known(self, changes: Mapping[str, str]) -> Mapping[str, str]:
        for slot in changes:
            if slot not in self.policies:
                raise LabError(f"{self.title!r} has no policy {slot!r}; choose from {', '.join(self.policies)}.")
        return changes

    def _read(self, changes: Mapping[str, str]) -> dict[str, tuple[Policy, ...]]:
        texts = {**self.policies, **self._known(changes)}
        return {slot: (Policy.read(text, SLOTS[slot]),) if text.strip() else () for slot, text in texts.items()}


def lab(name: str) -> PolicyLab:
    """Return a lab by its name. Raises LabError for a name that is none."""
    return pick(LABS, name, "policy lab")


def deploy(name: str) -> dict[str, str]:
    """Make a lab's user, bucket, key or organization in the AWS that `cloud.start()` started; return their names."""
    from course.labs import policy_cloud  # noqa: PLC0415 - boto3 is for those who ask for it

    return policy_cloud.deploy(lab(name).policies)


def judge(name: str) -> list[str]:
    """Decide a lab's requests under the policies that stand in AWS now; return the complaints, none when it is healed.

    What is missing or cannot be read is a complaint too.
    """
    from course.labs import policy_cloud  # noqa: PLC0415 - boto3 is for those who ask for it

    broken = lab(name)
    try:
        return broken.complain(policy_cloud.read(broken.policies), policy_cloud.resources(broken.policies))
    except CourseError as error:
        return [str(error)]


def complaints_about(decided: Iterable[tuple[Ask, Evaluation]]) -> list[str]:
    """Say in a sentence each what was not decided as it should be."""
    return [
        f"{ask.what} is {_was(evaluation)}, and it should {'not be' if ask.allowed else 'be denied'}: "
        f"{evaluation.deciding.sentence}"
        for ask, evaluation in decided
        if evaluation.allowed != ask.allowed
    ]


def _was(evaluation: Evaluation) -> str:
    return {"allowed": "allowed", "unknown": "decided by nothing that can be told"}.get(evaluation.decision, "denied")


def _request(ask: Ask) -> Request:
    return Request({"AWS": ask.who}, ask.action, ask.resource, ask.context)


def _policies(ask: Ask, found: Mapping[str, tuple[Policy, ...]]) -> Policies:
    """Bring together who asks, what it may by itself, and the policies of the set-up that have a say in it."""
    hers = ask.who in (ANN, ANN_AS_DEVELOPER)
    extra = (Policy.read(ask.also, "policy that somebody attaches"),) if ask.also else ()
    resource = found.get("bucket", ()) or found.get("key", ())
    boundary = found.get("boundary", ()) if hers else ()
    return Policies(
        identity=(*(found.get("identity", ()) if hers else ()), *extra),
        resource=resource[0] if resource and not ask.elsewhere else None,
        boundary=boundary[0] if boundary else None,
        organization=_organization(found) if "ou" in found else None,
        owner=HERE,
    )


def _organization(found: Mapping[str, tuple[Policy, ...]]) -> Organization:
    sandbox = Unit("Sandbox", scps=found["ou"], accounts=(Account(HERE, scps=found["account"]),))
    return Organization(Unit("root", scps=found["root"], units=(sandbox,)), MANAGEMENT)


def _made(set_up: Any) -> PolicyLab:  # noqa: ANN401 - a row of SET_UPS
    return PolicyLab(set_up.title, set_up.symptom, dict(set_up.policies), set_up.asks)


LABS: Mapping[str, PolicyLab] = {name: _made(set_up) for name, set_up in SET_UPS.items()}

__all__ = ["FULL", "KINDS", "LABS", "SLOTS", "Ask", "PolicyLab", "deploy", "judge", "lab"]
