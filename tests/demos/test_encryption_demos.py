"""Do the demos of encryption show what their models do, for all control values, with real bytes?"""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from course import demos
from course.demos import (
    encryption,
    encryption_accounts,
    encryption_envelope,
    encryption_regions,
    encryption_replication,
    encryption_s3,
)
from course.demos.layout import lay_out
from course.demos.script import Script, shown
from course.models.kms import Kms

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.demos.demo import Demo
    from course.demos.scene import Scene

SCENES: dict[str, Callable[..., Scene]] = {
    "encryption_flows": encryption.flow_scene,
    "envelope_encryption": encryption_envelope.envelope_scene,
    "s3_encryption": encryption_s3.s3_scene,
    "snapshot_sharing": encryption_accounts.sharing_scene,
    "multi_region_keys": encryption_regions.regions_scene,
    "encrypted_replication": encryption_replication.replication_scene,
}
NAMES = tuple(SCENES)
DEMOS: dict[str, Demo] = {name: getattr(demos, name)() for name in NAMES}


def choices(demo: Demo) -> list[dict[str, Any]]:
    """Every combination of the controls' values."""
    values = []
    for control in demo.controls.values():
        options = getattr(control, "options", (False, True))
        values.append([option[1] if isinstance(option, tuple) else option for option in options])
    return [dict(zip(demo.controls, chosen, strict=True)) for chosen in product(*values)]


EVERY = [(name, values) for name in NAMES for values in choices(DEMOS[name])]


def scene(name: str, **changes: Any) -> Scene:  # noqa: ANN401 -- control values
    """The scene of a demo for these values of its controls, the others as they are at first."""
    return SCENES[name](**(DEMOS[name].values | changes))


def end(shown_scene: Scene) -> str:
    """The last caption."""
    return shown_scene.frames[-1].caption


@pytest.mark.parametrize(("name", "values"), EVERY, ids=lambda value: value if isinstance(value, str) else "")
def test_every_choice_makes_a_sound_scene(name: str, values: dict[str, Any]) -> None:
    """Is each scene laid out, said in words, the same each time, and do its tokens travel along its edges?"""
    made = scene(name, **values)

    assert lay_out(made)
    assert made == scene(name, **values)
    assert 3 <= len(made.frames) <= 20
    assert made.summary.endswith(end(made))
    assert 0 <= made.picture_frame < len(made.frames)
    ways = {frozenset((edge.source, edge.target)) for edge in made.edges}
    for frame in made.frames:
        assert frame.caption[-1] == "."
        assert "  " not in frame.caption
        assert frame.numbers.keys() == made.frames[0].numbers.keys()
        assert {token.look for token in frame.tokens} <= set(made.legend)
    for one, other in pairwise(made.frames):
        before = {token.id: token.at for token in one.tokens}
        for token in other.tokens:
            if before.get(token.id, token.at) != token.at:
                assert frozenset((before[token.id], token.at)) in ways
        assert (one.caption, one.tokens) != (other.caption, other.tokens)


@pytest.mark.parametrize("name", NAMES)
def test_demos_show_themselves(name: str) -> None:
    """Does each demo have a picture that is the same each time, a summary, and no error on its stage?"""
    demo = DEMOS[name]
    bundle = demo._repr_mimebundle_()
    assert bundle["image/svg+xml"] == demo.picture() == getattr(demos, name)().picture()
    assert ET.fromstring(demo.picture()).tag.endswith("svg")  # noqa: S314 -- our own picture
    assert bundle["text/plain"] == demo.scene.summary
    assert demo.scene == scene(name)
    assert demo.stage.scene
    assert demo.stage.error == ""


def test_the_bytes_are_as_long_as_they_say() -> None:
    """Does the short form tell the first digits and the true length?"""
    assert shown(bytes(range(100))) == "00010203… (100 bytes)"
    assert shown(b"ab") == "6162 (2 bytes)"


def test_a_script_keeps_what_lies() -> None:
    """Does a token stay where it was put, move with its ID, and go when it is dropped?"""
    script = Script({"n": "0"})
    script.put("a", "p", "A")
    script.put("b", "p", "B")
    script.say("Both.")
    script.put("a", "q", "A", "held")
    script.drop("b", "c")
    script.numbers["n"] = "1"
    script.say("One.")
    assert [[(t.id, t.at) for t in frame.tokens] for frame in script.frames] == [[("a", "p"), ("b", "p")], [("a", "q")]]
    assert [frame.numbers["n"] for frame in script.frames] == ["0", "1"]


@pytest.mark.parametrize(
    ("kind", "wire", "server", "disk"),
    [
        (encryption.IN_FLIGHT, "only noise", "everything", "everything"),
        (encryption.AT_REST, "everything", "everything", "only noise"),
        (encryption.CLIENT_SIDE, "only noise", "only noise", "only noise"),
    ],
)
def test_each_kind_protects_what_it_protects(kind: str, wire: str, server: str, disk: str) -> None:
    """Who reads the number on the wire, on the server and on the disk, for each kind alone?"""
    numbers = scene("encryption_flows", kind=kind).frames[-1].numbers
    assert list(numbers.values()) == [wire, server, disk]
    assert encryption.encryption_flows(kind).controls["kind"].value == kind


def test_somebody_in_the_middle_is_seen_by_tls_and_by_the_client_only() -> None:
    """Is an attacker refused by certificate, unseen at rest, and seen by the tag of what the client encrypted?"""
    tls, rest, client = (scene("encryption_flows", kind=kind, attack=True) for kind in encryption.KINDS)
    assert "unknown_ca" in end(tls)
    assert {token.at for frame in tls.frames for token in frame.tokens} == {"client"}
    assert any("4999 9999" in text for text in rest.frames[-1].badges.values())
    assert "authentication tag does not fit" in end(client)
    assert client.frames[-1].tokens[1].look == "failed" or client.frames[-1].tokens[0].look == "failed"


def _captions(made: Scene) -> str:
    return " ".join(frame.caption for frame in made.frames)


@pytest.mark.parametrize("data", [encryption_envelope.SMALL, encryption_envelope.LARGE])
@pytest.mark.parametrize(
    ("change", "ends"),
    [
        (encryption_envelope.NOTHING, "one call to KMS to write, one to read"),
        (encryption_envelope.ROTATION, "one call to KMS to write, one to read"),
        (encryption_envelope.DATA, "Nothing of it is given out"),
        (encryption_envelope.DATA_KEY, "KMS answers InvalidCiphertextException"),
        (encryption_envelope.CONTEXT, "KMS answers InvalidCiphertextException"),
        (encryption_envelope.PERMISSION, "KMS answers AccessDeniedException"),
    ],
)
def test_an_envelope_opens_only_unchanged(data: str, change: str, ends: str) -> None:
    """Does the play end as the model does, with no plaintext at the reader unless all is right?"""
    made = scene("envelope_encryption", data=data, change=change)
    assert ends in end(made)
    at_reader = [t for t in made.frames[-1].tokens if t.at == "reader" and t.look == "plain"]
    assert bool(at_reader) == ("one to read" in ends)
    assert made.frames[-1].numbers["plaintext data key"] == "forgotten"
    direct = made.frames[1].caption
    assert ("ValidationException" in direct) == (data == encryption_envelope.LARGE)


def test_the_reader_gets_the_very_data_key() -> None:
    """Do the writer's and the reader's captions show the same data key, of real bytes?"""
    captions = _captions(scene("envelope_encryption", change=encryption_envelope.ROTATION))
    key = captions.split("data key of 256 bits, ")[1].split("…")[0]
    assert len(bytes.fromhex(key)) == 4
    assert captions.count(f"{key}… (32 bytes)") == 2
    kms = Kms("envelope encryption")
    assert captions.count(kms.random.uuid()[:8])  # the KMS key's ID follows from the seed


WITHOUT_KEY = {
    encryption_s3.SSE_S3: "reader gets",
    encryption_s3.SSE_KMS: "AccessDenied",
    encryption_s3.BUCKET_KEY: "AccessDenied",
    encryption_s3.DSSE: "AccessDenied",
    encryption_s3.SSE_C: "InvalidRequest",
    encryption_s3.CLIENT_SIDE: "AccessDeniedException",
}


@pytest.mark.parametrize("method", encryption_s3.METHODS)
def test_who_reads_an_object_in_s3(method: str) -> None:
    """Does who may use the key get the text, and who may not, only what SSE-S3 gives to everybody?"""
    may = scene("s3_encryption", method=method, reader=encryption_s3.MAY)
    may_not = scene("s3_encryption", method=method, reader=encryption_s3.MAY_NOT)
    assert encryption_s3.BODY.decode() in end(may)
    assert WITHOUT_KEY[method] in end(may_not)
    assert (encryption_s3.BODY.decode() in end(may_not)) == (method == encryption_s3.SSE_S3)
    on_disk = next(frame for frame in may.frames if "On the disk:" in frame.caption)
    looks = {token.label: token.look for token in on_disk.tokens if token.at == "disk"}
    assert looks.pop("HMAC", "held")
    assert set(looks.values()) == {"held"}


@pytest.mark.parametrize(
    ("method", "labels", "calls"),
    [
        (encryption_s3.SSE_S3, {"data", "eDK"}, 0),
        (encryption_s3.SSE_KMS, {"data", "eDK"}, 2),
        (encryption_s3.BUCKET_KEY, {"data", "eDK", "eBK"}, 2),
        (encryption_s3.DSSE, {"data", "eDK", "eDK2"}, 2),
        (encryption_s3.SSE_C, {"data", "HMAC"}, 0),
        (encryption_s3.CLIENT_SIDE, {"data", "eDK"}, 2),
    ],
)
def test_what_lies_beside_the_object(method: str, labels: set[str], calls: int) -> None:
    """Are the keys on the disk those of the method, and is KMS called as often as it must be?"""
    made = scene("s3_encryption", method=method, reader=encryption_s3.MAY)
    on_disk = next(frame for frame in made.frames if "On the disk:" in frame.caption)
    assert {token.label for token in on_disk.tokens if token.at == "disk"} == labels
    assert made.frames[-1].numbers["calls to KMS"] == str(calls)


def test_a_new_bucket_blocks_sse_c_only() -> None:
    """Is SSE-C refused where it is blocked, and every other method not?"""
    for method in encryption_s3.METHODS:
        made = scene("s3_encryption", method=method, reader=encryption_s3.MAY, blocked=True)
        assert ("BlockedEncryptionTypes" in end(made)) == (method == encryption_s3.SSE_C)


@pytest.mark.parametrize("what", [encryption_accounts.SNAPSHOT, encryption_accounts.AMI])
@pytest.mark.parametrize(
    ("key", "ends"),
    [
        (encryption_accounts.POLICY, "licence 4711"),
        (encryption_accounts.GRANT, "licence 4711"),
        (encryption_accounts.CLEAR, "licence 4711"),
        (encryption_accounts.NOT_SHARED, "Client.AccessDeniedException"),
        (encryption_accounts.DEFAULT, "OperationNotPermitted"),
    ],
)
@pytest.mark.parametrize("gone", [False, True])
def test_a_disk_crosses_accounts_with_its_key(what: str, key: str, ends: str, *, gone: bool) -> None:
    """Does the target read it where the key is shared, also when the source disables its key afterwards?"""
    made = scene("snapshot_sharing", what=what, key=key, gone=gone)
    assert ends in end(made)
    own = [token for token in made.frames[-1].tokens if token.look == "done"]
    assert bool(own) == (
        key in (encryption_accounts.POLICY, encryption_accounts.GRANT)
        or (key == encryption_accounts.CLEAR and what == encryption_accounts.SNAPSHOT)
    )


@pytest.mark.parametrize(
    ("key", "down", "calls", "reads"),
    [
        (encryption_regions.MULTI, False, "0", True),
        (encryption_regions.MULTI, True, "0", True),
        (encryption_regions.SINGLE, False, "1", True),
        (encryption_regions.SINGLE, True, "1", False),
    ],
)
def test_a_multi_region_key_needs_its_own_region_only(key: str, calls: str, *, down: bool, reads: bool) -> None:
    """Is the field read without a call across Regions, and with a single-Region key only through the other one?"""
    made = scene("multi_region_keys", key=key, down=down)
    assert made.frames[-1].numbers["calls across Regions"] == calls
    assert ("mrk-" in _captions(made)) == (key == encryption_regions.MULTI)
    assert (encryption_regions.CARD.decode() in end(made)) == reads
    assert encryption_regions.CARD.decode() not in _captions(made).removesuffix(end(made))


@pytest.mark.parametrize("method", encryption_replication.METHODS)
def test_replication_needs_option_and_permissions(method: str) -> None:
    """Is the status of all settings what the rules say: default, not selected, FAILED or COMPLETED?"""
    for selected, decrypt, encrypt in product((False, True), repeat=3):
        made = scene(
            "encrypted_replication", method=method, selected=selected, may_decrypt=decrypt, may_encrypt=encrypt
        )
        status = made.frames[-1].numbers["x-amz-replication-status"]
        if method in (encryption_replication.SSE_S3, encryption_replication.SSE_C):
            assert status == "COMPLETED"
        elif not selected:
            assert status == "none: not selected"
        else:
            assert status == ("COMPLETED" if decrypt and encrypt else "FAILED")
        assert ("invoice 17" in end(made)) == (status == "COMPLETED")
    assert ("the same bytes" in _captions(scene("encrypted_replication", method=method, may_encrypt=True))) == (
        method == encryption_replication.SSE_C
    )
