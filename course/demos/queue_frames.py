"""A run of the queue model as frames: where each message and each consumer's copy of it lies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from course.demos.queue_captions import MISSED, at, caption
from course.demos.scene import Frame, Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.demos.scene import Look
    from course.models.queue import Run, Step

MOST_FRAMES = 80
_PLACES = ("delayed", "visible", "in flight", "dead-lettered")
_LOOKS: Mapping[str, Look] = {"in flight": "held", "dead-lettered": "failed"}

# A run of too many moments gives up those of the least weight; a kind that is not listed weighs nothing.
_WEIGHT: Mapping[str, int] = {
    "received": 1,
    "sent": 1,
    "processed": 2,
    "failed": 3,
    "reappeared": 4,
    "stale": 5,
    "dead-lettered": 5,
    "expired": 5,
    "crashed": 6,
    "repeated": 6,
    "survived": 6,
}


def frames_of(run: Run, first: str) -> list[Frame]:
    """Play a run until all is settled; return a frame a moment, fewer than MOST_FRAMES. `first` is a caption.

    A message lies in an area of the queue by its own token; a consumer works on a copy, a token of its own,
    which goes to 'done' each time that the work is done. Of several empty receives in a row only the first
    has a frame.
    """
    moments = [(max(_WEIGHT.values()) + 1, _frame(run, (), [], first))]
    done: list[Token] = []
    idle: set[str] = set()
    for steps in run.play():
        last = steps[-1]
        if last.kind == "empty" and last.actor in idle and not _missed(run, last):
            continue
        idle = idle | {last.actor} if last.kind == "empty" else idle - {last.actor}
        worked = [step for step in steps if step.kind in ("processed", "repeated")]
        done += [_copy(run, (step.message, step.receives), "done") for step in worked]
        weight = max(_weight(run, step) for step in steps)
        moments.append((weight, _frame(run, steps, done, caption(run, steps))))
        if run.settled:
            break
    return [frame for _, frame in _thinned(moments)]


def telling(frames: Sequence[Frame]) -> int:
    """Return the number of the frame for a static picture, the first of a kind that shows what goes wrong.

    That is one where two consumers work on one message, or else where a poll misses messages, or else the
    last frame.
    """
    for number, frame in enumerate(frames):
        copies = [token.label for token in frame.tokens if "." in token.id and token.at != "done"]
        if len(set(copies)) < len(copies):
            return number
    return next((number for number, frame in enumerate(frames) if MISSED in frame.caption), len(frames) - 1)


def _weight(run: Run, step: Step) -> int:
    if _missed(run, step) or (step.kind == "received" and step.receives > 1):
        return _WEIGHT["reappeared"]
    return _WEIGHT.get(step.kind, 0)


def _missed(run: Run, step: Step) -> bool:
    """Tell whether a poll came back empty although it could have found a message."""
    return step.kind == "empty" and not run.settings.fifo and run.queue.count("visible") > 0


def _thinned(moments: Sequence[tuple[int, Frame]]) -> Sequence[tuple[int, Frame]]:
    """Keep the last and the weightiest moments; the golden ratio spreads out what is kept of equal ones."""
    last = len(moments) - 1
    order = sorted(range(len(moments)), key=lambda n: (n < last, -moments[n][0], n * 0.618034 % 1))
    return [moments[n] for n in sorted(order[: MOST_FRAMES - 1])]


def _frame(run: Run, steps: Sequence[Step], done: Sequence[Token], text: str) -> Frame:
    tokens = (*_coming(run), *_messages(run), *_copies(run, steps), *done)
    time = steps[0].time if steps else 0.0
    return Frame(time, text, tokens, _badges(run), _numbers(run))


def _coming(run: Run) -> Iterator[Token]:
    """Yield the message that the producer sends next."""
    if any(arrival.time > run.queue.now for arrival in run.workload.arrivals) or not run.steps:
        number = len(run.queue.messages) + 1
        yield Token(str(number), "producer", str(number))


def _messages(run: Run) -> Iterator[Token]:
    for message in run.queue.messages.values():
        name, place = str(message.number), message.place
        if place in _PLACES:
            look = _LOOKS.get(place, "repeat" if message.receives else "plain")
            yield Token(name, place, _label(run, message.number), look)


def _copies(run: Run, steps: Sequence[Step]) -> Iterator[Token]:
    for consumer in run.consumers:
        for received in consumer.held:
            yield _copy(run, received.receipt, consumer.name)
    for step in steps:
        if step.kind in ("failed", "crashed"):
            yield replace(_copy(run, (step.message, step.receives), step.actor), look="failed")


def _copy(run: Run, receipt: tuple[int, int], place: str) -> Token:
    number, receives = receipt
    look: Look = "repeat" if receives > 1 else "done" if place == "done" else "held"
    return Token(f"{number}.{receives}", place, _label(run, number), look)


def _label(run: Run, number: int) -> str:
    return f"{run.queue.messages[number].group}{number}"


def _badges(run: Run) -> dict[str, str]:
    badges = {}
    for consumer in run.consumers:
        if consumer.crashed:
            badges[consumer.name] = "crashed"
        elif consumer.held:
            badges[consumer.name] = f"works on {consumer.held[0].message.number}"
        elif consumer.waits_until is not None:
            badges[consumer.name] = f"waits until {at(consumer.waits_until)}"
        else:
            badges[consumer.name] = "idle"
    flying = min(run.queue.stored("in flight"), key=lambda message: message.until, default=None)
    if flying:
        badges["in flight"] = f"{flying.number} hidden until {at(flying.until)}"
    return badges


def _numbers(run: Run) -> dict[str, str]:
    figures = run.figures()
    return {
        "visible": str(figures.visible),
        "in flight": str(figures.in_flight),
        "age of the oldest": at(figures.age_of_oldest),
        "processed": str(figures.processed),
        "processed again": str(figures.repeated),
        "empty receives": str(figures.empty_receives),
        "dead-lettered": str(figures.dead_lettered),
    }
