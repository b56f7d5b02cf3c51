"""Does the packet model say of each case what AWS's documentation says?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from course.errors import CourseError
from course.models.packet import Network, Packet, network, walk

CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "packet_cases.yaml").read_text())
PORTS = {"udp": 53, "tcp": 443}


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with a change merged in, key by key; null takes a key away."""
    result = {**base}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def network_of(case: Mapping[str, Any]) -> Network:
    """Return the network of a case."""
    return network(merged(CASES["networks"][case["network"]], case.get("change", {})))


def packet_of(source: str, destination: str, traffic: str, source_port: int = 50_000) -> Packet:
    """Return the packet that a case describes."""
    protocol, _, port = traffic.partition(" ")
    return Packet(source, destination, protocol, int(port or 0), source_port)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_a_packet_goes_as_documented(case: dict[str, Any]) -> None:
    """Does the packet get its answer, or else is it dropped on that way, there, by that rule?"""
    got = walk(network_of(case), packet_of(*case["packet"]))

    assert got.verdict == case["verdict"], str(got)
    if got.answered:
        assert case.get("hop", "") in str(got)
        return
    hop = got.dropped
    assert hop is not None
    assert (hop.where, hop.what) == (case["at"], case["by"]), str(got)
    assert case.get("rule", "") in hop.rule
    assert hop.reason.endswith(".")
    assert hop.mend.endswith(".")
    assert got.forward[-1 if got.verdict == "request dropped" else 0].allowed is (got.verdict == "response dropped")


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_what_aws_refuses_is_refused(case: dict[str, Any]) -> None:
    """Is a network that AWS would refuse refused in one sentence that names the thing?"""
    with pytest.raises(ValueError, match=r".") as refused:
        network_of(case)

    assert case["message"] in str(refused.value)
    assert isinstance(refused.value, CourseError)
    assert str(refused.value).endswith(".")


def test_every_case_names_its_page() -> None:
    """Is each case told apart, and is its page one of AWS's guides?"""
    cases = [*CASES["cases"], *CASES["refused"]]

    assert len({case["name"] for case in cases}) == len(cases)
    assert {case["doc"] for case in cases} == set(CASES["docs"])
    assert all(page.startswith("https://docs.aws.amazon.com/") for page in CASES["docs"].values())
