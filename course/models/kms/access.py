"""Who may use a key: its key policy, the caller's IAM policies, and grants, in the order in which KMS asks them.

Source of the rules: the KMS developer guide, 'Key policies', 'Allowing users in other accounts to use a KMS key',
'Grants' and 'Troubleshooting key access'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from course.models.policy import Decision, Request, decision

Policy = Mapping[str, Any]

_SESSION = re.compile(r"arn:([\w-]+):sts::(\d{12}):assumed-role/(.+)/[^/]+")
_ACCOUNT = re.compile(r"(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the ARN of a user, a role's session or an account's root, or a service such as ec2.amazonaws.com.

    `policies` are the identity-based policies that count for it, as they are read from JSON.
    """

    arn: str
    policies: tuple[Policy, ...] = ()

    @classmethod
    def root(cls, account: str) -> Principal:
        """Return the root user of an account, who may do what the key policy leaves to the account."""
        return cls(f"arn:aws:iam::{account}:root")

    @property
    def account(self) -> str:
        """The ID of the caller's account; "" for a service."""
        found = re.match(r"arn:[\w-]+:(?:iam|sts)::(\d{12}):", self.arn)
        return found[1] if found else ""

    @property
    def is_root(self) -> bool:
        """Tell whether it is the root user of its account."""
        return self.arn == f"arn:aws:iam::{self.account}:root"

    @property
    def name(self) -> str:
        """The last part of the ARN, to be shown."""
        return self.arn.rsplit(":", 1)[-1].rsplit("/", 1)[-1]

    def as_principal(self) -> dict[str, str]:
        """Return it as a policy writes it."""
        return {"AWS": self.arn} if self.account else {"Service": self.arn}

    @property
    def role(self) -> str:
        """The ARN of the role behind a role's session (without a path, which the session does not tell); else ""."""
        return re.sub(_SESSION, r"arn:\1:iam::\2:role/\3", self.arn) if _SESSION.fullmatch(self.arn) else ""

    def names(self) -> set[str]:
        """Return the names by which a grant may call it: its own, its role's and its account's."""
        return {self.arn, self.role, self.account} - {""}


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission on one key for one grantee: exactly `operations`, and only under the constraints.

    A grant can only allow. `encryption_context_equals` wants exactly these pairs in the call, `…_subset` at least
    them; neither counts for operations without an encryption context (DescribeKey, CreateGrant, RetireGrant).
    KMS needs up to five minutes until a new grant is known everywhere, or its grant token at once; here it is known
    at once.
    """

    grant_id: str
    key_arn: str
    grantee_principal: str
    operations: frozenset[str]
    retiring_principal: str = ""
    encryption_context_equals: Mapping[str, str] | None = None
    encryption_context_subset: Mapping[str, str] | None = None
    name: str = ""

    def covers(self, caller: Principal, operation: str, context: Mapping[str, str] | None) -> bool:
        """Tell whether the grant allows the call; `context` is None for an operation that takes none."""
        return operation in self.operations and self.is_for(caller, self.grantee_principal) and self._holds(context)

    @staticmethod
    def is_for(caller: Principal, principal: str) -> bool:
        """Tell whether a principal that a grant names is the caller, the role of its session, or its account."""
        found = _ACCOUNT.fullmatch(principal)
        return (found[1] if found else principal) in caller.names()

    def _holds(self, context: Mapping[str, str] | None) -> bool:
        if context is None:
            return True
        pairs = _folded(context)
        equals, subset = self.encryption_context_equals, self.encryption_context_subset
        return (equals is None or _folded(equals) == pairs) and (subset is None or _folded(subset) <= pairs)


def _folded(context: Mapping[str, str]) -> set[tuple[str, str]]:
    """In a constraint the case of a pair's key does not matter, that of its value does."""
    return {(key.lower(), value) for key, value in context.items()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call is allowed and why: `by` names what decided, `reason` says it in a sentence."""

    by: str
    reason: str
    allowed: bool
    grant: Grant | None = field(default=None, compare=False)


def default_key_policy(account: str) -> dict[str, Any]:
    """Return the key policy that CreateKey gives without one: the account may do all, so IAM policies count."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def service_key_policy(account: str, service: str, region: str) -> dict[str, Any]:
    """Return the policy of an AWS managed key: everybody of the account, but only through the service."""
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
    endpoint = {"ebs": "ec2"}.get(service, service)  # EBS is EC2's API
    through = {"kms:CallerAccount": account, "kms:ViaService": f"{endpoint}.{region}.amazonaws.com"}
    look = ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"]
    statements = [
        {"Principal": {"AWS": "*"}, "Action": use, "Condition": {"StringEquals": through}},
        {"Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": look},
    ]
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Resource": "*"} | statement for statement in statements],
    }


def authorize(  # noqa: PLR0913 -- all that KMS looks at
    caller: Principal,
    action: str,
    key_arn: str,
    key_policy: Policy,
    grants: tuple[Grant, ...] = (),
    *,
    context: Mapping[str, str] | None = None,
    via: str = "",
) -> Verdict:
    """Decide as KMS does whether the caller may do `action` (without "kms:") with the key.

    1. An explicit Deny in the key policy or an IAM policy ends it. 2. A key policy that names the caller is enough
    within the account. 3. A key policy that names the account leaves it to the caller's IAM policies; for another
    account's caller both are needed always. 4. A grant that covers the call is enough by itself, also for a grantee
    in another account. `context` is the encryption context, None when the operation takes none; `via` is the
    endpoint of the service that calls KMS for the caller (kms:ViaService).
    """
    request = _request(caller, action, key_arn, context or {}, via)
    call = f"kms:{action} on {key_arn.rsplit('/', 1)[-1]}"
    by_policy, by_iam = decision(key_policy, request), identity_decision(caller, request)
    if by_policy == "explicitDeny":
        return Verdict("key policy", f"The key policy denies {caller.name} {call}.", allowed=False)
    if by_iam == "explicitDeny":
        return Verdict("IAM policy", f"An IAM policy of {caller.name} denies {call}.", allowed=False)
    same_account = caller.account == key_arn.split(":")[4] or not caller.account
    if same_account and decision(_without_accounts(key_policy), request) == "allowed":
        return Verdict("key policy", f"The key policy allows {caller.name} {call}.", allowed=True)
    if by_policy == by_iam == "allowed":
        where = "the account" if same_account else f"account {caller.account}"
        why = "root is its root user" if caller.is_root else f"an IAM policy allows {caller.name} {call}"
        reason = f"The key policy lets {where} in, and {why}."
        return Verdict("key policy and IAM policy", reason, allowed=True)
    for grant in grants:
        if grant.covers(caller, action, context):
            reason = f"A grant allows {caller.name} {call}."
            return Verdict("grant", reason, allowed=True, grant=grant)
    return Verdict("nothing", _missing(caller, call, by_policy, by_iam), allowed=False)


def identity_decision(caller: Principal, request: Request) -> Decision:
    """Say what the caller's own policies decide. The root user of an account has no policies and needs none."""
    if caller.is_root:
        return "allowed"
    # an identity-based policy names no principal: it is for whoever has it
    statements = [s | {"Principal": "*"} for policy in caller.policies for s in _statements(policy)]
    return decision({"Statement": statements}, request)


def _missing(caller: Principal, call: str, by_policy: Decision, by_iam: Decision) -> str:
    if by_policy != "allowed":
        also = ", and an IAM policy alone does not open a key" if by_iam == "allowed" else ""
        return f"{caller.name} may not do {call}: the key policy does not allow it{also}."
    return f"{caller.name} may not do {call}: the key policy leaves it to IAM, and no IAM policy allows it."


def _request(caller: Principal, action: str, arn: str, context: Mapping[str, str], via: str) -> Request:
    keys: dict[str, str | list[str]] = {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
    if context:
        keys["kms:EncryptionContextKeys"] = sorted(context)
    if caller.account:
        keys["kms:CallerAccount"] = keys["aws:PrincipalAccount"] = caller.account
        keys["aws:PrincipalArn"] = caller.role or caller.arn
    if via:
        keys["kms:ViaService"] = via
    return Request(caller.as_principal(), f"kms:{action}", arn, keys)


def _statements(policy: Policy) -> list[dict[str, Any]]:
    found = policy.get("Statement", [])
    return [dict(statement) for statement in (found if isinstance(found, list | tuple) else [found])]


def _without_accounts(policy: Policy) -> Policy:
    """The policy without the whole accounts that it allows: what is left allows callers by themselves."""
    return {"Statement": [_names_callers(statement) for statement in _statements(policy)]}


def _names_callers(statement: dict[str, Any]) -> dict[str, Any]:
    principal = statement.get("Principal")
    if statement.get("Effect") != "Allow" or not isinstance(principal, dict) or "AWS" not in principal:
        return statement
    named = principal["AWS"] if isinstance(principal["AWS"], list) else [principal["AWS"]]
    return statement | {"Principal": principal | {"AWS": [n for n in named if not _ACCOUNT.fullmatch(n)]}}
