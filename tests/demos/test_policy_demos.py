"""Do the policy demos show what the policy model decides, for whatever the learner writes?"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from course import demos
from course.demos.layout import lay_out
from course.demos.policy import policy_evaluation, policy_scene
from course.demos.policy_situations import CALLERS, HERE, SITUATIONS
from course.demos.two_accounts import BUCKET_POLICY, ROLE, ROLE_AND_POLICY, WAYS, assume_role, assume_role_scene
from course.models.policy import Policies, Policy, Request, evaluate

if TYPE_CHECKING:
    from course.demos.scene import Scene

# situation -> the decision, and where the request lies at the end
DECISIONS = {
    "an identity policy allows": ("allowed", "allowed"),
    "a bucket is not its objects": ("implicit deny", "identity policy"),
    "an explicit deny wins": ("explicit deny", "explicit deny"),
    "a boundary forgets an action": ("implicit deny", "permissions boundary"),
    "a bucket policy names the user": ("allowed", "allowed"),
    "a bucket policy names the role": ("implicit deny", "permissions boundary"),
    "an SCP at the OU leaves it out": ("implicit deny", "SCP"),
    "an RCP keeps strangers out": ("explicit deny", "explicit deny"),
    "two accounts: both must allow": ("implicit deny", "identity policy"),
    "a key policy names nobody of them": ("implicit deny", "resource policy"),
    "Bool and a key that is missing": ("allowed", "allowed"),
    "a variable without a value": ("it cannot be told", "identity policy"),
}


def scene_of(situation: str, **changes: str) -> Scene:
    """The scene of a situation with some texts changed."""
    return policy_scene(**(SITUATIONS[situation].values() | changes))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_situation_ends_at_its_reason(situation: str) -> None:
    """Does the request of each situation stop where the model stops it, with the decision in figures and words?"""
    decision, place = DECISIONS[situation]
    last = scene_of(situation).frames[-1]

    assert [token.at for token in last.tokens] == [place]
    assert last.numbers["decision"] == decision
    assert last.caption.startswith(f"Decision: {decision}, ")
    assert tuple(DECISIONS) == tuple(SITUATIONS)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_caller_in_every_situation_gets_the_models_answer(situation: str, caller: str) -> None:
    """Is the scene sound, always the same, and its decision the model's, whoever asks?"""
    values = SITUATIONS[situation].values() | {"caller": caller}
    scene = policy_scene(**values)

    assert lay_out(scene)
    assert scene == policy_scene(**values)
    assert all(frame.caption.endswith(".") for frame in scene.frames)
    if not (values["scp"] or values["rcp"] or values["session"]):
        principal, issuer = CALLERS[caller]
        request = Request(principal, values["action"], values["resource"], {}, issuer)
        one = {
            name: Policy.read(values[name], name)
            for name in ("identity", "resource_policy", "boundary")
            if values[name]
        }
        identity = (one["identity"],) if "identity" in one else ()
        policies = Policies(identity, one.get("resource_policy"), one.get("boundary"), owner=HERE)
        if not values["context"]:
            allowed = evaluate(request, policies).allowed
            assert (scene.frames[-1].numbers["decision"] == "allowed") == allowed


def test_the_captions_are_the_trace() -> None:
    """Do the captions tell the policy, its statement, its line and why, and the badges what was not asked?"""
    scene = scene_of("a bucket policy names the user")
    captions = [frame.caption for frame in scene.frames]
    badges = scene.frames[-1].badges

    assert captions[0].startswith("The user Ann wants to do s3:GetObject with arn:aws:s3:::reports/may.csv.")
    assert captions[2].startswith(
        "The resource policy allows it: Ann (resource policy, line 2) names the user Ann directly."
    )
    assert (badges["permissions boundary"], badges["identity policy"]) == ("not asked", "none")
    assert scene.frames[0].badges["permissions boundary"] == "waits"
    assert scene.frames[scene.picture_frame].caption == captions[2]


def test_the_levels_of_an_organization_are_one_frame_until_one_denies() -> None:
    """Do the RCPs pass together, and is the OU whose SCP denies named in caption and badge?"""
    frames = scene_of("an SCP at the OU leaves it out").frames

    assert frames[2].caption.startswith("The RCPs at the root, OU Sales and account 111122223333 let it pass")
    assert frames[4].caption.startswith("The SCP at OU Sales does not allow s3:GetObject (OnlyThese: its Action")
    assert frames[-1].badges["SCP"] == "denies: OU Sales"
    assert frames[-1].caption == "Decision: implicit deny, by the SCP at OU Sales."
    assert [frame.numbers["layers asked"] for frame in frames] == ["0", "1", "2", "3", "3", "3"]


@pytest.mark.parametrize(
    ("control", "text", "sentence"),
    [
        (
            "identity",
            '{"Version": "2012-10-17",}',
            "identity policy: Line 1, column 25: a comma stands before }, and nothing",
        ),
        ("boundary", '{"Statement": {}}', "permissions boundary: Line 1, column 15: statement 1 has no Action;"),
        (
            "scp",
            '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}',
            "SCP of OU Sales: ",
        ),
        ("context", "aws:SourceIp", "condition keys: write a JSON object"),
        ("context", "[]", "condition keys: write a JSON object"),
    ],
)
def test_a_bad_policy_gives_the_findings(control: str, text: str, sentence: str) -> None:
    """Does the demo show the findings in place of the stage, until the text is repaired?"""
    demo = policy_evaluation()
    before = demo.controls[control].value
    demo.controls[control].value = text

    assert demo.summary.startswith(sentence)
    assert demo.stage.error == demo.summary
    assert escape(sentence[:16]) in demo.picture()
    demo.controls[control].value = before
    assert demo.stage.error == ""


def test_a_situation_fills_the_controls() -> None:
    """Does the dropdown put its situation into every control, and is the scene that of those texts?"""
    demo = policy_evaluation()
    for name in sorted(SITUATIONS):
        demo.controls["situation"].value = name

        assert {key: demo.controls[key].value for key in SITUATIONS[name].values()} == SITUATIONS[name].values()
        assert demo.scene.frames == scene_of(name).frames
    with pytest.raises(ValueError, match=r"There is no situation 'x'; choose from an identity policy allows, "):
        policy_evaluation("x")


def test_a_repair_is_seen_at_once() -> None:
    """Does the request pass when the learner lets the boundary allow what it forgot?"""
    demo = policy_evaluation("a boundary forgets an action")
    area = demo.controls["boundary"]
    area.value = area.value.replace("s3:ListBucket", "s3:*")

    assert demo.scene.frames[-1].numbers["decision"] == "allowed"


@pytest.mark.parametrize(
    ("way", "lets_out", "allowed", "ends"),
    [
        (ROLE, True, "1 of 3", "The copy fails at this call"),
        (BUCKET_POLICY, True, "2 of 2", "Ann keeps her own permissions"),
        (ROLE_AND_POLICY, True, "3 of 3", "A's bucket policy lets it read in A"),
        (ROLE, False, "0 of 3", "The copy fails at this call"),
        (BUCKET_POLICY, False, "1 of 2", "The copy fails at this call"),
    ],
)
def test_the_two_ways_into_another_account(way: str, lets_out: bool, allowed: str, ends: str) -> None:  # noqa: FBT001
    """Does the role lose Ann's own bucket, and the bucket policy not, and do both need her own account's leave?"""
    scene = assume_role_scene(way=way, lets_out=lets_out)

    assert scene.frames[-1].numbers["calls allowed"] == allowed
    assert ends in scene.frames[-1].caption
    assert lay_out(scene)


def test_assuming_a_role_says_what_is_given_up() -> None:
    """Do the captions name both policies of a cross-account call, and what the session no longer has?"""
    captions = [frame.caption for frame in assume_role().scene.frames]

    assert any("trust policy" in text and "Ann's policy" in text and "none of her own" in text for text in captions)
    assert any("nothing opens account 111122223333 to another account" in text for text in captions)
    with pytest.raises(ValueError, match="There is no way 'by bus'; choose from"):
        assume_role("by bus")


@pytest.mark.parametrize("demo", [demos.policy_evaluation, demos.assume_role])
@pytest.mark.parametrize("number", range(3))
def test_the_picture_is_an_svg_and_always_the_same(demo: Any, number: int) -> None:  # noqa: ANN401 - functions
    """Is the picture well-formed SVG that fits a narrow page, and the same bytes each time?"""
    choice = list(SITUATIONS if demo is demos.policy_evaluation else WAYS)[number]
    picture = demo(choice).picture()

    assert ET.fromstring(picture).get("style") == "max-width: 100%; height: auto"  # noqa: S314 - our own picture
    assert picture == demo(choice).picture()
