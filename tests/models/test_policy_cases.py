"""Does the model decide every case of AWS's documentation as its page says, and at the step that it says?"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.models.policies import Case, cases

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.page.rsplit('/', 1)[-1]}: {case.name}" for case in CASES])
def test_a_case_of_the_documentation(case: Case) -> None:
    """Are the decision, the deciding step and its place those of the page?"""
    evaluation = case.evaluation()

    assert evaluation.decision == case.given["expect"], "\n".join(step.sentence for step in evaluation.steps)
    if "step" in case.given and evaluation.decision != "unknown":
        assert evaluation.deciding.layer == case.given["step"]
    if "where" in case.given:
        assert evaluation.deciding.where == case.given["where"]


@pytest.mark.parametrize("case", CASES[::7], ids=[case.name for case in CASES[::7]])
def test_every_step_is_a_sentence(case: Case) -> None:
    """Can the sentences of a trace be read, each with its capital letter and its full stop?"""
    for step in case.evaluation().steps:
        assert re.fullmatch(r"[A-Z].*\.", step.sentence)
        assert "None" not in step.sentence


def test_the_table_is_wide() -> None:
    """Are there at least 150 cases, no two of a page with one name, from pages of AWS's documentation only?"""
    names = Counter((case.page, case.name) for case in CASES)

    assert len(CASES) >= 150
    assert max(names.values()) == 1
    assert all(case.page.startswith("https://docs.aws.amazon.com/") for case in CASES)
    assert {case.given["expect"] for case in CASES} == {"allowed", "explicitDeny", "implicitDeny", "unknown"}
    steps = {case.given.get("step") for case in CASES}
    assert steps >= {"SCP", "resource policy", "identity policy", "permissions boundary", "session policy"}
