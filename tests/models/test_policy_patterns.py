"""Do wildcards and policy variables in the texts of a policy match what IAM's do?"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.models.policy import Request, allows
from course.models.policy.patterns import UnevaluableError, expanded, plain

QUEUE = "arn:aws:sqs:us-east-1:123456789012:parcels"

texts = st.text("aAb[]!?*-", max_size=6)


@given(texts, texts)
def test_wildcards_are_those_of_iam(value: str, pattern: str) -> None:
    """Are * and ? the only wildcards, in resources, in StringLike and, whatever the case, in actions?"""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    exactly, in_any_case = (bool(re.fullmatch(expression, value, flags)) for flags in (0, re.IGNORECASE))
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    by_resource = everything | {"Resource": pattern}
    by_action = everything | {"Action": pattern}
    by_condition = everything | {"Condition": {"StringLike": {"aws:username": pattern}}}
    request_ = Request(None, value, value, {"aws:username": value})

    got = [allows({"Statement": statement}, request_) for statement in (by_resource, by_condition, by_action)]

    assert got == [exactly, exactly, in_any_case]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("arn:aws:sqs:us-*-1:123456789012:parcels", True),
        ("arn:aws:sqs:*", True),
        ("arn:aws:sqs:*:parcels", True),
        ("arn:aws:sqs:u*2:parcels", False),
        ("arn:aws:sqs:us-east-1?123456789012:parcels", False),
        ("arn:aws:sqs:us-east-1:123456789012:p*s", True),
        ("arn:aws:s3:::bucket/*", False),
        ("*", True),
    ],
)
def test_a_star_inside_a_part_of_an_arn_stays_in_it(pattern: str, expected: bool) -> None:  # noqa: FBT001
    """Does a star reach over a colon only as the last character of its part, and a question mark never?"""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": pattern}

    assert allows({"Statement": statement}, Request(None, "sqs:SendMessage", QUEUE)) == expected


@given(st.text("a*?$", max_size=6), st.text("a*?$", max_size=6))
def test_a_value_in_place_of_a_variable_is_no_pattern(value: str, text: str) -> None:
    """Does what a variable stands for match itself only, and does ${*} stand for a star?"""
    values = {"key": [value]}.get

    assert expanded("x${key}", lambda key: values(key, [])).matches(f"x{text}") == (value == text)
    assert expanded("x${*}${?}${$}", lambda _: []).matches(f"x{text}") == (text == "*?$")
    assert plain("x${*}").matches("x${anything}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${key", r"'\${key' is not closed"),
        ("${}", "has no value"),
        ("${other}", r"the request has no other, so the policy variable \${other} has no value"),
        ("${several}", "several has several values, and a policy variable can stand for one only"),
    ],
)
def test_a_variable_that_stands_for_nothing(text: str, message: str) -> None:
    """Is a variable without a value, with several, or not closed, something that cannot be evaluated?"""
    values = {"key": ["a"], "several": ["a", "b"]}

    with pytest.raises(UnevaluableError, match=message.replace("{", r"\{")):
        expanded(text, lambda key: values.get(key, []))
    assert expanded("${ key , 'x' }-${other, 'y'}", lambda key: values.get(key, [])).text == "a-y"
