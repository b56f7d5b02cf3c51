"""The demo of multi-Region keys: a field encrypted by a client in one Region, decrypted by one in another."""

from __future__ import annotations

from dataclasses import dataclass, field

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Node, Scene
from course.demos.script import Script, shown
from course.models.envelope import Envelope, decrypt, encrypt
from course.models.kms import Kms, KMSException, Principal

MULTI, SINGLE = "a multi-Region key", "a single-Region key"
HOME, AWAY = "eu-west-1", "us-west-2"
CARD = b"4111 1111 1111 1111"
_ROOT = Principal.root("111122223333")


def multi_region_keys() -> Demo:
    """Return the demo of a DynamoDB global table with a field that clients encrypt, under either kind of key."""
    return Demo(
        regions_scene,
        {
            "key": ipywidgets.Dropdown(options=[MULTI, SINGLE], description="encrypted under"),
            "down": ipywidgets.Checkbox(value=False, description=f"{HOME} cannot be reached when it is read"),
        },
    )


def regions_scene(key: str, *, down: bool) -> Scene:
    """Write in one Region, let the table replicate, read in the other."""
    play = _Play(key, down)
    play.write()
    play.read()
    frames = tuple(play.script.frames)
    return Scene(
        title=f"A global table, a client-side encrypted field, {key}",
        summary=f"An item is written in {HOME} and read in {AWAY}. {frames[-1].caption}",
        nodes=(
            Node("writer", f"app in {HOME}", 0, 0, "producer", 2),
            Node("home", f"table in {HOME}", 1, 0, "store", 2),
            Node("away", f"table in {AWAY}", 2, 0, "store", 2),
            Node("reader", f"app in {AWAY}", 3, 0, "consumer", 2),
            Node("kms-home", f"KMS in {HOME}", 1.5, 4, "service", 2),
            Node("kms-away", f"KMS in {AWAY}", 3, 4, "service", 2),
        ),
        edges=(
            Edge("writer", "home", "PutItem"),
            Edge("home", "away", "replicates"),
            Edge("away", "reader", "local GetItem"),
            Edge("kms-home", "writer"),
            Edge("kms-away", "reader"),
            Edge("kms-home", "reader"),
        ),
        frames=frames,
        legend={"plain": "in clear", "held": "encrypted", "failed": "refused"},
        picture_frame=len(frames) - 1,
    )


@dataclass
class _Play:
    """One item there and back."""

    key: str
    down: bool
    script: Script = field(default_factory=lambda: Script({"calls across Regions": "0", "card number": "in clear"}))

    def __post_init__(self) -> None:
        self.kms = Kms("multi-Region keys")
        self.home, self.away = (self.kms.client(_ROOT, region) for region in (HOME, AWAY))
        self.made = self.home.create_key(multi_region=self.key == MULTI)
        self.replica = self.home.replicate_key(self.made.key_id, AWAY) if self.key == MULTI else None
        name = f"{self.made.key_id[:12]}…"
        self.script.badge("kms-home", f"{name}{' primary' if self.replica else ''}")
        self.script.badge("kms-away", f"{name} replica" if self.replica else "knows no such key")
        self.script.badge("home", "empty")
        self.script.badge("away", "empty")

    def write(self) -> None:
        script = self.script
        script.put("card", "writer", "card")
        same = "same key ID and material in both Regions" if self.replica else "its material never leaves its Region"
        script.say(f"The app in {HOME} has a card number; {self.key} protects it: {same}.")
        self.envelope: Envelope = encrypt(self.home, self.made.arn, CARD, {"table": "orders"})
        script.put("edk", "writer", "eDK", "held")
        script.put("card", "writer", "card", "held")
        script.numbers["card number"] = "encrypted"
        script.say(
            f"The AWS Database Encryption SDK gets a data key of KMS in {HOME} and encrypts this one attribute: "
            f"{shown(self.envelope.ciphertext)}. The others stay in clear, to be searched."
        )
        for place, said in (
            ("home", f"PutItem. DynamoDB, its administrators and its backups see {shown(self.envelope.ciphertext)}."),
            ("away", "The global table replicates the item as it is, encrypted attribute and encrypted data key too."),
            ("reader", f"The app in {AWAY} gets the item from the table beside it."),
        ):
            script.put("card", place, "card", "held")
            script.put("edk", place, "eDK", "held")
            if place != "reader":
                script.badge(place, "order 17, card ▒▒▒▒")
            script.say(said)

    def read(self) -> None:
        script = self.script
        if self.down:
            script.badge("kms-home", "cannot be reached")
            script.say(f"{HOME} cannot be reached. This is what the second Region is for.")
        script.put("edk", "kms-away", "eDK", "held")
        script.say(
            f"The app sends the encrypted data key to KMS beside it. In the blob stands {self.made.key_id[:12]}…."
        )
        try:
            opened = decrypt(self.away, self.envelope)
        except KMSException as refused:
            script.put("edk", "kms-away", "eDK", "failed")
            script.say(f"KMS in {AWAY} answers {refused.code}. {refused}")
            self._across()
            return
        self._opened(opened, f"KMS in {AWAY} has the same material and decrypts: no call left the Region.")

    def _across(self) -> None:
        script = self.script
        script.put("edk", "reader", "eDK", "held")
        script.say(f"The app must turn to KMS in {HOME}, the only one that has this key.")
        script.numbers["calls across Regions"] = "1"
        script.put("edk", "kms-home", "eDK", "failed" if self.down else "held")
        if self.down:
            script.say(f"Only KMS in {HOME} has the key, and it cannot be reached: the copy of the data is useless.")
            return
        opened = decrypt(self.home, self.envelope)
        self._opened(opened, f"The app calls KMS in {HOME}: it works, an ocean away, and only while that Region does.")

    def _opened(self, card: bytes, caption: str) -> None:
        self.script.put("edk", "reader", "eDK", "held")
        self.script.put("card", "reader", "card")
        self.script.numbers["card number"] = "in clear, in the app"
        self.script.say(f"{caption} The card number is {card.decode()}.")
