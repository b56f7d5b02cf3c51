"""The policy labs' demo: each request of a lab on its way to yes or no, and a verdict at the end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.labs.policy import SLOTS, complaints_about, lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.demos.scene import Look
    from course.labs.policy import Ask, PolicyLab
    from course.models.policy import Evaluation


def failure_lab(name: str) -> Demo:
    """Return the demo of a policy lab: its broken policies to edit, its requests, and a verdict at the end."""
    areas = {
        slot: ipywidgets.Textarea(text, description=SLOTS[slot], rows=9, placeholder="no such policy")
        for slot, text in lab(name).policies.items()
    }
    return Demo(partial(lab_scene, name), areas)


def lab_scene(name: str, **changes: str) -> Scene:
    """Play a lab's requests under changed policies; the last frame says whether it is healed.

    ValueError names the policy with the findings that AWS refuses it for.
    """
    broken = lab(name)
    for slot, faults in broken.faults(**changes).items():
        raise ValueError(f"{SLOTS[slot]}: {' '.join(faults)}")
    decided = broken.evaluations(**changes)
    frames = tuple(_frames(broken, decided))
    wrong = [number for number, (ask, answer) in enumerate(decided, 1) if answer.allowed != ask.allowed]
    return Scene(
        title=broken.title,
        summary=f"{broken.symptom} {frames[-1].caption}",
        nodes=(
            Node("asked", "requests", 0, 0.5, "producer", slots=3),
            Node("policies", "the policies", 1, 0.5, slots=1),
            Node("yes", "allowed", 2, 0, "store", slots=6),
            Node("no", "denied", 2, 1, "consumer", slots=6),
        ),
        edges=(Edge("asked", "policies"), Edge("policies", "yes"), Edge("policies", "no")),
        frames=frames,
        legend={"plain": "not asked yet", "done": "as it should be", "failed": "not as it should be"},
        picture_frame=wrong[0] if wrong else len(frames) - 1,
    )


def _frames(broken: PolicyLab, decided: tuple[tuple[Ask, Evaluation], ...]) -> Iterator[Frame]:
    tokens = {number: Token(str(number), "asked", str(number)) for number in range(1, len(decided) + 1)}

    def frame(caption: str, time: int) -> Frame:
        right = sum(token.look == "done" for token in tokens.values())
        told = {"as it should be": f"{right} of {len(decided)}"}
        return Frame(float(time), caption, tuple(tokens.values()), {}, told)

    yield frame(broken.symptom, 0)
    for number, (ask, evaluation) in enumerate(decided, 1):
        agrees = evaluation.allowed == ask.allowed
        look: Look = "done" if agrees else "failed"
        tokens[number] = Token(str(number), "yes" if evaluation.allowed else "no", str(number), look)
        wanted = "as it should be" if agrees else f"but should be {'allowed' if ask.allowed else 'denied'}"
        answer = "allowed" if evaluation.allowed else "denied"
        yield frame(f"{number}. {ask.what}: {answer}, {wanted}. {evaluation.deciding.sentence}", number)
    complaints = complaints_about(decided)
    verdict = f"Not healthy: {' '.join(complaints)}" if complaints else "Repaired: all requests do what they should."
    yield frame(verdict, len(decided))
