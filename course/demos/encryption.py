"""The demo of three ways to encrypt: in flight, at rest on the server, on the client; each alone, with real bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Node, Scene
from course.demos.script import Script, shown
from course.models.envelope import Envelope, TamperedError, decrypt, encrypt
from course.models.kms import Kms, KmsClient, Principal
from course.models.tls import Authority, Client, Server, TLSAlertError

if TYPE_CHECKING:
    from course.demos.scene import Look

IN_FLIGHT, AT_REST, CLIENT_SIDE = "in flight (TLS)", "at rest, on the server", "on the client"
KINDS = (IN_FLIGHT, AT_REST, CLIENT_SIDE)
DATA = b"card 4111 1111 1111 1111"
_HOST, _CONTEXT = "shop.example", {"order": "17"}
_ON = {"server": "the server", "wire": "the network"}
_READERS = {"wire": "who listens reads", "server": "the server reads", "disk": "a thief of the disk reads"}


def encryption_flows(kind: str = IN_FLIGHT) -> Demo:
    """Return the demo of encryption in flight, at rest on the server, and on the client, one at a time."""
    return Demo(
        flow_scene,
        {
            "kind": ipywidgets.Dropdown(options=KINDS, value=kind, description="encryption"),
            "attack": ipywidgets.Checkbox(value=False, description="somebody in the middle changes what passes"),
        },
    )


def flow_scene(kind: str, *, attack: bool) -> Scene:
    """Send a card number to a shop's server, store it, read it again; show what each onlooker sees."""
    flow = _Flow(kind, attack)
    {IN_FLIGHT: flow.in_flight, AT_REST: flow.at_rest, CLIENT_SIDE: flow.client_side}[kind]()
    frames = tuple(flow.script.frames)
    key_place = {IN_FLIGHT: (), AT_REST: (Node("kms", "AWS KMS", 2, 1, "service", 1),)}
    keys = key_place.get(kind, (Node("kms", "AWS KMS", 0, 1, "service", 1),))
    holder = {AT_REST: "server", CLIENT_SIDE: "client"}.get(kind)
    return Scene(
        title=f"Encryption {kind}",
        summary=f"A client sends a card number to a server, which stores it. {frames[-1].caption}",
        nodes=(
            Node("client", "client", 0, 0, "producer", 2),
            Node("wire", "the network", 1, 0, "stream", 2),
            Node("server", "server", 2, 0, "consumer", 2),
            Node("disk", "disk", 3, 0, "store", 3),
            *keys,
        ),
        edges=(
            Edge("client", "wire"),
            Edge("wire", "server"),
            Edge("server", "disk"),
            *((Edge("kms", holder, "data key"),) if holder else ()),
        ),
        frames=frames,
        legend={"plain": "in clear", "held": "encrypted", "failed": "changed, or refused"},
        picture_frame=min(flow.picture, len(frames) - 1),
    )


@dataclass
class _Flow:
    """Plays one kind: what lies where is told by the very bytes that are there."""

    kind: str
    attack: bool
    picture: int = 0
    script: Script = field(default_factory=lambda: Script(dict.fromkeys(_READERS.values(), "not yet")))

    def __post_init__(self) -> None:
        self.kms = Kms("encryption flows")
        admin = self.kms.client(Principal.root("111122223333"))
        self.key = admin.create_key(description="shop").key_id
        self.client: KmsClient = admin
        for node in ("client", "wire", "server", "disk"):
            self.script.badge(node, "nothing yet")
        self._lies("client", DATA, f"The client wants to store {DATA.decode()!r}: {shown(DATA)}.")

    def in_flight(self) -> None:
        random = self.kms.random
        trusted = Authority(random)
        client, server = Client(_HOST, trusted.public_key, random), Server(_HOST, trusted, random)
        answering = Server(_HOST, Authority(random), random) if self.attack else server
        hello, there = answering.answer(client.share)
        self.script.say(
            f"Handshake: the client sends its half of a key agreement, {shown(client.share)}, and gets the other half, "
            f"{shown(hello.share)}, with a certificate for {_HOST}. Everybody may see both halves."
        )
        try:
            here = client.finish(hello)
        except TLSAlertError as alert:
            self._end(f"The certificate is the attacker's own: the client ends with {alert.alert}. {alert}")
            return
        self.script.say("The certificate is good, and both ends compute the same key, which never crosses the wire.")
        record = here.send(DATA)
        self._lies("wire", record, f"The TLS record on the wire: {shown(record, 16)}. Its header is in clear, no more.")
        self.picture = len(self.script.frames) - 1
        self._lies("server", there.receive(record), "The server decrypts the record: for it the number is in clear.")
        self._lies("disk", DATA, "TLS ends here. The server stores what it got, in clear, unless it encrypts it too.")
        self._end("Encryption in flight protects the wire and shows who answers, and protects nothing at rest.")

    def at_rest(self) -> None:
        passing = DATA.replace(b"4111 1111", b"4999 9999") if self.attack else DATA
        self._lies("wire", passing, f"Without TLS the number crosses the network in clear: {shown(passing)}.")
        if self.attack:
            self.script.put("data", "wire", "data", "failed")
            self.script.say("Somebody in the middle changes the number, and nobody can notice it.")
        self._lies("server", passing, "The server gets it, and asks KMS for a data key: GenerateDataKey.")
        envelope = encrypt(self.client, self.key, passing, _CONTEXT)
        self._lies("disk", envelope.ciphertext, f"On the disk lies {shown(envelope.ciphertext)}, no plaintext.")
        self._key("edk", "disk", "eDK", f"Beside it the data key, encrypted: {shown(envelope.encrypted_data_key)}.")
        self.picture = len(self.script.frames) - 1
        self.script.put("again", "disk", "data", "held")
        self.script.say("A read: the server fetches both, and sends the encrypted data key to KMS: Decrypt.")
        self.script.put("again", "server", "data", "plain" if _readable(decrypt(self.client, envelope)) else "held")
        self.script.say("With the data key it decrypts the data, for anybody whom it answers.")
        self._end("Encryption at rest stops a thief of the disk. The server, and a wire without TLS, see all.")

    def client_side(self) -> None:
        envelope = encrypt(self.client, self.key, DATA, _CONTEXT)
        self._key(
            "edk",
            "client",
            "eDK",
            f"The client gets a data key of KMS; encrypted: {shown(envelope.encrypted_data_key)}.",
        )
        self.script.put("data", "client", "data", "held")
        self.script.badge("client", shown(envelope.ciphertext))
        self.script.say(f"It encrypts before it sends: {shown(envelope.ciphertext)}, and forgets the plaintext key.")
        passing = envelope.ciphertext
        if self.attack:
            passing = passing[:5] + bytes([passing[5] ^ 1]) + passing[6:]
        self.script.put("edk", "wire", "eDK", "held")
        self._lies("wire", passing, f"On the wire, without TLS: {shown(passing)}. A listener cannot read it.")
        self.picture = len(self.script.frames) - 1
        self.script.put("edk", "server", "eDK", "held")
        self._lies(
            "server", passing, "The server gets the same bytes. It has no permission on the key, and does not need one."
        )
        self.script.put("edk", "disk", "eDK", "held")
        self._lies("disk", passing, "It stores them as they are, with the encrypted data key.")
        self._read_by_client(Envelope(envelope.encrypted_data_key, envelope.nonce, passing, _CONTEXT))

    def _read_by_client(self, stored: Envelope) -> None:
        for place in ("server", "wire", "client"):
            self.script.put("edk", place, "eDK", "held")
            self.script.put("data", place, "data", "held")
            if place != "client":
                self.script.say(f"A client with kms:Decrypt reads it back: on {_ON[place]} it is still encrypted.")
        self.script.say("The client has KMS decrypt the data key, and checks and decrypts the data itself.")
        try:
            opened = decrypt(self.client, stored)
        except TamperedError as error:
            self.script.put("data", "client", "data", "failed")
            self._end(f"One bit was changed on the way, and the client sees it. {error}")
            return
        self._show("client", opened)
        self._end("Only clients that may use the key read it: not the network, not the server, not the disk.")

    def _lies(self, place: str, data: bytes, caption: str) -> None:
        self._show(place, data)
        if place in _READERS:
            self.script.numbers[_READERS[place]] = "everything" if _readable(data) else "only noise"
        self.script.say(caption)

    def _show(self, place: str, data: bytes) -> None:
        look: Look = "plain" if _readable(data) else "held"
        self.script.put("data", place, "data", look)
        self.script.badge(place, data.decode() if _readable(data) else shown(data))

    def _key(self, token: str, place: str, label: str, caption: str) -> None:
        self.script.put(token, place, label, "held")
        self.script.say(caption)

    def _end(self, caption: str) -> None:
        if self.script.numbers[_READERS["wire"]] == "not yet":
            self.picture = len(self.script.frames)
        self.script.say(caption)


def _readable(data: bytes) -> bool:
    return data.startswith(b"card ")
