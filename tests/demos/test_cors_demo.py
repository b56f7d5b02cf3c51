"""Does the CORS demo show what the model does, and say what is wrong where it cannot?"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import demos
from course.demos.cross_origin import PAGE, RULES, URL, cors, cors_scene
from course.demos.layout import lay_out
from course.models.cors import Blocked, Browser, Fetch, Given
from course.models.cors_rules import METHODS, rules_from_json

if TYPE_CHECKING:
    from course.demos.scene import Scene


def _scene(method: str = "PUT", page: str = PAGE, rules: str = RULES, pause: int = 60) -> Scene:
    headers = {"Content-Type": "image/jpeg"} if method == "PUT" else {}
    return cors_scene(Fetch(page, URL, method, headers), rules_from_json(rules), pause=pause)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(METHODS),
    st.sampled_from(
        [PAGE, "https://example.com", "http://shop.example.com", "https://pictures.s3.us-east-1.amazonaws.com"]
    ),
    st.sampled_from([RULES, "", "[]", json.dumps(json.loads(RULES)[::-1])]),
)
def test_the_script_gets_what_the_model_gives(method: str, page: str, rules: str) -> None:
    """Is the last figure the model's outcome, and is each caption a sentence?"""
    scene = _scene(method, page, rules)
    headers = {"Content-Type": "image/jpeg"} if method == "PUT" else {}
    *_, last = Browser().fetch(Fetch(page, URL, method, headers), rules_from_json(rules))

    outcome = scene.frames[-1].numbers["script"]
    assert (outcome == "gets an error") == isinstance(last, Blocked)
    assert (outcome == "reads ETag") == (isinstance(last, Given) and last.readable("ETag"))
    assert all(frame.caption.endswith(".") for frame in scene.frames)
    assert len(scene.frames) <= 40
    assert scene == _scene(method, page, rules)
    assert lay_out(scene)


def test_the_default_shows_both_rules() -> None:
    """Does the demo open with a preflight that rule 1 refuses, with a reason, and rule 2 allows?"""
    captions = [frame.caption for frame in cors().scene.frames]
    assert 'Rule 1 does not match: AllowedMethods ["GET"] has no PUT.' in captions
    assert "Rule 2 matches. S3 reads no further." in captions
    assert "rule" in cors().scene.frames[cors().scene.picture_frame].badges["bucket"]


@pytest.mark.parametrize("name", ["cors", "object_lock"])
def test_a_demo_can_be_called_again(name: str) -> None:
    """Is the name still the demo's function after its module was imported?"""
    for _ in range(2):
        assert getattr(demos, name)().scene.frames


@pytest.mark.parametrize(("pause", "preflights"), [(0, 1), (540, 1), (660, 2)])
def test_the_second_request_may_need_no_preflight(pause: int, preflights: int) -> None:
    """Are there as many preflights as MaxAgeSeconds (600) and the pause make necessary?"""
    captions = [frame.caption for frame in _scene(pause=pause).frames]
    assert sum(caption.startswith("The preflight goes to S3") for caption in captions) == preflights


def test_a_refused_put_is_never_sent() -> None:
    """Without rules, is a PUT not sent, and is a GET sent and executed although the script gets an error?"""
    put, get = _scene("PUT", rules=""), _scene("GET", rules="")
    assert put.frames[-1].numbers["of them no preflight"] == "0"
    assert "the request itself was never sent" in put.frames[-1].caption
    assert get.frames[-1].numbers["of them no preflight"] == "2"
    assert "S3 has executed the request all the same" in get.frames[-1].caption


@pytest.mark.parametrize(
    ("control", "value", "sentence"),
    [
        ("rules", "[{", "The CORS configuration is not JSON"),
        ("page", "shop.example.com", "'shop.example.com' has no origin here"),
        ("headers", "Content-Type", "'Content-Type' is no header"),
    ],
)
def test_a_bad_entry_gives_a_sentence(control: str, value: str, sentence: str) -> None:
    """Does the demo show one sentence in place of the stage, until the entry is repaired?"""
    demo = cors()
    before = demo.controls[control].value
    demo.controls[control].value = value
    assert sentence in demo.summary
    assert demo.stage.error == demo.summary
    assert escape(sentence[:20]) in demo.picture()
    demo.controls[control].value = before
    assert demo.stage.error == ""
