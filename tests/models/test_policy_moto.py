"""Does the model agree with moto's enforcement and validation of policies, where moto has any?

moto checks the actions and resources of identity-based policies, and trust policies that name an ARN. It knows no
NotResource, no question mark, no conditions but StringEquals in trust policies, no boundaries, SCPs or bucket policies,
and it minds the case of actions: the rest of the model is compared with AWS's documentation only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import IAMPolicyDocumentValidator, IAMTrustPolicyDocumentValidator

from course.models.policy import Policies, Policy, Request, evaluate, lint

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = "123456789012"
ANN = f"arn:aws:iam::{HERE}:user/Ann"
READER = f"arn:aws:iam::{HERE}:role/Reader"
REGION: dict[str, str] = {"region_name": "us-east-1"}

statements = st.builds(
    lambda effect, name, actions, resources: {"Effect": effect, name: actions, "Resource": resources},
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["Action", "NotAction"]),
    st.lists(st.sampled_from(["*", "s3:*", "s3:Get*", "s3:GetObject", "sqs:*"]), min_size=1, max_size=2),
    st.lists(
        st.sampled_from(["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::*", "arn:aws:s3:::b/c*"]),
        min_size=1,
        max_size=2,
    ),
)
WORDS = {
    PermissionResult.PERMITTED: "allowed",
    PermissionResult.DENIED: "explicitDeny",
    PermissionResult.NEUTRAL: "implicitDeny",
}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(statements, max_size=3),
    st.sampled_from(["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]),
    st.sampled_from(["arn:aws:s3:::a/b", "arn:aws:s3:::b/c", "arn:aws:s3:::b/cd"]),
)
def test_an_identity_policy_decides_as_in_moto(found: list[dict[str, Any]], action: str, resource: str) -> None:
    """Do actions, their Not form, resources and a Deny decide as moto's own evaluation of the document does?"""
    document = {"Version": "2012-10-17", "Statement": found}
    moto = IAMPolicy(json.dumps(document)).is_action_permitted(action, resource)

    got = evaluate(Request({"AWS": ANN}, action, resource), Policies(identity=(Policy.read(document),)))

    assert got.decision == WORDS[moto]


@pytest.fixture
def iam() -> Iterator[Any]:
    """Moto's IAM, before it enforces anything."""
    with mock_aws():
        yield boto3.client("iam", **REGION)


def keys_of(iam: Any, *documents: dict[str, Any]) -> dict[str, str]:  # noqa: ANN401 -- boto3 ships no types
    """Make the user Ann with these inline policies, and return what a client needs to be her."""
    iam.create_user(UserName="Ann")
    for number, document in enumerate(documents):
        iam.put_user_policy(UserName="Ann", PolicyName=f"p{number}", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="Ann")["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]} | REGION


def enforced(call: Any) -> bool:  # noqa: ANN401 -- any call of boto3
    """Whether moto lets the call pass."""
    try:
        set_initial_no_auth_action_count(0)(call)()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException"):
            return False
        raise
    return True


def document(*found: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(found)}


@pytest.mark.parametrize(
    "documents",
    [
        [],
        [document({"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"})],
        [document({"Effect": "Allow", "Action": "iam:List*", "Resource": "*"})],
        [document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})],
        [document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})],
        [document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})],
        [
            document({"Effect": "Allow", "Action": "*", "Resource": "*"}),
            document({"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}),
        ],
        [
            document({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}),
            document({"Effect": "Allow", "Action": "iam:*", "Resource": "*"}),
        ],
    ],
)
def test_a_call_passes_where_the_model_allows(iam: Any, documents: list[dict[str, Any]]) -> None:  # noqa: ANN401
    """Does moto let Ann list users exactly where the model allows it?"""
    ann = boto3.client("iam", **keys_of(iam, *documents))
    policies = Policies(identity=tuple(Policy.read(one) for one in documents))

    passed = enforced(ann.list_users)

    assert passed == evaluate(Request({"AWS": ANN}, "iam:ListUsers", "*"), policies).allowed


ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}


@pytest.mark.parametrize("trusted", [ANN, f"arn:aws:iam::{HERE}:user/Bob"])
def test_a_role_trusts_as_in_moto(iam: Any, trusted: str) -> None:  # noqa: ANN401 -- boto3 ships no types
    """Does moto let Ann, who may assume any role, assume the one whose trust policy names her, and only that?"""
    trust = document({"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"})
    iam.create_role(RoleName="Reader", AssumeRolePolicyDocument=json.dumps(trust))
    sts = boto3.client("sts", **keys_of(iam, document(ASSUME)))
    policies = Policies(identity=(Policy.read(document(ASSUME)),), resource=Policy.read(trust))

    passed = enforced(lambda: sts.assume_role(RoleArn=READER, RoleSessionName="batch"))

    assert passed == evaluate(Request({"AWS": ANN}, "sts:AssumeRole", READER), policies).allowed
    assert passed == (trusted == ANN)


def test_a_session_has_the_roles_permissions_only(iam: Any) -> None:  # noqa: ANN401 -- boto3 ships no types
    """Does a session of a role list users by the role's policy, although Ann's own one does not allow that?"""
    trust = document({"Effect": "Allow", "Principal": {"AWS": ANN}, "Action": "sts:AssumeRole"})
    lists = document({"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"})
    iam.create_role(RoleName="Reader", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="Reader", PolicyName="p", PolicyDocument=json.dumps(lists))
    sts = boto3.client("sts", **keys_of(iam, document(ASSUME)))
    got = sts.assume_role(RoleArn=READER, RoleSessionName="batch")["Credentials"]
    session = boto3.client(
        "iam",
        aws_access_key_id=got["AccessKeyId"],
        aws_secret_access_key=got["SecretAccessKey"],
        aws_session_token=got["SessionToken"],
        **REGION,
    )
    caller = {"AWS": f"arn:aws:sts::{HERE}:assumed-role/Reader/batch"}
    policies = Policies(identity=(Policy.read(lists),))

    for call, action in ((session.list_users, "iam:ListUsers"), (session.list_roles, "iam:ListRoles")):
        assert enforced(call) == evaluate(Request(caller, action, "*"), policies).allowed


_actions = st.sampled_from(["*", "s3:*", "s3:Get*", "iam:ListUsers", "s3Get", "a:b:c", "s3:GetObject", []])
_resources = st.sampled_from(
    [
        "*",
        "arn:aws:s3:::a/*",
        "a",
        "arn:aws:iam::111122223333:user/Ann",
        "arn:aws:s3:eu-west-1::a",
        "arn:nix:s3:::a",
        [],
    ]
)
_conditions = st.sampled_from(
    [{"Bool": {"a": "true"}}, {"StringEqual": {"a": "b"}}, {"ForAnyValue:StringLike": {"a": ["b"]}}, {"Bool": "x"}, "x"]
)
drafts = st.fixed_dictionaries(
    {},
    optional={
        "Sid": st.sampled_from(["A", "B"]),
        "Effect": st.sampled_from(["Allow", "Deny", "allow", "x"]),
        "Action": _actions,
        "NotAction": _actions,
        "Resource": _resources,
        "NotResource": _resources,
        "Condition": _conditions,
        "Efect": st.just("Allow"),
    },
).map(lambda drawn: {"Effect": "Allow", "Action": "s3:*", "Resource": "*"} | drawn if "Sid" in drawn else drawn)


@settings(max_examples=250)
@given(st.lists(drafts, max_size=2))
def test_moto_refuses_what_has_an_error(written: list[dict[str, Any]]) -> None:
    """Is an identity policy refused by moto's validation exactly where lint finds an error?"""
    text = json.dumps({"Version": "2012-10-17", "Statement": written})
    try:
        IAMPolicyDocumentValidator(text).validate()
        refused = ""
    except MalformedPolicyDocument as error:
        refused = str(error.message)

    found = [finding for finding in lint(text, "identity") if finding.severity == "error"]

    assert bool(found) == bool(refused), (text, refused)


@pytest.mark.parametrize("resource", [None, "*"])
@pytest.mark.parametrize("action", ["sts:AssumeRole", "s3:GetObject"])
def test_moto_and_trust_policies(resource: str | None, action: str) -> None:
    """Does a trust policy with a Resource fail in both, and do both agree on an action that is none of STS?"""
    statement = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": action}
    text = json.dumps({"Version": "2012-10-17", "Statement": statement | ({"Resource": resource} if resource else {})})
    try:
        IAMTrustPolicyDocumentValidator(text).validate()
        refused = ""
    except MalformedPolicyDocument as error:
        refused = str(error.message)

    assert bool(lint(text, "trust")) == bool(refused), refused
