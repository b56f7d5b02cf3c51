"""TLS 1.3 in small: a certificate for a name, a key agreement, and records that are encrypted and authenticated.

Real X25519, Ed25519 and AES-GCM with the record format of RFC 8446, but a short handshake (no negotiation, no
Finished messages) and a key schedule of one HKDF. One certificate authority, which clients trust.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from course.errors import CourseError

if TYPE_CHECKING:
    from course.models.kms.material import Random

_APPLICATION_DATA, _VERSION = 23, 0x0303


class TLSAlertError(CourseError, ValueError):
    """One side ends the connection. `alert` is TLS's name for the reason, such as bad_certificate."""

    def __init__(self, alert: str, sentence: str) -> None:
        super().__init__(sentence)
        self.alert = alert


@dataclass(frozen=True, slots=True)
class Certificate:
    """Says that a public key belongs to a host name; signed by a certificate authority."""

    host: str
    public_key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class ServerHello:
    """The server's answer: its share of the key agreement, its certificate, and a signature that it has its key."""

    share: bytes
    certificate: Certificate
    proof: bytes


class Authority:
    """A certificate authority."""

    def __init__(self, random: Random) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(random.bytes(32))
        self.public_key = self._key.public_key()

    def issue(self, host: str, public_key: Ed25519PublicKey) -> Certificate:
        """Sign a certificate; that the applicant owns the host name has been checked before."""
        raw = public_key.public_bytes_raw()
        return Certificate(host, raw, self._key.sign(host.encode() + raw))


class Server:
    """A server with the private key of its certificate."""

    def __init__(self, host: str, authority: Authority, random: Random) -> None:
        self._key, self._random = Ed25519PrivateKey.from_private_bytes(random.bytes(32)), random
        self.certificate = authority.issue(host, self._key.public_key())

    def answer(self, client_share: bytes) -> tuple[ServerHello, Connection]:
        """Answer a ClientHello: the hello to send, and the server's end of the connection."""
        share = X25519PrivateKey.from_private_bytes(self._random.bytes(32))
        own = share.public_key().public_bytes_raw()
        hello = ServerHello(own, self.certificate, self._key.sign(client_share + own))
        return hello, Connection(share.exchange(X25519PublicKey.from_public_bytes(client_share)), client_share + own)


class Client:
    """A client that wants to talk to `host` and trusts one certificate authority."""

    def __init__(self, host: str, trusted: Ed25519PublicKey, random: Random) -> None:
        self.host, self._trusted = host, trusted
        self._share = X25519PrivateKey.from_private_bytes(random.bytes(32))
        self.share = self._share.public_key().public_bytes_raw()

    def finish(self, hello: ServerHello) -> Connection:
        """Check who answered and return the client's end; `TLSAlertError` for anybody but the host."""
        found = hello.certificate
        try:
            self._trusted.verify(found.signature, found.host.encode() + found.public_key)
        except InvalidSignature:
            raise TLSAlertError("unknown_ca", "Nobody that the client trusts has signed this certificate.") from None
        if found.host != self.host:
            raise TLSAlertError("bad_certificate", f"The certificate is for {found.host}, not for {self.host}.")
        try:
            key = Ed25519PublicKey.from_public_bytes(found.public_key)
            key.verify(hello.proof, self.share + hello.share)
        except InvalidSignature:
            raise TLSAlertError("decrypt_error", "Who answered does not have the certificate's private key.") from None
        return Connection(
            self._share.exchange(X25519PublicKey.from_public_bytes(hello.share)), self.share + hello.share
        )


class Connection:
    """One end of an established connection, for records in one direction; both ends count them from 0."""

    def __init__(self, secret: bytes, transcript: bytes) -> None:
        derived = HKDF(SHA256(), 44, transcript, b"tls13 traffic").derive(secret)
        self._key, self._iv, self._number = AESGCM(derived[:32]), derived[32:], 0

    def send(self, data: bytes) -> bytes:
        """Return the record that goes over the wire: five bytes of header in clear, the rest encrypted."""
        header = struct.pack(">BHH", _APPLICATION_DATA, _VERSION, len(data) + 16)
        return header + self._key.encrypt(self._nonce(), data, header)

    def receive(self, record: bytes) -> bytes:
        """Return what the other end sent; `TLSAlertError` when a byte was changed, or a record repeated or left out."""
        try:
            return self._key.decrypt(self._nonce(), record[5:], record[:5])
        except InvalidTag:
            raise TLSAlertError("bad_record_mac", "The record was changed on its way: the connection ends.") from None

    def _nonce(self) -> bytes:
        """Each record has its own nonce: the connection's, mixed with the record's number."""
        number, self._number = self._number, self._number + 1
        return bytes(a ^ b for a, b in zip(self._iv, number.to_bytes(12), strict=True))
