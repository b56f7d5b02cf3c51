"""The policy labs: each is ill as shipped, is healed in more than one way, and is judged by what requests do."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from course import cloud, demos
from course.demos.layout import lay_out
from course.demos.policy_lab import failure_lab, lab_scene
from course.labs import LABS as QUEUE_LABS
from course.labs import LabError
from course.labs.policy import FULL, LABS, deploy, judge, lab
from course.labs.policy_set_ups import ANN, ANN_AS_DEVELOPER, allow, text
from course.models.policy import PolicyError, lint

HERE = "123456789012"
OBJECTS = ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]
ADMINS = allow(
    ["kms:Describe*", "kms:Put*", "kms:ScheduleKeyDeletion"], Principal={"AWS": f"arn:aws:iam::{HERE}:role/KeyAdmin"}
)


def deny(action: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": "*"} | ({"Condition": condition} if condition else {})


def to_ann(action: str, resource: str, who: str = ANN) -> dict[str, Any]:
    return allow(action, resource, Principal={"AWS": who})


MFA = {"aws:MultiFactorAuthPresent": "true"}
NO_MFA = {"aws:MultiFactorAuthPresent": "false"}
OTHERS = ["ec2:Describe*", "ec2:Start*", "ec2:Stop*"]

# lab -> repairs: texts by slot
REPAIRS: dict[str, list[dict[str, str]]] = {
    "boundary-forgets": [
        {"boundary": text(allow(["s3:Get*", "s3:List*", "s3:PutObject", "ec2:*"]))},
        {"boundary": text(allow("*"), deny("iam:*"))},
        {"bucket": text(to_ann("s3:PutObject", "arn:aws:s3:::reports/*", ANN_AS_DEVELOPER))},
    ],
    "scp-missing-at-ou": [
        {"ou": text(allow(["ec2:*", "s3:*", "sqs:*"]))},
        {"ou": text(allow("*"), deny("iam:*"))},
        {"ou": FULL, "account": text(allow("*"), deny("iam:*User*"))},
    ],
    "mfa-key-missing": [
        {"identity": text(allow("ec2:*"), deny("ec2:Terminate*", {"BoolIfExists": NO_MFA}))},
        {"identity": text(allow(OTHERS), allow("ec2:Terminate*", Condition={"Bool": MFA}))},
        {"identity": text(allow("ec2:*"), deny("ec2:Terminate*", {"StringNotEquals": MFA}))},
    ],
    "bucket-is-not-its-objects": [
        {"identity": text(allow(["s3:ListBucket", "s3:GetObject"], OBJECTS))},
        {"bucket": text(to_ann("s3:GetObject", "arn:aws:s3:::reports/*"))},
    ],
    "key-delegates-nobody": [
        {"key": text(ADMINS, to_ann("kms:Decrypt", "*"))},
        {"key": text(ADMINS, to_ann("kms:*", "*", f"arn:aws:iam::{HERE}:root"))},
    ],
}

# lab -> what looks like a repair and is none, and the complaint about it
MISTAKES: dict[str, list[tuple[dict[str, str], str]]] = {
    "boundary-forgets": [
        ({"identity": FULL}, "upload of a report is denied, and it should not be: The permissions boundary does not"),
        ({"boundary": FULL}, "making of a user, when somebody attaches AdministratorAccess to the role is allowed"),
        (
            {"bucket": text(to_ann("s3:PutObject", "arn:aws:s3:::reports/*", f"arn:aws:iam::{HERE}:role/Developer"))},
            "upload",
        ),
        ({"bucket": text(to_ann("s3:PutObject", "arn:aws:s3:::reports/*", HERE))}, "The permissions boundary"),
    ],
    "scp-missing-at-ou": [
        ({"account": text(allow("sqs:*"))}, "The SCP at OU Sandbox does not allow sqs:SendMessage"),
        ({"identity": text(allow("sqs:*"))}, "The SCP at OU Sandbox does not allow sqs:SendMessage"),
        ({"ou": FULL}, "Ann's making of a user is allowed, and it should be denied"),
        ({"ou": text(allow("sqs:*"))}, "Ann's starting of an instance is denied"),
    ],
    "mfa-key-missing": [
        ({"identity": text(allow("ec2:*"), deny("ec2:Terminate*"))}, "in a session with MFA is denied"),
        ({"identity": text(allow("ec2:*"), deny("ec2:Terminate*", {"Bool": MFA}))}, "in a session with MFA is denied"),
        (
            {"identity": text(allow("ec2:*", Condition={"Bool": MFA}))},
            "Describing instances with an access key is denied",
        ),
        ({"identity": text(allow("ec2:*", Condition={"BoolIfExists": MFA}))}, "Terminating with an access key, which"),
    ],
    "bucket-is-not-its-objects": [
        ({"identity": text(allow("s3:*", OBJECTS[1]))}, "Ann's listing of the reports is denied"),
        (
            {"identity": text(allow(["s3:ListBucket", "s3:GetObject"], "arn:aws:s3:::reports*"))},
            "reports-hr is allowed",
        ),
        ({"identity": text(allow("s3:*", OBJECTS))}, "Ann's writing of a report is allowed"),
        ({"bucket": text(allow("s3:GetObject", OBJECTS[1], Principal="*"))}, "Bob's reading of a report is allowed"),
    ],
    "key-delegates-nobody": [
        ({"identity": FULL}, "The key policy does not allow the user Ann"),
        ({"key": text(ADMINS, to_ann("kms:Decrypt", "*", "*"))}, "Bob's decrypting is allowed"),
        ({"key": text(to_ann("kms:*", "*", f"arn:aws:iam::{HERE}:root"))}, "changing of the key policy is denied"),
        ({"key": text(ADMINS, to_ann("kms:*", "*"))}, "Ann's deleting of the key is allowed"),
    ],
}
EACH_REPAIR = [(name, changes) for name, found in REPAIRS.items() for changes in found]
EACH_MISTAKE = [(name, *item) for name, found in MISTAKES.items() for item in found]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("name", LABS)
def test_what_was_deployed_is_told_by_name(name: str) -> None:
    """Is each thing that a lab needs told by a text that AWS's calls take, and the organization's SCP by its ID?"""
    names = deploy(name)

    assert {type(value) for value in names.values()} == {str}
    if "scp" in names:
        found = boto3.client("organizations").describe_policy(PolicyId=names["scp"])
        assert found["Policy"]["PolicySummary"]["Name"] == "allow-list"


def change(name: str, names: dict[str, str], changes: dict[str, str]) -> None:
    """Put the texts where AWS keeps them, as a learner would."""
    iam, organizations = boto3.client("iam"), boto3.client("organizations")
    for slot, written in changes.items():
        if slot == "identity" and "role" in names:
            iam.put_role_policy(RoleName=names["role"], PolicyName="work", PolicyDocument=written)
        elif slot == "identity":
            iam.put_user_policy(UserName="Ann", PolicyName="work", PolicyDocument=written)
        elif slot == "boundary":
            iam.create_policy_version(PolicyArn=names["boundary"], PolicyDocument=written, SetAsDefault=True)
        elif slot == "bucket":
            boto3.client("s3").put_bucket_policy(Bucket="reports", Policy=written)
        elif slot == "key":
            boto3.client("kms").put_key_policy(KeyId=names["key"], PolicyName="default", Policy=written)
        else:
            target = names[slot]
            for old in organizations.list_policies_for_target(TargetId=target, Filter="SERVICE_CONTROL_POLICY")[
                "Policies"
            ]:
                organizations.detach_policy(PolicyId=old["Id"], TargetId=target)
            new = organizations.create_policy(
                Content=written, Name=f"{name}-{slot}", Type="SERVICE_CONTROL_POLICY", Description="a repair"
            )["Policy"]["PolicySummary"]["Id"]
            organizations.attach_policy(PolicyId=new, TargetId=target)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("name", LABS)
def test_a_lab_is_ill_as_shipped_here_and_in_aws(name: str) -> None:
    """Does the judge complain, in sentences, alike about the texts and about what is deployed?"""
    deploy(name)
    written, deployed = lab(name).complaints(), judge(name)

    assert written
    assert [one.split(":")[0] for one in deployed] == [one.split(":")[0] for one in written]
    assert all(complaint[0].isupper() and complaint.endswith(".") for complaint in written + deployed)


@pytest.mark.parametrize("name", LABS)
def test_a_lab_has_policies_that_aws_takes(name: str) -> None:
    """Is what is broken a matter of meaning, and not of a policy's text?"""
    kinds: dict[str, Any] = {"bucket": "resource", "key": "key", "boundary": "boundary", "identity": "identity"}
    for slot, written in LABS[name].policies.items():
        assert not written or lint(written, kinds.get(slot, "scp")) == ()


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("name", "changes"), EACH_REPAIR)
def test_a_repair_heals_here_and_in_aws(name: str, changes: dict[str, str]) -> None:
    """Is the judge content with each of the different repairs, as texts and in AWS?"""
    names = deploy(name)
    change(name, names, changes)

    assert lab(name).complaints(**changes) == []
    assert judge(name) == []
    assert len(REPAIRS[name]) >= 2


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("name", "changes", "complaint"), EACH_MISTAKE)
def test_a_mistake_does_not_heal(name: str, changes: dict[str, str], complaint: str) -> None:
    """Does the judge say what is still wrong after a change that only looks like a repair?"""
    names = deploy(name)
    change(name, names, changes)

    assert complaint in " ".join(lab(name).complaints(**changes))
    assert judge(name) != []


@pytest.mark.usefixtures("aws")
def test_a_policy_of_a_group_and_an_attached_one_count() -> None:
    """Does the judge see what Ann has by her group, and by a managed policy?"""
    iam = boto3.client("iam")
    found = []
    for way in ("group", "managed"):
        cloud.start()
        deploy("bucket-is-not-its-objects")
        reads = text(allow("s3:GetObject", "arn:aws:s3:::reports/*"))
        if way == "group":
            iam.create_group(GroupName="Readers")
            iam.put_group_policy(GroupName="Readers", PolicyName="read", PolicyDocument=reads)
            iam.add_user_to_group(GroupName="Readers", UserName="Ann")
        else:
            arn = iam.create_policy(PolicyName="read", PolicyDocument=reads)["Policy"]["Arn"]
            iam.attach_user_policy(UserName="Ann", PolicyArn=arn)
        found.append(judge("bucket-is-not-its-objects"))

    assert found == [[], []]


@pytest.mark.usefixtures("aws")
def test_the_key_in_aws_may_be_named_by_its_own_arn() -> None:
    """Is an identity policy right that names the key that AWS made?"""
    names = deploy("key-delegates-nobody")
    arn = boto3.client("kms").describe_key(KeyId=names["key"])["KeyMetadata"]["Arn"]
    change(
        "key-delegates-nobody",
        names,
        REPAIRS["key-delegates-nobody"][1] | {"identity": text(allow("kms:Decrypt", arn))},
    )

    assert judge("key-delegates-nobody") == []


@pytest.mark.usefixtures("aws")
def test_what_cannot_be_judged_is_a_complaint() -> None:
    """Is a user that is gone, or an OU, a sentence and not a traceback?"""
    assert "Ann" in judge("mfa-key-missing")[0]
    assert judge("scp-missing-at-ou")[0].startswith("The lab cannot be judged: ")


def test_names_and_slots_that_are_none() -> None:
    """Do a wrong lab and a wrong slot get the list of the right ones, and a bad text its finding?"""
    with pytest.raises(LabError, match=r"There is no policy lab 'mfa'; choose from boundary-forgets, .*nobody\."):
        lab("mfa")
    with pytest.raises(LabError, match="has no policy 'scp'; choose from identity"):
        lab("mfa-key-missing").complaints(scp="{}")
    with pytest.raises(PolicyError, match="the policy has no Statement"):
        lab("mfa-key-missing").evaluations(identity="{}")
    assert lab("mfa-key-missing").complaints(identity="{}")[0].startswith("identity policy: Line 1, column 1: ")
    assert not set(LABS) & set(QUEUE_LABS)


@pytest.mark.parametrize("name", LABS)
def test_the_demo_opens_broken_and_its_verdict_is_the_judges(name: str) -> None:
    """Does the lab's demo begin with the symptom, show each request, and end with the lab's complaints?"""
    demo = failure_lab(name)
    scene = demo.scene

    assert lay_out(scene)
    assert scene == lab_scene(name)
    assert demos.failure_lab(name).summary == demo.summary
    assert set(demo.controls) == set(LABS[name].policies)
    assert scene.frames[0].caption == LABS[name].symptom
    assert scene.frames[-1].caption == f"Not healthy: {' '.join(LABS[name].complaints())}"
    assert len(scene.frames) == len(LABS[name].asks) + 2
    assert "not as it should be" in scene.legend["failed"]
    assert any(token.look == "failed" for token in scene.frames[scene.picture_frame].tokens)


@pytest.mark.parametrize(("name", "changes"), EACH_REPAIR)
def test_a_repair_in_the_demo_turns_its_verdict(name: str, changes: dict[str, str]) -> None:
    """Does the verdict turn when the learner writes the repair into the control?"""
    demo = failure_lab(name)
    for slot, written in changes.items():
        demo.controls[slot].value = written

    assert demo.scene.frames[-1].caption == "Repaired: all requests do what they should."
    assert demo.scene.frames[-1].numbers["as it should be"] == "{0} of {0}".format(len(LABS[name].asks))
    assert all(token.look == "done" for token in demo.scene.frames[-1].tokens)


def test_a_bad_text_in_the_demo_gives_its_finding() -> None:
    """Is the finding shown in place of the stage?"""
    demo = failure_lab("mfa-key-missing")
    demo.controls["identity"].value = json.dumps({"Version": "2012-10-17"})

    assert demo.stage.error == 'identity policy: Line 1, column 1: the policy has no Statement; add "Statement": […].'
