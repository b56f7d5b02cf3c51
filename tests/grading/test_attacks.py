"""Does no submission get points that it did not earn, and does none cost others theirs?"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.grading.attacked_class import HONEST, AttackedClass
from tests.grading.attacks import corpus, files, square

if TYPE_CHECKING:
    from tests.grading.attacks.corpus import Attack
    from tests.grading.attacks.files import FileAttack

FUZZED = 500
EXPECTED: dict[str, set[float | None]] = {
    "graded 30": {30},
    "graded 0": {0},
    "not graded": {None},
    "either": {30, None},
}
SEED = 20_261_124
LEFT_BEHIND = corpus.FOLDER / "cheats" / "left_behind.py"


def _refused(said: str, name: str) -> bool:
    return f"not graded: {name}: " in said


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[AttackedClass, str]:
    """A class in which every attack of the corpus was handed in, graded."""
    found = AttackedClass.make(tmp_path_factory.mktemp("attacked") / "course")
    release = square.release_notebook()
    for attack in corpus.load():
        found.hand_in(attack.name, nbformat.writes(corpus.notebook(attack, release)))
    found.hand_in("left_behind-again", nbformat.writes(corpus.notebook(corpus.read(LEFT_BEHIND), release)))
    return found, found.grade()


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> tuple[AttackedClass, str]:
    """A class in which every attack by files was handed in, graded."""
    found = AttackedClass.make(tmp_path_factory.mktemp("flooded") / "course")
    for attack in files.ATTACKS.values():
        attack.lay(found.root / "submitted", found.good)
    return found, found.grade()


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> tuple[AttackedClass, str]:
    """A class in which good notebooks were changed by dice, graded."""
    found = AttackedClass.make(tmp_path_factory.mktemp("fuzzed") / "course")
    for number, text in enumerate(itertools.islice(files.mutations(found.good, SEED), FUZZED)):
        found.hand_in(f"fuzzed-{number:03}", text)
    return found, found.grade()


def check_the_others(found: AttackedClass, said: str) -> None:
    """The honest learners have their points, and the instructor sees no traceback."""
    scores = found.scores()
    for honest in HONEST:
        assert sum(scores[honest].values()) == 30, honest
        assert not found.messages(honest)
    assert "Traceback" not in said


@pytest.mark.parametrize("attack", corpus.load(), ids=lambda attack: f"{attack.kind}-{attack.name}")
def test_an_attack_earns_what_it_may(attacked: tuple[AttackedClass, str], attack: Attack) -> None:
    """Does an attack get exactly the points that its honest part earns, with the reason, and nothing secret?"""
    found, said = attacked
    if _refused(said, attack.name):
        assert attack.score == 0
        return
    shown = found.autograded(attack.name)

    assert sum(found.scores()[attack.name].values()) == attack.score
    assert any(attack.says in message for message in found.messages(attack.name)) or not attack.says
    assert corpus.LEAKED not in shown
    assert len(shown) < 40 * 2**20


def test_the_others_are_untouched(attacked: tuple[AttackedClass, str]) -> None:
    """Are honest learners graded as if nobody had attacked, and is nothing left behind?"""
    found, said = attacked
    check_the_others(found, said)
    inside = {path.name for path in found.root.iterdir()}
    assert inside <= {
        "source", "release", "submitted", "autograded", "gradebook.db", "nbgrader_config.py", "canary-7415",
        ".nbgrader.log", "__pycache__",
    }  # fmt: skip
    assert (found.root / "canary-7415").read_text(encoding="utf-8") == "beside the gradebook"


def test_nothing_is_left_for_the_next_learner(attacked: tuple[AttackedClass, str]) -> None:
    """Does a learner find nothing that another has left behind?"""
    assert corpus.LEAKED not in attacked[0].autograded("left_behind-again")


def test_a_missing_point_has_a_sentence(attacked: tuple[AttackedClass, str]) -> None:
    """Does each test cell that did not give all its points say why?"""
    found, said = attacked
    for attack in corpus.load():
        if not _refused(said, attack.name):
            cells = found.record(attack.name)["notebooks"][square.NAME]["cells"]
            lost = [cell for cell in cells if cell["points"] < cell["max_points"]]
            assert all(any(case["message"] for case in cell["cases"]) for cell in lost), attack.name


@pytest.mark.parametrize("attack", files.ATTACKS.values(), ids=files.ATTACKS.keys())
def test_a_damaged_submission_is_graded_or_reported(flooded: tuple[AttackedClass, str], attack: FileAttack) -> None:
    """Is a broken or hostile submission graded as it deserves, or not at all and named with its reason?"""
    found, said = flooded
    graded = found.scores().get(attack.learner)
    points = None if graded is None else sum(graded.values())

    assert points in EXPECTED[attack.must]
    shown = "".join(c if c.isprintable() and c not in "<>&\"'" else "?" for c in attack.learner)[:80]
    assert points is not None or _refused(said, shown) or attack.learner.startswith(".")


def test_damage_costs_nobody_else(flooded: tuple[AttackedClass, str]) -> None:
    """Are the others of a class with damaged submissions graded, and does the instructor see sentences alone?"""
    found, said = flooded
    check_the_others(found, said)
    assert not (found.root / "evil").exists()
    assert "\x1b" not in said


def test_whatever_is_changed(fuzzed: tuple[AttackedClass, str]) -> None:
    """Is each of some hundred randomly changed notebooks graded or reported, and never worth more than a right one?"""
    found, said = fuzzed
    check_the_others(found, said)
    scores = found.scores()
    for number in range(FUZZED):
        name = f"fuzzed-{number:03}"
        assert (name in scores) is not _refused(said, name)
        assert sum(scores.get(name, {}).values()) <= 30
        if name in scores:
            assert set(scores[name]) == set(square.POINTS)
            nbformat.reads(found.autograded(name), as_version=4)
