"""Does the filter policy let through what SNS lets through, and say why not otherwise?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from course.models.filter_policy import FilterPolicy, matches
from course.models.topic import Message
from tests.models.moto_topic import MotoTopic

if TYPE_CHECKING:
    from collections.abc import Iterator

# What moto does otherwise than AWS stays out of the generated policies, and has its test below:
# an "exists" after another value for the same key, anything-but or text operators on a String.Array, a number before
# text for a key that holds text, upper case in equals-ignore-case, and a message without any attribute.
WORDS = st.sampled_from(["order", "order_placed", "placed", "cancelled"])
NUMBERS = st.integers(-3, 3) | st.sampled_from([0.5, 1.25, -2.75])
KEYS = st.sampled_from(["a", "b", "c"])

text_rules = st.one_of(
    WORDS,
    WORDS.map(lambda word: {"prefix": word[:5]}),
    WORDS.map(lambda word: {"suffix": word[-6:]}),
    WORDS.map(lambda word: {"equals-ignore-case": word}),
    st.lists(WORDS, min_size=1, max_size=2).map(lambda words: {"anything-but": words}),
    WORDS.map(lambda word: {"anything-but": {"prefix": word[:5]}}),
)
number_rules = st.one_of(
    NUMBERS,
    st.tuples(st.sampled_from(["<", "<=", "=", ">", ">="]), NUMBERS).map(lambda pair: {"numeric": list(pair)}),
    st.tuples(st.sampled_from([">", ">="]), st.integers(-3, 0), st.sampled_from(["<", "<="]), st.integers(1, 3)).map(
        lambda range_: {"numeric": list(range_)}
    ),
    st.lists(NUMBERS, min_size=1, max_size=2).map(lambda numbers: {"anything-but": numbers}),
)
existence = st.lists(st.booleans().map(lambda wanted: {"exists": wanted}), max_size=1)
plain_rules = st.one_of(text_rules, number_rules)


def _key(name: str, values: st.SearchStrategy[Any], rules: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Make a key of a message (perhaps absent) with values of one type and a rule for it (perhaps none)."""
    few = st.lists(rules, min_size=1, max_size=2)  # SNS takes at most 150 combinations
    conditions = st.tuples(existence, few).map(lambda parts: parts[0] + parts[1])
    return st.tuples(st.just(name), st.none() | values, st.none() | conditions)


case = st.tuples(
    _key("text", WORDS, text_rules),
    _key("number", NUMBERS, number_rules),
    _key("list", st.lists(WORDS, min_size=1, max_size=3), WORDS),
    _key("any", NUMBERS, st.one_of(WORDS, NUMBERS)),
)
OR_KEYS = ("a", "b", "c")
OR_KEY = st.sampled_from(OR_KEYS[:2])
OR_RULES = st.lists(text_rules, min_size=1, max_size=2)


@pytest.fixture(scope="module")
def aws() -> Iterator[MotoTopic]:
    with mock_aws():
        yield MotoTopic()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case)
def test_attributes_filter_as_in_moto(aws: MotoTopic, parts: tuple[tuple[str, Any, Any], ...]) -> None:
    """Does a subscription get exactly the messages that moto's SNS delivers for the same policy?"""
    attributes = {"id": "1"} | {name: value for name, value, _ in parts if value is not None}
    policy = {name: rules for name, _, rules in parts if rules is not None}

    got = aws.deliver(Message("hello", attributes), {"FilterPolicy": json.dumps(policy)})

    assert matches(policy, attributes) == bool(got)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries({"id": st.just("1")}, optional=dict.fromkeys(OR_KEYS, WORDS)),
    st.lists(st.tuples(OR_KEY, OR_RULES).map(lambda pair: dict([pair])), min_size=2, max_size=2),
    st.none() | OR_RULES,
)
def test_or_filters_as_in_moto(
    aws: MotoTopic, attributes: dict[str, str], alternatives: list[dict[str, Any]], rest: list[Any] | None
) -> None:
    """Does $or, alone or beside another key, let through what moto lets through?"""
    policy: dict[str, Any] = {"$or": alternatives} | ({} if rest is None else {"c": rest})

    got = aws.deliver(Message("hello", attributes), {"FilterPolicy": json.dumps(policy)})

    assert matches(policy, attributes) == bool(got)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(KEYS, WORDS | NUMBERS | st.dictionaries(KEYS, WORDS | NUMBERS, max_size=3), min_size=1),
    st.dictionaries(
        KEYS, st.lists(WORDS, min_size=1, max_size=2) | st.lists(NUMBERS, min_size=1, max_size=2), min_size=1
    ),
    KEYS,
)
def test_bodies_filter_as_in_moto(
    aws: MotoTopic, body: dict[str, Any], rules: dict[str, list[Any]], parent: str
) -> None:
    """Does the scope MessageBody, with a nested key, let through what moto lets through?"""
    policy = {parent: rules} if isinstance(body.get(parent), dict) else rules
    # moto compares an object with text by Python's `in`
    assume(policy is not rules or not any(isinstance(body.get(key), dict) for key in rules))

    got = aws.deliver(
        Message(json.dumps(body)), {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": "MessageBody"}
    )

    assert matches(policy, body, "MessageBody") == bool(got)


# Examples in AWS's own developer guide, and the cases in which moto differs from it.
@pytest.mark.parametrize(
    ("policy", "attributes", "wanted"),
    [
        ({"interests": ["rugby", "tennis"]}, {"interests": "tennis"}, True),
        ({"interests": ["rugby", "tennis"]}, {"interests": "baseball"}, False),
        ({"interests": ["rugby"]}, {"interests": "Rugby"}, False),
        ({"interests": ["rugby", "tennis"]}, {"interests": ["baseball", "rugby"]}, True),
        ({"interests": [{"anything-but": ["rugby", "tennis"]}]}, {"interests": "football"}, True),
        # an array has one value that is not unwanted (moto asks for all of them)
        ({"interests": [{"anything-but": ["rugby", "tennis"]}]}, {"interests": ["rugby", "baseball"]}, True),
        ({"interests": [{"anything-but": ["rugby", "tennis"]}]}, {"interests": ["rugby"]}, False),
        ({"interests": [{"anything-but": ["rugby"]}]}, {"store": "fans"}, False),
        # "exists": false beside anything-but (moto gives up at the first value when the key is absent)
        ({"interests": [{"anything-but": ["rugby"]}, {"exists": False}]}, {"store": "fans"}, True),
        ({"event": ["order", {"exists": False}]}, {"store": "fans"}, True),
        ({"event": [0, "order"]}, {"event": "order"}, True),
        ({"event": [{"anything-but": {"prefix": "order-"}}]}, {"event": "data-entry"}, True),
        ({"event": [{"anything-but": {"prefix": "order-"}}]}, {"event": "order-cancelled"}, False),
        ({"event": [{"anything-but": {"suffix": "ball"}}]}, {"event": "football"}, False),
        ({"event": [{"anything-but": {"prefix": ["a", "b"]}}]}, {"event": "bell"}, False),
        ({"event": [{"anything-but": {"suffix": ["a", "b"]}}]}, {"event": "cell"}, True),
        ({"interests": [{"equals-ignore-case": "TENNIS"}]}, {"interests": "Tennis"}, True),
        ({"interests": [{"prefix": "bas"}]}, {"interests": ["rugby", "baseball"]}, True),
        ({"interests": [{"suffix": "ball"}]}, {"interests": "baseball"}, True),
        ({"interests": [{"wildcard": "*bas*ball"}]}, {"interests": "baseball"}, True),
        ({"interests": [{"wildcard": "*bas*ball"}]}, {"interests": "bas.b*ll"}, False),
        ({"source_ip": [{"cidr": "10.0.0.0/24"}]}, {"source_ip": "10.0.0.255"}, True),
        ({"source_ip": [{"cidr": "10.0.0.0/24"}]}, {"source_ip": "10.1.1.0"}, False),
        ({"source_ip": [{"cidr": "10.0.0.0/24"}]}, {"source_ip": "home"}, False),
        ({"price": [{"numeric": ["=", 301.5]}]}, {"price": 3.015e2}, True),
        ({"price": [{"numeric": [">", 0, "<=", 150]}]}, {"price": 150}, True),
        ({"price": [{"numeric": [">", 0, "<=", 150]}]}, {"price": 150.00002}, False),
        ({"price": [{"numeric": ["=", 1]}]}, {"price": 1.000001}, True),
        ({"price": [{"numeric": [">", 0]}]}, {"price": "150"}, False),
        ({"price": [{"anything-but": [100, 500]}]}, {"price": 101}, True),
        ({"price": [100]}, {"price": "100"}, False),
        ({"store": [{"exists": True}]}, {"store": "fans"}, True),
        ({"store": [{"exists": False}]}, {"store": "fans"}, False),
        ({"store": [{"exists": False}]}, {"interests": "tennis"}, True),
        # without a single attribute not even "exists": false matches
        ({"store": [{"exists": False}]}, {}, False),
        ({}, {}, True),
        (
            {"source": ["aws"], "$or": [{"metric": ["CPU"]}, {"space": ["EC2"]}]},
            {"source": "aws", "space": "EC2"},
            True,
        ),
        (
            {"source": ["aws"], "$or": [{"metric": ["CPU"]}, {"space": ["EC2"]}]},
            {"source": "gcp", "space": "EC2"},
            False,
        ),
        ({"source": ["aws"], "$or": [{"metric": ["CPU"]}, {"space": ["EC2"]}]}, {"source": "aws"}, False),
        # with an operator's name as a key, $or is a key like any other
        ({"$or": [{"prefix": "a"}, {"suffix": "b"}]}, {"$or": "around"}, True),
        ({"$or": [{"prefix": "a"}, {"suffix": "b"}]}, {"event": "around"}, False),
    ],
)
def test_attributes_filter_as_documented(policy: dict[str, Any], attributes: dict[str, Any], *, wanted: bool) -> None:
    """Does the model agree with the SNS developer guide, also where moto does not?"""
    assert matches(policy, attributes) == wanted


@pytest.mark.parametrize(
    ("policy", "body", "wanted"),
    [
        ({"store": {"city": ["Oslo"]}}, {"store": {"city": "Oslo"}}, True),
        ({"store": {"city": ["Oslo"]}}, {"store": {"city": "Rome"}}, False),
        ({"store": {"city": ["Oslo"]}}, {"city": "Oslo"}, False),
        ({"lines": {"sku": ["a"]}}, {"lines": [{"sku": "b"}, {"sku": "a"}]}, True),
        ({"lines": ["a"]}, {"lines": [["b"], ["a"]]}, True),
        ({"paid": [True]}, {"paid": True}, True),
        ({"paid": [True]}, {"paid": 1}, False),
        ({"coupon": [None]}, {"coupon": None}, True),
        ({"coupon": [{"exists": True}]}, {"coupon": None}, False),
        ({"coupon": [{"exists": False}]}, {}, True),
        ({"store": {"city": [{"exists": False}]}}, {"event": "x"}, True),
        ({"$or": [{"a": {"b": [1]}}, {"c": [2]}]}, {"a": {"b": 1}}, True),
    ],
)
def test_bodies_filter_as_documented(policy: dict[str, Any], body: dict[str, Any], *, wanted: bool) -> None:
    """Does the scope MessageBody look into nested keys, arrays, booleans and null?"""
    assert matches(policy, body, "MessageBody") == wanted


@settings(deadline=None)
@given(st.lists(plain_rules, min_size=1, max_size=4), WORDS | NUMBERS)
def test_values_are_alternatives(rules: list[Any], value: Any) -> None:  # noqa: ANN401 -- text or a number
    """Is a list of values the OR of its members?"""
    assert matches({"k": rules}, {"k": value}) == any(matches({"k": [rule]}, {"k": value}) for rule in rules)


@settings(deadline=None)
@given(st.dictionaries(KEYS, st.lists(plain_rules, min_size=1, max_size=2), min_size=1), st.dictionaries(KEYS, WORDS))
def test_keys_all_count(policy: dict[str, Any], attributes: dict[str, str]) -> None:
    """Is a policy the AND of its keys, and does a refusal name the key that refuses?"""
    attributes = {"id": "1", **attributes}
    refusing = [key for key, rules in policy.items() if not matches({key: rules}, attributes)]

    reason = FilterPolicy(policy).refusal(attributes)

    assert (reason is None) == (not refusing)
    assert reason is None or refusing[0] in reason


@pytest.mark.parametrize(
    ("policy", "attributes", "reason"),
    [
        ({"event": ["order_placed"]}, {"event": "order_cancelled"}, 'event=order_cancelled is not in ["order_placed"]'),
        ({"event": ["order_placed"]}, {"price": 3}, "the message has no event"),
        ({"event": ["order_placed"]}, {}, "the message has no attributes"),
        ({"price": [{"numeric": [">", 9]}]}, {"price": 3}, 'price=3 does not satisfy {"numeric": [">", 9]}'),
        (
            {"$or": [{"a": ["1"]}, {"b": ["2"]}]},
            {"a": "0"},
            'no part of $or agrees: a=0 is not in ["1"]; the message has no b',
        ),
    ],
)
def test_refusals_say_why(policy: dict[str, Any], attributes: dict[str, Any], reason: str) -> None:
    """Does a refusal say which value met which rule?"""
    assert FilterPolicy(policy).refusal(attributes) == reason


def test_refusals_name_nested_keys() -> None:
    """Does a refusal of a message body name the whole way to the key?"""
    policy = FilterPolicy({"store": {"city": ["Oslo"]}}, "MessageBody")
    assert policy.refusal({"store": {"city": "Rome"}}) == 'store.city=Rome is not in ["Oslo"]'
    assert policy.refusal({"store": "Oslo"}) == "the message has no store.city"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"event": ["a"}', "not JSON: Expecting ',' delimiter at line 1, column 15"),
        ('["event"]', "is a JSON object"),
        ('{"event": "a"}', '"event" needs a list'),
        ('{"event": []}', '"event" needs a list'),
        ('{"event": {"type": ["a"]}}', "needs FilterPolicyScope MessageBody"),
        ('{"event": [["a"]]}', "one operator"),
        ('{"event": [{"prefix": "a", "suffix": "b"}]}', "one operator"),
        ('{"event": [{"begins": "a"}]}', 'operator "begins"'),
        ('{"event": [{"prefix": 3}]}', "text in quotation marks"),
        ('{"event": [{"exists": "yes"}]}', "true or false"),
        ('{"event": [{"anything-but": []}]}', "anything-but"),
        ('{"event": [{"anything-but": {"numeric": ["=", 1]}}]}', "anything-but"),
        ('{"price": [{"numeric": []}]}', "comparison or a range"),
        ('{"price": [{"numeric": ["<", "9"]}]}', "comparison or a range"),
        ('{"price": [{"numeric": [">", 9, "<", 1]}]}', "comparison or a range"),
        ('{"price": [{"numeric": ["<", 9, ">", 1]}]}', "comparison or a range"),
        ('{"price": [2000000000]}', "1 billion"),
        ('{"price": [NaN]}', "1 billion"),
        ('{"ip": [{"cidr": "10.0.0.300/24"}]}', "10.0.0.0/24"),
        ('{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}', "at most 5 keys, not 6"),
        (json.dumps({key: [str(n) for n in range(6)] for key in "abc"}), "at most 150 combinations of values, not 216"),
    ],
)
def test_bad_policies_are_one_sentence(text: str, part: str) -> None:
    """Does a policy that SNS refuses give one sentence that says what to repair?"""
    with pytest.raises(ValueError, match=r"^[^\n]+\.$") as error:
        FilterPolicy.from_json(text)
    assert part in str(error.value)


def test_nested_keys_cost_their_depth() -> None:
    """Is a body policy's complexity values times depth, as in the guide's example: 4 x 3 x 3 x 2 = 72?"""
    policy = {"a": {"b": {"c": ["1", "2", "3", "4"]}}, "d": {"e": ["1", "2", "3"]}}
    FilterPolicy(policy, "MessageBody")
    policy["f"] = {"g": ["1", "2"]}
    with pytest.raises(ValueError, match="not 288"):
        FilterPolicy(policy, "MessageBody")
