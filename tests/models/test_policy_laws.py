"""Does the evaluation keep AWS's laws, whatever the policies say?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.models.policy import (
    FULL_AWS_ACCESS,
    Account,
    Decision,
    Organization,
    Policies,
    Policy,
    Request,
    Unit,
    allows,
    decision,
    evaluate,
)

HERE, THERE, BOSS = "111122223333", "444455556666", "999999999999"
ANN = f"arn:aws:iam::{HERE}:user/Ann"
ROLE, SESSION = f"arn:aws:iam::{HERE}:role/Reader", f"arn:aws:sts::{HERE}:assumed-role/Reader/batch"
KIOSK = f"arn:aws:sts::{HERE}:federated-user/kiosk"
LINKED = f"arn:aws:iam::{HERE}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
OBJECT, KEY, QUEUE = "arn:aws:s3:::a/b", f"arn:aws:kms:eu-west-1:{HERE}:key/1", f"arn:aws:sqs:eu-west-1:{THERE}:q"

names = st.sampled_from(["*", {"AWS": ANN}, {"AWS": ROLE}, {"AWS": SESSION}, {"AWS": KIOSK}, {"AWS": HERE}])
conditions = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:username": "Ann"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringNotEquals": {"aws:PrincipalTag/team": "a"}},
        {"StringEqual": {"a": "b"}},
        {"StringEquals": {"aws:username": "${aws:username}"}},
    ]
)
statements = st.builds(
    lambda effect, actions, resources, condition: {
        "Effect": effect,
        "Action": actions,
        "Resource": resources,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    st.sampled_from(["*", "s3:*", "s3:GetObject", "kms:Decrypt", "sqs:*"]),
    st.sampled_from(["*", OBJECT, KEY, "arn:aws:s3:::${aws:username}/*"]),
    conditions,
)
documents = st.lists(statements, max_size=3)
resource_documents = st.lists(
    st.builds(lambda statement, principal: statement | {"Principal": principal}, statements, names), max_size=3
)
callers = st.sampled_from(
    [
        ({"AWS": ANN}, ""),
        ({"AWS": SESSION}, ""),
        ({"AWS": SESSION}, LINKED),
        ({"AWS": KIOSK}, ANN),
        ({"AWS": HERE}, ""),
        ({"AWS": f"arn:aws:iam::{THERE}:user/Olga"}, ""),
        ({"AWS": f"arn:aws:iam::{BOSS}:user/Boss"}, ""),
        ({"Service": "sns.amazonaws.com"}, ""),
        (None, ""),
    ]
)
requests = st.builds(
    lambda caller, what, context: Request(caller[0], what[0], what[1], context, caller[1]),
    callers,
    st.sampled_from([("s3:GetObject", OBJECT), ("kms:Decrypt", KEY), ("sqs:SendMessage", QUEUE)]),
    st.dictionaries(
        st.sampled_from(["aws:MultiFactorAuthPresent", "aws:PrincipalTag/team"]), st.sampled_from(["true", "a"])
    ),
)


def read(document: list[dict[str, Any]], name: str = "policy") -> Policy:
    """A policy with these statements."""
    return Policy.read({"Version": "2012-10-17", "Statement": document}, name)


def tree(root: Policy, unit: Policy, account: Policy, rcp: Policy | None = None) -> Organization:
    """An organization with one SCP at each level, and an RCP at the root."""
    accounts = (Account(HERE, scps=(account,)),)
    unit_ = Unit("Sales", scps=(unit,), accounts=accounts)
    top = Unit("root", scps=(root,), rcps=(rcp,) if rcp else (), units=(unit_,), accounts=(Account(BOSS),))
    return Organization(top, BOSS)


whole = st.builds(
    Policies,
    identity=st.lists(documents.map(read), max_size=2).map(tuple),
    resource=st.none() | resource_documents.map(read),
    boundary=st.none() | documents.map(read),
    session=st.none() | st.lists(documents.map(read), max_size=2).map(tuple),
    organization=st.none() | st.builds(tree, *[documents.map(read) | st.just(FULL_AWS_ACCESS)] * 3),
    owner=st.sampled_from(["", HERE, THERE]),
)
laws = settings(max_examples=50, deadline=None)
DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def decide(request: Request, policies: Policies) -> Decision:
    return evaluate(request, policies).decision


@laws
@given(requests, whole, statements)
def test_a_deny_more_never_gives(request_: Request, policies: Policies, statement: dict[str, Any]) -> None:
    """Does one more Deny, in any layer, never turn a refusal into an allow?"""
    before = decide(request_, policies)
    one = read([statement | {"Effect": "Deny"}])
    resource = policies.resource or read([])
    denied = replace(resource, statements=(*resource.statements, *read([DENY | {"Principal": "*"}]).statements))

    assert decide(request_, replace(policies, identity=(*policies.identity, one))) != "allowed" or before == "allowed"
    assert decide(request_, replace(policies, resource=denied)) == "explicitDeny"


@laws
@given(requests, whole, st.data())
def test_order_does_not_matter(request_: Request, policies: Policies, data: st.DataObject) -> None:
    """Do the same statements, and the same policies, in another order decide the same at the same layer?"""

    def mixed(policy: Policy | None) -> Policy | None:
        return policy and replace(policy, statements=tuple(data.draw(st.permutations(policy.statements))))

    other = replace(
        policies,
        identity=tuple(mixed(one) or one for one in data.draw(st.permutations(policies.identity))),
        resource=mixed(policies.resource),
        boundary=mixed(policies.boundary),
    )
    one, two = evaluate(request_, policies), evaluate(request_, other)

    assert one.decision == two.decision
    assert [step.layer for step in one.steps] == [step.layer for step in two.steps]


@laws
@given(requests, whole, documents, documents)
def test_guardrails_never_give(
    request_: Request, policies: Policies, scp: list[dict[str, Any]], rcp: list[dict[str, Any]]
) -> None:
    """Do SCPs, RCPs, a boundary or session policies never allow what is not allowed without them?"""
    free = replace(policies, organization=None, boundary=None)
    if request_.caller.kind != "federated user":
        free = replace(free, session=None)
    rcps = read([statement | {"Principal": "*"} for statement in rcp])
    narrow = replace(free, organization=tree(read(scp), FULL_AWS_ACCESS, FULL_AWS_ACCESS, rcps))

    if decide(request_, policies) == "allowed":
        assert decide(request_, free) in ("allowed", "unknown")
    if decide(request_, free) == "implicitDeny":
        assert decide(request_, narrow) != "allowed"


@laws
@given(requests, whole)
def test_nobody_restricts_the_management_account(request_: Request, policies: Policies) -> None:
    """Are the management account, a service-linked role and everybody outside free of SCPs that deny all?"""
    closed = tree(read([DENY]), read([DENY]), read([DENY]))
    free = replace(policies, organization=None)
    caller = request_.caller

    got = evaluate(request_, replace(policies, organization=closed))

    if caller.account == HERE and not caller.service_linked:
        assert got.decision == "explicitDeny"
        assert got.deciding.where.startswith("SCP at")
    else:
        assert got.decision == decide(request_, free)


@laws
@given(requests, whole)
def test_nothing_gives_nothing(request_: Request, policies: Policies) -> None:
    """Without an Allow anywhere, is nobody allowed but the root user of the very account?"""

    def silent(policy: Policy) -> Policy:
        return replace(policy, statements=tuple(s for s in policy.statements if s.effect == "Deny"))

    quiet = replace(
        policies,
        identity=tuple(map(silent, policies.identity)),
        resource=policies.resource and silent(policies.resource),
        organization=None,
        session=None,
    )
    root = request_.caller.kind == "root" and request_.action == "s3:GetObject" and policies.owner != THERE

    assert decide(request_, quiet) != "allowed" or root


@laws
@given(requests, whole)
def test_a_trace_ends_with_its_reason(request_: Request, policies: Policies) -> None:
    """Does only the last step refuse, in AWS's order, and does it hold the statement that decides?"""
    order = [
        "explicit deny",
        "RCP",
        "SCP",
        "resource policy",
        "identity policy",
        "permissions boundary",
        "session policy",
    ]
    evaluation = evaluate(request_, policies)
    steps = evaluation.steps
    places = [order.index(step.layer) for step in steps]

    assert places == sorted(places)
    assert all(step.outcome in ("granted", "passed", "silent") for step in steps[:-1])
    assert (steps[-1].outcome in ("denied", "unknown")) != evaluation.allowed
    if evaluation.decision == "explicitDeny":
        assert all((match.effect, match.outcome) == ("Deny", "applies") for match in evaluation.deciding.matches)
    if evaluation.allowed and request_.caller.kind != "root":
        assert any((match.effect, match.outcome) == ("Allow", "applies") for match in evaluation.deciding.matches)
    if evaluation.decision == "unknown":
        assert any(match.outcome == "unknown" for match in evaluation.deciding.matches)


@laws
@given(requests, whole)
def test_across_accounts_both_must_allow(request_: Request, policies: Policies) -> None:
    """Is a caller from another account allowed only where resource policy and identity policies both give?"""
    evaluation = evaluate(request_, replace(policies, owner=THERE))
    other = request_.caller.account not in ("", THERE) and ":q" in request_.resource

    if other and evaluation.allowed:
        granted = {step.layer for step in evaluation.steps if step.outcome == "granted"}
        assert granted == {"resource policy", "identity policy"}


@laws
@given(requests.filter(lambda request: request.caller.kind in ("service", "anonymous")), whole)
def test_for_outsiders_the_resource_policy_alone_decides(request_: Request, policies: Policies) -> None:
    """Does the whole evaluation say of a service or an anonymous caller what the one policy says?"""
    alone = Policies(resource=policies.resource, owner=policies.owner)
    got = decide(request_, replace(policies, organization=None))

    assert got == decide(request_, alone)
    if policies.resource is None:
        assert got == "implicitDeny"


@pytest.mark.parametrize("principal", [{"AWS": ANN}, {"AWS": ROLE}, {"AWS": SESSION}, {"AWS": HERE}, "*"])
@pytest.mark.parametrize("caller", [ANN, SESSION])
def test_what_a_name_in_a_resource_policy_is_worth(principal: Any, caller: str) -> None:  # noqa: ANN401 -- JSON
    """Is an Allow to user, session or everybody final, to the role limited, to the account only leave to give it?"""
    policy = read([{"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}])
    request_ = Request({"AWS": caller}, "s3:GetObject", OBJECT)
    nothing = read([])
    gives, limits = Policies(resource=policy), Policies(resource=policy, boundary=nothing)
    final = principal in ("*", {"AWS": caller})
    limited = principal == {"AWS": ROLE} and caller == SESSION

    assert (decide(request_, gives) == "allowed") == (final or limited)
    assert (decide(request_, limits) == "allowed") == final


def test_one_policy_may_be_text_or_json() -> None:
    """Do `decision` and `allows` take a policy as text as well?"""
    text = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}'

    assert allows(text, Request(None, "s3:GetObject", OBJECT))
    assert decision(text, Request(None, "sqs:SendMessage", QUEUE)) == "implicitDeny"
