"""The Firehose demo: records wait in a buffer until it is full or old enough, then go to S3 as one object."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.firehose import MIB, BufferingHints, Delivered, FirehoseStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RECORDS = 10  # that one token stands for


def firehose() -> Demo:
    """Return the demo of Amazon Data Firehose: a buffer that goes to S3 when it is full or old enough."""
    rates = [("10 KB/s", 0.01), ("50 KB/s", 0.05), ("0.5 MB/s", 0.5), ("2 MB/s", 2.0)]
    return Demo(
        firehose_scene,
        {
            "rate": ipywidgets.SelectionSlider(options=rates, value=0.01, description="rate, then ten times as much"),
            "size": ipywidgets.IntSlider(5, 1, 128, description="buffer size, MiB"),
            "interval": ipywidgets.IntSlider(300, 0, 900, step=30, description="buffer interval, s"),
        },
    )


def firehose_scene(*, rate: float, size: int, interval: int) -> Scene:
    """Deliver two objects at `rate` MB/s and two at ten times as much; five tokens make about one object."""
    frames = tuple(_firehose_frames(FirehoseStream("orders", BufferingHints(size, interval)), rate * MIB))
    return Scene(
        title="Amazon Data Firehose: size or interval, whichever comes first",
        summary=f"Records wait for {size} MiB or {interval} s, then go to S3. {frames[-1].caption}",
        nodes=(
            Node("producers", "producers", 0, 0, "producer", slots=1),
            Node("buffer", "Firehose buffer", 1, 0, "stream", slots=6),
            Node("bucket", "S3 bucket", 2, 0, "store", slots=6),
        ),
        edges=(Edge("producers", "buffer", "PutRecord"), Edge("buffer", "bucket", "one object")),
        frames=frames,
        legend={"plain": f"{RECORDS} records", "done": "an object in S3"},
        picture_frame=next(i for i, frame in enumerate(frames) if "bucket" in frame.badges),
    )


def _firehose_frames(stream: FirehoseStream, rate: float) -> Iterator[Frame]:
    size, interval = stream.hints.size * MIB, stream.hints.interval
    objects: Counter[str] = Counter()
    in_buffer: list[Token] = []
    time, number = 0.0, 0

    def frame(caption: str, leaving: Sequence[Token] = ()) -> Frame:
        """Draw the buffer, or the tokens `leaving` it for the bucket as the newest object."""
        count = objects.total()
        older = [Token(f"o{i}", "bucket", str(i), "done") for i in range(1, count + 1 - bool(leaving))]
        waited = f"{stream.waited(time):.0f} s"
        return Frame(
            time=round(time, 1),
            caption=caption,
            tokens=(Token(f"t{number}", "producers"), *(leaving or in_buffer), *older),
            badges={"buffer": f"{_megabytes(stream.buffered)}, oldest {waited}" if stream.buffered else "empty"}
            | ({"bucket": f"{count} object{'' if count == 1 else 's'}"} if count else {}),
            numbers={
                "in the buffer": f"{stream.buffered / MIB:.2f} of {stream.hints.size} MB",
                "oldest record waits": f"{stream.waited(time):.0f} of {interval} s",
                "delivered by size": str(objects["size"]),
                "delivered by interval": str(objects["interval"]),
            },
        )

    yield frame("The producers send records; Firehose collects them in a buffer before it writes to S3.")
    for speed in (rate, 10 * rate):
        gap = min(interval or 1.0, size / speed) / 5 / RECORDS
        before = objects.total()
        while objects.total() < before + 2:
            for place in range(RECORDS):
                for step in stream.put_record(math.ceil(speed * gap), time):
                    if isinstance(step, Delivered):
                        objects[step.reason] += 1
                        yield frame(
                            _delivery(step, stream.hints),
                            [replace(token, at="bucket") for token in in_buffer],
                        )
                        in_buffer.clear()
                    elif place == 0 or not in_buffer:
                        in_buffer.append(Token(f"t{number}", "buffer"))
                        number += 1
                time += gap
            yield frame(f"Records come in at {_megabytes(speed)}/s.")
    yield frame(_result(objects))


def _delivery(delivered: Delivered, hints: BufferingHints) -> str:
    if delivered.reason == "size":
        why = f"The buffer of {hints.size} MB is full after {delivered.waited:.0f} s, before the interval ends"
    elif hints.interval:
        why = f"The interval of {hints.interval} s ends before the buffer is full"
    else:
        why = "With an interval of 0 s no record waits"
    name = delivered.key.rpartition("/")[2]
    return f"{why}: Firehose writes {_megabytes(delivered.size)} to S3 as one object, {name}."


def _result(objects: Counter[str]) -> str:
    by_size, by_interval = objects["size"], objects["interval"]
    if not by_size:
        why = "the interval decides how old data gets before it is in S3, so a shorter one makes it fresher."
    elif not by_interval:
        why = "the size decides, so a larger buffer makes fewer and larger objects."
    else:
        why = "at a low rate the interval decides how old data gets, at a high rate the size does."
    return f"{by_interval} objects were delivered by interval and {by_size} by size: {why}"


def _megabytes(size: float) -> str:
    return f"{size / MIB:.2f} MB"
