"""Hibernating an instance: does the model keep, lose and bill what AWS does?"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from course.models.hibernation import MOST_RAM_GIB, WHY, Machine, Moment, blockers, life, transfer_seconds

acts = st.sampled_from(["hibernate", "stop", "reboot"])


def moments(act: Any, machine: Machine | None = None, **changes: Any) -> list[Moment]:  # noqa: ANN401 - as tests need it
    return list(life(act, machine or Machine(), **{"elastic": False, "warm_up": 600.0} | changes))


@given(acts, st.booleans(), st.floats(1, 10_000), st.floats(1, 10**6))
def test_every_life_ends_running_in_order_of_time(act: Any, elastic: bool, warm_up: float, pause: float) -> None:  # noqa: ANN401, FBT001
    """Does time only go on, and does the application answer at the end, with the private side unharmed?"""
    run = moments(act, elastic=elastic, warm_up=warm_up, pause=pause)

    assert all(one.time <= other.time for one, other in pairwise(run))
    assert (run[0].ready, run[-1].ready, run[-1].state) == (True, True, "running")
    assert all(moment.sentence.endswith(".") for moment in run)
    assert not any(moment.billed for moment in run if moment.state in ("stopped", "pending"))


@given(acts, st.booleans())
def test_the_public_address_changes_only_without_an_elastic_ip_and_over_a_stop(act: Any, elastic: bool) -> None:  # noqa: ANN401, FBT001
    """Is the public address the same before and after exactly when it is an Elastic IP or the host stayed?"""
    run = moments(act, elastic=elastic)

    assert (run[0].public == run[-1].public) == (elastic or act == "reboot")
    assert (run[0].host == run[-1].host) == (act == "reboot")


def test_only_hibernation_brings_the_memory_back() -> None:
    """Is the memory on the root volume during the pause, back at the end, and lost by stop and reboot?"""
    assert [moment.ram for moment in moments("hibernate")] == [
        "memory",
        "memory",
        "root volume",
        "root volume",
        "memory",
    ]
    for act in ("stop", "reboot"):
        run = [moment.ram for moment in moments(act)]
        assert "lost" in run
        assert run[-1] == "rebuilt"


def test_the_stopping_state_is_billed_only_while_ram_is_written() -> None:
    """Is the stopping state billed when an instance hibernates, and free when it stops?"""
    billed = {act: [m.billed for m in moments(act) if m.state == "stopping"] for act in ("hibernate", "stop")}

    assert billed == {"hibernate": [True], "stop": [False]}


def test_hibernation_saves_the_warm_up() -> None:
    """Is the application back sooner than after a stop when the warm-up is long, and is the time that of the RAM?"""
    quick, slow = moments("hibernate", pause=100.0), moments("stop", pause=100.0)

    assert (
        quick[-1].time - quick[-2].time == pytest.approx(transfer_seconds(Machine())) == pytest.approx(131.07, abs=0.01)
    )
    assert slow[-1].time - slow[-3].time == 660


@pytest.mark.parametrize(
    ("change", "blocker"),
    [
        ({"enabled_at_launch": False}, "not enabled at launch"),
        ({"root": "instance-store"}, "root volume"),
        ({"encrypted": False}, "encryption"),
        ({"root_size": 27}, "root size"),
        ({"ram": 151, "root_size": 500}, "ram"),
        ({"ram": 17, "operating_system": "windows"}, "ram"),
        ({"bare_metal": True}, "bare metal"),
        ({"auto_scaling": True}, "auto scaling"),
    ],
)
def test_each_prerequisite_blocks_by_itself(change: dict[str, Any], blocker: Any) -> None:  # noqa: ANN401
    """Does each thing that is missing block alone, and say why in a sentence?"""
    machine = replace(Machine(), **change)

    assert blockers(machine) == [blocker]
    with pytest.raises(ValueError, match=WHY[blocker][:30]):
        moments("hibernate", machine)
    assert moments("stop", machine)[-1].ready


def test_limits_are_inclusive() -> None:
    """Do exactly 150 GiB with Linux, 16 GiB with Windows, and a volume that is just large enough, hibernate?"""
    for system, most in MOST_RAM_GIB.items():
        assert blockers(Machine(ram=most, operating_system=system, root_size=most + 12)) == []  # type: ignore[arg-type]


def test_botocore_says_so_too() -> None:
    """Does the installed botocore still say that only hibernation preserves RAM?"""
    text = get_session().get_service_model("ec2").operation_model("StopInstances").documentation

    assert "Stopping an instance doesn't preserve data stored in RAM, while hibernation does" in text
