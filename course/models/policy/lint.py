"""What AWS refuses in a policy, or takes although its author hardly means it: every finding with its place and mend.

Source of the rules: the IAM user guide, 'IAM JSON policy elements reference', 'Grammar of the IAM JSON policy language'
and 'Access Analyzer policy check reference'; the Organizations user guide, 'SCP syntax' and 'RCP syntax'.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from course.models.policy.document import VERSIONS, error, statements_of, unreadable
from course.models.policy.finding import Finding, PolicyError
from course.models.policy.lint_values import check_actions, check_condition, check_principal, check_resources
from course.models.policy.syntax import Member, Value, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

PolicyKind = Literal["identity", "resource", "trust", "key", "boundary", "session", "scp", "rcp"]

_WITH_PRINCIPAL = ("resource", "trust", "key", "rcp")
_TOP = ("Version", "Id", "Statement")
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_ELEMENTS = ("Sid", "Effect", *(name for pair in _PAIRS for name in pair), "Condition")


def lint(text: str, kind: PolicyKind) -> tuple[Finding, ...]:
    """Return all findings about a policy's text in the order of their places; () for one that AWS takes as it is.

    What is not JSON has one finding, the first fault. `kind` is where the policy goes: an identity-based policy, a
    boundary or a session policy must not name principals, a resource-based policy must.
    """
    try:
        root = read_json(text)
    except PolicyError as refused:
        return (refused.finding,) if refused.finding else ()
    found = list(unreadable(root))
    if isinstance(root.data, dict):
        found += _top(root, kind)
        for index, statement in enumerate(statements_of(root), 1):
            if statement.members or isinstance(statement.data, dict):
                found += _statement(statement, index, kind, plain=root.data.get("Version") != VERSIONS[0])
    return tuple(sorted(set(found), key=lambda finding: (finding.line, finding.column, finding.problem)))


def _top(root: Value, kind: PolicyKind) -> Iterator[Finding]:
    yield from _unknown(root, _TOP, "a policy")
    members = {member.name: member for member in root.members}
    version = members.get("Version")
    if version is None:
        problem = "without Version the policy is read as of 2008-10-17, which knows no policy variables"
        yield Finding("warning", root.line, root.column, problem, f'add "Version": "{VERSIONS[0]}"')
    elif version.value.data not in VERSIONS:
        yield error(version.value, f"there is no Version {version.value.data!r}", f'write "{VERSIONS[0]}"')
    if "Statement" in members and not statements_of(root):
        yield error(members["Statement"].value, "the policy has no statement in its list", "write one")
    if kind not in _WITH_PRINCIPAL and "Id" in members:
        problem = "an Id is for resource-based policies only"
        yield Finding("warning", members["Id"].line, members["Id"].column, problem, "remove it")
    yield from _sids(root)


def _sids(root: Value) -> Iterator[Finding]:
    seen: set[str] = set()
    for statement in statements_of(root):
        for member in statement.members:
            if member.name == "Sid" and isinstance(member.value.data, str):
                sid = member.value.data
                if sid and sid in seen:
                    yield error(member.value, f"two statements have the Sid {sid}", "give each its own")
                seen.add(sid)


def _statement(statement: Value, index: int, kind: PolicyKind, *, plain: bool) -> Iterator[Finding]:
    name = f"statement {index}"
    yield from _unknown(statement, _ELEMENTS, "a statement")
    members = {member.name: member for member in statement.members}
    for one, other in _PAIRS:
        if one in members and other in members:
            yield _at(members[other], f"{name} has both {one} and {other}", "keep one of the two")
    yield from _presence(statement, members, name, kind)
    if sid := members.get("Sid"):
        yield from _sid(sid, kind)
    for element, member in members.items():
        if element in ("Action", "NotAction"):
            yield from check_actions(member)
        elif element in ("Resource", "NotResource"):
            yield from check_resources(member, variables=not plain)
        elif element in ("Principal", "NotPrincipal") and kind in _WITH_PRINCIPAL:
            yield from check_principal(member)
        elif element == "Condition":
            yield from check_condition(member)
    if plain:
        yield from _literal_variables(statement)


def _presence(statement: Value, members: dict[str, Member], name: str, kind: PolicyKind) -> Iterator[Finding]:
    """Find what a statement of this kind of policy lacks, or must not have."""
    if not {"Action", "NotAction"} & members.keys():
        yield error(statement, f"{name} has no Action", 'add one, such as "Action": "s3:GetObject"')
    resources, principals = ({one, other} & members.keys() for one, other in _PAIRS[1:])
    if not resources and kind != "trust":
        yield error(statement, f"{name} has no Resource", 'add an ARN, or "Resource": "*" for all')
    if not principals and kind in _WITH_PRINCIPAL:
        mend = 'add whom it means, such as "Principal": {"AWS": "111122223333"}'
        yield error(statement, f"{name} of a resource-based policy has no Principal", mend)
    if kind not in _WITH_PRINCIPAL:
        for element in sorted(principals):
            what = "an SCP" if kind == "scp" else "an identity-based policy"
            problem = f"{what} has no {element}: it means whom it is attached to"
            yield _at(members[element], problem, "remove it")
    yield from _not_principal(members, kind)
    if kind in ("trust", "rcp"):
        yield from (_trust if kind == "trust" else _rcp)(members)


def _not_principal(members: dict[str, Member], kind: PolicyKind) -> Iterator[Finding]:
    if (member := members.get("NotPrincipal")) and kind in _WITH_PRINCIPAL:
        if kind in ("trust", "rcp"):
            what = "a trust policy" if kind == "trust" else "an RCP"
            yield _at(member, f"{what} knows no NotPrincipal", "use a Condition on aws:PrincipalArn")
        elif "Effect" in members and members["Effect"].value.data == "Allow":
            problem = "NotPrincipal with Allow is not supported: it would allow everybody else"
            yield _at(member, problem, "name in Principal whom you mean")


def _trust(members: dict[str, Member]) -> Iterator[Finding]:
    for element in sorted({"Resource", "NotResource"} & members.keys()):
        yield _at(members[element], "a trust policy stands for its own role and has no Resource", "remove it")
    if action := members.get("Action"):
        for value in action.value.items or (action.value,):
            if isinstance(value.data, str) and not value.data.lower().startswith("sts:"):
                problem = f"a trust policy says who may assume the role, and {value.data} is not for that"
                yield error(value, problem, "write sts:AssumeRole")


def _rcp(members: dict[str, Member]) -> Iterator[Finding]:
    if (effect := members.get("Effect")) and effect.value.data == "Allow":
        yield error(effect.value, "only RCPFullAWSAccess may allow, an RCP of yours denies", "write Deny")
    if (principal := members.get("Principal")) and principal.value.data not in ("*", {"AWS": "*"}):
        yield error(principal.value, "the Principal of an RCP is everybody", 'write "*" and use a Condition')
    if member := members.get("NotAction"):
        yield _at(member, "an RCP knows no NotAction", "list what you mean in Action")
    if (action := members.get("Action")) and "*" in (action.value.data, *(i.data for i in action.value.items)):
        yield error(action.value, 'an RCP does not take "*" alone as Action', 'name the service, such as "s3:*"')


def _sid(member: Member, kind: PolicyKind) -> Iterator[Finding]:
    sid = member.value.data
    if not isinstance(sid, str):
        yield error(member.value, "a Sid is a text", "write it in double quotes")
    elif kind not in ("resource", "key") and (bad := sorted(set(re.sub(r"[A-Za-z0-9]", "", sid)))):
        shown = " ".join("a space" if character == " " else character for character in bad)
        problem = f"the Sid {sid!r} has {shown}, and IAM takes letters and digits only"
        yield error(member.value, problem, f"write {re.sub(r'[^A-Za-z0-9]', '', sid) or 'Statement1'}")


def _literal_variables(value: Value) -> Iterator[Finding]:
    """Warn of ${…} in a policy whose version does not know variables."""
    for inner in (*value.items, *(member.value for member in value.members)):
        yield from _literal_variables(inner)
    if isinstance(value.data, str) and (found := re.search(r"\$\{[^}]*\}", value.data)):
        problem = f"without Version 2012-10-17 {found[0]} is plain text, not a policy variable"
        yield Finding("warning", value.line, value.column, problem, "write that Version at the top")


def _unknown(value: Value, known: tuple[str, ...], owner: str) -> Iterator[Finding]:
    for member in value.members:
        if member.name not in known:
            near = get_close_matches(member.name.capitalize(), known, n=1) or get_close_matches(member.name, known, n=1)
            mend = f"did you mean {near[0]}" if near else f"it may have {', '.join(known)}"
            yield _at(member, f"{owner} has no element {member.name}", mend)


def _at(member: Member, problem: str, mend: str) -> Finding:
    return Finding("error", member.line, member.column, problem, mend)
