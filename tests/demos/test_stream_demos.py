"""Do the demos of streams show what their models do, for all control values?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import demos
from course.demos.delivery import firehose_scene
from course.demos.layout import lay_out
from course.demos.stream import (
    ENHANCED,
    FEW_KEYS,
    MANY_KEYS,
    MERGE,
    NO_ACTION,
    ONE_KEY,
    SHARED,
    SPLIT,
    shards_scene,
)

if TYPE_CHECKING:
    from course.demos.scene import Frame, Scene

DEFAULTS: dict[str, Any] = {
    "count": 2,
    "keys": FEW_KEYS,
    "load": 2.0,
    "action": NO_ACTION,
    "mode": SHARED,
    "consumers": 2,
    "replay": False,
}
controls = st.fixed_dictionaries(
    {
        "count": st.integers(1, 4),
        "keys": st.sampled_from([ONE_KEY, FEW_KEYS, MANY_KEYS]),
        "load": st.integers(1, 8).map(lambda halves: halves / 2),
        "action": st.sampled_from([NO_ACTION, SPLIT, MERGE]),
        "mode": st.sampled_from([SHARED, ENHANCED]),
        "consumers": st.integers(1, 4),
        "replay": st.booleans(),
    }
)


def _shards(**changes: Any) -> Scene:  # noqa: ANN401 -- control values
    return shards_scene(**(DEFAULTS | changes))


def _throttled(frame: Frame) -> int:
    return int(frame.numbers["throttled"].split()[0])


def _read(frame: Frame) -> dict[str, float]:
    return {name: float(rate) for name, rate in (p.split() for p in frame.numbers["read, MB/s"].split(", "))}


def _in_shards(frame: Frame) -> list[str]:
    return [token.id for token in frame.tokens if token.at.startswith("shardId")]


def _complete(scene: Scene) -> None:
    """Check what every scene must be: laid out, with words in each frame, not too long, time that only goes on."""
    assert lay_out(scene)
    assert scene.summary.endswith(".")
    assert all(frame.caption.endswith(".") for frame in scene.frames)
    assert len(scene.frames) <= 80
    assert all(one.time <= other.time for one, other in pairwise(scene.frames))
    assert {t.look for f in scene.frames for t in f.tokens} <= set(scene.legend)


@settings(max_examples=60, deadline=None)
@given(controls)
def test_shards_scenes_are_complete(values: dict[str, Any]) -> None:
    """Is every scene complete and the same each time, and does no record ever leave the stream?"""
    if values["action"] == MERGE and values["count"] == 1:
        with pytest.raises(ValueError, match=r"^A merge needs two shards: .*\.$"):
            shards_scene(**values)
        return
    scene = shards_scene(**values)

    _complete(scene)
    assert scene == shards_scene(**values)
    for one, other in pairwise(scene.frames):
        assert set(_in_shards(one)) <= set(_in_shards(other))
    last = scene.frames[-1]
    assert len(_in_shards(last)) + _throttled(last) == round(values["load"] * 2) * 5


def test_one_key_uses_one_shard() -> None:
    """With one key, is half of 2 MB/s throttled with any number of shards, and does a split not help?"""
    for count in (1, 2, 4):
        for action in (NO_ACTION, SPLIT):
            last = _shards(count=count, keys=ONE_KEY, action=action).frames[-1]
            assert _throttled(last) == 10


def test_a_split_helps_when_the_hot_shard_has_many_keys() -> None:
    """After the split of a hot shard with several keys, is nothing throttled any more?"""
    plain, split = _shards().frames[-1], _shards(action=SPLIT).frames[-1]
    assert _throttled(plain) == 5
    assert _throttled(split) == 2
    scene = _shards(action=SPLIT)
    (cut,) = [frame for frame in scene.frames if "is split into" in frame.caption]
    assert cut.badges["shardId-000000000000"].endswith("closed")
    assert len([node for node in scene.nodes if node.kind == "stream"]) == 4


def test_many_keys_use_all_shards() -> None:
    """With many keys, do four shards take 4 MB/s and two shards half of it?"""
    assert _throttled(_shards(count=4, keys=MANY_KEYS, load=4.0).frames[-1]) == 0
    assert _throttled(_shards(count=2, keys=MANY_KEYS, load=4.0).frames[-1]) == 20


def test_a_merge_halves_what_two_shards_take() -> None:
    """Do two shards under 2 MB/s throttle only after they are merged?"""
    merged = _shards(keys=MANY_KEYS, action=MERGE).frames
    assert _throttled(_shards(keys=MANY_KEYS).frames[-1]) == 0
    assert _throttled(merged[-1]) == 6


@pytest.mark.parametrize(("mode", "waits"), [(SHARED, True), (ENHANCED, False)])
def test_only_shared_consumers_wait(mode: str, *, waits: bool) -> None:
    """With four consumers and a full shard, does somebody wait when they share, and nobody with enhanced fan-out?"""
    scene = _shards(count=1, load=1.0, mode=mode, consumers=4)
    assert any("must wait" in frame.caption for frame in scene.frames) == waits
    rates = _read(scene.frames[2])
    assert sorted(rates.values()) == ([0.0, 0.0, 1.0, 1.0] if waits else [1.0] * 4)


@pytest.mark.parametrize("mode", [SHARED, ENHANCED])
def test_replay_reads_everything_again(mode: str) -> None:
    """Does the consumer that starts again at TRIM_HORIZON read all stored records a second time?"""
    scene = _shards(mode=mode, action=SPLIT, replay=True)
    start = next(i for i, frame in enumerate(scene.frames) if "TRIM_HORIZON" in frame.caption)
    again = {
        token.id.removesuffix("-dashboard")
        for frame in scene.frames[start:]
        for token in frame.tokens
        if token.at == "dashboard"
    }
    assert again == set(_in_shards(scene.frames[-1]))


def test_records_travel_from_the_producers() -> None:
    """Does each record lie at the producers in the frame before it lies in a shard?"""
    for one, other in pairwise(_shards(action=SPLIT).frames):
        before = {token.id: token.at for token in one.tokens}
        for token in other.tokens:
            if token.at.startswith("shardId") and before.get(token.id) != token.at:
                assert before[token.id] == "producers"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([0.01, 0.05, 0.5, 2.0]), st.integers(1, 128), st.integers(0, 30).map(lambda n: n * 30))
def test_firehose_scenes_are_complete(rate: float, size: int, interval: int) -> None:
    """Is every scene complete, the same each time, and does it deliver twice at each of the two rates?"""
    scene = firehose_scene(rate=rate, size=size, interval=interval)

    _complete(scene)
    assert scene == firehose_scene(rate=rate, size=size, interval=interval)
    numbers = scene.frames[-1].numbers
    assert int(numbers["delivered by size"]) + int(numbers["delivered by interval"]) >= 4
    assert "to S3 as one object" in scene.frames[scene.picture_frame].caption


@pytest.mark.parametrize(
    ("rate", "size", "interval", "by_size", "by_interval"),
    [(0.01, 5, 300, 2, 2), (2.0, 5, 300, 4, 0), (0.01, 128, 60, 0, 4)],
)
def test_whichever_comes_first(rate: float, size: int, interval: int, by_size: int, by_interval: int) -> None:
    """Is a slow stream delivered by interval, a fast one by size, and a stream that speeds up by both?"""
    numbers = firehose_scene(rate=rate, size=size, interval=interval).frames[-1].numbers
    assert numbers["delivered by size"] == str(by_size)
    assert numbers["delivered by interval"] == str(by_interval)


@pytest.mark.parametrize("name", ["shards", "firehose", "fan_out"])
def test_demos_show_themselves(name: str) -> None:
    """Does each demo have a picture, a summary and one control for each argument of its scene?"""
    demo = getattr(demos, name)()
    bundle = demo._repr_mimebundle_()
    assert bundle["image/svg+xml"] == demo.picture()
    assert bundle["text/plain"] == demo.scene.summary
    assert demo.stage.scene
    assert demo.stage.error == ""
