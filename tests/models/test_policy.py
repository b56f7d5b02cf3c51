"""Does a resource-based policy allow what AWS's documentation says it allows, and nothing else?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.models.policy import Request, allows, decision

QUEUE = "arn:aws:sqs:us-east-1:123456789012:parcels"
TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"
BOB = "arn:aws:iam::444455556666:user/Bob"
SNS = {"Service": "sns.amazonaws.com"}

principals = st.sampled_from([SNS, {"AWS": BOB}, {"AWS": "444455556666"}, {"AWS": "999999999999"}])
actions = st.sampled_from(["sqs:SendMessage", "sqs:ReceiveMessage", "s3:GetObject"])
resources = st.sampled_from([QUEUE, TOPIC, "arn:aws:s3:::bucket/a/b"])
KEYS, FOUND = st.sampled_from(["aws:SourceArn", "aws:TagKeys"]), st.sampled_from([TOPIC, QUEUE, "team"])
contexts = st.dictionaries(KEYS, FOUND)
requests = st.builds(Request, st.none() | principals, actions, resources, contexts)

OPERATORS = st.sampled_from(
    [
        "StringEquals",
        "StringNotLike",
        "ArnLikeIfExists",
        "ArnNotEquals",
        "ForAnyValue:StringLike",
        "ForAllValues:ArnLike",
    ]
)
conditions = st.dictionaries(OPERATORS, st.dictionaries(KEYS, FOUND, min_size=1), max_size=2)
statements = st.builds(
    lambda effect, who, what, where, when: {"Effect": effect, "Condition": when} | who | what | where,
    st.sampled_from(["Allow", "Deny"]),
    st.tuples(st.sampled_from(["Principal", "NotPrincipal"]), st.just("*") | principals).map(lambda pair: dict([pair])),
    st.tuples(st.sampled_from(["Action", "NotAction"]), actions | st.just("sqs:*")).map(lambda pair: dict([pair])),
    st.tuples(st.sampled_from(["Resource", "NotResource"]), resources | st.just("*")).map(lambda pair: dict([pair])),
    conditions,
)
policies = st.lists(statements, max_size=4)


@given(policies, statements, requests)
def test_a_deny_wins(others: list[dict[str, Any]], statement: dict[str, Any], request_: Request) -> None:
    """Does a Deny that applies deny, whatever else the policy says?"""
    denial = statement | {"Effect": "Deny"}
    alone = decision({"Statement": denial}, request_)

    together = decision({"Statement": [*others, denial]}, request_)

    assert alone in ("explicitDeny", "implicitDeny")
    assert together == ("explicitDeny" if alone == "explicitDeny" else decision({"Statement": others}, request_))


@given(policies.flatmap(lambda p: st.tuples(st.just(p), st.permutations(p))), requests)
def test_order_does_not_matter(
    both: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    request_: Request,
) -> None:
    """Do the same statements in another order decide the same?"""
    policy, mixed = both

    assert decision({"Statement": mixed}, request_) == decision({"Statement": policy}, request_)


@given(policies, statements, requests)
def test_an_allow_only_adds(policy: list[dict[str, Any]], statement: dict[str, Any], request_: Request) -> None:
    """Does one more Allow never turn an allow into a deny, and never lift an explicit deny?"""
    before = decision({"Statement": policy}, request_)

    after = decision({"Statement": [*policy, statement | {"Effect": "Allow"}]}, request_)

    assert after == before or (before, after) == ("implicitDeny", "allowed")


@given(requests)
def test_nothing_is_allowed_by_default(request_: Request) -> None:
    """Is a request implicitly denied by a policy that says nothing of it?"""
    assert decision({"Statement": []}, request_) == "implicitDeny"


@given(statements, requests, st.sampled_from(["Action", "Resource"]))
def test_a_not_form_is_the_rest(statement: dict[str, Any], request_: Request, element: str) -> None:
    """Does exactly one of Action and NotAction apply, and of Resource and NotResource?"""
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    wanted = statement.get(element, statement.get(f"Not{element}"))
    del allow[element]

    got = [allows({"Statement": allow | {name: wanted}}, request_) for name in (element, f"Not{element}")]

    assert sorted(got) == [False, True]


PLAIN = ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike", "ArnEquals", "NumericEquals", "DateEquals"]
NEGATED = [re.sub("Equals|Like", r"Not\g<0>", name, count=1) for name in PLAIN]
values = st.sampled_from(["a", "A", "b*", TOPIC, "7", "7.0", "2026-11-01", "203.0.113.7", "203.0.113.0/24"])
# what an operator can compare with; the request's own values may be anything
WANTED = {
    "Numeric": st.sampled_from(["7", "7.0", "8", "-1"]),
    "Date": st.sampled_from(["2026-11-01", "1793491200", "2026-11-01T00:00:00Z"]),
    "Ip": st.sampled_from(["203.0.113.7", "203.0.113.0/24", "2001:db8::/32"]),
}


def holds(operator: str, wanted: object, found: object) -> bool:
    """Whether a statement with this one condition allows a request whose key has `found`, None for no such key."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    context: Any = {} if found is None else {"AWS:someKey": found}
    return allows(
        {"Statement": statement | {"Condition": {operator: {"aws:SomeKey": wanted}}}},
        Request(None, "s3:GetObject", "arn:aws:s3:::bucket/a", context),
    )


@given(
    st.sampled_from([*zip(PLAIN, NEGATED, strict=True), ("IpAddress", "NotIpAddress")]),
    st.data(),
    st.none() | values,
    st.lists(values, max_size=3),
)
def test_a_negated_operator_is_the_opposite(
    pair: tuple[str, str], data: st.DataObject, found: str | None, several: list[str]
) -> None:
    """Is a negated operator true where its plain form is not, also without the key, and dual over sets of values?"""
    plain, negated = pair
    comparable = next((wanted for family, wanted in WANTED.items() if plain.startswith(family)), values)
    wanted = data.draw(st.lists(comparable, min_size=1, max_size=3))

    assert holds(negated, wanted, found) != holds(plain, wanted, found)
    assert holds(f"ForAllValues:{negated}", wanted, several) != holds(f"ForAnyValue:{plain}", wanted, several)
    assert holds(f"ForAnyValue:{negated}", wanted, several) != holds(f"ForAllValues:{plain}", wanted, several)


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "expected"),
    [
        ("StringEquals", "john", "John", False),
        ("StringEqualsIgnoreCase", "john", "John", True),
        ("StringEquals", "a*", "ab", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotLike", "a*", "ab", False),
        ("Bool", "false", "false", True),
        ("Bool", False, "false", True),
        ("Bool", "true", "True", True),
        ("Bool", "false", None, False),
        ("BoolIfExists", "false", None, True),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericLessThan", 10, "9.5", True),
        ("NumericLessThan", "10", "many", False),
        ("NumericGreaterThan", "9", "10", True),
        ("NumericGreaterThanEquals", "9", "10", True),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", True),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "1577836801", False),
        ("DateLessThan", "2020-01-01T00:00:01Z", "1577836800", True),
        ("DateEquals", "2020-01-01T02:00:00+02:00", "2020-01-01", True),
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.255", True),
        ("IpAddress", "203.0.113.7/24", "203.0.113.8", True),
        ("IpAddress", "203.0.113.7", "203.0.113.8", False),
        ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::1", True),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
        ("Null", "true", None, True),
        ("Null", "true", "2026-11-01", False),
        ("Null", False, "2026-11-01", True),
        ("Null", "true", [], True),
        ("StringLike", "arn:aws:s:*:111122223333:f/*", "arn:aws:s:us-east-2:9:store/a:111122223333:f/d", True),
        ("ArnLike", "arn:aws:s:*:111122223333:f/*", "arn:aws:s:us-east-2:9:store/a:111122223333:f/d", False),
        ("ArnEquals", "arn:aws:sns:*:123456789012:orders", TOPIC, True),
        ("ArnEquals", "arn:aws:sns:*", TOPIC, False),
        ("ArnLike", "arn:aws:sns:us-east-?:123456789012:order?", TOPIC, True),
        ("ArnLike", "arn:aws:sns:us-east-1?123456789012:orders", TOPIC, False),
        ("StringLikeIfExists", ["t1.*", "t2.*"], None, True),
        ("StringLikeIfExists", ["t1.*", "t2.*"], "m3.large", False),
        ("StringNotEqualsIfExists", "a", None, True),
        ("ForAllValues:StringLike", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "Message"], True),
        ("ForAllValues:StringLike", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "UserName"], False),
        ("ForAllValues:StringLike", ["PostDateTime"], None, True),
        ("ForAnyValue:StringLike", ["ID", "PostDateTime"], ["UserName", "PostDateTime"], True),
        ("ForAnyValue:StringLike", ["ID", "PostDateTime"], ["UserName"], False),
        ("ForAnyValue:StringLike", ["ID"], None, False),
        ("ForAnyValue:StringEqualsIfExists", "team", None, False),
        ("StringEquals", "team", ["team", "owner"], False),
    ],
)
def test_conditions_are_those_of_the_user_guide(operator: str, wanted: object, found: object, expected: bool) -> None:  # noqa: FBT001 -- what is expected
    """Does each operator hold as the IAM user guide says, for values alike, different and absent?"""
    assert holds(operator, wanted, found) == expected


def test_all_keys_and_all_operators_must_agree() -> None:
    """Are several keys, and several operators, an AND?"""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "123456789012", "aws:SourceVpc": "vpc-1"},
            "ArnLike": {"aws:SourceArn": TOPIC},
        },
    }
    agreeing = {"aws:SourceAccount": "123456789012", "aws:SourceVpc": "vpc-1", "aws:SourceArn": TOPIC}

    assert allows({"Statement": statement}, Request(None, "sqs:SendMessage", QUEUE, agreeing))
    for key in agreeing:
        assert not allows({"Statement": statement}, Request(None, "sqs:SendMessage", QUEUE, agreeing | {key: "other"}))


ROLE = "arn:aws:iam::444455556666:role/cross-account-read-only-role"
SESSION = "arn:aws:sts::444455556666:assumed-role/cross-account-read-only-role/cross-account-audit-app"
ROOT = "arn:aws:iam::444455556666:root"


@pytest.mark.parametrize(
    ("principal", "caller", "expected"),
    [
        ("*", None, True),
        ({"AWS": "*"}, None, True),
        ({"AWS": "*"}, SNS, True),
        ({"AWS": ["123456789012", "444455556666"]}, {"AWS": BOB}, True),
        ({"AWS": ROOT}, {"AWS": BOB}, True),
        ({"AWS": ROOT}, {"AWS": "444455556666"}, True),
        ({"AWS": "444455556666"}, {"AWS": ROOT}, True),
        ({"AWS": "123456789012"}, {"AWS": BOB}, False),
        ({"AWS": BOB}, {"AWS": "444455556666"}, False),
        ({"AWS": BOB.lower()}, {"AWS": BOB}, False),
        ({"AWS": "arn:aws:iam::444455556666:user/*"}, {"AWS": BOB}, False),
        ({"AWS": ROLE}, {"AWS": SESSION}, True),
        ({"AWS": SESSION}, {"AWS": SESSION}, True),
        ({"AWS": SESSION}, {"AWS": ROLE}, False),
        ({"AWS": BOB}, None, False),
        ({"Service": ["ecs.amazonaws.com", "sns.amazonaws.com"]}, SNS, True),
        ({"Service": "s3.amazonaws.com"}, SNS, False),
        ({"AWS": "sns.amazonaws.com"}, SNS, False),
        ({"AWS": "123456789012", "Service": "sns.amazonaws.com"}, SNS, True),
    ],
)
def test_principals_are_those_of_the_user_guide(
    principal: object,
    caller: dict[str, str] | None,
    expected: bool,  # noqa: FBT001 -- what is expected
) -> None:
    """Does a Principal mean an account with all that is in it, a role with its sessions, one user, one service?"""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sqs:*", "Resource": QUEUE}

    assert allows({"Statement": statement}, Request(caller, "SQS:SendMessage", QUEUE)) == expected


@pytest.mark.parametrize(
    ("spared", "caller", "expected"),
    [
        ([BOB, ROOT], BOB, "allowed"),
        ([BOB], BOB, "explicitDeny"),
        ([BOB, ROOT], "arn:aws:iam::444455556666:user/Ann", "explicitDeny"),
        ([SESSION, ROLE, ROOT], SESSION, "allowed"),
        ([SESSION, ROOT], SESSION, "explicitDeny"),
        ([SESSION, ROLE], SESSION, "explicitDeny"),
        ([BOB, ROOT], None, "explicitDeny"),
        ("*", None, "allowed"),
    ],
)
def test_a_deny_with_notprincipal_spares_whom_it_names_in_full(
    spared: str | list[str], caller: str | None, expected: str
) -> None:
    """Is everybody denied, except who is named together with the role and the account?"""
    bucket = ["arn:aws:s3:::BUCKETNAME", "arn:aws:s3:::BUCKETNAME/*"]
    deny = {"Effect": "Deny", "NotPrincipal": {"AWS": spared}, "Action": "s3:*", "Resource": bucket}
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": bucket}
    who = None if caller is None else {"AWS": caller}

    got = decision({"Statement": [deny, allow]}, Request(who, "s3:GetObject", "arn:aws:s3:::BUCKETNAME/a/b"))

    assert got == expected


def test_an_allow_with_notprincipal_leaves_out_whom_it_names() -> None:
    """Does a name keep somebody out of an Allow with NotPrincipal, by itself or by its account?"""
    for named, bob, anybody in ((BOB, False, True), (ROOT, False, True), ("*", False, False)):
        statement = {"Effect": "Allow", "NotPrincipal": {"AWS": named}, "Action": "*", "Resource": "*"}
        got = [allows({"Statement": statement}, Request(who, "s3:GetObject", QUEUE)) for who in ({"AWS": BOB}, None)]

        assert got == [bob, anybody]


TO_SNS = {"Effect": "Allow", "Principal": SNS, "Action": "sqs:SendMessage", "Resource": QUEUE}
TO_ALL = TO_SNS | {"Principal": {"AWS": "*"}}


@pytest.mark.parametrize(
    ("statement", "strict"),
    [
        (TO_SNS | {"Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}}}, True),
        (TO_SNS | {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:orders"}}}, True),
        (
            TO_SNS | {"Condition": {"StringEquals": {"aws:SourceArn": TOPIC, "aws:SourceAccount": "123456789012"}}},
            True,
        ),
        (TO_ALL | {"Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}}}, True),
        (TO_SNS | {"Resource": "*", "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}}}, True),
        (
            [
                TO_SNS,
                TO_ALL | {"Effect": "Deny", "Condition": {"ArnNotEquals": {"aws:SourceArn": TOPIC}}},
            ],
            True,
        ),
        (TO_SNS, False),
        (TO_ALL, False),
        (TO_ALL | {"Condition": {"ArnEqualsIfExists": {"aws:SourceArn": TOPIC}}}, False),
        (TO_SNS | {"Condition": {"ArnLike": {"aws:SourceArn": f"{TOPIC}*"}}}, False),
        (TO_SNS | {"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}, False),
        (TO_SNS | {"NotAction": "sqs:SendMessage"}, False),
    ],
)
def test_a_queue_policy_for_one_topic(statement: dict[str, Any] | list[dict[str, Any]], strict: bool) -> None:  # noqa: FBT001
    """Are all the ways known to let one topic send, and nobody else, and those that let others send too?"""

    def may(principal: dict[str, str], topic: str | None) -> bool:
        context = {} if topic is None else {"aws:SourceArn": topic, "aws:SourceAccount": topic.split(":")[4]}
        return allows({"Statement": statement}, Request(principal, "sqs:SendMessage", QUEUE, context))

    others = [
        may(SNS, f"{TOPIC}-of-others"),
        may(SNS, TOPIC.replace("123456789012", "999999999999")),
        may({"AWS": "999999999999"}, None),
    ]

    assert (may(SNS, TOPIC) and not any(others)) == strict


ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ({"Condition": {"StringEqual": {"aws:SourceArn": TOPIC}}}, r"StringEqual; did you mean StringEquals\?"),
        ({"Condition": {"ForSome:StringLike": {"aws:TagKeys": "a"}}}, r"operator ForSome:StringLike; did you mean"),
        ({"Condition": {"NullIfExists": {"aws:TagKeys": "true"}}}, r"operator NullIfExists; did you mean Null\?"),
        ({"Condition": {"7": {"aws:TagKeys": "a"}}}, r"operator 7; StringEquals is one that it knows\."),
        ({"Effect": "allow"}, r"Line 11, column 17: the Effect of statement 2 is 'allow'; an Effect is Allow or Deny"),
        ({"Condition": {"Bool": {"aws:SecureTransport": "no"}}}, r"Bool compares with true or false, not with 'no'"),
        ({"Resource": "arn:aws:s3:::home/${aws:username}/*"}, r"policy variable \$\{aws:username\} has no value"),
        ({"Principal": ["*"]}, r"\['\*'\] is no Principal"),
    ],
)
def test_what_iam_refuses_is_refused(statement: dict[str, Any], message: str) -> None:
    """Is a policy that cannot be read refused in one sentence, for every request alike?"""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [deny, ALLOW | statement]}

    with pytest.raises(ValueError, match=message) as refused:
        allows(policy, Request(None, "s3:GetObject", QUEUE))

    assert isinstance(refused.value, CourseError)
    assert str(refused.value).count(". ") == 0
