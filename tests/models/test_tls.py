"""Does the small TLS keep listeners and impostors out?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.models.kms.material import Random
from course.models.tls import Authority, Client, Connection, Server, TLSAlertError


def connected() -> tuple[Connection, Connection]:
    """Both ends of a connection."""
    random = Random("tls")
    authority = Authority(random)
    server, client = Server("shop.example", authority, random), Client("shop.example", authority.public_key, random)
    hello, there = server.answer(client.share)
    return client.finish(hello), there


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5))
def test_records_arrive_as_they_were_sent(messages: list[bytes]) -> None:
    """Does the other end read every record, with a header as TLS 1.3 has it, and no two alike on the wire?"""
    here, there = connected()
    records = [here.send(message) for message in messages]
    assert [there.receive(record) for record in records] == messages
    for record, message in zip(records, messages, strict=True):
        assert record[:3] == bytes([23, 3, 3])
        assert int.from_bytes(record[3:5]) == len(record) - 5 == len(message) + 16
    assert len(set(records)) == len(records)


@given(st.data())
def test_a_changed_record_ends_the_connection(data: st.DataObject) -> None:
    """Is a record refused with one changed byte, or when it comes twice?"""
    here, there = connected()
    record = bytearray(here.send(b"pay 10"))
    assert there.receive(bytes(record)) == b"pay 10"
    with pytest.raises(TLSAlertError) as again:
        there.receive(bytes(record))
    here, there = connected()
    record[data.draw(st.integers(0, len(record) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(TLSAlertError) as changed:
        there.receive(bytes(record))
    assert again.value.alert == changed.value.alert == "bad_record_mac"


def test_an_impostor_is_found_out() -> None:
    """Is a certificate refused of another authority, for another name, or without its private key?"""
    random = Random("tls")
    authority, own = Authority(random), Authority(random)
    client = Client("shop.example", authority.public_key, random)
    forged, _ = Server("shop.example", own, random).answer(client.share)
    other, _ = Server("evil.example", authority, random).answer(client.share)
    stolen = replace(forged, certificate=Server("shop.example", authority, random).certificate)
    for hello, alert in ((forged, "unknown_ca"), (other, "bad_certificate"), (stolen, "decrypt_error")):
        with pytest.raises(TLSAlertError) as refused:
            client.finish(hello)
        assert refused.value.alert == alert
