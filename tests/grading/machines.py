"""Machines that grade: a dask scheduler, workers in folders of their own, and their certificates, all on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, Self

import dask
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from distributed import Client

from course.grading.processes.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SECONDS = 120.0
PRIVATE = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0", "--no-dashboard")


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs a cluster's certificates: a folder with its own, and with one and its key for all machines."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Authority:
        """Make the authority's own certificate, and one that it has signed."""
        folder.mkdir()
        root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        pem = serialization.Encoding.PEM
        text = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / "ca.pem").write_bytes(_certificate(root, root, authority=True).public_bytes(pem))
        (folder / "cert.pem").write_bytes(_certificate(key, root, authority=False).public_bytes(pem))
        (folder / "key.pem").write_bytes(text)
        return cls(folder)

    @property
    def options(self) -> list[str]:
        """What dask's commands are told."""
        files = (("ca-file", "ca"), ("cert", "cert"), ("key", "key"))
        return [word for option, file in files for word in (f"--tls-{option}", f"{self.folder}/{file}.pem")]

    @property
    def environment(self) -> dict[str, str]:
        """What a client has in its environment."""
        files = (("CA_FILE", "ca"), ("CLIENT__CERT", "cert"), ("CLIENT__KEY", "key"))
        return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": f"{self.folder}/{file}.pem" for name, file in files}

    def trusted(self) -> dask.config.set:
        """Let this process have its certificate, within this."""
        files = (("ca-file", "ca"), ("client.cert", "cert"), ("client.key", "key"))
        return dask.config.set({f"distributed.comm.tls.{name}": f"{self.folder}/{file}.pem" for name, file in files})


@dataclass
class Machines:
    """A scheduler, and the workers that are started for it. A context manager: its end ends them.

    None of them sees the folder that is `hidden`: where the course is.
    """

    folder: Path
    authority: Authority
    hidden: Path
    address: str = field(init=False)
    scheduler: subprocess.Popen[str] = field(init=False)
    _opened: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        options = ("--port", "0", "--protocol", "tls", "--scheduler-file", f"{self.folder}/scheduler.json")
        self.scheduler, self.address = self._start("scheduler", *options, until="Scheduler at:")
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def worker(self, name: str, **environment: str) -> subprocess.Popen[str]:
        """Start a worker in a folder of its own; return when the scheduler has it."""
        folder = self.folder / name
        folder.mkdir()
        options = (self.address, "--name", name, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        process, _ = self._start(
            "worker", *options, until="Registered to:", environment={"HOME": str(folder)} | environment
        )
        return process

    @contextmanager
    def client(self) -> Iterator[Any]:
        """A client to look at it with."""
        with self.authority.trusted(), Client(self.address, set_as_default=False) as client:
            yield client

    def _start(
        self, kind: str, *options: str, until: str, environment: Mapping[str, str] | None = None
    ) -> tuple[subprocess.Popen[str], str]:
        """Run one of dask's commands until it says that it is ready; return what it said with that."""
        apart = (Sandbox().command()[0], "--dev-bind", "/", "/", "--tmpfs", str(self.hidden), "--die-with-parent")
        process = subprocess.Popen(
            [*apart, sys.executable, "-m", "dask", kind, *options, *PRIVATE, *self.authority.options],
            cwd=self.folder,
            env=os.environ | (environment or {}),
            stderr=subprocess.PIPE,
            text=True,
        )
        said: SimpleQueue[str] = SimpleQueue()
        reader = Thread(target=_read, args=(process.stderr, said))
        reader.start()
        for end in (reader.join, process.wait, process.kill):
            self._opened.callback(end)
        lines = [""]
        while until not in lines[-1]:
            lines.append(said.get(timeout=SECONDS))
            assert lines[-1], "".join(lines)
        return process, lines[-1].partition(until)[2].strip()


def _read(stream: IO[str], said: SimpleQueue[str]) -> None:
    """Pass lines on; an empty one is the end."""
    with stream:
        for line in stream:
            said.put(line)
    said.put("")


def _certificate(key: Any, signer: Any, *, authority: bool) -> x509.Certificate:  # noqa: ANN401 - keys of some kind
    ours, theirs = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("authority", "machine"))
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .issuer_name(ours)
        .subject_name(ours if authority else theirs)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
