"""The Object Lock demo: three callers try the same on a locked version, before and after its time is over."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, get_args

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.object_lock import Lock, Mode, Operation, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLERS = {"user": ("user", False), "admin": ("administrator with bypass", True), "root": ("root user", True)}
MODES: dict[str, Mode | None] = {"no retention": None, "governance": "GOVERNANCE", "compliance": "COMPLIANCE"}


def object_lock() -> Demo:
    """Return the demo of a locked version and who can delete it; mode, time, hold and the attempt can be chosen."""
    return Demo(
        object_lock_scene,
        {
            "mode": ipywidgets.Dropdown(options=list(MODES), value="governance", description="retention mode"),
            "days": ipywidgets.IntSlider(value=30, min=1, max=365, description="retention (days)"),
            "hold": ipywidgets.Checkbox(value=False, description="legal hold"),
            "operation": ipywidgets.Dropdown(
                options=get_args(Operation), value="delete the version", description="they try to"
            ),
        },
    )


def object_lock_scene(mode: str, days: int, operation: Operation, *, hold: bool) -> Scene:
    """Let each caller try the operation before and after the end of the retention; each try stands alone."""
    lock = Lock(MODES[mode], float(days) if MODES[mode] else 0.0, legal_hold=hold)
    frames = tuple(_frames(lock, days, operation))
    return Scene(
        title="A locked version",
        summary=f"Three callers try to {operation}, protected by {_protection(lock)}. {frames[-1].caption}",
        nodes=(
            *(Node(name, label, 0, row, "producer", 1) for row, (name, (label, _)) in enumerate(CALLERS.items())),
            Node("s3", "S3", 1, 1, "service", 1),
            Node("version", "version 1", 2, 1, "store", 1),
        ),
        edges=(*(Edge(name, "s3") for name in CALLERS), Edge("s3", "version", operation)),
        frames=frames,
        legend={"plain": "an attempt", "done": "allowed", "failed": "AccessDenied"},
        picture_frame=2 * len(CALLERS),  # the root user's first attempt
    )


def _protection(lock: Lock) -> str:
    kinds = [f"{lock.mode.lower()} mode until day {lock.retain_until:g}"] if lock.mode else []
    return " and ".join([*kinds, "a legal hold"] if lock.legal_hold else kinds) or "nothing"


def _frames(lock: Lock, days: int, operation: Operation) -> Iterator[Frame]:
    time = map(float, count())
    allowed = tried = 0

    def numbers(day: float) -> dict[str, str]:
        return {"day": f"{day:g}", "attempts": str(tried), "allowed": str(allowed)}

    first = f"On day 0 version 1 is stored, protected by {_protection(lock)}."
    yield Frame(next(time), first, (), _badges(lock, 0.0), numbers(0))
    for day in (float(days - 1), float(days + 1)):
        for name, (label, bypass) in CALLERS.items():
            to = float(2 * days) if operation == "lengthen the retention" else day
            outcome = attempt(lock, operation, day, bypass=bypass, to=to)
            token = Token(f"{name}-{day:g}", name)
            asked = f"Day {day:g}: the {label} tries to {operation}."
            yield Frame(next(time), asked, (token,), _badges(lock, day), numbers(day))
            tried += 1
            allowed += outcome.allowed
            said = f"{'Allowed' if outcome.allowed else 'AccessDenied'}: {outcome.reason}."
            shown = Token(token.id, "version", look="done") if outcome.allowed else Token(token.id, "s3", look="failed")
            badges = _badges(outcome.lock, day, kept=outcome.version_kept)
            yield Frame(next(time), said, (shown,), badges, numbers(day))
    yield Frame(
        next(time),
        f"Of {tried} attempts {allowed} {'was' if allowed == 1 else 'were'} allowed. Each stood alone: what one "
        "caller did was undone before the next one tried.",
        (),
        _badges(lock, float(days + 1)),
        numbers(float(days + 1)),
    )


def _badges(lock: Lock, day: float, *, kept: bool = True) -> dict[str, str]:
    if not kept:
        return {"version": "gone for good"}
    locks = ["retained"] if lock.retained(day) else []
    return {"version": ", ".join([*locks, "on hold"] if lock.legal_hold else locks) or "not locked"}
