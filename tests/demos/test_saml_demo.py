"""Does the federation demo show who gets into which account, by both ways?"""

from __future__ import annotations

from itertools import product

import pytest

from course import demos
from course.demos.demo import Demo
from course.demos.layout import lay_out
from course.demos.saml import ACCOUNTS, CENTER, SAML, WHO, Way, federation_scene

ANNA, CARL, DORA = WHO


@pytest.mark.parametrize(("way", "who", "account"), list(product((SAML, CENTER), WHO, ACCOUNTS)))
def test_the_right_people_get_in(way: Way, who: str, account: str) -> None:
    """Does Anna get into both accounts, Carl into prod only, Dora nowhere, and nobody after five minutes?"""
    welcome = who == ANNA or (who == CARL and account == "prod")
    for minutes in (0, 4, 5, 9):
        scene = federation_scene(way, who, account, minutes=minutes)
        last = scene.frames[-1]

        inside = welcome and minutes < 5
        assert (last.tokens[0].at == "account") == inside
        assert ("refuses" in last.caption) != inside
        assert last.tokens[0].look == ("done" if inside else "failed")
        assert lay_out(scene)
        assert all(frame.caption.endswith(".") for frame in scene.frames)
        assert scene == federation_scene(way, who, account, minutes=minutes)


@pytest.mark.parametrize("way", [SAML, CENTER])
def test_who_has_left_is_stopped_at_the_identity_provider(way: Way) -> None:
    """Is Dora refused before anything reaches AWS?"""
    scene = federation_scene(way, DORA, "dev")
    assert {token.at for frame in scene.frames for token in frame.tokens} == {"browser", "idp"}


def test_the_ways_differ_in_what_the_assertion_says() -> None:
    """Does the assertion name a role by SAML and none for Identity Center, whose portal offers the assignments?"""
    saml, center = (" ".join(f.caption for f in federation_scene(way, ANNA, "dev").frames) for way in (SAML, CENTER))

    assert "It names the role Developer in the account dev." in saml
    assert "names no role" in center
    assert "offers Anna: Developer in dev, ReadOnly in prod." in center
    assert "AWSReservedSSO_Developer_" in center


def test_the_work_grows_with_the_accounts_by_saml_only() -> None:
    """Is the number of providers and roles four in each account, and none with Identity Center?"""
    for accounts in (2, 50):
        saml, center = (
            federation_scene(way, ANNA, "dev", accounts=accounts).frames[0].numbers["providers and roles to maintain"]
            for way in (SAML, CENTER)
        )
        assert saml == f"{4 * accounts} in {accounts} accounts"
        assert center == "0, Identity Center makes them"


def test_the_controls_drive_the_scene() -> None:
    """Does the demo follow its controls, also when it is asked for twice, and draw a picture for no kernel?"""
    demos.federation()
    demo = demos.federation()  # its module must not hide it
    assert isinstance(demo, Demo)
    before = demo.picture()
    demo.controls["way"].value = CENTER

    assert "Identity Center" in demo.scene.title
    assert demo.picture() != before
