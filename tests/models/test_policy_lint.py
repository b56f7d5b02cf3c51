"""Does every fault of a policy's text get its place, its sentence and its mend, and a sound policy none?"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.models.policy import Policy, PolicyError, lint
from course.models.policy.syntax import Value, read_json
from tests.models.policies import cases, table

SOUND = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": "arn:aws:s3:::reports/${aws:username}/*"
    }
  ]
}"""
RESOURCE = SOUND.replace('"Sid"', '"Principal": {"AWS": "111122223333"},\n      "Sid"')

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(json_values, st.sampled_from([None, 2]), st.booleans())
def test_json_is_read_as_python_reads_it(value: Any, indent: int | None, ascii_: bool) -> None:  # noqa: ANN401, FBT001
    """Is what is JSON read as json.loads reads it, and does every value stand where its place says?"""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)

    root = read_json(text)

    assert root.data == json.loads(text)
    lines = text.split("\n")
    stack = [root]
    while stack:
        one: Value = stack.pop()
        stack += [*one.items, *(member.value for member in one.members)]
        begin = lines[one.line - 1][one.column - 1]
        assert begin == (
            "{" if isinstance(one.data, dict) else "[" if isinstance(one.data, list) else json.dumps(one.data)[0]
        )


@settings(max_examples=200)
@given(json_values, st.data())
def test_a_fault_is_found_where_python_finds_one(value: Any, data: st.DataObject) -> None:  # noqa: ANN401 -- any JSON
    """Is a text with one character too few, or one too many, refused exactly where json.loads refuses it?"""
    text = json.dumps(value, indent=1)
    at = data.draw(st.integers(0, len(text)))
    broken = (
        text[:at]
        + data.draw(st.sampled_from(["", ",", "}", "]", '"', "'", ":"]))
        + text[at + data.draw(st.integers(0, 1)) :]
    )
    try:
        expected = json.loads(broken, parse_constant=pytest.fail)
    except ValueError:
        with pytest.raises(PolicyError, match=r"^Line \d+, column \d+: .+; .+\.$"):
            read_json(broken)
    else:
        assert read_json(broken).data == expected


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('/*"\n', '/*",\n', "Line 8, column 59: a comma stands before }, and nothing follows it; remove the comma."),
        ('"Allow",', '"Allow"', "Line 6, column 24: a comma is missing between two values; write one here."),
        (
            "\n  ]\n}",
            "\n  ]\n",
            "Line 10, column 4: the text ends, and the { of line 1, column 1 is still open; write the } that is",
        ),
        ("    }\n  ]", "  ]", "Line 9, column 3: this ] does not close the { of line 4, column 5; write } before it."),
        ('"Allow"', "'Allow'", "Line 6, column 17: ' is not a quote of JSON; write \" before and after the text."),
        ('"Allow"', "Allow", 'Line 6, column 17: this text has no quotes; write " before and after it.'),
        ('"Allow"', '"Allow', 'Line 6, column 17: this text is not closed on its line; write a " at its end.'),
        (
            '"Effect": ',
            '"Effect" ',
            'Line 6, column 15: no colon follows "Effect"; write a colon between a name and its value.',
        ),
        (
            '"Allow"',
            '"Allow", // yes',
            "Line 6, column 26: JSON has no comments; remove it, a statement's Sid can say what it is for.",
        ),
        ("\n  ]\n}", "\n  ]\n}}", "Line 11, column 2: more text follows where the policy is complete; remove it."),
        ('"Effect"', '"Efect"', "Line 6, column 7: a statement has no element Efect; did you mean Effect."),
        (
            '"Effect": "Allow",',
            "",
            'Line 4, column 5: statement 1 has no Effect; add "Effect": "Allow" or "Effect": "Deny".',
        ),
        (
            '"Allow"',
            '"allow"',
            "Line 6, column 17: the Effect of statement 1 is 'allow'; an Effect is Allow or Deny, written so.",
        ),
        (
            '"Allow",',
            '"Allow", "Effect": "Deny",',
            "Line 6, column 26: statement 1 has Effect twice, and only one can count; join the two or remove one.",
        ),
        ("2012-10-17", "2026-11-01", "Line 2, column 14: there is no Version '2026-11-01'; write \"2012-10-17\"."),
        (
            '  "Version": "2012-10-17",\n',
            "",
            "Line 1, column 1: without Version the policy is read as of 2008-10-17, which knows no policy variables;",
        ),
        (
            "2012-10-17",
            "2008-10-17",
            "Line 8, column 19: without Version 2012-10-17 ${aws:username} is plain text, not a policy variable;",
        ),
        (
            '"Read"',
            '"read it"',
            "Line 5, column 14: the Sid 'read it' has a space, and IAM takes letters and digits only; write readit.",
        ),
        (
            '"s3:GetObject"',
            '"s3GetObject"',
            "Line 7, column 18: the action 's3GetObject' has no colon between service and action; write",
        ),
        (
            '"s3:GetObject"',
            '"s3:Get:Object"',
            "Line 7, column 18: the action 's3:Get:Object' has more than one colon; write service:Action.",
        ),
        (
            '"s3:GetObject"',
            '"s3:Get Object"',
            "Line 7, column 18: 's3:Get Object' is not the name of an action; write a service's prefix",
        ),
        (
            '["s3:GetObject", "s3:ListBucket"]',
            "[]",
            "Line 7, column 17: Action is an empty list; write at least one value.",
        ),
        (
            '"Action"',
            '"NotAction": "iam:*", "Action"',
            "Line 7, column 7: statement 1 has both Action and NotAction; keep one of the two.",
        ),
        (
            '"arn:aws:s3:::reports/${aws:username}/*"',
            '"arn:aws:s3::reports"',
            "has 5 of the six parts of an ARN; write arn:partition:service:region:account:name.",
        ),
        (
            '"arn:aws:s3:::reports/${aws:username}/*"',
            '"reports"',
            "Line 8, column 19: 'reports' is neither an ARN nor \"*\"; begin it with arn:aws: and the service.",
        ),
        ('"arn:aws:s3:::reports/${aws:username}/*"', '"arn:aws:s3::reports/*"', "has 5 of the six parts of an ARN"),
        ("s3:::reports", "s3::111122223333:reports", "an ARN of a bucket or an object has no account; leave that part"),
        (
            "arn:aws:s3:",
            "arn:asw:s3:",
            "Line 8, column 19: there is no partition 'asw'; write aws, aws-cn or aws-us-gov.",
        ),
        (
            "s3:::reports",
            "s3:eu-west-1::reports",
            "Line 8, column 19: an ARN of s3 has no Region, and this one has eu-west-1; leave that part empty.",
        ),
        (
            "s3:::reports",
            "sqs:eu-west-1:1234:reports",
            "Line 8, column 19: '1234' is not an account, whose ID has 12 digits; write the ID.",
        ),
        (
            "arn:aws:s3:::reports",
            "arn:aws:${aws:username}:::reports",
            "has a policy variable before the fifth colon; use variables in the resource part only.",
        ),
        (
            '"Sid"',
            '"Principal": "*", "Sid"',
            "Line 5, column 7: an identity-based policy has no Principal: it means whom it is attached to; remove it.",
        ),
        (
            '"Sid"',
            '"Condition": {"StringEqual": {"a": "b"}}, "Sid"',
            "Line 5, column 21: IAM knows no condition operator StringEqual; did you mean StringEquals.",
        ),
        (
            '"Sid"',
            '"Condition": {"IpAddress": {"aws:SourceIp": "300.0.0.1"}}, "Sid"',
            "Line 5, column 51: IpAddress cannot compare with '300.0.0.1'; write a value that it can compare with.",
        ),
        (
            '"Sid"',
            '"Condition": {"Bool": {"a": "true"}, "Bool": {"b": "true"}}, "Sid"',
            "Line 5, column 44: Condition has Bool twice, and only one can count; join the two or remove one.",
        ),
        (
            '"Sid"',
            '"Condition": {"Bool": "true"}, "Sid"',
            'Line 5, column 29: Bool needs condition keys; write {"key": "value"}.',
        ),
        (
            '"Sid"',
            '"Condition": {"ForAllValues:StringEquals": {"aws:SourceArn": "a"}}, "Sid"',
            "Line 5, column 51: aws:SourceArn has one value, and ForAllValues is for keys with several",
        ),
    ],
)
def test_a_fault_of_an_identity_policy(old: str, new: str, sentence: str) -> None:
    """Is there one finding, at the very place, for each way to spoil a sound policy?"""
    assert lint(SOUND, "identity") == ()

    findings = [str(finding) for finding in lint(SOUND.replace(old, new, 1), "identity")]

    assert any(sentence in finding for finding in findings), findings
    assert len(findings) <= 2


@pytest.mark.parametrize(
    ("kind", "old", "new", "sentence"),
    [
        (
            "resource",
            '"Principal": {"AWS": "111122223333"},',
            "",
            "statement 1 of a resource-based policy has no Principal",
        ),
        ("resource", '"111122223333"', '"1111"', "1111 is not an account, whose ID has 12 digits; write all of them."),
        ("resource", '"111122223333"', '"arn:aws:iam::111122223333:group/Devs"', "a group is no principal"),
        (
            "resource",
            '"111122223333"',
            '"arn:aws:iam::111122223333:user/*"',
            "a part of a principal cannot be a pattern",
        ),
        ("resource", '"111122223333"', '"arn:aws:iam::111122223333:policy/P"', "is not the ARN of a principal"),
        ("resource", '"111122223333"', '"sns.amazonaws.com"', "'sns.amazonaws.com' is not a principal"),
        ("resource", '{"AWS": "111122223333"}', '{"Service": "sns"}', "'sns' is not the name of a service"),
        ("resource", '{"AWS": "111122223333"}', '{"Aws": "111122223333"}', "there is no principal of the kind Aws"),
        ("resource", '{"AWS": "111122223333"}', '"111122223333"', 'Principal is "*" or an object'),
        ("resource", '"Principal"', '"NotPrincipal"', "NotPrincipal with Allow is not supported"),
        ("trust", "", "", "a trust policy stands for its own role and has no Resource; remove it."),
        ("rcp", "", "", "only RCPFullAWSAccess may allow, an RCP of yours denies; write Deny."),
        ("rcp", '"Allow"', '"Deny"', 'the Principal of an RCP is everybody; write "*" and use a Condition.'),
        ("rcp", '["s3:GetObject", "s3:ListBucket"]', '"*"', 'an RCP does not take "*" alone as Action'),
        ("scp", "", "", "an SCP has no Principal: it means whom it is attached to; remove it."),
        ("boundary", "", "", "an identity-based policy has no Principal"),
        ("session", "", "", "an identity-based policy has no Principal"),
    ],
)
def test_a_fault_of_another_kind_of_policy(kind: Any, old: str, new: str, sentence: str) -> None:  # noqa: ANN401
    """Does each kind of policy have its own rules for principals, resources and effects?"""
    assert lint(RESOURCE, "resource") == ()
    assert lint(RESOURCE, "key") == ()

    findings = [str(finding) for finding in lint(RESOURCE.replace(old, new, 1), kind)]

    assert any(sentence in finding for finding in findings), findings


def test_all_faults_come_at_once_in_their_order() -> None:
    """Are four faults of one text four findings, from the top down, and two Sids of one name one of them?"""
    spoilt = SOUND.replace("s3:GetObject", "s3GetObject").replace("2012-10-17", "2012").replace('"Allow"', '"Yes"')
    spoilt = spoilt.replace(
        "    }\n  ]", '    },\n    {"Sid": "Read", "Effect": "Deny", "Action": "*", "Resource": "*"}\n  ]'
    )

    findings = lint(spoilt, "identity")

    places = [(finding.line, finding.column) for finding in findings]
    assert places == sorted(places)
    assert len([finding for finding in findings if finding.severity == "error"]) == 4
    assert "two statements have the Sid Read; give each its own." in str(findings[-1])


def test_a_text_that_is_no_policy_is_an_error_with_its_finding() -> None:
    """Does reading raise one sentence, which carries line, column and mend, and lint return the same?"""
    with pytest.raises(PolicyError, match=r"^Line 1, column 1: the policy has no Statement;") as refused:
        Policy.read("{}")

    finding = refused.value.finding
    assert finding is not None
    assert finding in lint("{}", "identity")
    assert (finding.line, finding.column, finding.mend) == (1, 1, 'add "Statement": […]')
    with pytest.raises(PolicyError, match="a policy is a JSON object"):
        Policy.read("[]")


@pytest.mark.parametrize("depth", [60, 100_000])
def test_a_text_of_brackets_is_a_finding(depth: int) -> None:
    """Is a text that nests without end refused in a sentence, and not by Python's own limit?"""
    assert [finding.problem for finding in lint("[" * depth, "identity")] == ["the brackets are nested too deep"]


def test_an_id_is_for_resource_based_policies() -> None:
    """Does an Id get a warning in an identity policy, and none in a bucket policy?"""
    with_id = SOUND.replace('"Version"', '"Id": "a", "Version"')

    assert [(f.severity, f.line, f.column) for f in lint(with_id, "identity")] == [("warning", 2, 3)]
    assert lint(RESOURCE.replace('"Version"', '"Id": "a", "Version"'), "resource") == ()


def test_what_the_documentation_shows_is_sound() -> None:
    """Is every identity policy of the table that can be evaluated one that AWS would take?"""
    for case in cases():
        statements = [
            table()["statements"].get(s, s) if isinstance(s, str) else s for s in case.given.get("identity", [])
        ]
        if case.given["expect"] != "unknown" and "version" not in case.given and statements:
            text = json.dumps({"Version": "2012-10-17", "Statement": statements})
            assert [f for f in lint(text, "identity") if "Sid" not in f.problem] == [], case.name


@given(st.text(max_size=30) | json_values.map(json.dumps))
def test_lint_never_fails(text: str) -> None:
    """Does any text at all get findings, or none, but never an error of Python?"""
    for kind in ("identity", "resource", "trust", "rcp"):
        for finding in lint(text, kind):
            assert re.match(r"Line \d+, column \d+: ", str(finding))
