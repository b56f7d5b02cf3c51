"""Does the Object Lock demo show what the model decides?"""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.demos.layout import lay_out
from course.demos.locked_version import CALLERS, MODES, object_lock, object_lock_scene
from course.models.object_lock import Lock, Operation, attempt


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(MODES)), st.integers(1, 365), st.booleans(), st.sampled_from(get_args(Operation)))
def test_each_attempt_is_the_models(mode: str, days: int, hold: bool, operation: Operation) -> None:  # noqa: FBT001
    """Are the allowed attempts those that the model allows, one by one?"""
    scene = object_lock_scene(mode, days, operation, hold=hold)
    lock = Lock(MODES[mode], float(days) if MODES[mode] else 0.0, hold)
    expected = [
        attempt(lock, operation, float(day), bypass=bypass, to=float(2 * days if "lengthen" in operation else day))
        for day in (days - 1, days + 1)
        for _, bypass in CALLERS.values()
    ]
    shown = [frame for frame in scene.frames if frame.caption.startswith(("Allowed", "AccessDenied"))]
    assert [frame.caption.startswith("Allowed") for frame in shown] == [outcome.allowed for outcome in expected]
    assert [frame.badges["version"] == "gone for good" for frame in shown] == [not o.version_kept for o in expected]
    assert scene.frames[-1].numbers["allowed"] == str(sum(outcome.allowed for outcome in expected))
    assert all(frame.caption.endswith(".") for frame in scene.frames)
    assert scene == object_lock_scene(mode, days, operation, hold=hold)
    assert lay_out(scene)


@pytest.mark.parametrize(("mode", "allowed"), [("no retention", 6), ("governance", 5), ("compliance", 3)])
def test_the_modes_differ(mode: str, allowed: int) -> None:
    """Do user, administrator and root delete on both days: all of them, all but the user, or after the time only?"""
    assert object_lock_scene(mode, 30, "delete the version", hold=False).frames[-1].numbers["allowed"] == str(allowed)
    assert object_lock_scene(mode, 30, "delete the version", hold=True).frames[-1].numbers["allowed"] == "0"


def test_the_demo_opens() -> None:
    """Does the demo show a refusal with its reason first, and follow its controls?"""
    demo = object_lock()
    assert "governance mode protects it until day 30" in " ".join(frame.caption for frame in demo.scene.frames)
    demo.controls["mode"].value = "compliance"
    assert "the root user too" in " ".join(frame.caption for frame in demo.scene.frames)
