"""AWS's policies: reading them, finding their faults, and deciding requests with a reason for every step.

`evaluate(request, policies)` is AWS's whole logic; `decision` and `allows` are what one resource-based policy alone
says; `lint` finds what AWS refuses. The rules and their sources stand in the modules.
"""

from __future__ import annotations

from course.models.policy.document import Policy, Statement
from course.models.policy.evaluation import Decision, Evaluation, Layer, Policies, Step, evaluate
from course.models.policy.finding import Finding, PolicyError
from course.models.policy.lint import PolicyKind, lint
from course.models.policy.organization import FULL_AWS_ACCESS, RCP_FULL_AWS_ACCESS, Account, Organization, Unit
from course.models.policy.principals import Naming
from course.models.policy.request import Caller, Request
from course.models.policy.single import allows, decision
from course.models.policy.statements import Match

__all__ = [
    "FULL_AWS_ACCESS",
    "RCP_FULL_AWS_ACCESS",
    "Account",
    "Caller",
    "Decision",
    "Evaluation",
    "Finding",
    "Layer",
    "Match",
    "Naming",
    "Organization",
    "Policies",
    "Policy",
    "PolicyError",
    "PolicyKind",
    "Request",
    "Statement",
    "Step",
    "Unit",
    "allows",
    "decision",
    "evaluate",
    "lint",
]
