"""Does the Cognito demo show what the model does, from the password to the object?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.demos.cognito import FILES, WHO, cognito_flow, cognito_scene
from course.demos.layout import lay_out

ANNA, BEN, GUEST = WHO


@settings(max_examples=80, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "who": st.sampled_from(WHO),
            "wrong_password": st.booleans(),
            "minutes": st.sampled_from([0, 5, 60, 120]),
            "refresh": st.booleans(),
            "forged": st.booleans(),
            "mapping": st.sampled_from(["default", "Token", "Rules"]),
            "guests": st.booleans(),
            "file": st.sampled_from(FILES),
        }
    )
)
def test_who_gets_which_photo(choice: dict[str, Any]) -> None:
    """Does exactly the right person, in time and with an honest token, get the photo that the role allows?"""
    scene = cognito_scene(**choice)
    guest = choice["who"] == GUEST
    if guest:
        in_time = choice["guests"]
    else:
        in_time = choice["minutes"] < 60 or choice["refresh"]
        in_time = in_time and not choice["wrong_password"] and not choice["forged"]
    editor = choice["who"] == ANNA and choice["mapping"] != "default"
    may = {"own photo": not guest, "photo of another user": editor, "public photo": True}[choice["file"]]

    last = scene.frames[-1]
    assert last.caption.startswith("S3 answers") == (in_time and may)
    assert last.tokens[0].look == ("done" if in_time and may else "failed")
    assert ("S3 denies" in last.caption) == (in_time and not may)
    assert scene == cognito_scene(**choice)
    assert lay_out(scene)
    assert all(frame.caption.endswith(".") for frame in scene.frames)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            {"wrong_password": True},
            "The user pool refuses with NotAuthorizedException: Incorrect username or password.",
        ),
        ({"minutes": 75}, "expired 15 minutes ago"),
        ({"forged": True}, "the signature does not fit the token"),
        ({"who": GUEST, "guests": False}, "Unauthenticated access is not supported"),
        ({"mapping": "Token"}, "the role editor allows photos/*."),
        ({"file": "photo of another user"}, "allows only photos/${cognito-identity.amazonaws.com:sub}/*"),
    ],
)
def test_the_end_says_why(choice: dict[str, Any], said: str) -> None:
    """Does the last caption say who refused or answered, and why?"""
    scene = cognito_scene(**choice)

    assert said in scene.frames[-1].caption
    assert scene.frames[-1].caption in scene.summary


def test_nothing_is_known_of_a_token_before_the_sign_in() -> None:
    """Do the figures name the token's claims only from the sign-in on, and the role only once there are credentials?"""
    scene = cognito_scene()
    signed = next(i for i, frame in enumerate(scene.frames) if "signs an ID token" in frame.caption)
    given_out = next(i for i, frame in enumerate(scene.frames) if "STS hands out" in frame.caption)

    for number, frame in enumerate(scene.frames):
        assert (frame.numbers["cognito:groups"] == "editors") == (number >= signed)
        assert (frame.numbers["AWS credentials"] == "member") == (number >= given_out)


def test_the_controls_drive_the_scene() -> None:
    """Does the demo follow its controls, and draw a picture for no kernel?"""
    demo = cognito_flow()
    before = demo.picture()
    demo.controls["minutes"].value = 90
    demo.controls["refresh"].value = True

    assert "nobody typed a password" in " ".join(frame.caption for frame in demo.scene.frames)
    assert demo.picture() != before
    assert demo.picture().startswith("<svg")
