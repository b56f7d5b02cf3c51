"""What the queue demo says at each moment: one or two sentences on what happened to a message, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.labs import numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from course.models.queue import Run, Step

MISSED = "a short poll asks only some of the servers"
_TIMES = {1: "once", 2: "twice"}


def caption(run: Run, steps: Sequence[Step]) -> str:
    """Say what one action of a run caused; `run` is as it was just after it."""
    kinds = {step.kind for step in steps}
    sentences = [_SENTENCES[step.kind](run, step, kinds) for step in steps if step.kind in _SENTENCES]
    if ended := [step.message for step in steps if step.kind == "reappeared"]:
        sentences += _reappeared(run, ended)
    if received := [step for step in steps if step.kind == "received"]:
        sentences.append(_received(run, received))
    return " ".join(sentences)


def times(count: int) -> str:
    """Return 'once', 'twice' or 'N times'."""
    return _TIMES.get(count, f"{count} times")


def at(seconds: float) -> str:
    """Return a moment as the captions write it, to the second where nothing finer happens."""
    return f"{seconds:.1f}".removesuffix(".0") + " s"


def result(run: Run) -> str:
    """Sum a run up in a sentence or two."""
    figures = run.figures()
    parts = [f"{figures.processed} of {figures.sent} messages were processed"]
    if again := run.repeated():
        parts.append(f"{numbered(again)} more than once")
    if figures.dead_lettered:
        parts.append(f"{figures.dead_lettered} went to the dead-letter queue")
    if left := figures.visible + figures.in_flight + figures.delayed:
        parts.append(f"{left} are still in the queue")
    cost = f"It took {figures.api_calls} API calls, {figures.empty_receives} of them empty receives"
    return f"{', '.join(parts)}. {cost}; the slowest message was done {at(figures.slowest)} after it was sent."


def _received(run: Run, steps: Sequence[Step]) -> str:
    first = steps[0]
    what = numbered([step.message for step in steps])
    again = f" for the {_ordinal(first.receives)} time" if len(steps) == 1 and first.receives > 1 else ""
    if not run.settings.visibility_timeout:
        return f"{first.actor} receives {what}{again}. A visibility timeout of 0 s leaves it visible to all."
    they = "They stay" if len(steps) > 1 else "It stays"
    return f"{first.actor} receives {what}{again}. {they} in the queue, hidden until {at(first.until)}."


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def _sent(run: Run, step: Step, kinds: AbstractSet[str]) -> str:
    group = run.queue.messages[step.message].group
    end = f" of group {group}" if group else ""
    later = f" The queue delays it: no consumer can receive it for {run.settings.delay_seconds} s."
    return f"The producer sends message {step.message}{end}.{later if 'delayed' in kinds else ''}"


def _empty(run: Run, step: Step, kinds: AbstractSet[str]) -> str:  # noqa: ARG001 - one shape for all sentences
    visible = run.queue.count("visible")
    if not visible:
        waited = run.settings.receive_wait_seconds
        how = f"waited {waited} s and no message came" if waited else "polled, and the queue has no visible message"
        return f"{step.actor} {how}: an empty receive, which costs as much as a full one."
    if run.settings.fifo:
        return f"{step.actor} finds nothing: every visible message belongs to a group with a message in flight."
    some = f"although {numbered([message.number for message in run.queue.stored('visible')])} can be received"
    return f"{step.actor} finds nothing, {some}: {MISSED}."


def _reappeared(run: Run, numbers: Sequence[int]) -> Iterator[str]:
    """Yield a sentence for what somebody still works on, and one for what nobody has any more."""
    held: dict[str, list[int]] = {}
    for number in numbers:
        held.setdefault(" and ".join(run.working_on(number)), []).append(number)
    for holders, of_them in held.items():
        one = len(of_them) == 1
        again = "It is visible again, and another consumer" if one else "They are visible again, and other consumers"
        when = f"when {'its' if one else 'their'} visibility timeout of {run.settings.visibility_timeout} s ends"
        if holders:
            verb = "still have" if " and " in holders else "still has"
            yield f"{holders} {verb} {numbered(of_them)} {when}. {again} can get {'it' if one else 'them'}."
        else:
            visible = "it is visible again" if one else "they are visible again"
            yield f"Nobody has deleted {numbered(of_them)} {when}: {visible}."


def _worked(run: Run, step: Step, kinds: AbstractSet[str]) -> str:
    count = sum(s.kind in ("processed", "repeated") and s.message == step.message for s in run.steps)
    done = f"{step.actor} finishes message {step.message}"
    if count > 1:
        done += f" (its work has now been done {times(count)})"
    return f"{done}{_and_deletes(run, step, kinds)}."


def _and_deletes(run: Run, step: Step, kinds: AbstractSet[str]) -> str:
    """Say what came of the delete that ends the work."""
    place = run.queue.messages[step.message].place
    if "deleted" in kinds:
        return " and deletes it"
    if "survived" in kinds:
        return " and deletes it, but one server misses that: its copy can be delivered again"
    if place == "dead-lettered":
        return ", but too late: it is in the dead-letter queue by now"
    if place == "deleted":
        return "; another consumer has deleted it already"
    if "stale" in kinds:
        why = "its receipt handle has expired" if run.settings.fifo else "a newer receipt has replaced its own"
        return f", but cannot delete it: {why}"
    return ", but does not delete it"


def _failed(run: Run, step: Step, kinds: AbstractSet[str]) -> str:  # noqa: ARG001 - one shape for all sentences
    hidden = step.until > step.time
    rest = f"stays hidden until {at(step.until)}, then it can be received again" if hidden else "can be received again"
    return f"{step.actor} fails on message {step.message} and does not delete it. It {rest}."


def _crashed(run: Run, step: Step, kinds: AbstractSet[str]) -> str:  # noqa: ARG001 - one shape for all sentences
    hidden = f"SQS knows nothing of that: what it held stays hidden until {at(step.until)}."
    return f"{step.actor} crashes while it works on message {step.message}. {hidden}"


def _dead_lettered(run: Run, step: Step, kinds: AbstractSet[str]) -> str:  # noqa: ARG001 - one shape for all sentences
    why = f"has been received {times(step.receives)} and never deleted, and maxReceiveCount is {step.receives}"
    return f"Message {step.message} {why}: the queue moves it to the dead-letter queue."


_SENTENCES: Mapping[str, Callable[[Run, Step, AbstractSet[str]], str]] = {
    "sent": _sent,
    "empty": _empty,
    "processed": _worked,
    "repeated": _worked,
    "failed": _failed,
    "crashed": _crashed,
    "dead-lettered": _dead_lettered,
    "deduplicated": lambda _, step, __: (
        f"The producer sends message {step.message} again. The queue saw its deduplication ID less than "
        "5 minutes ago and stores no second copy."
    ),
    "appeared": lambda _, step, __: f"The delay of message {step.message} is over: it is visible.",
    "extended": lambda _, step, __: (
        f"{step.actor} still works on message {step.message} and calls ChangeMessageVisibility: "
        f"it stays hidden until {at(step.until)}."
    ),
    "expired": lambda run, step, _: (
        f"Message {step.message} is gone: the retention period of {run.settings.retention} s is over."
    ),
}
